"""What overwrote other people's words."""

from __future__ import annotations

import json
import os
from contextlib import suppress

import pytest

from capsync.errors import RetryError, SafetyStop
from capsync.sandbox.seed import seed_content
from capsync.sandbox.seed_bodies import unwritable
from capsync.sync.report import Options
from tests.pitfalls.acts import at_rest, edit_in_app, many
from tests.sync.world import World, paragraph

DAY = "2026-11-22"


def test_p09_a_daily_note_made_empty_elsewhere_does_not_replace_a_full_one(
    world: World, other: World
) -> None:
    """vrtmrz/obsidian-livesync#539 and Obsidian Sync: the newer, empty daily note won."""
    note = world.sandbox.app_daily_note(DAY, [paragraph("an hour of writing")])
    world.sync()
    other.sync()
    (path,) = world.files()
    first = world.sandbox.app_get(note)["blocks"]["RootDailyNote_notes"]
    for block in first:
        world.sandbox.app_delete_block(note, block["id"])
    for each in (world, other):
        assert each.sync().exit_code == 1
        assert "an hour of writing" in each.body(path)
    world.forget()
    world.sync()
    assert "an hour of writing" in world.body(path)
    assert "an hour of writing" in str(world.sandbox.app_get(note)["blocks"])


def test_p10_edits_made_while_capsync_was_off_are_seen_before_anything_is_written(
    world: World,
) -> None:
    """vrtmrz/obsidian-livesync#122: what was typed before the engine was ready got clobbered."""
    notes = [world.make(f"Note {n}", "one", "two") for n in range(5)]
    world.sync()
    for n, note in enumerate(notes):
        world.edit(f"Pages/Note {n}.md", "one", "typed offline")
        edit_in_app(world, note, "changed in the app", 1)
    world.sync()
    for n, note in enumerate(notes):
        assert world.texts(note) == ["typed offline", "changed in the app"]
        assert world.body(f"Pages/Note {n}.md") == "typed offline\n\nchanged in the app\n"


def test_p11_a_memory_that_is_lost_or_made_anew_deletes_nothing(world: World) -> None:
    """vrtmrz/obsidian-livesync#492: an upgrade deleted every file on some devices."""
    notes = many(world)
    edit_in_app(world, notes[0], "changed in the app")
    world.edit("Pages/Note 1.md", "text", "text, edited")
    (world.root / "Pages/Note 2.md").unlink()
    world.forget()
    report = world.sync()
    assert report.trashed == 0
    assert len(world.files()) == 10
    assert "changed in the app" in world.read("Pages/Note 0.md")
    assert "text, edited" in world.texts(notes[1])
    at_rest(world)


def test_p12_a_file_edited_outside_meanwhile_is_not_overwritten(world: World) -> None:
    """logseq/logseq#783, #6005, #3709, #10019, #11327: stale contents replaced newer ones."""
    notes = [world.make(f"Note {n}", "one", "two") for n in range(3)]
    world.sync()
    for note in notes:
        edit_in_app(world, note, "ONE")

    def edit_outside() -> None:
        world.edit("Pages/Note 0.md", "two", "two, from vim")
        world.write("Pages/Note 1.md", "")

    world.sandbox.before_next(edit_outside, method="GET", path="/object")
    report = world.sync()
    assert "two, from vim" in world.read("Pages/Note 0.md")
    assert world.read("Pages/Note 1.md") == ""
    assert world.body("Pages/Note 2.md") == "ONE\n\ntwo\n"
    assert {each.path for each in report.troubles} == {"Pages/Note 0.md", "Pages/Note 1.md"}
    world.sync()
    assert world.body("Pages/Note 0.md") == "ONE\n\ntwo, from vim\n"
    assert world.texts(notes[1]) == ["ONE", "two"]


def test_p13_rapid_saves_make_no_copies_and_bring_no_old_text_back(world: World) -> None:
    """samschott/maestral#319: quick saves in an IDE ended in conflicting copies of one's own."""
    note = world.make("Note", "version 0")
    world.sync()
    saves = 0

    def save() -> None:
        nonlocal saves
        saves += 1
        world.edit("Pages/Note.md", f"version {saves - 1}", f"version {saves}")

    for _ in range(6):
        save()
        world.sandbox.before_next(save, times=3)
        world.sync()
    world.sync()
    assert saves == 24
    assert world.body("Pages/Note.md") == "version 24\n"
    assert world.texts(note) == ["version 24"]
    assert list(world.files()) == ["Pages/Note.md"]


@pytest.mark.parametrize("age", [-(10**9), 10**9])
def test_p14_a_merge_keeps_what_both_sides_held_and_never_asks_which_is_newer(
    world: World, age: int
) -> None:
    """remotely-save#697, stravo1/obsidian-gdrive-sync#14: a smart merge lost text for good."""
    note = world.make("Note", "one word here", "two")
    world.sync()
    world.edit("Pages/Note.md", "one word", "my word")
    edit_in_app(world, note, "one word there")
    mine, theirs = world.read("Pages/Note.md"), "one word there"
    stamp = (world.root / "Pages/Note.md").stat().st_mtime + age
    os.utime(world.root / "Pages/Note.md", (stamp, stamp))
    assert world.sync().merged == 1
    assert world.texts(note) == ["my word there", "two"]
    kept = world.memory.revisions.list(note)
    assert mine in [each.content for each in kept if each.side == "vault"]
    assert any(theirs in each.content for each in kept if each.side == "space")


