"""Fixtures for tests of the daemon."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.daemon.world import Life
from tests.sync.world import World


@pytest.fixture
def world(tmp_path: Path) -> Iterator[World]:
    """A space with the service's own quotas."""
    made = World(tmp_path, quota_scale=1)
    yield made
    made.close()


@pytest.fixture
def life(world: World) -> Life:
    return Life(world)
