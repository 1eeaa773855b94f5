"""An earlier version, or a deleted note, comes back on both sides, and nothing is lost by it."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from capsync.errors import ConfigError
from capsync.sync.report import Options
from capsync.sync.restore import Restored, restore
from tests.sync.cut import connection_lost, plug_pulled
from tests.sync.deeds import texts, undone
from tests.sync.world import World, paragraph


def restored(world: World, name: str, **options: Any) -> Restored:
    """Restore, in a minute of its own."""
    world.clock.sleep(61)
    return restore(world.engine().bench, name, Options(**options))


def settled(world: World) -> None:
    """Check that a sync finds nothing to do."""
    report = world.sync()
    assert (report.steps, report.troubles) == ([], [])
    assert world.sandbox.violations == []


def rewritten(world: World) -> str:
    """Make a note with a past: version 1 of the space, version 2 of the vault."""
    note = world.make("Plan", blocks=[paragraph("red", colorTheme="text-red"), paragraph("two")])
    world.sync()
    world.edit("Pages/Plan.md", "red\n\n", "")
    world.sync()
    world.sandbox.app_edit_block(note, world.blocks(note)[0]["id"], paragraph("zwei"))
    world.sync()
    return note


def test_a_version_of_the_space_comes_back_with_what_markdown_cannot_say(world: World) -> None:
    note = rewritten(world)
    done = restored(world, "Plan@1")
    assert world.texts(note) == ["red", "two"]
    assert world.blocks(note)[0]["colorTheme"] == "text-red"
    assert world.body("Pages/Plan.md") == "red\n\ntwo\n"
    assert (done.note, done.path, done.version) == (note, "Pages/Plan.md", 1)
    settled(world)


def test_a_version_of_the_vault_comes_back_by_its_text(world: World) -> None:
    note = world.make("Plan", "one", "two")
    world.sync()
    world.edit("Pages/Plan.md", "one", "*one*   \n* mine")
    world.sync()
    text = world.read("Pages/Plan.md")
    world.sandbox.app_edit_block(note, world.blocks(note)[-1]["id"], paragraph("zwei"))
    world.sync()
    kept = next(each for each in world.memory.revisions.list(note) if each.side == "vault")
    assert kept.content == text
    restored(world, f"Pages/Plan.md@{kept.version}")
    assert world.read("Pages/Plan.md") == text
    assert world.texts(note)[-1] == "two"
    settled(world)


def test_a_version_from_before_a_rename_brings_the_name_back(world: World) -> None:
    note = world.make("Old name", "text")
    world.sync()
    world.sandbox.app_rename(note, "New name")
    world.sync()
    restored(world, "New name@1")
    assert list(world.files()) == ["Pages/Old name.md"]
    assert world.title(note) == "Old name"
    settled(world)


def test_edits_that_no_sync_has_seen_are_kept_and_named(world: World) -> None:
    note = rewritten(world)
    world.edit("Pages/Plan.md", "zwei", "zwei, typed just now")
    world.sandbox.app_append(note, [paragraph("typed in the app")])
    done = restored(world, "Plan@1")
    assert [each.split(": ")[1] for each in done.report.remarks] == [
        "the file had edits that were not synced yet; they are in the history",
        "the space had edits that were not synced yet; they are in the history",
    ]
    kept = str([each.content for each in world.memory.revisions.list(note)])
    assert "typed just now" in kept
    assert "typed in the app" in kept
    assert world.texts(note) == ["red", "two"]
    settled(world)


def test_a_restore_can_be_undone(world: World) -> None:
    note = rewritten(world)
    files = texts(world)
    restored(world, "Plan@1")
    done = undone(world)
    assert done.report.troubles == []
    assert texts(world) == files
    assert world.texts(note) == ["zwei"]
    settled(world)


def test_a_restore_can_be_restored_from(world: World) -> None:
    note = rewritten(world)
    restored(world, "Plan@1")
    latest = next(each for each in world.memory.revisions.list(note) if each.side == "space")
    restored(world, f"Plan@{latest.version}")
    assert world.texts(note) == ["zwei"]
    settled(world)


def test_a_dry_run_restores_nothing(world: World) -> None:
    note = rewritten(world)
    files = world.files()
    done = restored(world, "Plan@1", dry_run=True)
    assert done.report.steps == ["restore Pages/Plan.md: version 1 (the note in the space)"]
    assert world.files() == files
    assert world.texts(note) == ["zwei"]


def two(world: World) -> str:
    world.make("Stays", "calm")
    note = world.make("Gone", "one", "two")
    world.sync()
    world.edit("Pages/Gone.md", "one", "* one")
    world.sync()
    return note


def delete_file(world: World, note: str) -> None:
    (world.root / "Pages/Gone.md").unlink()


def delete_file_and_sync(world: World, note: str) -> None:
    delete_file(world, note)
    world.sync()


def trash_object(world: World, note: str) -> None:
    world.sandbox.app_trash(note)


def trash_object_and_sync(world: World, note: str) -> None:
    trash_object(world, note)
    world.sync()


def lose_the_state_too(world: World, note: str) -> None:
    trash_object_and_sync(world, note)
    world.forget()


def delete_both(world: World, note: str) -> None:
    delete_file(world, note)
    trash_object(world, note)


def delete_both_and_sync(world: World, note: str) -> None:
    delete_file_and_sync(world, note)
    world.sync()


WAYS = [
    delete_file,
    delete_file_and_sync,
    trash_object,
    trash_object_and_sync,
    lose_the_state_too,
    delete_both,
    delete_both_and_sync,
]


@pytest.mark.parametrize("way", WAYS, ids=lambda way: way.__name__)
def test_a_deleted_note_comes_back_whichever_side_lost_it(
    world: World, way: Callable[[World, str], None]
) -> None:
    note = two(world)
    text = world.read("Pages/Gone.md")
    way(world, note)
    done = restored(world, "Gone")
    assert world.read("Pages/Gone.md") == text
    assert not world.sandbox.app_get(note)["trashed"]
    assert world.texts(note) == ["one", "two"]
    assert done.report.steps
    if way is lose_the_state_too:
        world.sync()  # adopts the other note
    settled(world)


@pytest.mark.parametrize("synced", [False, True], ids=["before", "after a sync saw it"])
def test_a_destroyed_note_is_made_anew_from_what_is_kept(world: World, synced: bool) -> None:
    old = two(world)
    text = world.read("Pages/Gone.md")
    world.sandbox.app_destroy(old)
    if synced:
        world.sync()
    done = restored(world, "Gone")
    new = world.note_at("Pages/Gone.md")
    assert new == done.note != old
    assert world.read("Pages/Gone.md") == text.replace(old, new)
    assert world.texts(new) == ["one", "two"]
    assert world.memory.revisions.list(new)
    assert len(world.sandbox.app_list("RootPage")) == 2
    settled(world)


def test_a_destroyed_note_can_be_brought_back_to_a_version(world: World) -> None:
    old = rewritten(world)
    world.sandbox.app_destroy(old)
    done = restored(world, "Plan@1")
    assert world.texts(done.note) == ["red", "two"]
    assert world.blocks(done.note)[0]["colorTheme"] == "text-red"
    assert world.body("Pages/Plan.md") == "red\n\ntwo\n"
    settled(world)


def test_a_note_edited_in_the_app_before_it_was_trashed_comes_back_edited(world: World) -> None:
    note = two(world)
    world.sandbox.app_edit_block(note, world.blocks(note)[1]["id"], paragraph("zwei"))
    world.sandbox.app_trash(note)
    world.sync()
    restored(world, "Gone")
    assert world.body("Pages/Gone.md") == "* one\n\nzwei\n"
    settled(world)


def test_a_note_that_is_there_is_not_restored(world: World) -> None:
    two(world)
    with pytest.raises(ConfigError, match="was not deleted"):
        restored(world, "Gone")
    assert world.memory.deeds.of_note(world.note_at("Pages/Gone.md"))[0].ended


def test_unknown_names_and_versions_are_refused(world: World) -> None:
    two(world)
    with pytest.raises(ConfigError, match="no note is or was called “Nobody”"):
        restored(world, "Nobody")
    with pytest.raises(ConfigError, match="there is no version 99"):
        restored(world, "Gone@99")


@pytest.mark.parametrize("applied", [False, True], ids=["before", "after it was applied"])
@pytest.mark.parametrize("at", range(16))
def test_a_restore_whose_connection_is_lost_is_finished_by_the_next(
    tmp_path: Path, at: int, applied: bool
) -> None:
    world = World(tmp_path / "world")
    note = rewritten(world)
    with connection_lost(world, at=at, applied=applied):
        restored(world, "Plan@1")
    restored(world, "Plan@1")
    assert world.texts(note) == ["red", "two"]
    assert world.body("Pages/Plan.md") == "red\n\ntwo\n"
    settled(world)
    world.close()


@pytest.mark.parametrize("at", range(24))
@pytest.mark.parametrize("again", [True, False], ids=["restored again", "synced"])
def test_a_restore_that_is_killed_at_any_step_is_finished(
    tmp_path: Path, at: int, again: bool
) -> None:
    world = World(tmp_path / "world")
    note = rewritten(world)
    with plug_pulled(world, at=at):
        restored(world, "Plan@1")
    if again:
        restored(world, "Plan@1")
        assert world.texts(note) == ["red", "two"]
    else:
        world.sync()
        assert world.texts(note) in (["red", "two"], ["zwei"])  # all of it, or nothing
    settled(world)
    assert world.body("Pages/Plan.md").split() == world.texts(note)
    world.close()
