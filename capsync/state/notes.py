"""What both sides of each note held when they last agreed, and its former names."""

from __future__ import annotations

import sqlite3
import unicodedata
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from typing import Any, TypeVar

from sqlite_utils import Database

from capsync.state.database import Connection, pack, plain, unpack


@dataclass(frozen=True, slots=True, kw_only=True)
class Known:
    """A note as far as it takes to see whether anything changed."""

    id: str
    path: str
    """Relative to the vault; empty where the note has no file."""
    structure: str
    title: str
    text_digest: str
    """Of the file at the last agreement."""
    note_digest: str
    """Of the note's normal form at the last agreement."""
    mtime_ns: int = 0
    """Of the file at the last agreement: nanoseconds since the Unix epoch."""
    size: int = 0
    """Likewise, in bytes."""
    inode: int = 0
    """Likewise."""
    conflicts: int = 0
    """Conflict blocks that are still open in it."""
    missing_since: float | None = None
    """When the space first seemed to have lost it, in seconds; None if it has it."""
    synced_at: float = 0.0
    """When the sides last agreed, in seconds since the Unix epoch."""
    checked_at: float = 0.0
    """When the note was last read from the space, likewise."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Record(Known):
    """A note with what both sides held."""

    base: str
    """The note as canonical JSON."""
    text: str
    """The file, whole."""


T = TypeVar("T", bound=Known)

_LIGHT = (
    "id, path, structure, title, text_digest, note_digest, mtime_ns, size, inode, conflicts, "
    "missing_since, synced_at, checked_at"
)
_SELECT = f"SELECT {_LIGHT}, base, text FROM notes"  # noqa: S608  # nothing from outside
_REMEMBER = f"""
    INSERT INTO notes ({_LIGHT}, base, text) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)
    ON CONFLICT (id) DO UPDATE SET
        path = excluded.path, structure = excluded.structure, title = excluded.title,
        text_digest = excluded.text_digest, note_digest = excluded.note_digest,
        mtime_ns = excluded.mtime_ns, size = excluded.size, inode = excluded.inode,
        conflicts = excluded.conflicts, missing_since = excluded.missing_since,
        synced_at = excluded.synced_at, checked_at = excluded.checked_at,
        base = excluded.base, text = excluded.text
