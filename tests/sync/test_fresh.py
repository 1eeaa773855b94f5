"""A note is not written upon what was read of it long ago."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from capsync.sync.report import Options
from tests.sync.world import World, paragraph


@pytest.fixture
def world(tmp_path: Path) -> Iterator[World]:
    """A space with the service's own quotas."""
    made = World(tmp_path, quota_scale=1)
    yield made
    made.close()


def test_what_the_app_writes_while_a_push_waits_for_its_quota_is_not_overwritten(
    world: World,
) -> None:
    note = world.make("Note", "one", "two")
    world.sync()
    world.edit("Pages/Note.md", "two", "two, mine")
    world.clock.sleep(61)
    for _ in range(30):  # somebody has used the quota up
        world.client.limiter.wait("PATCH", "/blocks/block")
    sleep, block = world.clock.sleep, world.blocks(note)[1]["id"]

    def sleeping(seconds: float) -> None:
        if seconds > 10:
            world.sandbox.app_edit_block(note, block, paragraph("two, theirs"))
        sleep(seconds)

    world.clock.sleep = sleeping  # type: ignore[method-assign]
    report = world.engine().run(Options())
    assert report.merged == 1
    assert "mine" in str(world.blocks(note))
    assert "theirs" in str(world.blocks(note))
