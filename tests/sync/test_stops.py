"""A plan that looks like an accident stops before it begins, and says what to do."""

from __future__ import annotations

import shutil

import pytest

from capsync.errors import SafetyStop
from capsync.vault.files import Folder
from capsync.vault.vault import MARKER, VaultConfig, write_config
from tests.sync.world import VAULT_ID, World, paragraph

LONG = "word " * 40


def many(world: World, count: int = 10, text: str = "text") -> list[str]:
    """Make notes that both sides know."""
    notes = [world.make(f"Note {n}", text) for n in range(count)]
    world.sync()
    return notes


def gutted(world: World, notes: list[str], text: str = "little") -> None:
    """Write something else over notes, in the app."""
    for note in notes:
        block = world.blocks(note)[0]["id"]
        world.sandbox.app_edit_block(note, block, paragraph(text))


def stops(world: World, message: str) -> None:
    """The next sync stops and says so, with nothing done; then it may be allowed."""
    files = world.files()
    world.traffic()
    with pytest.raises(SafetyStop, match=message) as stop:
        world.sync()
    assert stop.value.exit_code == 4
    assert world.files() == files
    assert world.traffic()[1] == 0
    assert world.sync(dry_run=True).troubles == []
    assert world.sync(allow_deletes=True).troubles == []


def test_many_deleted_files_stop_with_counts_and_percent(world: World) -> None:
    many(world)
    for n in range(7):
        (world.root / f"Pages/Note {n}.md").unlink()
    stops(world, r"delete 7 of 10 notes in the space \(70%\).*--allow-deletes")


def test_many_trashed_objects_stop_with_counts_and_percent(world: World) -> None:
    for note in many(world)[:6]:
        world.sandbox.app_trash(note)
    stops(world, r"delete 6 of 10 notes in the vault \(60%\).*--allow-deletes")


@pytest.mark.parametrize("text", ["little", "other " * 40], ids=["emptied", "replaced"])
def test_many_overwritten_objects_stop_with_counts_and_percent(world: World, text: str) -> None:
    gutted(world, many(world, text=LONG)[:7], text)
    stops(world, r"overwrite most of 7 of 10 notes in the vault \(70%\).*--allow-deletes")


@pytest.mark.parametrize("text", ["little", "other " * 40], ids=["emptied", "replaced"])
def test_many_overwritten_files_stop_with_counts_and_percent(world: World, text: str) -> None:
    many(world, text=LONG)
    for n in range(7):
        world.edit(f"Pages/Note {n}.md", LONG.strip(), text.strip())
    stops(world, r"overwrite most of 7 of 10 notes in the space \(70%\).*--allow-deletes")


def test_an_edit_on_the_other_side_does_not_hide_an_overwritten_text(world: World) -> None:
    notes = many(world, text=LONG)
    for n, note in enumerate(notes[:7]):
        world.edit(f"Pages/Note {n}.md", "\nword", "\nedited word")
        world.sandbox.app_append(note, [paragraph("little")])
        world.sandbox.app_delete_block(note, world.blocks(note)[0]["id"])
    stops(world, "overwrite most of 7 of 10 notes in the vault")


def test_deletions_and_overwritten_texts_add_up(world: World) -> None:
    notes = many(world, text=LONG)
    for note in notes[:3]:
        world.sandbox.app_trash(note)
    gutted(world, notes[3:6])
    stops(world, r"delete 3 and overwrite most of 3 of 10 notes in the vault \(60%\)")


def test_a_few_at_a_time_within_the_hour_add_up(world: World) -> None:
    notes = many(world)
    for note in notes[:4]:
        world.sandbox.app_trash(note)
    assert world.sync().trashed == 4
    for note in notes[4:6]:
        world.sandbox.app_trash(note)
    with pytest.raises(SafetyStop, match=r"delete 2 of 6 .*, after 4 in the last hour \(60%\)"):
        world.sync()
    assert world.sync(allow_deletes=True).trashed == 2
    world.sandbox.app_trash(notes[6])
    assert world.sync().trashed == 1  # what was allowed does not count again
    world.clock.sleep(3600)
    world.sandbox.app_trash(notes[7])
    assert world.sync().trashed == 1


def test_moved_and_renamed_files_are_no_deletions(world: World) -> None:
    notes = many(world)
    (world.root / "Pages").rename(world.root / "Archive")
    for n in range(10):
        (world.root / f"Archive/Note {n}.md").rename(world.root / f"Archive/Renamed {n}.md")
    report = world.sync()
    assert (report.trashed, report.renamed, report.troubles) == (0, 10, [])
    assert world.title(notes[3]) == "Renamed 3"


# The vault itself


def test_a_vault_without_its_marker_stops(world: World) -> None:
    notes = many(world)
    (world.root / MARKER).unlink()
    with pytest.raises(SafetyStop, match="not mounted"):
        world.sync()
    assert not any(world.sandbox.app_get(note)["trashed"] for note in notes)


def test_a_vault_that_is_not_there_stops(world: World) -> None:
    notes = many(world)
    world.root.rename(world.folder / "elsewhere")
    world.root.mkdir()  # the mount point
    with pytest.raises(SafetyStop, match="not mounted"):
        world.sync()
    assert not any(world.sandbox.app_get(note)["trashed"] for note in notes)


def test_a_copy_of_the_vault_with_old_texts_stops(world: World) -> None:
    """A backup that is unpacked beside the vault holds yesterday's notes, and they are no edits."""
    (note, *_) = many(world)
    shutil.copytree(world.root, world.folder / "copy")
    world.edit("Pages/Note 0.md", "text", "newer text")
    world.sync()
    home, world.vault = world.vault, Folder(world.folder / "copy", clock=world.clock)
    with pytest.raises(SafetyStop, match="is a copy of the vault"):
        world.sync()
    assert world.texts(note) == ["newer text"]
    world.vault = home
    assert world.sync().steps == []


def test_a_moved_vault_is_the_same_vault(world: World) -> None:
    many(world)
    before = world.files()
    world.root = world.root.rename(world.folder / "moved")
    world.vault = Folder(world.root, clock=world.clock)
    world.traffic()
    report = world.sync()
    assert (report.steps, world.traffic()[1]) == ([], 0)
    assert world.files() == before


def test_a_folder_in_the_place_of_the_vault_that_is_another_vault_is_no_copy(world: World) -> None:
    many(world)
    moved = world.root.rename(world.folder / "moved")
    world.root.mkdir()
    other = "22222222-2222-4222-8222-222222222222"
    assert other != VAULT_ID
    write_config(world.root, VaultConfig(vault=other, space=world.sandbox.space_id))
    world.root, world.vault = moved, Folder(moved, clock=world.clock)
    assert world.sync().steps == []
