"""What both sides of each note held when they last agreed, and its former names."""

from __future__ import annotations

import sqlite3
import unicodedata
from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass
from operator import attrgetter
from typing import Any

from capsync.state.database import Connection, pack, plain, unpack


@dataclass(slots=True)
class Known:
    """A note as far as it takes to see whether anything changed; in the order of the columns.

    Not frozen, though nobody changes one: of a large vault ten thousand are made at every
    look at it, and freezing them takes five times as long as making them.
    """

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


@dataclass(slots=True, kw_only=True)
class Record(Known):
    """A note with what both sides held."""

    base: str
    """The note as canonical JSON."""
    text: str
    """The file, whole."""


_LIGHT = (
    "id, path, structure, title, text_digest, note_digest, mtime_ns, size, inode, conflicts, "
    "missing_since, synced_at, checked_at"
)
_ALL = f"SELECT {_LIGHT} FROM notes ORDER BY path, id"  # noqa: S608  # nothing from outside
_SELECT = f"SELECT {_LIGHT}, base, text FROM notes JOIN contents USING (number)"  # noqa: S608
_REMEMBER = f"""
    INSERT INTO notes ({_LIGHT}) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)
    ON CONFLICT (id) DO UPDATE SET
        path = excluded.path, structure = excluded.structure, title = excluded.title,
        text_digest = excluded.text_digest, note_digest = excluded.note_digest,
        mtime_ns = excluded.mtime_ns, size = excluded.size, inode = excluded.inode,
        conflicts = excluded.conflicts, missing_since = excluded.missing_since,
        synced_at = excluded.synced_at, checked_at = excluded.checked_at
    RETURNING number
"""  # noqa: S608  # nothing from outside
_HOLD = "INSERT OR REPLACE INTO contents (number, base, text) VALUES (?, ?, ?)"
_LET_GO = "DELETE FROM contents WHERE number = (SELECT number FROM notes WHERE id = ?)"


