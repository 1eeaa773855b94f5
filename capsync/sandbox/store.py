"""The sandbox's memory: objects, structures and waiting work, in SQLite.

Titles, trash marks and links stand in columns of their own, so that lists and
the search never have to open a body. Nothing here knows the rules of the API.
"""

from __future__ import annotations

import json
import sqlite3
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Any

from capsync.errors import ConfigError
from capsync.sandbox.message import Json

SCHEMA = """
CREATE TABLE IF NOT EXISTS meta (key TEXT PRIMARY KEY, value TEXT NOT NULL);
CREATE TABLE IF NOT EXISTS structures (id TEXT PRIMARY KEY, data TEXT NOT NULL);
CREATE TABLE IF NOT EXISTS objects (
    seq INTEGER PRIMARY KEY AUTOINCREMENT, id TEXT NOT NULL UNIQUE, structure TEXT NOT NULL,
    title TEXT NOT NULL, found_as TEXT, found_from REAL NOT NULL, trashed INTEGER NOT NULL,
    created TEXT NOT NULL, updated TEXT NOT NULL, collections TEXT NOT NULL,
    properties TEXT NOT NULL, blocks TEXT NOT NULL, files TEXT NOT NULL);
CREATE INDEX IF NOT EXISTS objects_by_structure ON objects (structure, seq);
CREATE TABLE IF NOT EXISTS links (object TEXT NOT NULL, kind TEXT NOT NULL, target TEXT NOT NULL);
CREATE INDEX IF NOT EXISTS links_by_target ON links (kind, target);
CREATE INDEX IF NOT EXISTS links_by_object ON links (object);
CREATE TABLE IF NOT EXISTS waiting (
    seq INTEGER PRIMARY KEY AUTOINCREMENT, due REAL NOT NULL, data TEXT NOT NULL);
CREATE TABLE IF NOT EXISTS uploads (id TEXT PRIMARY KEY, data TEXT NOT NULL);
CREATE TABLE IF NOT EXISTS parts (
    upload TEXT NOT NULL, number INTEGER NOT NULL, size INTEGER NOT NULL,
    PRIMARY KEY (upload, number));
"""

Row = tuple[str, str, str]
"""What a list says of an object: id, structure, title."""


@dataclass(slots=True)
class Record:
    """An object as it is stored."""

    id: str
    structure_id: str
    created: str
    updated: str
    collections: list[str] = field(default_factory=list)
    properties: dict[str, Json] = field(default_factory=dict)
    blocks: dict[str, list[Json]] = field(default_factory=dict)
    files: list[Json] = field(default_factory=list)
    trashed: bool = False

    @property
    def title(self) -> str:
        """The title as text; empty where there is none."""
        value = self.properties.get("title", {}).get("title", {}).get("value")
        return str(value) if value is not None else ""


