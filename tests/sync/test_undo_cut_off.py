"""Whatever stops an undo, running it again finishes it."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.sync.cut import connection_lost, plug_pulled
from tests.sync.deeds import (
    makes_a_file,
    makes_an_object,
    merges,
    space,
    texts,
    two,
    undone,
)
from tests.sync.world import World


def everything(world: World) -> None:
    """Give the next sync one of everything to do."""
    world.make("Renamed", "r")
    world.make("Deleted", "d")
    gone = world.make("Trashed", "t")
    for number in range(6):
        world.make(f"Calm {number}", "x")
    two(world)
    merges(world)
    world.sandbox.app_rename(world.note_at("Pages/Renamed.md"), "Other name")
    (world.root / "Pages/Deleted.md").unlink()
    world.sandbox.app_trash(gone)
    makes_an_object(world)
    makes_a_file(world)


def check_undone(
    world: World, files: dict[str, str], objects: dict[str, tuple[bool, str, list[str]]]
) -> None:
    done = undone(world)
    assert done.report.troubles == []
    assert texts(world) == files
    there = space(world)
    assert {note: there[note] for note in objects} == objects
    report = world.sync()
    assert report.steps == []
    world.close()


@pytest.mark.parametrize("applied", [False, True], ids=["before", "after it was applied"])
@pytest.mark.parametrize("at", range(30))
def test_an_undo_whose_connection_is_lost_is_finished_by_the_next(
    tmp_path: Path, at: int, applied: bool
) -> None:
    world = World(tmp_path / "world")
    everything(world)
    files, objects = texts(world), space(world)
    world.sync()
    with connection_lost(world, at=at, applied=applied):
        undone(world)
    if world.memory.deeds.last() == 1:  # it was finished all the same
        return
    check_undone(world, files, objects)


@pytest.mark.parametrize("at", range(60))
def test_an_undo_that_is_killed_at_any_step_is_finished_by_the_next(
    tmp_path: Path, at: int
) -> None:
    world = World(tmp_path / "world")
    everything(world)
    files, objects = texts(world), space(world)
    world.sync()
    finished = False
    with plug_pulled(world, at=at):
        undone(world)
        finished = True
    if not finished:
        check_undone(world, files, objects)
