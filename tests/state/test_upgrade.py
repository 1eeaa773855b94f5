"""A memory that an earlier capsync has written."""

from __future__ import annotations

import sqlite3
from dataclasses import asdict
from pathlib import Path

import pytest
from sqlite_utils import Database

from capsync.errors import RunError
from capsync.state.database import pack
from capsync.state.schema import migrations
from capsync.state.store import Store
from tests.state.records import record


def test_an_older_file_is_backed_up_before_it_is_changed(tmp_path: Path) -> None:
    path = tmp_path / "state.db"
    older = Database(path)
    migrations.apply(older, stop_before="m002_history")
    older.table("meta").insert({"key": "space", "value": b"\0kept"})
    older.close()
    with Store.open(path) as store:
        assert store.meta.get("space") == "kept"
    backup = Database(tmp_path / "state.db.before-m002_history")
    assert [row["key"] for row in backup.table("meta").rows] == ["space"]
    assert [each.name for each in migrations.applied(backup)] == ["m001_first"]
    backup.close()


def test_a_new_file_needs_no_backup(tmp_path: Path) -> None:
    for _ in range(2):
        Store.open(tmp_path / "state.db").close()
    assert not [*tmp_path.glob("*.before-*")]


def test_what_notes_hold_is_taken_along_when_it_moves_to_a_table_of_its_own(tmp_path: Path) -> None:
    path = tmp_path / "state.db"
    older = Database(path)
    migrations.apply(older, stop_before="m005_contents")
    for number, note in ((3, "a"), (8, "b")):
        row = {name: value for name, value in asdict(record(note)).items() if name != "inode"}
        row |= {"base": pack(record(note).base), "text": pack(record(note).text)}
        older.table("notes").insert({"number": number, "inode": str(2**64 - 1), **row})
    older.close()
    with Store.open(path) as store:
        assert (store.notes.get("a"), store.notes.get("b")) == (record("a"), record("b"))
        store.notes.remember(record("a", title="Another"))
        assert (store.notes.find("another"), store.notes.find("trip")) == (("a",), ("b",))
        store.notes.checked("b", 3.0)
        store.notes.forget("a")
        assert store.notes.get("b") == record("b", checked_at=3.0, missing_since=None)
        assert [row for (row,) in store._connection.sql.execute("SELECT number FROM contents")] == [
            8
        ]
        assert store.damage() == ()


def test_an_upgrade_that_fails_leaves_the_file_as_it_was(tmp_path: Path) -> None:
    path = tmp_path / "state.db"
    older = Database(path)
    migrations.apply(older, stop_before="m002_history")
    older.execute("CREATE TABLE awaited (something TEXT)")  # in the way of a later migration
    older.close()
    with pytest.raises(RunError, match="awaited"):
        Store.open(path)
    sql = sqlite3.connect(path)
    tables = {name for (name,) in sql.execute("SELECT name FROM sqlite_master")}
    sql.close()
    assert "deeds" not in tables
