"""What is about to be done, and every version that was ever overwritten.

An intention is written down before anything that cannot be repeated, such as
making an object, and crossed out after it; one that is still there at the start
of a run is half-done work. A revision is kept before either side's version is
replaced or deleted, so that any of it can be undone.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from capsync.state.database import Connection, pack, plain, unpack


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


@dataclass(frozen=True, slots=True)
class Revision:
    """A version of a note that was overwritten."""

    number: int
    note: str
    path: str
    side: str
    """``vault`` or ``space``."""
    content: str
    """The file's text, or the note as JSON."""
    reason: str
    at: float
    """Seconds since the Unix epoch."""


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

    def open(self) -> tuple[Intention, ...]:
        """List what has begun and not ended, in order."""
        query = "SELECT number, kind, path, note, payload, at FROM intentions ORDER BY number"
        with self._connection.trouble() as sql:
            return tuple(
                Intention(number, kind, path, note, unpack(payload), at)
                for number, kind, path, note, payload, at in sql.execute(query)
            )


_REVISION = "SELECT number, note, path, side, content, reason, at FROM revisions"


class Revisions:
    """The versions that were overwritten."""

    def __init__(self, connection: Connection) -> None:
        self._connection = connection

    def keep(self, note: str, path: str, side: str, content: str, *, reason: str, at: float) -> int:
        """Keep a version, unless it is what was last kept of that note and side.

        Args:
            note: The note's id; empty where it has none.
            at: Seconds since the Unix epoch.
        """
        row = (plain(note), plain(path), side, pack(content), plain(reason), at)
        last = (
            "SELECT number, content FROM revisions WHERE note = ? AND path = ? AND side = ? "
            "ORDER BY number DESC LIMIT 1"
        )
        query = (
            "INSERT INTO revisions (note, path, side, content, reason, at) "
            "VALUES (?, ?, ?, ?, ?, ?)"
        )
        with self._connection.transaction() as sql:
            held = sql.execute(last, row[:3]).fetchone()
            if held is not None and held[1] == row[3]:
                return int(held[0])
            return sql.execute(query, row).lastrowid or 0

    def get(self, number: int) -> Revision | None:
        """Give one version."""
        found = self._select("WHERE number = ?", number)
        return found[0] if found else None

    def list(self, note: str) -> tuple[Revision, ...]:
        """Give the versions of a note, the latest first."""
        return self._select("WHERE note = ? ORDER BY number DESC", plain(note))

    def of_path(self, path: str) -> tuple[Revision, ...]:
        """Give the versions of whatever was at *path*, the latest first."""
        return self._select("WHERE path = ? ORDER BY number DESC", plain(path))

    def since(self, at: float) -> tuple[Revision, ...]:
        """Give all versions kept from *at* on, the latest first."""
        return self._select("WHERE at >= ? ORDER BY number DESC", at)

    def prune(self, before: float) -> int:
        """Drop the versions kept before a time; gives how many they were."""
        with self._connection.transaction() as sql:
            return sql.execute("DELETE FROM revisions WHERE at < ?", (before,)).rowcount

    def _select(self, where: str, value: Any) -> tuple[Revision, ...]:
        with self._connection.trouble() as sql:
            return tuple(
                Revision(number, note, path, side, unpack(content), reason, at)
                for number, note, path, side, content, reason, at in sql.execute(
                    f"{_REVISION} {where}", (value,)
                )
            )