class Notes:
    """The agreements, one per note."""

    def __init__(self, connection: Connection) -> None:
        self._connection = connection
        self._all: tuple[Known, ...] = ()
        self._version: tuple[int, int] | None = None
        """Of the file when `_all` was read; None before."""
        self._written: set[str] = set()
        """Notes that were written since."""

    def all(self) -> tuple[Known, ...]:
        """List all notes without their contents, by path.

        Of those that nobody wrote meanwhile, the same objects are given again.
        """
        version = self._connection.version()
        if version != self._version:
            with self._connection.trouble() as sql:
                # as `_typed` does, in line: this is done for every note of the vault
                rows = sql.execute(_ALL)
                self._all = tuple([Known(*(*row[:8], int(row[8]), *row[9:])) for row in rows])
        elif self._written:
            self._all = self._renewed()
        self._version = version
        self._written.clear()
        return self._all

    def _renewed(self) -> tuple[Known, ...]:
        """Give all notes, only those anew that were written."""
        query = f"SELECT {_LIGHT} FROM notes WHERE id = ?"  # noqa: S608  # nothing from outside
        known = {each.id: each for each in self._all}
        with self._connection.trouble() as sql:
            for note in self._written:
                row = sql.execute(query, (note,)).fetchone()
                if row is None:
                    known.pop(note, None)
                else:
                    known[note] = Known(*_typed(row))
        return tuple(sorted(known.values(), key=attrgetter("path", "id")))

    def get(self, note: str) -> Record | None:
        """Give a note by its id."""
        return self._one(f"{_SELECT} WHERE id = ?", note)

    def digest_of(self, note: str) -> str | None:
        """Give the digest of a note's normal form at the last agreement."""
        with self._connection.trouble() as sql:
            query = "SELECT note_digest FROM notes WHERE id = ?"
            row = sql.execute(query, (plain(note),)).fetchone()
        return None if row is None else str(row[0])

    def path_of(self, note: str) -> str | None:
        """Give where a note's file is; None where the note is not known."""
        with self._connection.trouble() as sql:
            row = sql.execute("SELECT path FROM notes WHERE id = ?", (plain(note),)).fetchone()
        return None if row is None else str(row[0])

    def paths_in_conflict(self) -> tuple[str, ...]:
        """Name the notes with conflicts that are still open, by path or else by title."""
        query = "SELECT path, title FROM notes WHERE conflicts > 0 ORDER BY path"
        with self._connection.trouble() as sql:
            return tuple(path or title for path, title in sql.execute(query))

    def any(self) -> bool:
        """Say whether there are any."""
        with self._connection.trouble() as sql:
            return sql.execute("SELECT 1 FROM notes LIMIT 1").fetchone() is not None

    def in_conflict(self) -> int:
        """Count the notes with conflicts that are still open."""
        with self._connection.trouble() as sql:
            query = "SELECT count(*) FROM notes WHERE conflicts > 0"
            return int(sql.execute(query).fetchone()[0])

    def by_path(self, path: str) -> Record | None:
        """Give the note whose file is at *path*; the latest, should there be several."""
        return self._one(f"{_SELECT} WHERE path = ? ORDER BY synced_at DESC, id LIMIT 1", path)

    def remember(self, record: Record) -> None:
        """Set down what the sides now agree on; what was known of the note is replaced."""
        self.remember_all((record,))

    def remember_all(self, records: Iterable[Record]) -> None:
        """Set down many agreements at once, all or none."""
        with self._connection.transaction() as sql:
            for record in records:
                self._written.add(plain(record.id))
                number = sql.execute(_REMEMBER, _row(record)).fetchall()[0][0]
                sql.execute(_HOLD, (number, pack(record.base), pack(record.text)))

    def forget(self, note: str) -> None:
        """Drop a note; its revisions stay, and its names, for others still link to it."""
        self._written.add(plain(note))
        with self._connection.transaction() as sql:
            held = sql.execute("SELECT title FROM notes WHERE id = ?", (plain(note),)).fetchone()
            if held is not None:
                _add_name(sql, note, held[0])
            sql.execute(_LET_GO, (plain(note),))
            sql.execute("DELETE FROM notes WHERE id = ?", (plain(note),))
            sql.execute("DELETE FROM awaited WHERE note = ?", (plain(note),))

    def touch(self, notes: Collection[Known]) -> None:
        """Note that files' stamps changed, to those of *notes*, while their texts did not."""
        query = "UPDATE notes SET mtime_ns = ?, size = ?, inode = ? WHERE id = ?"
        rows = ((each.mtime_ns, each.size, str(each.inode), plain(each.id)) for each in notes)
        if notes:
            self._written.update(plain(each.id) for each in notes)
            with self._connection.transaction() as sql:
                sql.executemany(query, rows)

    def checked(self, note: str, at: float) -> None:
        """Note that the space was asked for the note; it is not missing then."""
        self.all_checked((note,), at)

    def all_checked(self, notes: Iterable[str], at: float) -> None:
        """Note that the space was asked for many notes."""
        query = "UPDATE notes SET checked_at = ?, missing_since = NULL WHERE id = ?"
        ids = [plain(note) for note in notes]
        self._written.update(ids)
        with self._connection.transaction() as sql:
            sql.executemany(query, ((at, note) for note in ids))

    def mark_missing(self, note: str, since: float | None) -> None:
        """Note since when the space seems to have lost the note, or that it has not."""
        with self._connection.transaction() as sql:
            query = "UPDATE notes SET missing_since = ? WHERE id = ?"
            self._written.add(plain(note))
            sql.execute(query, (since, plain(note)))

    def find(self, words: str, limit: int = 20) -> tuple[str, ...]:
        """Give the ids of notes with these words in the title, the best first.

        The last word may be the beginning of one.
        """
        from sqlite_utils import Database  # noqa: PLC0415  (see `capsync.state.version`)

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
        *light, base, text = row
        return Record(*_typed(light), base=unpack(base), text=unpack(text))


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


def _typed(row: Sequence[Any]) -> tuple[Any, ...]:
    """Give the columns as `Known` has them; a file's number may be too large for SQLite."""
    return (*row[:8], int(row[8]), *row[9:])


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
    )
