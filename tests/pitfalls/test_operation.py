"""What made other tools hard to live with."""

from __future__ import annotations

import json
from contextlib import suppress
from pathlib import Path

import pytest

from capsync.errors import RetryError, RunError
from capsync.vault.files import Folder
from capsync.vault.vault import MARKER
from tests.cli.world import person
from tests.pitfalls.acts import at_rest, edit_in_app, many
from tests.sync.world import World


def test_p44_a_vault_in_another_sync_folder_does_not_multiply(world: World) -> None:
    """JeffSteinbok/obsidian-onedrive#128: two tools on one folder made copies of copies."""
    many(world)
    text = world.read("Pages/Note 0.md")
    for name in (
        "Note 0.sync-conflict-20261122-101010-ABCDEFG.md",
        "Note 0 (Anna's conflicted copy 2026-11-22).md",
        "Note 0 (SFConflict anna@example.org 2026-11-22-10-10-10).md",
        ".~lock.Note 0.md#",
        ".Note 0.md.tmp",
    ):
        world.write(f"Pages/{name}", text)
    for folder in (".stfolder", ".stversions/Pages", ".dropbox.cache", ".obsidian"):
        world.write(f"{folder}/Note 0.md", text)
    at_rest(world)
    again = Folder(world.root).lock()
    with world.vault.lock(), pytest.raises(RunError, match="another capsync"):
        again.__enter__()


def test_p45_whatever_is_not_in_sync_has_a_cause_a_time_and_a_remedy(tmp_path: Path) -> None:
    """remotely-save#883, vrtmrz/obsidian-livesync#443, #1002: failed to sync, no idea why."""
    with person(tmp_path, seeded=True) as someone:
        someone.connected().types("sync")
        (someone.vault / "bad.md").write_text("---\ntype: Taag\n---\nx\n")
        first = someone.types("sync", "--json")
        someone.clock.sleep(7200)
        someone.types("sync")
        status = json.loads(someone.types("status", "--json").stdout)
        shown = someone.types("status").stdout
    (error,) = json.loads(first.stdout)["errors"]
    assert first.exit_code == 1
    assert error["path"] == "bad.md"
    assert "Taag" in error["message"]
    assert "did you mean Tag?" in error["message"]  # what to write instead
    (aside,) = status["set_aside"]
    assert aside["message"] == error["message"]
    assert aside["since"] < status["last_run"]["at"]
    assert "bad.md" in shown
    assert "Taag" in shown


def test_p46_after_a_month_apart_different_edits_of_a_note_are_no_conflicts(
    world: World, other: World
) -> None:
    """samschott/maestral#668: coming back after a month meant a mountain of copies."""
    notes = [world.make(f"Note {n}", "one", "two", "three words here") for n in range(30)]
    for each in (world, other):
        each.sync()
    for n, note in enumerate(notes):
        world.edit(f"Pages/Note {n}.md", "one", "one, at the desk")
        world.edit(f"Pages/Note {n}.md", "three", "four")
        other.edit(f"Pages/Note {n}.md", "words here", "words there")
        edit_in_app(world, note, "two, on the phone", 1)
    other.edit("Pages/Note 0.md", "three", "five")
    world.clock.sleep(30 * 86400)
    reports = [each.sync() for each in (world, other, world)]
    assert [report.troubles for report in reports] == [[], [], []]
    assert reports[-1].conflicts == 1  # the same word, in one of thirty
    wanted = ["one, at the desk", "two, on the phone", "four words there"]
    assert all(world.texts(note) == wanted for note in notes[1:])
    assert [each.path for each in world.memory.notes.all() if each.conflicts] == ["Pages/Note 0.md"]
    assert len(world.files()) == 30
    at_rest(world, other)


def test_p47_a_conflict_holds_up_nothing_but_its_own_paragraph(world: World) -> None:
    """vrtmrz/obsidian-livesync#25: a dialog nobody saw stopped everything."""
    notes = [world.make(f"Note {n}", "one word here", "two") for n in range(4)]
    world.sync()
    world.edit("Pages/Note 0.md", "word", "mine")
    edit_in_app(world, notes[0], "one theirs here")
    assert world.sync().exit_code == 3
    world.edit("Pages/Note 0.md", "two", "two, edited")
    world.edit("Pages/Note 1.md", "two", "two, edited")
    edit_in_app(world, notes[2], "from the app", 1)
    world.write("New.md", "new\n")
    report = world.sync()
    assert (report.exit_code, report.troubles) == (3, [])
    assert (report.pushed, report.pulled, report.new_objects) == (2, 1, 1)
    assert world.texts(notes[0])[-1] == "two, edited"


def test_p48_what_is_not_understood_is_an_error_and_not_ignored(tmp_path: Path) -> None:
    """rclone/rclone#5685: a flag was silently without effect."""
    with person(tmp_path) as someone:
        someone.connected()
        asked = len(someone.sandbox.log)
        for words in (["sync", "--dry-rum"], ["sync", "-x"], ["snyc"], ["status", "extra"]):
            result = someone.types(*words)
            assert result.exit_code == 2
            assert result.stderr
        marker = someone.vault / MARKER
        good = marker.read_text()
        for wrong in ("[sync]\nignroe = []\n", "[snyc]\n", "[sync]\nignore = 'x'\n"):
            marker.write_text(f"{good}\n{wrong}")
            result = someone.types("sync")
            assert result.exit_code == 2
            assert "line" in result.stderr
        assert len(someone.sandbox.log) == asked  # nothing was asked since init


def test_p49_a_conflict_is_seen_on_every_device_and_in_the_app(world: World, other: World) -> None:
    """laurent22/joplin#7657, #5965: only the device that made the conflict showed it."""
    note = world.make("Note", "one word here")
    for each in (world, other):
        each.sync()
    world.edit("Pages/Note.md", "word", "mine")
    other.edit("Pages/Note.md", "word", "yours")
    for each in (world, other, world):
        each.sync()
    assert any(text.startswith("[!conflict]") for text in world.texts(note))
    for each in (world, other):
        assert each.sync().exit_code == 3
        body = each.body("Pages/Note.md")
        assert "one mine here" in body
        assert "one yours here" in body
        assert "> [!conflict]" in body
    callout = world.blocks(note)[1]["id"]
    world.sandbox.app_delete_block(note, callout)
    for each in (world, other):
        assert each.sync().exit_code == 0
        assert "[!conflict]" not in each.body("Pages/Note.md")


@pytest.mark.parametrize("applied", [True, False])
def test_p50_a_lost_answer_makes_nothing_twice(world: World, applied: bool) -> None:
    """Nyrest/capacities-mcp-enhanced: a time-out, a retry, and two of everything."""
    note = world.make("Note", "one")
    world.sync()
    world.write("New.md", "new words\n")
    world.edit("Pages/Note.md", "one\n", "one\n\nadded here\n")
    for method, path in (("POST", "/object"), ("POST", "/blocks/append")):
        world.sandbox.drop_next(applied=applied, method=method, path=path)
        with suppress(RetryError):
            world.sync()
    world.sandbox.calm()
    world.sync()
    assert world.texts(note) == ["one", "added here"]
    titles = sorted(world.title(each) for each in world.sandbox.app_list("RootPage"))
    assert titles == ["New", "Note"]
    assert world.texts(world.note_at("New.md")) == ["new words"]
    at_rest(world)
