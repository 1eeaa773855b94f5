"""What kept other people's tools busy with themselves."""

from __future__ import annotations

import os
import shutil
from pathlib import Path

import pytest

from capsync.sandbox.seed import seed_content
from tests.pitfalls.acts import at_rest, edit_in_app, many
from tests.sync.world import World, paragraph


def test_p20_a_sync_without_changes_writes_nothing_anywhere(world: World, other: World) -> None:
    """sboesen/remotely-sync#105: each device uploaded that it had synced, and so on for ever."""
    seed_content(world.sandbox)
    for each in (world, other):
        each.sync()
    for _ in range(3):
        at_rest(world, other)


@pytest.mark.parametrize(
    "switches",
    [
        {"merge_tokens": True, "explicit_styles": True, "explicit_nulls": True},
        {"refresh_link_titles": True, "extra_fields": True, "show_unset_properties": True},
        {"answers_with_empty_blocks": True, "omit_empty_sections": True},
    ],
)
def test_p21_a_server_that_rewrites_what_it_gets_is_no_editor(
    tmp_path: Path, switches: dict[str, bool]
) -> None:
    """pimutils/vdirsyncer#318, #251: two machines took the server's formatting for edits."""
    world = World(tmp_path / "a", **switches)
    other = World(tmp_path / "b", world)
    seed_content(world.sandbox)
    for each in (world, other):
        each.sync()
    world.edit("Pages/The bench.md", "Oak for the top", "**Beech** for *the* top")
    other.write("New.md", "# New\n\nSee [[The bench]], **bold** and `code`.\n")
    for each in (other, world, other):
        each.sync()
    at_rest(world, other)
    assert "**Beech** for *the* top" in other.read("Pages/The bench.md")
    other.close()
    world.close()


def test_p22_a_key_that_is_no_property_is_never_pushed_and_starts_no_circle(
    world: World, other: World
) -> None:
    """alangrainger/obsidian-frontmatter-modified-date#1: a date of change changed itself."""
    note = world.make("Note", "text")
    for each in (world, other):
        each.sync()
        each.edit("Pages/Note.md", "\n---\n", "\nmodified: 0\n---\n")
        each.sync()
    held = world.sandbox.app_get(note)
    world.traffic()
    for n in range(5):
        for each in (world, other):
            each.edit("Pages/Note.md", f"modified: {n}", f"modified: {n + 1}")  # the plugin
            before = each.files()
            assert each.sync().steps == []
            assert each.files() == before
    assert world.traffic()[1] == 0
    assert world.sandbox.app_get(note) == held


def test_p23_the_front_matter_is_edited_by_the_line(world: World) -> None:
    """obsidian.nvim#308, share-note#72, obsidian-mcp-server#89: YAML was read and dumped anew."""
    note = world.make("Note", "text")
    world.sync()
    mine = (
        "# my own\n"
        "aliases : ['a',   \"b\"]   # two\n"
        "date: 2026-03-01\n"
        "version: 1.10\n"
        "country: no\n"
        "list:\n- x\n-   y\n"
        "quoted: 'it''s'\n"
        "long: >-\n  folded\n  text\n"
        "time: 12:30\n"
    )
    world.edit("Pages/Note.md", "\n---\n", f"\n{mine}---\n")
    world.sync()
    before = world.read("Pages/Note.md")
    value = {"type": "text", "text": {"value": "from the app"}}
    world.sandbox.app_set_property(note, "description", value)
    edit_in_app(world, note, "other text")
    world.sync()
    after = world.read("Pages/Note.md")
    assert after.replace("description: from the app\n", "").replace("other text", "text") == before
    at_rest(world)


def test_p24_many_saves_between_two_syncs_cost_one_write(world: World) -> None:
    """abraunegg/onedrive#3234: an editor that saves by itself caused uploads without end."""
    note = world.make("Note", "draft 0")
    world.sync()
    world.traffic()
    for n in range(50):
        world.edit("Pages/Note.md", f"draft {n}", f"draft {n + 1}")
    world.sync()
    assert world.traffic() == (1, 1)
    assert world.texts(note) == ["draft 50"]


def test_p25_a_file_is_not_touched_after_it_was_pushed(world: World) -> None:
    """abraunegg/onedrive#3384: the editor was told that its own file had changed."""
    world.make("Note", "text")
    world.write("New.md", "new\n")
    world.sync()
    world.edit("Pages/Note.md", "text", "edited")
    world.edit("New.md", "new", "newer")
    before = world.files()
    assert world.sync().pushed == 2
    assert world.files() == before
    at_rest(world)


