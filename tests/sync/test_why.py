"""The decision trace of a note: every verdict, what keeps a note, and files that are none."""

from __future__ import annotations

import os
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path

import pytest

from capsync.cli.why import CALLS
from capsync.errors import ConfigError
from capsync.sync.report import Options
from capsync.sync.trace import Trace
from capsync.sync.undo import undo
from capsync.sync.why import text_changes, why_here
from capsync.sync.why_there import why_there
from capsync.vault.files import Folder
from capsync.vault.ignore import Ignore
from capsync.vault.selection import Name, Selection
from tests.sync.world import World, paragraph

PLAN = "Pages/Plan.md"


@contextmanager
def untouched(world: World) -> Iterator[None]:
    """Whatever is asked, nothing may be changed anywhere."""
    files, runs = world.files(), world.memory.runs.list()
    checks, notes = world.memory.checks.all(), world.memory.notes.all()
    world.traffic()
    yield
    assert world.traffic()[1] == 0, "something was written to the space"
    assert world.files() == files
    assert (world.memory.checks.all(), world.memory.notes.all()) == (checks, notes)
    assert world.memory.runs.list() == runs


def why(world: World, name: str = PLAN) -> Trace:
    with untouched(world):
        return why_there(world.bench(), name)


def here(world: World, name: str = PLAN) -> Trace:
    with untouched(world):
        found = why_here(world.vault, world.memory, world.clock, name)
        assert not world.sandbox.log
    return found


@pytest.fixture
def note(world: World) -> str:
    made = world.make("Plan", "one", "two")
    world.sync()
    return made


def theirs(world: World, note: str, text: str, at: int = 0) -> None:
    world.sandbox.app_edit_block(note, world.blocks(note)[at]["id"], paragraph(text))


def test_a_note_nobody_touched_is_kept(world: World, note: str) -> None:
    found = why(world)
    assert (found.path, found.id, found.title, found.structure) == (PLAN, note, "Plan", "Page")
    assert found.base is not None
    assert found.base.blocks == 2
    assert (found.vault.state, found.space.state) == ("unchanged", "unchanged")
    assert (found.verdict, found.calls, found.file, found.obstacles) == ("keep", (), "", ())


def test_it_costs_one_read(world: World, note: str) -> None:
    world.traffic()
    why_there(world.bench(), "plan")
    assert world.traffic() == (1, 0)


def test_what_would_be_sent_is_what_a_sync_sends(world: World, note: str) -> None:
    world.edit(PLAN, "one", "one more")
    world.write(PLAN, world.read(PLAN).replace("two", "three\n\nfour\n\nfive"))
    found = why(world)
    assert (found.verdict, found.reason) == ("push", "only the file was changed")
    assert found.vault.state == "changed"

    said = [CALLS[each.name] for each in found.calls for _ in range(each.count)]
    world.traffic()
    world.sandbox.log.clear()
    world.sync()
    sent = [(e.method, e.path) for e in world.sandbox.log if e.method != "GET"]
    sent = [each for each in sent if each != ("POST", "/objects/search")]
    assert said == sent
    assert len(said) >= 2


def test_a_removed_paragraph_and_a_property_are_named(world: World, note: str) -> None:
    world.edit(PLAN, "\ntwo\n", "\n")
    world.edit(PLAN, "capacities-id", "description: new words\ncapacities-id")
    found = why(world)
    assert [each.name for each in found.calls] == ["update", "delete_block"]
    assert any("“description” in the front matter" in each for each in found.vault.what)
    assert "sets" in found.calls[0].what


def test_an_edit_in_the_space_would_be_pulled(world: World, note: str) -> None:
    theirs(world, note, "one of theirs")
    found = why(world)
    assert (found.verdict, found.calls) == ("pull", ())
    assert found.space.what == ("1 block changed",)
    assert found.file == "1 line new or changed, 1 gone or changed"


def test_edits_on_both_sides_would_be_merged_and_conflicts_are_foreseen(
    world: World, note: str
) -> None:
    theirs(world, note, "one of theirs")
    world.edit(PLAN, "two", "two of mine")
    assert why(world).verdict == "merge"
    assert "conflict" not in why(world).reason
    world.edit(PLAN, "one", "one of mine")
    assert "1 conflict would be left" in why(world).reason