"""  # noqa: S608  # nothing from outside


class Notes:
    """The agreements, one per note."""

    def __init__(self, connection: Connection) -> None:
        self._connection = connection

    def all(self) -> tuple[Known, ...]:
        """List all notes without their contents, by path."""
        with self._connection.trouble() as sql:
            rows = sql.execute(f"SELECT {_LIGHT} FROM notes ORDER BY path, id")  # noqa: S608
            return tuple(_built(Known, row) for row in rows)

    def get(self, note: str) -> Record | None:
        """Give a note by its id."""
        return self._one(f"{_SELECT} WHERE id = ?", note)

    def by_path(self, path: str) -> Record | None:
        """Give the note whose file is at *path*; the latest, should there be several."""
        return self._one(f"{_SELECT} WHERE path = ? ORDER BY synced_at DESC, id LIMIT 1", path)

    def remember(self, record: Record) -> None:
        """Set down what the sides now agree on; what was known of the note is replaced."""
        self.remember_all((record,))

    def remember_all(self, records: Iterable[Record]) -> None:
        """Set down many agreements at once, all or none."""
        with self._connection.transaction() as sql:
            sql.executemany(_REMEMBER, map(_row, records))

    def forget(self, note: str) -> None:
        """Drop a note; its revisions stay, and its names, for others still link to it."""
        with self._connection.transaction() as sql:
            held = sql.execute("SELECT title FROM notes WHERE id = ?", (plain(note),)).fetchone()
            if held is not None:
                _add_name(sql, note, held[0])
            sql.execute("DELETE FROM notes WHERE id = ?", (plain(note),))
            sql.execute("DELETE FROM awaited WHERE note = ?", (plain(note),))

    def touch(self, note: str, *, mtime_ns: int, size: int, inode: int) -> None:
        """Note that the file's stamp changed while its text did not."""
        self._set(note, "mtime_ns = ?, size = ?, inode = ?", (mtime_ns, size, str(inode)))

    def checked(self, note: str, at: float) -> None:
        """Note that the space was asked for the note; it is not missing then."""
        self._set(note, "checked_at = ?, missing_since = NULL", (at,))

    def mark_missing(self, note: str, since: float | None) -> None:
        """Note since when the space seems to have lost the note, or that it has not."""
        self._set(note, "missing_since = ?", (since,))

    def find(self, words: str, limit: int = 20) -> tuple[str, ...]:
        """Give the ids of notes with these words in the title, the best first.

        The last word may be the beginning of one.
        """
        quoted = Database(self._connection.sql, execute_plugins=False).quote_fts(plain(words))
        if not quoted.strip('" \0'):
            return ()
        query = (
            "SELECT notes.id FROM notes_fts JOIN notes ON notes.number = notes_fts.rowid "
            "WHERE notes_fts MATCH ? ORDER BY bm25(notes_fts), notes.title, notes.id LIMIT ?"
        )
        with self._connection.trouble() as sql:
            rows = sql.execute(query, (f"{quoted.replace(chr(0), ' ')}*", limit)).fetchall()
        return tuple(note for (note,) in rows)

    def _one(self, query: str, value: str) -> Record | None:
        with self._connection.trouble() as sql:
            row = sql.execute(query, (plain(value),)).fetchone()
        if row is None:
            return None
        return _built(Record, row[:-2], base=unpack(row[-2]), text=unpack(row[-1]))

    def _set(self, note: str, what: str, values: tuple[float | str | None, ...]) -> None:
        with self._connection.transaction() as sql:
            query = f"UPDATE notes SET {what} WHERE id = ?"  # noqa: S608  # nothing from outside
            sql.execute(query, (*values, plain(note)))


class Names:
    """What notes were called before, so that links with an old name still lead somewhere."""

    def __init__(self, connection: Connection) -> None:
        self._connection = connection

    def remember_name(self, note: str, name: str) -> None:
        """Note that a note is or was called *name*."""
        with self._connection.transaction() as sql:
            _add_name(sql, note, name)

    def ids_of(self, name: str) -> tuple[str, ...]:
        """Give the notes that are or were called *name*, the latest first; case is ignored."""
        query = "SELECT id FROM names WHERE key = ? ORDER BY number DESC"
        with self._connection.trouble() as sql:
            return tuple(note for (note,) in sql.execute(query, (name_key(name),)))

    def of(self, note: str) -> tuple[str, ...]:
        """Give the names a note has had, the latest first."""
        query = "SELECT name FROM names WHERE id = ? ORDER BY number DESC"
        with self._connection.trouble() as sql:
            return tuple(name for (name,) in sql.execute(query, (plain(note),)))


def _add_name(sql: sqlite3.Connection, note: str, name: str) -> None:
    row = (plain(note), plain(name), name_key(name))
    sql.execute("DELETE FROM names WHERE id = ? AND key = ?", (row[0], row[2]))
    sql.execute("INSERT INTO names (id, name, key) VALUES (?, ?, ?)", row)


def name_key(name: str) -> str:
    """Give what two spellings of a name share."""
    return unicodedata.normalize("NFC", unicodedata.normalize("NFD", plain(name)).casefold())


def _built(kind: Callable[..., T], row: tuple[Any, ...], **more: str) -> T:
    names = _LIGHT.split(", ")
    values = dict(zip(names, row, strict=True), **more)
    return kind(**values | {"inode": int(values["inode"])})


def _row(record: Record) -> tuple[Any, ...]:
    return (
        plain(record.id),
        plain(record.path),
        plain(record.structure),
        plain(record.title),
        record.text_digest,
        record.note_digest,
        record.mtime_ns,
        record.size,
        str(record.inode),
        record.conflicts,
        record.missing_since,
        record.synced_at,
        record.checked_at,
        pack(record.base),
        pack(record.text),
    )
