"""Versions keep their numbers, runs their deeds, and an older file keeps its rows."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest
from sqlite_utils import Database, Migrations

from capsync.state.database import pack
from capsync.state.deeds import UNDONE
from capsync.state.schema import m001_first
from capsync.state.store import Held, Run, Store
from tests.state.records import record


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return tmp_path / "state" / "state.db"


@pytest.fixture
def store(path: Path) -> Iterator[Store]:
    with Store.open(path) as opened:
        yield opened


def old_store(path: Path) -> None:
    """Make a file as the first version of capsync made it, with some rows."""
    path.parent.mkdir(parents=True)
    db = Database(path)
    first = Migrations("capsync")
    first()(m001_first)
    first.apply(db)
    for number, (note, reason) in enumerate([("a", "one"), ("b", "two"), ("a", "three")]):
        row = (note, f"{note}.md", "vault", pack(reason), reason, float(number))
        db.execute(
            "INSERT INTO revisions (note, path, side, content, reason, at) "
            "VALUES (?, ?, ?, ?, ?, ?)", row,
        )  # fmt: skip
    db.execute("INSERT INTO runs (report, at) VALUES (?, ?)", (pack("{}"), 5.0))
    db.conn.commit()
    db.close()


def test_an_older_file_keeps_its_rows_and_its_versions_get_numbers(path: Path) -> None:
    old_store(path)
    with Store.open(path) as store:
        assert [(each.version, each.reason, each.run) for each in store.revisions.list("a")] == [
            (2, "three", 0), (1, "one", 0),
        ]  # fmt: skip
        assert [each.version for each in store.revisions.list("b")] == [1]
        assert store.runs.last() == Run("{}", 5.0)
        store.revisions.keep("a", "a.md", "vault", "four", reason="x", at=9.0, run=2)
        assert store.revisions.list("a")[0].version == 3
        assert store.runs.begin("sync", 6.0) == 2
        assert store.deeds.last() is None
        assert store.damage() == ()


def test_a_version_number_is_never_given_again(store: Store) -> None:
    for text in ("one", "two"):
        store.revisions.keep("n", "a.md", "vault", text, reason="x", at=1.0)
    store.revisions.drop(each.number for each in store.revisions.list("n"))
    store.revisions.keep("n", "a.md", "vault", "three", reason="x", at=1.0)
    assert [each.version for each in store.revisions.list("n")] == [3]
    found = store.revisions.version("n", 3)
    assert found is not None
    assert found.content == "three"


def test_a_destroyed_note_hands_its_versions_over(store: Store) -> None:
    store.revisions.keep("old", "a.md", "vault", "one", reason="x", at=1.0)
    store.revisions.hand_over("old", "new")
    store.revisions.keep("new", "a.md", "vault", "two", reason="x", at=1.0)
    assert [each.version for each in store.revisions.list("new")] == [2, 1]
    assert store.revisions.list("old") == ()


def test_versions_are_weighed_as_they_are_stored(store: Store) -> None:
    store.revisions.keep("n", "a.md", "vault", "x" * 100_000, reason="x", at=1.0)
    store.revisions.keep("n", "a.md", "vault", "short", reason="x", at=1.0)
    long, short = store.revisions.weights()
    assert long.size < 1000
    assert short.size == 6


def test_a_run_that_never_ended_has_no_report(store: Store) -> None:
    first = store.runs.begin("sync", 1.0)
    store.runs.end(first, '{"n": 1}', 2.0)
    assert store.runs.begin("sync", 3.0) == first + 1
    undo = store.runs.begin("undo", 4.0)
    store.runs.end(undo, "{}", 5.0)
    assert store.runs.last() == Run('{"n": 1}', 2.0)


def begin(store: Store, run: int, note: str = "n", path: str = "a.md") -> None:
    store.deeds.begin(run, note, "x", path=path, state="there", record=record(note), at=float(run))


def test_a_deed_is_set_down_once_a_run_and_ends(store: Store) -> None:
    begin(store, 1)
    store.deeds.kept(1, "n", "vault", 7)
    begin(store, 1, path="b.md")
    store.deeds.kept(1, "n", "vault", 8)
    store.deeds.end(1, "n", "c.md", "t", "b")
    (deed,) = store.deeds.of_run(1)
    assert (deed.path, deed.text, deed.body, deed.new_path) == ("a.md", 7, None, "c.md")
    assert (deed.new_text, deed.new_body, deed.ended, deed.record) == ("t", "b", True, record("n"))
    store.deeds.mark(deed.number, UNDONE)
    assert store.deeds.last() is None


def test_a_deed_that_was_cut_off_counts_to_the_run_that_finds_it_done(store: Store) -> None:
    begin(store, 1)
    store.deeds.end(2, "n", "a.md", "t", "b")
    assert store.deeds.last() == 2
    begin(store, 3)
    begin(store, 4)  # what 3 had begun cannot be told apart any more
    store.deeds.end(4, "n", "a.md", "t", "b")
    assert [each.run for each in store.deeds.of_note("n")] == [4, 2]


def test_deeds_go_that_cannot_be_undone_any_more(store: Store) -> None:
    for run in (1, 2, 3):
        begin(store, run, f"n{run}")
        number = store.revisions.keep(f"n{run}", "a", "vault", "x", reason="x", at=float(run))
        store.deeds.kept(run, f"n{run}", "vault", number)
        store.deeds.end(run, f"n{run}", "a", "t", "b")
    store.revisions.drop(store.deeds.versions_of(2))
    store.deeds.prune(0.0)
    assert [bool(store.deeds.of_run(run)) for run in (1, 2, 3)] == [True, False, True]
    store.deeds.prune(99.0)
    assert [bool(store.deeds.of_run(run)) for run in (1, 2, 3)] == [False, False, True]
    assert store.deeds.size() > 0


def test_a_note_or_a_file_is_held_until_it_is_released(store: Store) -> None:
    note = Held("n", "a.md", "A", "RootPage", "t", None, 1, 2.0)
    file = Held("", "b.md", "", "", "t", None, 1, 2.0)
    for held in (note, file, replace(note, vault="u")):
        store.held.put(held)
    assert store.held.list() == (replace(note, vault="u"), file)
    assert store.held.of_note("n") == replace(note, vault="u")
    store.held.release(note)
    store.held.release(file)
    assert store.held.list() == ()
