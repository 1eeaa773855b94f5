"""What other tools did not notice."""

from __future__ import annotations

import json
import os
import random
from pathlib import Path

import pytest

from capsync.model.codec import decode_note
from capsync.model.normal import digest
from capsync.sync.observe import digest_text
from capsync.sync.report import Options
from tests.pitfalls.acts import at_rest, edit_in_app, many
from tests.sync.world import World, paragraph


@pytest.mark.parametrize("switches", [{}, {"no_timestamps": True}])
def test_p31_two_edits_within_a_second_are_both_seen(
    tmp_path: Path, switches: dict[str, bool]
) -> None:
    """agency-kit/notion-cms#116, activepieces#4671: times were rounded, and edits skipped."""
    world = World(tmp_path, **switches)
    note = world.make("Note", "zero")
    world.sync()
    for text in ("one", "two", "six"):
        edit_in_app(world, note, text)
        world.engine().run(Options())
        assert world.body("Pages/Note.md") == f"{text}\n"
    stat = (world.root / "Pages/Note.md").stat()
    world.edit("Pages/Note.md", "six", "ten")  # of the same length, at the same instant
    os.utime(world.root / "Pages/Note.md", ns=(stat.st_atime_ns, stat.st_mtime_ns + 1))
    world.engine().run(Options())
    assert world.texts(note) == ["ten"]
    world.close()


def test_p32_what_is_agreed_on_is_what_both_sides_hold(world: World, other: World) -> None:
    """pimutils/vdirsyncer#1155: neither side had changed, and yet they differed."""
    chance = random.Random(7)  # noqa: S311
    notes = [world.make(f"Note {n}", "one", "two", "three") for n in range(6)]
    for each in (world, other):
        each.sync()
    for turn in range(12):
        machine = chance.choice((world, other))
        which = chance.randrange(6)
        machine.edit(f"Pages/Note {which}.md", "\n---\n\n", f"\n---\n\nnew {turn}\n\n")

        def type_in_the_app(note: str = notes[which], turn: int = turn) -> None:
            world.sandbox.app_append(note, [paragraph(f"meanwhile {turn}")])

        # between our reading and our writing, where an answer holds more than was sent
        method = chance.choice(("GET", "PATCH", "POST", None))
        world.sandbox.before_next(type_in_the_app, method=method, path="/blocks/append")
        machine.sync()
        world.sandbox.calm()
    for each in (world, other, world, other):
        each.sync()
    for each in (world, other):
        for known in each.memory.notes.all():
            record = each.memory.notes.get(known.id)
            assert record is not None
            there = each.client.get(decode_note(json.loads(record.base)).id)
            assert digest(there) == digest(decode_note(json.loads(record.base)))
            assert digest(there) == record.note_digest
            assert digest_text(each.read(record.path)) == record.text_digest
            paragraphs = each.body(record.path).rstrip("\n").split("\n\n")
            assert paragraphs == each.texts(record.id)
    at_rest(world, other)


def test_p33_a_note_that_changes_all_the_time_holds_up_no_other(world: World) -> None:
    """pimutils/vdirsyncer#262: one item changing in the middle of a run ended the run."""
    notes = many(world)
    for note in notes:
        edit_in_app(world, note, "changed in the app")

    def save() -> None:
        path = world.root / "Pages/Note 4.md"
        path.write_text(path.read_text() + "more\n")

    world.sandbox.before_next(save, method="GET", path="/object", times=99)
    report = world.sync()
    assert [each.path for each in report.troubles] == ["Pages/Note 4.md"]
    assert report.pulled == 9
    world.sandbox.calm()
    assert world.sync().troubles == []
    assert "changed in the app" in world.body("Pages/Note 4.md")
    assert world.body("Pages/Note 4.md").count("more") >= 5


def test_p34_whatever_happened_unseen_is_found_by_looking(world: World) -> None:
    """gorakhargosh/watchdog#654, #721, #723, #736, #750, #835: events were lost or doubled."""
    notes = many(world, 60)
    pages = world.root / "Pages"
    for n in range(10):
        (pages / f"Note {n}.md").rename(world.root / f"Moved {n}.md")
    for n in range(10, 20):
        world.edit(f"Pages/Note {n}.md", "text", f"edited {n}")
    for n in range(20, 25):
        (pages / f"Note {n}.md").unlink()
    (pages / "Deep/er").mkdir(parents=True)
    for n in range(25, 30):
        world.edit(f"Pages/Note {n}.md", "text", f"edited {n}")
        (pages / f"Note {n}.md").rename(pages / f"Deep/er/Note {n}.md")
    for n in range(5):
        world.write(f"Pages/Deep/New {n}.md", "new\n")
    stat = (pages / "Note 40.md").stat()
    world.edit("Pages/Note 40.md", "text", "typo")  # same size, and an old time as cp -p leaves it
    os.utime(pages / "Note 40.md", ns=(stat.st_atime_ns, stat.st_mtime_ns - 10**9))
    report = world.sync()
    assert (report.trashed, report.new_objects, report.troubles) == (5, 5, [])
    assert world.title(notes[3]) == "Moved 3"
    assert [world.texts(notes[n]) for n in (12, 27, 40)] == [["edited 12"], ["edited 27"], ["typo"]]
    at_rest(world)


@pytest.mark.parametrize("lists", [True, False])
def test_p35_nothing_depends_on_when_the_service_says_a_note_was_edited(
    tmp_path: Path, lists: bool
) -> None:
    """dvanoni/notero#571: edits by the API did not move the time of the last edit."""
    world = World(tmp_path / "a", no_timestamps=True, lists=lists)
    other = World(tmp_path / "b", world)
    note = world.make("Note", "text")
    for each in (world, other):
        each.sync()
    world.edit("Pages/Note.md", "text", "pushed by the API")
    assert world.sync().pushed == 1
    assert other.sync().pulled == 1
    edit_in_app(world, note, "edited in the app")
    assert world.sync().pulled == 1
    other.close()
    world.close()
