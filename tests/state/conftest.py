"""A memory, and the file it is in."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from capsync.state.store import Store
from tests.state.records import VAULT


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return tmp_path / "state" / VAULT / "state.db"


@pytest.fixture
def store(path: Path) -> Iterator[Store]:
    with Store.open(path) as opened:
        yield opened
