"""What was set aside, what the last runs reported, and odds and ends."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, replace

from capsync.state.database import Connection, pack, plain, unpack

_RUNS_KEPT = 50
_UNENDED = pack("")
"""The report of a run that has not ended."""


@dataclass(frozen=True, slots=True)
class SetAside:
    """A note that is left alone while all others sync."""

    path: str
    note: str | None
    """Its id, or None where it has none."""
    message: str
    since: float
    """When it was first set aside, in seconds since the Unix epoch."""
    next_step: str = ""
    """What the person, or capsync, can do about it."""


class SetAsides:
    """The notes of the last run that were set aside."""

    def __init__(self, connection: Connection) -> None:
        self._connection = connection

    def replace_all(self, notes: Iterable[SetAside]) -> None:
        """Make these the ones set aside; those that were already keep their time."""
        with self._connection.transaction() as sql:
            since = {each.path: each.since for each in self.list()}
            rows = [
                replace(each, since=min(since.get(plain(each.path), each.since), each.since))
                for each in notes
            ]
            sql.execute("DELETE FROM set_aside")
            sql.executemany(
                "INSERT INTO set_aside (path, note, message, since, next_step) "
                "VALUES (?, ?, ?, ?, ?)",
                [
                    (
                        plain(each.path),
                        each.note if each.note is None else plain(each.note),
                        plain(each.message),
                        each.since,
                        plain(each.next_step),
                    )
                    for each in rows
                ],
            )

    def list(self) -> tuple[SetAside, ...]:
        """List what is set aside, by path."""
        query = "SELECT path, note, message, since, next_step FROM set_aside ORDER BY path, number"
        with self._connection.trouble() as sql:
            return tuple(SetAside(*row) for row in sql.execute(query))


class Meta:
    """Single values by name, such as the space's id or a cache as JSON."""

    def __init__(self, connection: Connection) -> None:
        self._connection = connection

    def get(self, key: str) -> str | None:
        """Give a value, or None if there is none."""
        with self._connection.trouble() as sql:
            row = sql.execute("SELECT value FROM meta WHERE key = ?", (key,)).fetchone()
        return None if row is None else unpack(row[0])

    def keys(self, first_word: str) -> tuple[str, ...]:
        """Give the rest of all keys that begin with a word and a blank."""
        query = "SELECT substr(key, ?) FROM meta WHERE key > ? AND key < ? ORDER BY key"
        bounds = (len(first_word) + 2, f"{first_word} ", f"{first_word}!")
        with self._connection.trouble() as sql:
            return tuple(key for (key,) in sql.execute(query, bounds))

    def put(self, key: str, value: str | None) -> None:
        """Set a value, or drop it with None."""
        with self._connection.transaction() as sql:
            if value is None:
                sql.execute("DELETE FROM meta WHERE key = ?", (key,))
            else:
                query = "INSERT OR REPLACE INTO meta (key, value) VALUES (?, ?)"
                sql.execute(query, (key, pack(value)))


@dataclass(frozen=True, slots=True)
class Run:
    """What one run reported."""

    report: str
    """JSON, as ``sync --json`` prints it."""
    at: float
    """When it ended, in seconds since the Unix epoch."""


class Runs:
    """The last runs."""

    def __init__(self, connection: Connection) -> None:
        self._connection = connection

    def begin(self, kind: str, at: float) -> int:
        """Give a run its number.

        Args:
            kind: ``sync``, or another command's name.
        """
        query = "INSERT INTO runs (report, at, kind) VALUES (?, ?, ?)"
        with self._connection.transaction() as sql:
            number = sql.execute(query, (_UNENDED, at, kind)).lastrowid or 0
            sql.execute("DELETE FROM runs WHERE number <= ?", (number - _RUNS_KEPT,))
        return number

    def end(self, number: int, report: str, at: float) -> None:
        """Keep the report of a run that has begun."""
        with self._connection.transaction() as sql:
            query = "UPDATE runs SET report = ?, at = ? WHERE number = ?"
            sql.execute(query, (pack(report), at, number))

    def add(self, report: str, at: float) -> None:
        """Keep the report of a run that nobody gave a number, and only so many earlier ones."""
        self.end(self.begin("sync", at), report, at)

    def last(self) -> Run | None:
        """Give the latest report of a sync."""
        return next(iter(self.list(1)), None)

    def list(self, limit: int = _RUNS_KEPT) -> tuple[Run, ...]:
        """Give the reports of syncs that are kept, the latest first."""
        query = (
            "SELECT report, at FROM runs WHERE kind = 'sync' AND report <> ? "
            "ORDER BY number DESC LIMIT ?"
        )
        with self._connection.trouble() as sql:
            rows = sql.execute(query, (_UNENDED, limit))
            return tuple(Run(unpack(report), at) for report, at in rows)
