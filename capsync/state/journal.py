"""What is about to be done.

An intention is written down before anything that cannot be repeated, such as
making an object, and crossed out after it; one that is still there at the start
of a run is half-done work.
"""

from __future__ import annotations

from dataclasses import dataclass

from capsync.state.database import Connection, pack, plain, unpack

MAKE, WRITE, MOVE, FILE = "create", "write", "move", "file"
"""Kinds of intentions: to make an object of a file, to change one, to move a file, to write it."""


@dataclass(frozen=True, slots=True)
class Intention:
    """Something that was about to be done."""

    number: int
    kind: str
    path: str
    note: str | None
    """The note's id, or None where it has none yet."""
    payload: str
    """Whatever it takes to recognise the half-done work, as JSON."""
    at: float
    """Seconds since the Unix epoch."""


_INTENTION = "SELECT number, kind, path, note, payload, at FROM intentions"


class Intentions:
    """The work that is under way."""

    def __init__(self, connection: Connection) -> None:
        self._connection = connection

    def begin(self, kind: str, path: str, note: str | None, payload: str, *, at: float) -> int:
        """Set down what is about to be done; gives the number to cross it out by."""
        row = (plain(kind), plain(path), note if note is None else plain(note), pack(payload), at)
        query = "INSERT INTO intentions (kind, path, note, payload, at) VALUES (?, ?, ?, ?, ?)"
        with self._connection.transaction() as sql:
            return sql.execute(query, row).lastrowid or 0

    def done(self, number: int) -> None:
        """Cross out what was done, or what turned out not to be."""
        with self._connection.transaction() as sql:
            sql.execute("DELETE FROM intentions WHERE number = ?", (number,))

    def drop(self, kind: str, note: str) -> None:
        """Cross out all of one kind that was to be done to a note."""
        with self._connection.transaction() as sql:
            sql.execute("DELETE FROM intentions WHERE kind = ? AND note = ?", (kind, plain(note)))

    def settled(self, note: str, path: str) -> None:
        """Cross out what was to be done to a note, or made of its file: all is known."""
        query = "DELETE FROM intentions WHERE note = ? OR (kind = ? AND path = ?)"
        with self._connection.transaction() as sql:
            sql.execute(query, (plain(note), MAKE, plain(path)))

    def open(self) -> tuple[Intention, ...]:
        """List what has begun and not ended, in order."""
        return self._select("")

    def to_write(self, note: str) -> Intention | None:
        """Give what was last to be written to a note, if nobody heard the end of it."""
        found = self._select("WHERE kind = ? AND note = ?", WRITE, plain(note))
        return found[-1] if found else None

    def _select(self, where: str, *values: str) -> tuple[Intention, ...]:
        with self._connection.trouble() as sql:
            return tuple(
                Intention(number, kind, path, note, unpack(payload), at)
                for number, kind, path, note, payload, at in sql.execute(
                    f"{_INTENTION} {where} ORDER BY number", values
                )
            )
