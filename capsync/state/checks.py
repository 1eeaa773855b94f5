"""What the schedule of reads has learned, note by note, for the next process to go on with.

Rows are plain; `capsync.sync.reads` knows what they mean.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, replace
from typing import Any

from capsync.state.database import Connection, plain

_COLUMNS = "note, at, editing, lately, changed, read, edited, digest, sure, mistakes"
_SELECT = f"SELECT {_COLUMNS} FROM checks"  # noqa: S608  # nothing from outside
_KEEP = f"INSERT OR REPLACE INTO checks ({_COLUMNS}) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?)"  # noqa: S608


@dataclass(frozen=True, slots=True)
class Check:
    """What is known of one note; all times in seconds since the Unix epoch."""

    note: str
    at: float
    """When it was last checked, in whatever way."""
    editing: float
    """Probability that it was being edited then."""
    lately: str
    """Sittings so far on each scale of time, with blanks between."""
    changed: float | None
    """When it was last found changed."""
    read: float
    """When the note itself was last read."""
    edited: float | None
    """When it was last edited here."""
    digest: str | None
    """Of its Markdown as the service writes it."""
    sure: bool
    """Whether an equal digest would mean that it has not changed."""
    mistakes: int
    """How often such a digest was wrong lately."""


class Checks:
    """What is known of all notes."""

    def __init__(self, connection: Connection) -> None:
        self._connection = connection

    def all(self) -> tuple[Check, ...]:
        """List what is known, the longest unchecked first."""
        with self._connection.trouble() as sql:
            rows = sql.execute(f"{_SELECT} ORDER BY at, note").fetchall()
        return tuple(map(_check, rows))

    def times(self) -> dict[str, float]:
        """Give when each note was last checked, in seconds since the Unix epoch."""
        with self._connection.trouble() as sql:
            return dict(sql.execute("SELECT note, at FROM checks"))

    def get(self, note: str) -> Check | None:
        """Give what is known of one note."""
        with self._connection.trouble() as sql:
            row = sql.execute(f"{_SELECT} WHERE note = ?", (plain(note),)).fetchone()
        return None if row is None else _check(row)

    def keep(self, checks: Iterable[Check]) -> None:
        """Replace what is known of some notes."""
        with self._connection.transaction() as sql:
            sql.executemany(_KEEP, map(_row, checks))

    def forget(self, notes: Iterable[str]) -> None:
        """Drop what is known of some notes."""
        with self._connection.transaction() as sql:
            sql.executemany("DELETE FROM checks WHERE note = ?", ((plain(each),) for each in notes))


def _check(row: tuple[Any, ...]) -> Check:
    check = Check(*row)
    return replace(check, sure=bool(check.sure))


def _row(check: Check) -> tuple[Any, ...]:
    return (
        plain(check.note), check.at, check.editing, check.lately, check.changed,
        check.read, check.edited, check.digest, int(check.sure), check.mistakes,
    )  # fmt: skip
