"""Undo takes back what the last run did, on both sides, and the next sync does not do it again."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from capsync.errors import SafetyStop
from tests.sync.deeds import (
    DEEDS,
    conflicts,
    makes_a_file,
    merges,
    pulls,
    pushes,
    pushes_a_paragraph_away,
    space,
    texts,
    two,
    undone,
    without_times,
)
from tests.sync.world import World, paragraph

each_deed = pytest.mark.parametrize("deed", DEEDS, ids=lambda deed: deed.__name__)


@each_deed
def test_what_a_run_did_is_taken_back_on_both_sides(
    world: World, deed: Callable[[World], None]
) -> None:
    two(world)
    deed(world)
    files, objects = texts(world), space(world)
    report = world.sync()
    assert report.steps
    done = undone(world)
    assert done.report.troubles == []
    assert done.run == report.run
    assert texts(world) == files
    there = space(world)
    assert {note: there[note] for note in objects} == objects
    assert all(trashed for note, (trashed, *_) in there.items() if note not in objects)
    assert world.sandbox.violations == []


@each_deed
def test_the_next_sync_leaves_it_undone(world: World, deed: Callable[[World], None]) -> None:
    two(world)
    deed(world)
    world.sync()
    undone(world)
    files, objects = texts(world), space(world)
    world.traffic()
    for _ in range(2):
        report = world.sync()
        steps = [each for each in report.steps if not each.startswith("adopt")]
        assert steps == []
        assert report.exit_code == 1
        assert all(each.message.startswith("undone ") for each in report.troubles)
    assert world.traffic()[1] == 0
    assert (texts(world), space(world)) == (files, objects)


@each_deed
def test_naming_the_note_to_a_sync_does_it_again(
    world: World, deed: Callable[[World], None]
) -> None:
    two(world)
    deed(world)
    world.sync()
    before = {note: rest for note, rest in space(world).items() if not rest[0]}
    undone(world)
    held = world.memory.held.list()
    assert held
    world.sync(notes=tuple(each.path for each in held))
    world.sync()  # deletions are only made in a look at everything
    report = world.sync()
    assert (report.steps, report.troubles) == ([], [])
    now = {note: rest for note, rest in space(world).items() if not rest[0]}
    assert without_times(now) == without_times(before)
    assert world.memory.held.list() == ()


def test_an_edit_in_the_vault_releases_a_held_note(world: World) -> None:
    first, _ = two(world)
    pulls(world)
    world.sync()
    undone(world)
    world.edit("Pages/First.md", "one", "eins")
    report = world.sync()
    assert report.troubles == []
    assert world.body("Pages/First.md") == "eins\n\nzwei\n\nthree\n"
    assert world.texts(first) == ["eins", "zwei", "three"]


def test_an_edit_in_the_space_releases_a_held_note(world: World) -> None:
    first, _ = two(world)
    pushes(world)
    world.sync()
    undone(world)
    world.sandbox.app_edit_block(first, world.blocks(first)[2]["id"], paragraph("drei"))
    report = world.sync()
    assert report.troubles == []
    assert world.body("Pages/First.md") == "one\n\nzwei\n\ndrei\n"
    assert world.texts(first) == ["one", "zwei", "drei"]


def test_a_dry_run_does_not_release_a_held_note(world: World) -> None:
    two(world)
    pulls(world)
    world.sync()
    undone(world)
    world.edit("Pages/First.md", "one", "eins")
    assert world.sync(dry_run=True).steps
    assert len(world.memory.held.list()) == 1


def test_a_file_edited_after_the_run_is_left_alone_and_named(world: World) -> None:
    first, _ = two(world)
    pulls(world)
    world.sync()
    world.edit("Pages/First.md", "three", "drei, by hand")
    done = undone(world)
    (trouble,) = done.report.troubles
    assert trouble.path == "Pages/First.md"
    assert "edited since" in trouble.message
    assert "drei, by hand" in world.body("Pages/First.md")
    world.sync()
    assert world.texts(first) == ["one", "zwei", "drei, by hand"]


def test_an_object_edited_after_the_run_is_left_alone_and_named(world: World) -> None:
    first, _ = two(world)
    pushes(world)
    world.sync()
    world.sandbox.app_edit_block(first, world.blocks(first)[2]["id"], paragraph("drei"))
    done = undone(world)
    assert ["edited in the space since" in each.message for each in done.report.troubles] == [True]
    assert world.texts(first) == ["one", "zwei", "drei"]


def test_a_file_made_by_the_run_and_edited_since_is_not_trashed(world: World) -> None:
    two(world)
    makes_a_file(world)
    world.sync()
    world.edit("Pages/From the app.md", "fresh", "fresh and mine")
    assert undone(world).report.exit_code == 1
    assert "fresh and mine" in world.read("Pages/From the app.md")


def test_undoing_twice_takes_back_the_run_before(world: World) -> None:
    first, _ = two(world)
    pushes_a_paragraph_away(world)
    world.sync()
    world.edit("Pages/First.md", "one\n", "one more\n")
    world.sync()
    assert world.texts(first) == ["one more", "three"]
    undone(world)
    assert world.texts(first) == ["one", "three"]
    undone(world)
    assert world.texts(first) == ["one", "two", "three"]
    last = undone(world, allow_deletes=True)
    assert (last.notes, last.report.set_aside) == (1, 1)  # the edit of First is still there
    assert list(world.files()) == ["Pages/First.md"]
    assert undone(world).run is None


def test_an_undo_loses_nothing_itself(world: World) -> None:
    first, _ = two(world)
    conflicts(world)
    world.sync()
    text, body = world.read("Pages/First.md"), world.texts(first)
    undone(world)
    kept = world.memory.revisions.list(first)
    assert text in [each.content for each in kept if each.side == "vault"]
    assert all(word in str([each.content for each in kept]) for word in body)
    assert {each.reason for each in kept} >= {"taken back by an undo"}


def test_colours_come_back_with_an_undone_push(world: World) -> None:
    note = world.make("Red", blocks=[paragraph("red words", colorTheme="text-red"), paragraph("b")])
    world.sync()
    world.edit("Pages/Red.md", "red words\n\n", "")
    world.sync()
    assert world.texts(note) == ["b"]
    undone(world)
    assert world.texts(note) == ["red words", "b"]
    assert world.blocks(note)[0]["colorTheme"] == "text-red"


def test_a_link_to_a_note_that_the_run_trashed_is_no_edit(world: World) -> None:
    first, second = two(world)
    world.edit("Pages/First.md", "one", "one [[Second]]")
    world.sync()
    world.edit("Pages/First.md", "two", "zwei")
    world.sandbox.app_trash(second)
    world.sync()
    assert undone(world).report.troubles == []
    assert world.texts(first) == ["one Second", "two", "three"]
    assert world.body("Pages/Second.md") == "calm\n"


def test_a_guard_asks_before_many_files_are_trashed(world: World) -> None:
    for number in range(8):
        world.make(f"Note {number}", "text")
    world.sync()
    with pytest.raises(SafetyStop, match="would delete 8 of 8 notes in the vault"):
        undone(world)
    assert len(world.files()) == 8
    undone(world, allow_deletes=True)
    assert world.files() == {}
    assert len(list((world.root / ".capsync/trash").rglob("*.md"))) == 8
    assert len(world.sandbox.app_list("RootPage")) == 8


def test_a_dry_run_says_what_it_would_do_and_does_nothing(world: World) -> None:
    two(world)
    merges(world)
    world.sync()
    files, objects = world.files(), space(world)
    done = undone(world, dry_run=True)
    assert done.report.steps == [
        "undo    Pages/First.md: the object gets back what it held; the file gets its old text back"
    ]
    assert (world.files(), space(world)) == (files, objects)
    assert undone(world).notes == 1
