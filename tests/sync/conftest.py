"""Fixtures for tests of the engine."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.sync.world import World


@pytest.fixture
def world(tmp_path: Path) -> Iterator[World]:
    """An empty space with an empty vault."""
    made = World(tmp_path)
    yield made
    made.close()