def test_the_same_edit_on_both_sides_is_agreed(world: World, note: str) -> None:
    theirs(world, note, "same")
    world.edit(PLAN, "one", "same")
    assert why(world).verdict == "agree"


def test_a_moved_file_is_said_to_be_moved(world: World, note: str) -> None:
    (world.root / "Deep").mkdir()
    (world.root / PLAN).rename(world.root / "Deep/Plan.md")
    found = why(world, "Plan")
    assert (found.path, found.vault.what[0]) == ("Deep/Plan.md", f"moved here from {PLAN}")


def test_a_renamed_file_would_rename_the_note(world: World, note: str) -> None:
    (world.root / PLAN).rename(world.root / "Pages/Scheme.md")
    found = why(world, "Pages/Scheme.md")
    assert (found.verdict, [each.name for each in found.calls]) == ("push", ["update"])


def test_a_new_file_would_become_a_note(world: World) -> None:
    world.write(PLAN, "text\n")
    found = why(world)
    assert (found.id, found.base, found.vault.state) == ("", None, "new")
    assert (found.verdict, found.space.state) == ("create", "none")
    assert [each.name for each in found.calls] == ["create"]


def test_a_file_with_an_id_the_memory_does_not_know_would_be_joined(
    world: World, note: str
) -> None:
    world.forget()
    found = why(world)
    assert (found.verdict, found.space.state) == ("adopt", "there")
    assert "same on both sides" in found.reason


def test_a_deleted_file_would_take_its_note_to_the_trash_unless_that_was_edited(
    world: World, note: str
) -> None:
    (world.root / PLAN).unlink()
    found = why(world, "Plan")
    assert (found.vault.state, found.verdict) == ("gone", "trash")
    assert [each.name for each in found.calls] == ["delete"]
    theirs(world, note, "edited")
    assert (why(world, "Plan").verdict, why(world, "Plan").space.state) == ("pull", "changed")


def test_a_note_that_is_gone_from_the_space_is_said_to_be(world: World, note: str) -> None:
    world.sandbox.app_trash(note)
    found = why(world)
    assert (found.space.state, found.verdict) == ("gone", "")
    assert "trash" in found.space.problem


def test_front_matter_that_cannot_be_read_is_named_with_its_line(world: World, note: str) -> None:
    world.edit(PLAN, "---\n", "---\ntitle: [a, b]\n")
    for found in (here(world), why(world)):
        assert (found.vault.state, found.vault.line) == ("unreadable", 2)
        (each,) = found.obstacles
        assert each.kind == "set aside"
        assert "“title” takes one text" in each.why


def test_a_value_that_is_none_of_its_property_is_named_with_its_line(
    world: World, note: str
) -> None:
    world.edit(PLAN, "---\n", "---\ntags: {a: b}\n")
    found = why(world)
    assert found.vault.line == 2
    assert [each.kind for each in found.obstacles] == ["set aside"]


def test_what_was_set_aside_is_told_with_since_and_next_step(world: World, note: str) -> None:
    world.edit(PLAN, "---\n", "---\ntitle: [a, b]\n")
    world.sync()
    (each,) = here(world).obstacles
    assert each.since is not None


def test_a_copy_with_the_same_id_says_whose_it_is(world: World, note: str) -> None:
    world.write("Pages/Copy.md", world.read(PLAN))
    (each,) = why(world, "Pages/Copy.md").obstacles
    assert "has the same capacities-id" in each.why


def test_an_emptied_file_is_held_back_and_said_to_be(world: World, note: str) -> None:
    world.write(PLAN, world.read(PLAN).split("one")[0])
    found = why(world)
    assert any("the file has no text any more" in each.why for each in found.obstacles)
    assert found.calls == ()


def test_a_note_that_loses_most_of_its_text_counts_for_the_guard(world: World) -> None:
    words = " ".join(f"word{number}" for number in range(60))
    world.make("Plan", words)
    world.sync()
    world.edit(PLAN, words, "short")
    assert "guard" in [each.kind for each in why(world).obstacles]