def test_p15_every_version_that_was_overwritten_or_deleted_is_kept(world: World) -> None:
    """vrtmrz/obsidian-livesync#728: one wrong button in a merge, and no way back."""
    note = world.make("Note", "version 0")
    world.make("Other", "x")
    world.sync()
    for n in range(1, 5):
        world.edit("Pages/Note.md", f"version {n - 1}", f"version {n}")
        world.sync()
    for n in range(5, 9):
        edit_in_app(world, note, f"version {n}")
        world.sync()
    world.sandbox.app_trash(note)
    world.sync()
    kept = [each.content for each in world.memory.revisions.list(note)]
    for n in range(9):
        assert any(f"version {n}" in each for each in kept), n


@pytest.mark.parametrize("at", range(8))
def test_p16_a_push_that_stops_midway_has_removed_nothing_that_is_not_replaced(
    world: World, at: int
) -> None:
    """sourcegraph/notionreposync#7, better-notion-mcp PR#806: all deleted, then written anew."""
    words = [f"paragraph {n}" for n in range(12)]
    note = world.make("Note", *words)
    world.sync()
    ids = {text: block["id"] for text, block in zip(words, world.blocks(note), strict=True)}
    world.edit("Pages/Note.md", "paragraph 1\n", "paragraph 1, edited\n")
    world.edit("Pages/Note.md", "paragraph 3\n\n", "")
    world.edit("Pages/Note.md", "paragraph 5\n", "paragraph 5\n\nadded\n")
    world.edit("Pages/Note.md", "paragraph 11", "moved\n\nparagraph 11")
    passed = 0
    handle = world.sandbox.handle

    def cut(request: object) -> object:
        nonlocal passed
        if request.method != "GET":  # type: ignore[attr-defined]
            passed += 1
            if passed - 1 == at:
                world.sandbox.drop_next(applied=at % 2 == 0, times=20)
        return handle(request)  # type: ignore[arg-type]

    world.sandbox.handle = cut  # type: ignore[method-assign, assignment]
    with suppress(RetryError):
        world.sync()
    untouched = [text for text in words if text not in ("paragraph 1", "paragraph 3")]
    held = {
        text: block["id"] for text, block in zip(world.texts(note), world.blocks(note), strict=True)
    }
    assert {text: held.get(text) for text in untouched} == {text: ids[text] for text in untouched}
    world.sandbox.handle = handle  # type: ignore[method-assign]
    world.sandbox.calm()
    world.sync()
    wanted = ["paragraph 0", "paragraph 1, edited", "paragraph 2", "paragraph 4", "paragraph 5"]
    assert world.texts(note)[:6] == [*wanted, "added"]
    assert world.texts(note)[-2:] == ["moved", "paragraph 11"]


def test_p17_blocks_that_markdown_cannot_say_survive_the_replacement_of_the_text(
    world: World,
) -> None:
    """makenotion/notion-mcp-server#171: replacing the contents trashed the child pages."""
    note = world.make("Note", "first")
    for block in unwritable():
        world.sandbox.app_insert(note, block)
    world.sync()
    before = {block["id"]: block for block in world.blocks(note)[1:]}
    head = world.read("Pages/Note.md").split("---\n\n")[0]
    world.write("Pages/Note.md", f"{head}---\n\nall of it written anew\n")
    world.sync(allow_deletes=True)
    after = {block["id"]: block for block in world.blocks(note)}
    kinds = ("unsupported", "EntityBlock")
    for name, block in before.items():
        if block["type"] in kinds and "blockType" in block:
            assert after[name] == block
    assert "all of it written anew" in world.texts(note)


def test_p18_hundreds_of_notes_and_blocks_are_read_to_the_end(world: World) -> None:
    """sh1nj1/plan42 PR#425: beyond the first hundred children, the page doubled each sync."""
    texts = [f"paragraph {n}" for n in range(350)]
    note = world.make("Long", *texts)
    for n in range(240):
        world.make(f"Note {n}", "x")
    assert world.sync().new_files == 241
    world.edit("Pages/Long.md", "paragraph 349", "the last")
    world.edit("Pages/Note 239.md", "x", "the very last")
    world.sync()
    assert world.texts(note) == [*texts[:-1], "the last"]
    assert len(world.files()) == len(world.sandbox.app_list("RootPage")) == 241
    at_rest(world)


def test_p19_what_only_the_space_can_hold_survives_an_edit_of_the_words(world: World) -> None:
    """hunyadi/md2conf#272, mark --preserve-comments: pushing erased what only the remote had."""
    seed_content(world.sandbox)
    world.sync()
    note = world.make(
        "Dressed",
        blocks=[
            paragraph("red words", colorTheme="bg-green"),
            paragraph("marked", highlight={"type": "custom", "label": "mine", "color": "blue"}),
            paragraph("roman", list={"type": "roman"}),
        ],
    )
    world.sync()
    before = world.blocks(note)
    for word in ("red words", "marked", "roman"):
        world.edit("Pages/Dressed.md", word, f"{word}, edited")
    assert world.sync().troubles == []
    for old, new in zip(before, world.blocks(note), strict=True):
        assert "edited" in json.dumps(new["tokens"])
        for key in ("id", "colorTheme", "highlight", "list", "hierarchy"):
            assert new.get(key) == old.get(key)


def test_a_wrong_plan_can_be_seen_before_it_is_carried_out(world: World) -> None:
    """A dry run never stops at the guard: it shows what would be lost."""
    for note in many(world)[:7]:
        world.sandbox.app_trash(note)
    report = world.engine().run(Options(dry_run=True))
    assert report.trashed == 7
    with pytest.raises(SafetyStop):
        world.sync()
