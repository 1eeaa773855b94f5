"""Every version that was ever overwritten or removed, on either side.

A version is kept before either side's is replaced or deleted, so that any of it
can be undone. Each note counts its versions from 1; a number, once given, never
means another version, not even after old ones were dropped.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from capsync.state.database import Connection, pack, plain, unpack


@dataclass(frozen=True, slots=True)
class Revision:
    """A version of a note that was overwritten."""

    number: int
    note: str
    path: str
    """Where the file was then."""
    side: str
    """``vault`` or ``space``."""
    content: str
    """The file's text, or the note as JSON."""
    reason: str
    at: float
    """Seconds since the Unix epoch."""
    version: int = 0
    """Its number among the versions of the note, from 1."""
    run: int = 0
    """The run that overwrote it; 0 where that was not written down yet."""


@dataclass(frozen=True, slots=True)
class Weight:
    """A version without its content."""

    number: int
    note: str
    side: str
    at: float
    """Seconds since the Unix epoch."""
    size: int
    """Bytes, as they are stored."""


_REVISION = "SELECT number, note, path, side, content, reason, at, version, run FROM revisions"


class Revisions:
    """The versions that were overwritten."""

    def __init__(self, connection: Connection) -> None:
        self._connection = connection

    def keep(
        self,
        note: str,
        path: str,
        side: str,
        content: str,
        *,
        reason: str,
        at: float,
        run: int = 0,
    ) -> int:
        """Keep a version, unless it is what was last kept of that note, place and side.

        Args:
            note: The note's id; empty where it has none.
            at: Seconds since the Unix epoch.
            run: The number of the run that overwrites it.
        """
        note, path, packed = plain(note), plain(path), pack(content)
        last = (
            "SELECT number, content FROM revisions WHERE note = ? AND path = ? AND side = ? "
            "ORDER BY number DESC LIMIT 1"
        )
        count = (
            "INSERT INTO versions (note, last) VALUES (?, 1) "
            "ON CONFLICT (note) DO UPDATE SET last = last + 1 RETURNING last"
        )
        query = (
            "INSERT INTO revisions (note, path, side, content, reason, at, version, run) "
            "VALUES (?, ?, ?, ?, ?, ?, ?, ?)"
        )
        with self._connection.transaction() as sql:
            held = sql.execute(last, (note, path, side)).fetchone()
            if held is not None and held[1] == packed:
                return int(held[0])
            (version,) = sql.execute(count, (note,)).fetchone()
            row = (note, path, side, packed, plain(reason), at, version, run)
            return sql.execute(query, row).lastrowid or 0

    def get(self, number: int) -> Revision | None:
        """Give one version."""
        return next(iter(self._select("WHERE number = ?", number)), None)

    def version(self, note: str, version: int) -> Revision | None:
        """Give a version by its number among those of its note."""
        found = self._select("WHERE note = ? AND version = ?", plain(note), version)
        return next(iter(found), None)

    def list(self, note: str) -> tuple[Revision, ...]:
        """Give the versions of a note, the latest first."""
        return self._select("WHERE note = ? ORDER BY number DESC", plain(note))

    def of_path(self, path: str) -> tuple[Revision, ...]:
        """Give the versions of whatever was at *path*, the latest first."""
        return self._select("WHERE path = ? ORDER BY number DESC", plain(path))

    def since(self, at: float) -> tuple[Revision, ...]:
        """Give all versions kept from *at* on, the latest first."""
        return self._select("WHERE at >= ? ORDER BY number DESC", at)

    def paths(self) -> tuple[tuple[str, str], ...]:
        """Give every note with every path it had when a version of it was kept."""
        query = "SELECT DISTINCT note, path FROM revisions ORDER BY note, path"
        with self._connection.trouble() as sql:
            return tuple((note, path) for note, path in sql.execute(query))

    def hand_over(self, note: str, to: str) -> None:
        """Let the versions of a note that was destroyed be those of the note made in its place."""
        old, new = plain(note), plain(to)
        with self._connection.transaction() as sql:
            sql.execute("UPDATE revisions SET note = ? WHERE note = ?", (new, old))
            sql.execute("UPDATE OR REPLACE versions SET note = ? WHERE note = ?", (new, old))

    def weights(self) -> tuple[Weight, ...]:
        """List all versions with what they take up, in the order they were kept."""
        query = "SELECT number, note, side, at, length(content) FROM revisions ORDER BY number"
        with self._connection.trouble() as sql:
            return tuple(Weight(*row) for row in sql.execute(query))

    def drop(self, numbers: Iterable[int]) -> None:
        """Drop versions; their numbers are not given again."""
        with self._connection.transaction() as sql:
            sql.executemany("DELETE FROM revisions WHERE number = ?", [(each,) for each in numbers])

    def _select(self, where: str, *values: Any) -> tuple[Revision, ...]:
        with self._connection.trouble() as sql:
            return tuple(
                Revision(number, note, path, side, unpack(content), reason, at, version, run)
                for number, note, path, side, content, reason, at, version, run in sql.execute(
                    f"{_REVISION} {where}", values
                )
            )
