"""Fixtures for what went wrong elsewhere."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.sync.world import World


@pytest.fixture
def world(tmp_path: Path) -> Iterator[World]:
    """A space with a vault."""
    made = World(tmp_path / "one")
    yield made
    made.close()


@pytest.fixture
def other(world: World, tmp_path: Path) -> Iterator[World]:
    """A second machine with a vault of its own on the same space."""
    made = World(tmp_path / "two", world)
    yield made
    made.close()
