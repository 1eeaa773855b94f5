"""What is asked of the memory for every note, and written for every note, is little."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from capsync.state import notes
from capsync.state.store import Store
from tests.state.records import record


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return tmp_path / "state.db"


@pytest.fixture
def store(path: Path) -> Iterator[Store]:
    with Store.open(path) as opened:
        yield opened


def test_notes_are_listed_and_found_by_indices_alone(store: Store) -> None:
    sql = store._connection.sql
    for query in (notes._ALL, f"{notes._SELECT} WHERE id = ?", f"{notes._SELECT} WHERE path = ?"):
        values = ("x",) * query.count("= ?")
        plan = [row[3] for row in sql.execute(f"EXPLAIN QUERY PLAN {query}", values)]
        assert all("INDEX" in step or "PRIMARY KEY" in step for step in plan), plan


def test_a_check_of_every_note_writes_no_contents(store: Store, path: Path) -> None:
    text = "".join(f"{number:x}" for number in range(2000))
    store.notes.remember_all(record(str(n), text=text, base=text) for n in range(200))
    contents = store._connection.sql.execute("SELECT sum(length(text)) FROM contents").fetchone()[0]
    store._connection.sql.execute("PRAGMA wal_checkpoint(TRUNCATE)")
    store.notes.all_checked([str(n) for n in range(200)], 7.0)
    assert {each.checked_at for each in store.notes.all()} == {7.0}
    assert path.with_name("state.db-wal").stat().st_size < contents / 2
