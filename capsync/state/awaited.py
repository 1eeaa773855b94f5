"""Which notes wait for a note of some name, because they link to it."""

from __future__ import annotations

from collections.abc import Iterable

from capsync.state.database import Connection, plain


class Awaited:
    """Names that no note had when a note with a link to them was remembered."""

    def __init__(self, connection: Connection) -> None:
        self._connection = connection

    def all(self) -> tuple[tuple[str, str], ...]:
        """List notes, by id, each with a name it waits for."""
        with self._connection.trouble() as sql:
            return tuple(sql.execute("SELECT note, name FROM awaited ORDER BY number"))

    def set(self, note: str, names: Iterable[str]) -> None:
        """Note what a note waits for; what it waited for is replaced."""
        with self._connection.transaction() as sql:
            sql.execute("DELETE FROM awaited WHERE note = ?", (plain(note),))
            rows = ((plain(note), plain(name)) for name in names)
            sql.executemany("INSERT INTO awaited (note, name) VALUES (?, ?)", rows)

    def drop(self, note: str, names: Iterable[str]) -> None:
        """Note that a note waits for some names no longer."""
        with self._connection.transaction() as sql:
            rows = ((plain(note), plain(name)) for name in names)
            sql.executemany("DELETE FROM awaited WHERE note = ? AND name = ?", rows)
