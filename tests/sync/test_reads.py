"""What a sync reads first, what it leaves for later, and what the next one knows of that."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from unittest.mock import patch

import pytest

from capsync.model.note import Note
from capsync.model.token import NoteId
from capsync.sync.engine import Engine
from capsync.sync.report import Options, Report
from tests.sync.world import World, paragraph

NOTES = 50


class Reader:
    """Syncs, and remembers which objects were read in which order."""

    def __init__(self, world: World) -> None:
        self.world = world
        self.read: list[NoteId] = []
        self.stop_after = 10**9

    def get(self, note: NoteId) -> Note:
        if len(self.read) >= self.stop_after:
            raise KeyboardInterrupt
        self.read.append(note)
        return self.got(note)

    def sync(self, **options: float | bool) -> Report:
        self.read = []
        self.got = self.world.client.get
        with patch.object(self.world.client, "get", self.get):
            return self.world.sync(**options)


@pytest.fixture
def world(tmp_path: Path) -> Iterator[World]:
    """A space that allows thirty reads a minute, as the real one does."""
    made = World(tmp_path, quota_scale=1)
    yield made
    made.close()


@pytest.fixture
def reader(world: World) -> Reader:
    return Reader(world)


@pytest.fixture
def notes(world: World) -> list[str]:
    """Notes that were synced once."""
    made = [world.make(f"Note {number:02}", f"text {number}") for number in range(NOTES)]
    world.sync()
    return made


def edit(world: World, note: str, text: str) -> None:
    """Edit a note in the app."""
    world.sandbox.app_edit_block(note, world.blocks(note)[0]["id"], paragraph(text))


def test_a_note_renamed_in_the_app_is_read_before_all_others(
    world: World, reader: Reader, notes: list[str]
) -> None:
    world.sandbox.app_rename(notes[33], "Another title")
    reader.sync()
    assert reader.read[0] == notes[33]
    assert len(reader.read) == NOTES


def test_a_note_that_keeps_changing_is_read_before_those_that_never_do(
    world: World, reader: Reader, notes: list[str]
) -> None:
    for turn in range(3):
        edit(world, notes[40], f"more {turn}")
        reader.sync()
    assert reader.read[0] == notes[40]


def test_what_was_written_is_read_back_first_also_by_another_process(
    world: World, reader: Reader, notes: list[str]
) -> None:
    world.write("Pages/Note 29.md", world.read("Pages/Note 29.md") + "\nmine\n")
    world.sync(push=True, pull=False)
    reader.sync()
    assert reader.read[0] == notes[29]


def test_a_quick_sync_reads_for_a_minute_and_says_what_it_left(
    world: World, reader: Reader, notes: list[str]
) -> None:
    begun = world.clock.now()
    report = reader.sync(reading=60.0)
    assert world.clock.now() - begun < 61 + 60  # the world waits a minute before each sync
    assert 0 < len(reader.read) <= 31
    assert report.unchecked == NOTES - len(reader.read)
    assert report.unchecked_since is not None
    assert report.unchecked_since <= begun
    assert report.exit_code == 0


def test_the_next_quick_sync_goes_on_where_the_last_one_stopped(
    world: World, reader: Reader, notes: list[str]
) -> None:
    reader.sync(reading=60.0)
    first = set(reader.read)
    reader.sync(reading=60.0)
    assert set(notes) - first <= set(reader.read)


def test_a_quick_sync_pushes_everything_first(
    world: World, reader: Reader, notes: list[str]
) -> None:
    for number in range(5):
        world.write(
            f"Pages/Note {number:02}.md", world.read(f"Pages/Note {number:02}.md") + "\nx\n"
        )
    report = reader.sync(reading=60.0)
    assert report.pushed == 5
    assert set(reader.read[:5]) == set(notes[:5])


def test_a_first_sync_can_be_had_a_minute_at_a_time(world: World, reader: Reader) -> None:
    for number in range(NOTES):
        world.make(f"Note {number:02}", f"text {number}")
    first = reader.sync(reading=60.0)
    assert first.new_files + first.unread == NOTES
    assert first.unread > 0
    second = reader.sync(reading=60.0)
    assert second.new_files == first.unread
    assert len(world.files()) == NOTES


def test_notes_that_were_read_before_a_ctrl_c_are_not_read_first_again(
    world: World, reader: Reader, notes: list[str]
) -> None:
    reader.stop_after = 20
    with pytest.raises(KeyboardInterrupt):
        reader.sync()
    before = set(reader.read)
    reader.stop_after = 10**9
    reader.sync()
    assert set(reader.read[: NOTES - 20]) == set(notes) - before


def test_a_dry_run_learns_nothing(world: World, reader: Reader, notes: list[str]) -> None:
    before = world.memory.checks.all()
    reader.sync(dry_run=True)
    assert world.memory.checks.all() == before


def test_what_was_learned_goes_with_the_note(
    world: World, reader: Reader, notes: list[str]
) -> None:
    (world.root / "Pages/Note 07.md").unlink()
    reader.sync()
    assert notes[7] not in {each.note for each in world.memory.checks.all()}
    assert len(world.memory.checks.all()) == NOTES - 1


def test_notes_of_an_older_capsync_are_read_by_the_age_of_their_last_check(
    world: World, reader: Reader, notes: list[str]
) -> None:
    world.memory.checks.forget(notes)
    for number, note in enumerate(reversed(notes)):
        world.memory.notes.checked(note, 1000.0 + number)
    reader.sync()
    assert reader.read == list(reversed(notes))


def test_an_edit_here_does_not_wait_for_a_read_of_anything_else(
    world: World, reader: Reader, notes: list[str]
) -> None:
    world.write("Pages/Note 03.md", world.read("Pages/Note 03.md") + "\nmine\n")
    report = reader.sync(edited_only=True)
    assert reader.read == [notes[3]]
    assert report.pushed == 1


def test_a_file_that_is_being_written_is_left_alone(world: World, notes: list[str]) -> None:
    for name in ("Pages/Note 03.md", "Pages/Note 04.md"):
        world.write(name, world.read(name) + "\nmine\n")
    world.write("Pages/New.md", "just begun\n")
    busy = frozenset({"Pages/Note 04.md", "Pages/New.md"})
    engine: Engine = world.engine()
    assert engine.run(Options(edited_only=True, busy=busy)).pushed == 1
    report = engine.run(Options(edited_only=True))
    assert (report.pushed, report.new_objects) == (1, 1)


def test_a_sync_of_one_note_forgets_no_other_that_was_set_aside(
    world: World, notes: list[str]
) -> None:
    bad = "---\na: [1\n---\ntext\n"
    world.write("Pages/Bad.md", bad)
    world.write("Pages/Worse.md", bad)
    world.sync()
    world.write("Pages/Worse.md", "fine now\n")
    world.sync(edited_only=True)
    assert [each.path for each in world.memory.set_aside.list()] == ["Pages/Bad.md"]
