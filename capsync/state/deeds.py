"""What each run did to each note, as far as it takes to undo it.

A deed begins before either side is touched and ends together with the new
agreement. One that never ended was cut off; where the next run finds the work
done, it counts to that one.
"""

from __future__ import annotations

import json
from dataclasses import asdict, dataclass
from typing import Any

from capsync.state.database import Connection, pack, plain, unpack
from capsync.state.notes import Record

OPEN, UNDONE, LEFT = range(3)
"""What an undo made of a deed: nothing yet, it took it back, it had to leave it."""
THERE, ABSENT, TRASHED = "there", "absent", "trashed"
"""What an object can be."""
RUNS_KEPT = 50
"""Runs that can be undone, at most."""


@dataclass(frozen=True, slots=True)
class Deed:
    """What one run did to one note."""

    number: int
    run: int
    note: str
    what: str
    """What was done, in a word or two."""
    at: float
    """Seconds since the Unix epoch."""
    path: str
    """Where its file was before; empty where it had none."""
    text: int | None
    """The version its file held before; None where that was not overwritten."""
    state: str
    """What its object was before: `THERE`, `ABSENT` or `TRASHED`."""
    body: int | None
    """The version its object held before; None where that was not overwritten."""
    record: Record | None
    """What the sides had agreed on before; None where they never had."""
    new_path: str
    """Where its file was afterwards; empty where it had none."""
    new_text: str | None
    """The digest of what the file held afterwards."""
    new_body: str | None
    """The digest of what the object held afterwards, without ids; None where there was none."""
    ended: bool
    undone: int

    @property
    def where(self) -> str:
        """Where the file is or was; the note's id where it never had one."""
        known = self.record.path if self.record else ""
        return self.new_path or self.path or known or self.note


_COLUMNS = (
    "number, run, note, what, at, path, text, state, body, record, new_path, new_text, "
    "new_body, ended, undone"
)


class Deeds:
    """What the last runs did."""

    def __init__(self, connection: Connection) -> None:
        self._connection = connection

    def begin(
        self,
        run: int,
        note: str,
        what: str,
        *,
        path: str,
        state: str,
        record: Record | None,
        at: float,
    ) -> None:
        """Set down that a run is about to change a note, once.

        What an earlier run had begun and not finished cannot be told apart any more.
        """
        name = plain(note)
        held = pack("" if record is None else json.dumps(asdict(record)))
        row = (run, name, plain(what), at, plain(path), state, held)
        query = (
            "INSERT INTO deeds (run, note, what, at, path, state, record, new_path, ended, "
            "undone) VALUES (?, ?, ?, ?, ?, ?, ?, '', 0, 0)"
        )
        there = "SELECT 1 FROM deeds WHERE run = ? AND note = ?"
        with self._connection.transaction() as sql:
            sql.execute("DELETE FROM deeds WHERE note = ? AND ended = 0 AND run <> ?", (name, run))
            if sql.execute(there, (run, name)).fetchone() is None:
                sql.execute(query, row)

    def kept(self, run: int, note: str, side: str, version: int) -> None:
        """Note which version a side held before; the first one counts."""
        column = "text" if side == "vault" else "body"
        query = f"UPDATE deeds SET {column} = ? WHERE run = ? AND note = ? AND {column} IS NULL"  # noqa: S608  # nothing from outside
        with self._connection.transaction() as sql:
            sql.execute(query, (version, run, plain(note)))

    def end(self, run: int, note: str, path: str, text: str | None, body: str | None) -> None:
        """Set down what the sides held afterwards."""
        query = (
            "UPDATE deeds SET run = ?, new_path = ?, new_text = ?, new_body = ?, ended = 1, "
            "undone = 0 WHERE note = ? AND (ended = 0 OR run = ?)"
        )
        with self._connection.transaction() as sql:
            sql.execute(query, (run, plain(path), text, body, plain(note), run))

    def drop_open(self, note: str) -> None:
        """Forget what was begun with a note and not ended."""
        with self._connection.transaction() as sql:
            sql.execute("DELETE FROM deeds WHERE note = ? AND ended = 0", (plain(note),))

    def last(self) -> int | None:
        """Give the last run that did something which was not undone."""
        with self._connection.trouble() as sql:
            (run,) = sql.execute("SELECT max(run) FROM deeds WHERE undone = ?", (OPEN,)).fetchone()
        return None if run is None else int(run)

    def of_run(self, run: int) -> tuple[Deed, ...]:
        """Give what a run did and nobody has undone, the last first."""
        return self._select("WHERE run = ? AND undone = ? ORDER BY number DESC", run, OPEN)

    def of_note(self, note: str) -> tuple[Deed, ...]:
        """Give what was done to a note, the last first."""
        return self._select("WHERE note = ? ORDER BY run DESC, number DESC", plain(note))

    def mark(self, number: int, undone: int) -> None:
        """Set down what an undo made of a deed."""
        with self._connection.transaction() as sql:
            sql.execute("UPDATE deeds SET undone = ? WHERE number = ?", (undone, number))

    def versions_of(self, run: int | None) -> frozenset[int]:
        """Give the versions that are needed to undo a run."""
        query = "SELECT text, body FROM deeds WHERE run = ?"
        with self._connection.trouble() as sql:
            rows = sql.execute(query, (run,)).fetchall()
        return frozenset(number for row in rows for number in row if number is not None)

    def size(self) -> int:
        """Give the bytes that all this takes up."""
        with self._connection.trouble() as sql:
            (size,) = sql.execute("SELECT coalesce(sum(length(record)), 0) FROM deeds").fetchone()
        return int(size)

    def prune(self, before: float) -> None:
        """Drop what can no longer be undone, and what is older than a time or `RUNS_KEPT` runs.

        What the last run did stays.
        """
        last = self.last() or 0
        there = "(SELECT number FROM revisions)"
        lacking = f"(text NOT IN {there}) OR (body NOT IN {there})"  # which NULL is not
        old = "run <= (SELECT run FROM deeds GROUP BY run ORDER BY run DESC LIMIT 1 OFFSET ?)"
        query = f"DELETE FROM deeds WHERE run <> ? AND (at < ? OR {lacking} OR {old})"  # noqa: S608  # nothing from outside
        with self._connection.transaction() as sql:
            sql.execute(query, (last, before, RUNS_KEPT))

    def _select(self, where: str, *values: Any) -> tuple[Deed, ...]:
        with self._connection.trouble() as sql:
            query = f"SELECT {_COLUMNS} FROM deeds {where}"  # noqa: S608  # likewise
            return tuple(map(_built, sql.execute(query, values)))


def _built(row: tuple[Any, ...]) -> Deed:
    values = dict(zip(_COLUMNS.split(", "), row, strict=True))
    record = unpack(values["record"])
    values["record"] = Record(**json.loads(record)) if record else None
    return Deed(**values | {"ended": bool(values["ended"])})
