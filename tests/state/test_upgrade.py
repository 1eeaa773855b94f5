"""A memory that an earlier capsync has written."""

from __future__ import annotations

import sqlite3
from pathlib import Path

import pytest
from sqlite_utils import Database

from capsync.errors import RunError
from capsync.state.schema import migrations
from capsync.state.store import Store


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
