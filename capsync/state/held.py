"""Notes that an undo has set back, and that wait for a person.

The next sync would only do again what was undone. So it leaves such a note alone
as long as both sides hold what is set down here.
"""

from __future__ import annotations

from dataclasses import astuple, dataclass

from capsync.state.database import Connection, plain


@dataclass(frozen=True, slots=True)
class Held:
    """What the two sides of a note held when a run was undone."""

    note: str
    """Its id; empty where it has none any more."""
    path: str
    """Where its file is; where it has none, where it was."""
    title: str
    structure: str
    vault: str | None
    """The digest of the file; None where there is none."""
    space: str | None
    """The digest of the object, without ids; None where there is none."""
    run: int
    """The run that was undone."""
    at: float
    """When it was undone, in seconds since the Unix epoch."""


_COLUMNS = "note, path, title, structure, vault, space, run, at"


class Holds:
    """The notes that are held."""

    def __init__(self, connection: Connection) -> None:
        self._connection = connection

    def put(self, held: Held) -> None:
        """Hold a note, or hold it otherwise."""
        row = tuple(plain(each) if isinstance(each, str) else each for each in astuple(held))
        query = f"INSERT INTO held ({_COLUMNS}) VALUES (?, ?, ?, ?, ?, ?, ?, ?)"  # noqa: S608  # nothing from outside
        with self._connection.transaction() as sql:
            self.release(held)
            sql.execute(query, row)

    def release(self, held: Held) -> None:
        """Let a sync look at a note again."""
        key, value = ("note", held.note) if held.note else ("note = '' AND path", held.path)
        with self._connection.transaction() as sql:
            sql.execute(f"DELETE FROM held WHERE {key} = ?", (plain(value),))  # noqa: S608  # likewise

    def of_note(self, note: str) -> Held | None:
        """Give what is held of a note."""
        return next((each for each in self.list() if each.note == note), None)

    def list(self) -> tuple[Held, ...]:
        """List what is held, by path."""
        with self._connection.trouble() as sql:
            rows = sql.execute(f"SELECT {_COLUMNS} FROM held ORDER BY path, number")  # noqa: S608  # likewise
            return tuple(Held(*row) for row in rows)