class Store:
    """A database of one space."""

    def __init__(self, db: str) -> None:
        """
        Args:
            db: Path of the file, or ``":memory:"``.

        Raises:
            ConfigError: The file cannot be opened or is something else.
        """
        try:
            self._db = _opened(db)
        except sqlite3.Error as exc:
            raise ConfigError(f"the sandbox cannot keep its space in {db}: {exc}") from exc

    def close(self) -> None:
        self._db.close()

    @contextmanager
    def transaction(self, *, keep: bool = True) -> Iterator[None]:
        """Keep what happens inside if it ends well and *keep* is set, else undo it."""
        if self._db.in_transaction:
            yield
            return
        self._db.execute("BEGIN")
        try:
            yield
        except BaseException:
            self._db.execute("ROLLBACK")
            raise
        self._db.execute("COMMIT" if keep else "ROLLBACK")

    def meta(self, key: str) -> str | None:
        row = self._db.execute("SELECT value FROM meta WHERE key = ?", (key,)).fetchone()
        return row[0] if row else None

    def set_meta(self, key: str, value: str) -> None:
        self._db.execute("INSERT OR REPLACE INTO meta VALUES (?, ?)", (key, value))

    def structures(self) -> list[Json]:
        """Give every structure, in the order they were made."""
        rows = self._db.execute("SELECT data FROM structures ORDER BY rowid")
        return [json.loads(data) for (data,) in rows]

    def put_structure(self, structure_id: str, data: Json) -> None:
        self._db.execute(
            "INSERT INTO structures VALUES (?, ?)"
            " ON CONFLICT (id) DO UPDATE SET data = excluded.data",
            (structure_id, json.dumps(data)),
        )

    def record(self, object_id: str) -> Record | None:
        """Read one object, trashed or not."""
        row = self._db.execute(
            "SELECT id, structure, created, updated, collections, properties, blocks, files,"
            " trashed FROM objects WHERE id = ?",
            (object_id.lower(),),
        ).fetchone()
        if row is None:
            return None
        collections, properties, blocks, files = (json.loads(text) for text in row[4:8])
        return Record(
            row[0], row[1], row[2], row[3], collections, properties, blocks, files, bool(row[8])
        )

    def put(self, record: Record, *, now: float, lag: float) -> None:
        """Write one object; the search learns a new title *lag* seconds from *now*."""
        old = self._db.execute(
            "SELECT title, found_as, found_from FROM objects WHERE id = ?", (record.id,)
        ).fetchone()
        found_as, found_from = _found(old, record.title, now, lag)
        columns = (
            *(record.structure_id, record.title, found_as, found_from, record.trashed),
            *(record.created, record.updated, json.dumps(record.collections)),
            *(json.dumps(record.properties), json.dumps(record.blocks), json.dumps(record.files)),
        )
        if old is None:
            self._db.execute(
                "INSERT INTO objects (structure, title, found_as, found_from, trashed, created,"
                " updated, collections, properties, blocks, files, id)"
                " VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)",
                (*columns, record.id),
            )
        else:
            self._db.execute(
                "UPDATE objects SET structure = ?, title = ?, found_as = ?, found_from = ?,"
                " trashed = ?, created = ?, updated = ?, collections = ?, properties = ?,"
                " blocks = ?, files = ? WHERE id = ?",
                (*columns, record.id),
            )
        self._relink(record)

    def _relink(self, record: Record) -> None:
        tags = record.properties.get("tags", {}).get("entity", [])
        links = [("collection", target) for target in record.collections]
        links += [("tag", target["id"]) for target in tags]
        self._db.execute("DELETE FROM links WHERE object = ?", (record.id,))
        self._db.executemany(
            "INSERT INTO links VALUES (?, ?, ?)", [(record.id, *link) for link in links]
        )

    def destroy(self, object_id: str) -> None:
        """Forget an object for good."""
        self._db.execute("DELETE FROM objects WHERE id = ?", (object_id,))
        self._db.execute("DELETE FROM links WHERE object = ?", (object_id,))

    def count(self) -> int:
        """Count all objects, trashed ones too."""
        return int(self._db.execute("SELECT count(*) FROM objects").fetchone()[0])

    def page(
        self, kind: str, target: str, *, after: int, limit: int, by_offset: bool = False
    ) -> list[tuple[int, Row]]:
        """Give up to *limit* rows that follow place *after*, each with its own place.

        Args:
            kind: ``"structure"``, ``"collection"`` or ``"tag"``.
            target: Whose objects to give.
            by_offset: Whether a place is the number of rows before it, the newest first.
        """
        chosen = (
            "structure = ?"
            if kind == "structure"
            else "id IN (SELECT object FROM links WHERE target = ? AND kind = ?)"
        )
        values: tuple[Any, ...] = (target,) if kind == "structure" else (target, kind)
        if by_offset:
            rows = self._db.execute(
                "SELECT row_number() OVER (ORDER BY seq DESC), id, structure, title FROM objects"  # noqa: S608
                f" WHERE {chosen} AND NOT trashed ORDER BY seq DESC LIMIT ? OFFSET ?",
                (*values, limit, after),
            )
            return [(at, (object_id, structure, title)) for at, object_id, structure, title in rows]
        rows = self._db.execute(
            f"SELECT seq, id, structure, title FROM objects WHERE {chosen}"  # noqa: S608
            " AND NOT trashed AND seq > ? ORDER BY seq LIMIT ?",
            (*values, after, limit),
        )
        return [(seq, (object_id, structure, title)) for seq, object_id, structure, title in rows]

    def searchable(self, now: float) -> list[Row]:
        """Give every object the search knows of, under the title it knows."""
        rows = self._db.execute(
            "SELECT id, structure, CASE WHEN found_from <= ? THEN title ELSE found_as END AS known"
            " FROM objects WHERE NOT trashed AND known IS NOT NULL ORDER BY seq",
            (now,),
        )
        return [(row[0], row[1], row[2]) for row in rows]

    def rows(self, *, trashed: bool = False) -> list[Row]:
        """Give every object in the order they were made, with the trashed ones if asked."""
        rows = self._db.execute(
            "SELECT id, structure, title FROM objects WHERE trashed <= ? ORDER BY seq", (trashed,)
        )
        return [(row[0], row[1], row[2]) for row in rows]

    def titles(self, ids: Iterable[str]) -> dict[str, str]:
        """Give the titles of those *ids* that exist."""
        found = {}
        for object_id in set(ids):
            row = self._db.execute(
                "SELECT title FROM objects WHERE id = ?", (object_id,)
            ).fetchone()
            if row is not None:
                found[object_id] = row[0]
        return found

    def wait(self, due: float, data: Json) -> None:
        """Put work aside until *due*."""
        self._db.execute("INSERT INTO waiting (due, data) VALUES (?, ?)", (due, json.dumps(data)))

    def take_due(self, now: float) -> list[Json]:
        """Give the work that is due by *now*, and forget it."""
        rows = self._db.execute(
            "SELECT seq, data FROM waiting WHERE due <= ? ORDER BY seq", (now,)
        ).fetchall()
        self._db.executemany("DELETE FROM waiting WHERE seq = ?", [(seq,) for seq, _ in rows])
        return [json.loads(data) for _, data in rows]

    def upload(self, upload_id: str) -> Json | None:
        row = self._db.execute("SELECT data FROM uploads WHERE id = ?", (upload_id,)).fetchone()
        return json.loads(row[0]) if row else None

    def put_upload(self, upload_id: str, data: Json) -> None:
        self._db.execute("INSERT INTO uploads VALUES (?, ?)", (upload_id, json.dumps(data)))

    def put_part(self, upload_id: str, number: int, size: int) -> None:
        self._db.execute("INSERT OR REPLACE INTO parts VALUES (?, ?, ?)", (upload_id, number, size))

    def parts(self, upload_id: str) -> dict[int, int]:
        """Give the size of each part that has arrived, by number."""
        rows = self._db.execute("SELECT number, size FROM parts WHERE upload = ?", (upload_id,))
        return dict(rows.fetchall())

    def drop_upload(self, upload_id: str) -> None:
        self._db.execute("DELETE FROM uploads WHERE id = ?", (upload_id,))
        self._db.execute("DELETE FROM parts WHERE upload = ?", (upload_id,))


def _opened(db: str) -> sqlite3.Connection:
    connection = sqlite3.connect(db, check_same_thread=False, isolation_level=None)
    try:
        connection.execute("PRAGMA journal_mode = WAL")
        connection.execute("PRAGMA synchronous = NORMAL")
        connection.executescript(SCHEMA)
    except sqlite3.Error:
        connection.close()
        raise
    return connection


def _found(
    old: tuple[str, str | None, float] | None, title: str, now: float, lag: float
) -> tuple[str | None, float]:
    """Say which title the search knows until when, after a write."""
    if old is None:
        return None, now + lag
    was, found_as, found_from = old
    if was == title:
        return found_as, found_from
    return (was if found_from <= now else found_as), now + lag
