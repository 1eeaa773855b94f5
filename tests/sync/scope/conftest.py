"""Fixtures for tests of what is synced."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from capsync.sandbox.structures import TAGS
from tests.sync.scope.world import Chosen


@pytest.fixture
def world(tmp_path: Path) -> Iterator[Chosen]:
    made = Chosen(tmp_path)
    yield made
    made.close()


@pytest.fixture
def book(world: Chosen) -> str:
    return world.sandbox.app_add_structure("Book", "Books", [TAGS])
