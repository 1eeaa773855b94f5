"""How every note stands, note by note; and lists of them."""

from __future__ import annotations

import time
from pathlib import Path

import pytest

from capsync.state.store import Record, Store
from capsync.web.place import Place
from capsync.web.standing import Row, State, Watchtower, narrowed, standing_of
from tests.cli.world import Person
from tests.sync.world import paragraph
from tests.web.world import later, place_of


def states(place: Place) -> dict[str, State]:
    return {row.path: row.state for row in standing_of(place).rows}


@pytest.fixture
def synced(someone: Person) -> Person:
    for title in ("Kept", "Edited", "Moved", "Removed", "Broken"):
        someone.sandbox.app_create("RootPage", title, blocks=[paragraph("some words")])
    assert someone.types("sync").exit_code == 0
    return someone


def test_every_note_has_one_state(synced: Person) -> None:
    pages = synced.vault / "Pages"
    (pages / "New.md").write_text("new\n")
    (pages / "Edited.md").write_text((pages / "Edited.md").read_text() + "\nmore\n")
    (pages / "Moved.md").rename(synced.vault / "Moved.md")
    (pages / "Removed.md").unlink()
    (pages / "Broken.md").write_text("---\ntitle: [\n---\n")
    standing = standing_of(place_of(synced))
    assert {row.path: row.state for row in standing.rows} == {
        "Moved.md": State.MOVED,
        "Pages/Broken.md": State.ASIDE,
        "Pages/Edited.md": State.CHANGED,
        "Pages/Kept.md": State.IN_SYNC,
        "Pages/New.md": State.NEW,
        "Pages/Removed.md": State.DELETED,
    }
    assert standing.counts == {
        "all": 6, "in-sync": 1, "waiting": 4, "conflict": 0, "set-aside": 1,
        "apart": 0, "gone": 0,
    }  # fmt: skip
    by_path = {row.path: row for row in standing.rows}
    assert by_path["Moved.md"].note == "from Pages/Moved.md"
    assert "line" in by_path["Pages/Broken.md"].note
    assert by_path["Pages/New.md"].id == ""
    assert len(standing.ages) == 5


def test_a_note_of_which_only_the_history_is_left_can_be_found(synced: Person) -> None:
    (synced.vault / "Pages/Removed.md").unlink()
    later(synced)
    assert synced.types("sync").exit_code == 0
    standing = standing_of(place_of(synced))
    (gone,) = [row for row in standing.rows if row.state is State.GONE]
    assert (gone.title, gone.path) == ("Removed", "Pages/Removed.md")
    assert standing.counts["all"] == 4


def test_a_note_in_conflict_is_one(synced: Person) -> None:
    note = synced.sandbox.app_create("RootPage", "Plan", blocks=[paragraph("one word")])
    later(synced)
    synced.types("sync")
    path = synced.vault / "Pages/Plan.md"
    path.write_text(path.read_text().replace("word", "mine"))
    (block,) = next(iter(synced.sandbox.app_get(note)["blocks"].values()))
    synced.sandbox.app_edit_block(note, block["id"], paragraph("one theirs"))
    later(synced)
    assert synced.types("sync").exit_code == 3
    (row,) = [each for each in standing_of(place_of(synced)).rows if each.title == "Plan"]
    assert (row.state, row.note) == (State.CONFLICT, "1 to settle")


def test_the_mark_changes_when_there_is_something_to_see(synced: Person) -> None:
    place = place_of(synced)
    before = standing_of(place).mark
    assert standing_of(place).mark == before
    (synced.vault / "Pages/New.md").write_text("new\n")
    assert standing_of(place).mark != before


def row(number: int, state: State = State.IN_SYNC) -> Row:
    path = f"Pages/Note {number:05}.md"
    return Row(f"id-{number}", path, f"Note {number:05}", state)


def test_a_list_is_narrowed_by_words_and_state_and_cut_in_pages() -> None:
    rows = [row(n, State.CHANGED if n % 10 == 0 else State.IN_SYNC) for n in range(10_000)]
    rows.append(row(99_999, State.GONE))
    assert narrowed(rows, "", "all", 1).found == 10_000
    assert narrowed(rows, "PAGES 0123", "all", 1).found == 11
    waiting = narrowed(rows, "", "waiting", 2)
    assert (waiting.found, waiting.pages, waiting.number) == (1000, 20, 2)
    assert waiting.rows[0].path == "Pages/Note 00500.md"
    assert narrowed(rows, "", "waiting", 999).number == 20
    assert narrowed(rows, "nothing such", "all", 5).rows == ()
    assert narrowed(rows, "", "no such group", 1).found == 10_000
    assert [each.state for each in narrowed(rows, "", "gone", 1).rows] == [State.GONE]


def test_a_look_is_shared_for_a_moment_and_no_longer(synced: Person) -> None:
    class Stopped:
        at = 0.0

        def now(self) -> float:
            return 0.0

        def monotonic(self) -> float:
            return self.at

        def sleep(self, seconds: float) -> None: ...

    clock = Stopped()
    place = place_of(synced)
    place = Place(place.root, place.state, place.config, clock, place.usage, place.activity)
    tower = Watchtower(place)
    first = tower.look()
    assert tower.look() is first
    clock.at = 1.5
    assert tower.look() is not first
    second = tower.look()
    tower.forget()
    assert tower.look() is not second


def test_ten_thousand_notes_are_listed_quickly(someone: Person, tmp_path: Path) -> None:
    place = place_of(someone)
    folder = someone.vault / "Pages"
    folder.mkdir(exist_ok=True)
    records = []
    for number in range(10_000):
        file = folder / f"Note {number:05}.md"
        file.write_bytes(b"x\n")
        status = file.stat()
        records.append(
            Record(
                id=f"00000000-0000-4000-8000-{number:012}",
                path=f"Pages/{file.name}",
                structure="RootPage",
                title=file.stem,
                text_digest="",
                note_digest="",
                mtime_ns=status.st_mtime_ns,
                size=status.st_size,
                inode=status.st_ino,
                base="{}",
                text="x\n",
            )
        )
    with Store.open(place.state) as memory:
        memory.notes.remember_all(records)
    began = time.process_time()
    standing = standing_of(place)
    part = narrowed(standing.rows, "note 09", "all", 3)
    spent = time.process_time() - began
    assert (part.found, standing.counts["in-sync"]) == (1279, 10_000)
    assert spent < 3.0