def test_open_conflicts_and_links_without_a_target_are_named(world: World, note: str) -> None:
    theirs(world, note, "one of theirs")
    world.edit(PLAN, "one", "one of mine")
    world.edit(PLAN, "two", "two [[Nowhere]]")
    world.sync()
    found = here(world)
    (each,) = [each for each in found.obstacles if each.kind == "conflict"]
    assert "capsync resolve" in each.next_step
    assert found.awaited == ("Nowhere",)


def test_what_an_undo_set_back_is_said_to_be_held(world: World, note: str) -> None:

    world.edit(PLAN, "one", "changed")
    world.sync()
    undo(world.bench(), Options())
    assert "undone" in [each.kind for each in here(world).obstacles]


def test_a_note_the_configuration_leaves_out_is_said_to_be(world: World, note: str) -> None:
    bench = replace(world.bench(), selection=Selection(exclude_structures=(Name("Page"),)))
    found = why_there(bench, PLAN)
    assert "not synced" in [each.kind for each in found.obstacles]


def test_the_schedule_says_when_it_is_read_next_and_why(world: World) -> None:
    notes = [world.make(f"Note {number}", "text") for number in range(5)]
    world.sync()
    calm = here(world, "Note 3").reading
    assert calm is not None
    assert (calm.notes, calm.waits) == (5, None)
    for turn in range(2):
        theirs(world, notes[3], f"edited {turn}")
        world.sync()
    busy = here(world, "Note 3").reading
    assert busy is not None
    assert busy.before == 0
    assert busy.editing > calm.editing
    assert busy.changed is not None


def test_offline_it_tells_what_is_here_and_asks_nobody(world: World, note: str) -> None:
    world.edit(PLAN, "one", "changed\n\nmore")
    found = here(world)
    assert found.space.state == "not asked"
    assert found.vault.what == ("2 lines new or changed", "1 line gone or changed")
    assert (found.verdict, found.calls) == ("", ())


@pytest.mark.parametrize(
    ("path", "reason"),
    [
        ("a.txt", "no Markdown file"),
        (".hidden.md", "“.hidden.md” is hidden"),
        (".obsidian/a.md", "“.obsidian” is hidden"),
        ("drafts/deep/a.md", "“drafts” matches “drafts/**”"),
        ("x.draft.md", "“x.draft.md” matches “*.draft.md”"),
        ("a (conflicted copy 2026-01-01).md", "another sync tool"),
        ("~$a.md", "programs give to files"),
        ("link.md", "it is a link"),
        ("linked/a.md", "“linked” is a link"),
        ("folder", "it is a folder"),
    ],
)
def test_a_file_that_is_not_synced_says_why(world: World, path: str, reason: str) -> None:
    world.write("real.md", "real\n")
    outside = world.folder / "outside"
    outside.mkdir()
    (outside / "a.md").write_text("x\n")
    for name in ("a.txt", ".hidden.md", ".obsidian/a.md", "drafts/deep/a.md", "x.draft.md"):
        world.write(name, "x\n")
    for name in ("a (conflicted copy 2026-01-01).md", "~$a.md", "folder/b.md"):
        world.write(name, "x\n")
    (world.root / "link.md").symlink_to("real.md")
    (world.root / "linked").symlink_to(outside)
    vault = Folder(world.root, Ignore(("drafts/**", "*.draft.md")), world.clock)
    assert reason in why_here(vault, world.memory, world.clock, path).not_a_note


@pytest.mark.skipif(not hasattr(os, "mkfifo"), reason="no pipes here")
def test_a_pipe_is_no_note(world: World) -> None:
    os.mkfifo(world.root / "pipe.md")
    found = why_here(world.vault, world.memory, world.clock, "pipe.md")
    assert "not a file" in found.not_a_note


def test_what_nobody_knows_is_said_to_be_unknown(world: World) -> None:
    with pytest.raises(ConfigError, match="no note is or was called “nope”"):
        why_here(world.vault, world.memory, world.clock, "nope")


def test_only_the_form_of_a_text_may_change() -> None:
    assert text_changes("a\n\nb\n", "a\nb\n") == ["only its form, such as blank lines"]


def test_folder_is_left_as_it_was(world: World, note: str, tmp_path: Path) -> None:
    before = sorted(each.name for each in (world.root / ".capsync").iterdir())
    why(world)
    assert sorted(each.name for each in (world.root / ".capsync").iterdir()) == before
