"""Verify tells damage from edits, names the remedy, and changes nothing."""

from __future__ import annotations

import os
from collections.abc import Callable
from dataclasses import replace

import pytest

from capsync.sandbox.seed import seed_content
from capsync.sync.observe import digest_text
from capsync.sync.verify import DAMAGE, EDITED, HELD, Finding, verify
from tests.sync.deeds import DEEDS, pulls, two, undone
from tests.sync.world import World, paragraph


def found(world: World) -> list[Finding]:
    """Verify and check that nothing was changed by it."""
    world.clock.sleep(61)
    files, notes = world.files(), world.memory.notes.all()
    world.traffic()
    done = verify(world.engine().bench)
    assert world.traffic()[1] == 0
    assert (world.files(), world.memory.notes.all()) == (files, notes)
    assert done.exit_code == any(each.kind == DAMAGE for each in done.findings)
    return done.findings


def set_note(world: World, note: str, **values: object) -> None:
    """Write into the memory what no sync would."""
    for name, value in values.items():
        table = "contents" if name == "base" else "notes"
        one = "number = (SELECT number FROM notes WHERE id = ?)"
        query = f"UPDATE {table} SET {name} = ? WHERE {one}"  # noqa: S608
        with world.memory._connection.transaction() as sql:
            sql.execute(query, (value, note))


def test_a_seeded_space_agrees_after_a_sync(world: World) -> None:
    seed_content(world.sandbox)
    world.sync()
    assert found(world) == []


@pytest.mark.parametrize("deed", DEEDS, ids=lambda deed: deed.__name__)
def test_what_a_person_does_is_an_edit_and_no_damage(
    world: World, deed: Callable[[World], None]
) -> None:
    two(world)
    deed(world)
    kinds = {each.kind for each in found(world)}
    assert kinds <= {EDITED}
    world.sync()
    assert found(world) == []


def test_each_kind_of_edit_is_named(world: World) -> None:
    first, second = two(world)
    for title in ("Third", "Fourth", "Fifth"):
        world.make(title, "x")
    world.sync()
    world.edit("Pages/First.md", "one", "eins")
    world.sandbox.app_edit_block(second, world.blocks(second)[0]["id"], paragraph("ruhig"))
    (world.root / "Pages/Third.md").rename(world.root / "Third.md")
    (world.root / "Pages/Fourth.md").unlink()
    world.sandbox.app_trash(world.note_at("Pages/Fifth.md"))
    world.write("New.md", "new\n")
    assert sorted((each.path, each.cause) for each in found(world)) == [
        ("New.md", "new since the last sync"),
        ("Pages/Fifth.md", "trashed or destroyed in the space since the last sync"),
        ("Pages/First.md", "edited since the last sync"),
        ("Pages/Fourth.md", "its file was deleted since the last sync"),
        ("Pages/Second.md", "edited in the space since the last sync"),
        ("Pages/Third.md", "moved to Third.md since the last sync"),
    ]
    assert first


def test_a_note_that_an_undo_has_set_back_is_held(world: World) -> None:
    two(world)
    pulls(world)
    world.sync()
    undone(world)
    (only,) = found(world)
    assert (only.kind, only.path) == (HELD, "Pages/First.md")


def test_a_file_that_changed_behind_its_stamp_is_damage(world: World) -> None:
    two(world)
    place = world.root / "Pages/First.md"
    before = place.stat()
    place.write_text(place.read_text().replace("one", "eno"))
    os.utime(place, ns=(before.st_atime_ns, before.st_mtime_ns))
    (only,) = found(world)
    assert (only.kind, only.path) == (DAMAGE, "Pages/First.md")
    assert "time and size are as they were" in only.cause


def test_a_memory_that_contradicts_itself_is_damage(world: World) -> None:
    first, second = two(world)
    set_note(world, first, base=b"\0{}")
    set_note(world, second, note_digest="0" * 64)
    assert [(each.kind, each.path, each.cause) for each in found(world)] == [
        (DAMAGE, "Pages/First.md", "what was agreed on cannot be read any more"),
        (DAMAGE, "Pages/Second.md", "what was agreed on is not what was written down"),
    ]


def test_two_notes_in_one_file_are_damage(world: World) -> None:
    _, second = two(world)
    set_note(world, second, path="Pages/First.md")
    assert "2 notes are remembered to be in this file" in [each.cause for each in found(world)]


def test_a_copied_id_is_damage_with_its_remedy(world: World) -> None:
    two(world)
    world.write("Copy.md", world.read("Pages/First.md"))
    (only,) = found(world)
    assert (only.kind, only.path) == (DAMAGE, "Copy.md")
    assert "remove that line here" in only.cause


def test_a_file_that_does_not_say_what_the_space_holds_is_damage(world: World) -> None:
    first, _ = two(world)
    record = world.memory.notes.get(first)
    assert record is not None
    text = record.text.replace("two", "too")
    world.write("Pages/First.md", text)
    place = (world.root / "Pages/First.md").stat()
    world.memory.notes.remember(
        replace(
            record, text=text, text_digest=digest_text(text),
            mtime_ns=place.st_mtime_ns, size=place.st_size, inode=place.st_ino,
        )
    )  # fmt: skip
    (only,) = found(world)
    assert (only.kind, only.path) == (DAMAGE, "Pages/First.md")
    assert "does not say what the space holds (1 block changed)" in only.cause


def test_damage_in_the_state_file_is_named(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    two(world)
    monkeypatch.setattr(world.memory._connection, "damage", lambda: ("row 3 missing",))
    (only,) = found(world)
    assert "the state file is damaged: row 3 missing" in only.cause