@pytest.mark.parametrize("way", ["swap", "delete first", "backup and back"])
def test_p26_a_file_saved_by_replacing_it_is_an_edit(world: World, way: str) -> None:
    """abraunegg/onedrive#3439, #3645: an atomic save was taken for a deletion and a new file."""
    note = world.make("Note", "text")
    world.make("Other", "x")
    world.sync()
    place = world.root / "Pages/Note.md"
    text = place.read_text().replace("text", "saved anew")
    aside = place.with_name("Note.md~")
    if way == "swap":
        aside.write_text(text)
        aside.replace(place)
    elif way == "delete first":
        place.unlink()
        place.write_text(text)
    else:
        place.rename(aside)
        place.write_text(text)
    report = world.sync()
    assert (report.pushed, report.trashed, report.new_objects, report.set_aside) == (1, 0, 0, 0)
    assert world.texts(note) == ["saved anew"]


def test_p27_equal_changes_are_no_conflict_and_conflict_files_are_not_uploaded(
    world: World,
) -> None:
    """syncthing/syncthing#2282, #2584, #4785: conflict files multiplied, for nothing."""
    note = world.make("Note", "one", "two")
    world.sync()
    world.edit("Pages/Note.md", "one", "the same")
    edit_in_app(world, note, "the same")
    os.utime(world.root / "Pages/Note.md", (1, 1))
    for name in (
        "Note.sync-conflict-20261122-101010-ABCDEFG.md",
        "Note (conflicted copy 2026-11-22).md",
        "Note (SFConflict me@here 2026-11-22-10-10-10).md",
    ):
        world.write(f"Pages/{name}", "older words\n")
    report = world.sync()
    assert (report.conflicts, report.new_objects, report.troubles) == (0, 0, [])
    assert world.texts(note) == ["the same", "two"]
    at_rest(world)


def test_p28_an_open_conflict_rests_until_someone_touches_it(world: World, other: World) -> None:
    """vrtmrz/obsidian-livesync#380, laurent22/joplin#2709: the resolver fought itself."""
    note = world.make("Note", "one word here", "two")
    for each in (world, other):
        each.sync()
    world.edit("Pages/Note.md", "word", "mine")
    edit_in_app(world, note, "one theirs here")
    for each in (world, other):
        assert each.sync().conflicts == 1
    for _ in range(3):
        at_rest(world, other)
    world.edit("Pages/Note.md", "two", "two, edited")
    edit_in_app(world, note, "two, edited", len(world.texts(note)) - 1)
    for each in (world, other):
        each.sync()
        assert each.read("Pages/Note.md").count("[!conflict]") == 1
    at_rest(world, other)


def test_p29_syncing_everything_again_adds_nothing_twice(world: World) -> None:
    """readwiseio/obsidian-readwise#28, #14, #17: a full sync appended all of it once more."""
    notes = many(world)
    before = {path: text for path, (text, *_) in world.files().items()}
    for _ in range(3):
        world.forget()
        assert world.sync().steps == [f"adopt   {path}: same on both sides" for path in before]
        assert {path: text for path, (text, *_) in world.files().items()} == before
    assert [world.texts(note) for note in notes] == [["text"]] * 10
    assert len(world.memory.notes.all()) == 10
    at_rest(world)


def test_p30_a_second_device_with_a_copy_of_the_files_finds_nothing_changed(
    world: World, other: World
) -> None:
    """remotely-save/remotely-save#945, #980: after a move, 99.6 % counted as modified."""
    seed_content(world.sandbox)
    world.sync()
    for path in world.files():
        place = other.root / path
        place.parent.mkdir(exist_ok=True)
        shutil.copyfile(world.root / path, place)
    before = other.files()
    world.traffic()
    report = other.sync()
    assert (report.troubles, report.merged, report.new_files) == ([], 0, 0)
    assert world.traffic()[1] == 0
    assert other.files() == before
    at_rest(world, other)


def test_a_paragraph_that_two_machines_add_alike_is_there_once(world: World, other: World) -> None:
    """Both people, or one with both machines, make the same correction."""
    note = world.make("Note", "one")
    for each in (world, other):
        each.sync()
        each.edit("Pages/Note.md", "one\n", "one\n\nadded by hand\n")
    world.sandbox.app_append(note, [paragraph("added by hand")])
    for each in (world, other, world):
        each.sync()
        assert each.body("Pages/Note.md") == "one\n\nadded by hand\n"
    at_rest(world, other)
