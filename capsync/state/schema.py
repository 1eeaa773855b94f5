"""The tables, and the migrations that led to them.

Migrations are only ever added at the end, and named in `capsync.state.version`. All
tables are strict, so a text never ends up in a column of numbers; long texts are packed
(`capsync.state.database`).
"""

from __future__ import annotations

from sqlite_utils import Database, Migrations
from sqlite_utils.db import Table

migrations = Migrations("capsync")


@migrations()
def m001_first(db: Database) -> None:
    """Make the first tables."""
    _notes(db)
    _journal(db)
    _ledger(db)


@migrations()
def m002_history(db: Database) -> None:
    """Number versions and runs, and write down what each run did."""
    for table, column, kind in (
        ("revisions", "version", "INTEGER NOT NULL DEFAULT 0"),
        ("revisions", "run", "INTEGER NOT NULL DEFAULT 0"),
        ("runs", "kind", "TEXT NOT NULL DEFAULT 'sync'"),
    ):
        db.execute(f"ALTER TABLE {table} ADD COLUMN {column} {kind}")
    db.execute(
        "UPDATE revisions SET version = (SELECT count(*) FROM revisions AS earlier "
        "WHERE earlier.note = revisions.note AND earlier.number <= revisions.number)"
    )
    _table(db, "versions", {"note": str, "last": int}, key="note")
    db.execute("INSERT INTO versions SELECT note, max(version) FROM revisions GROUP BY note")
    _deeds(db)


@migrations()
def m003_awaited(db: Database) -> None:
    """Make the table of links without a target."""
    awaited = _table(db, "awaited", {"number": int, "note": str, "name": str}, key="number")
    awaited.create_index(["note"])


@migrations()
def m004_checks(db: Database) -> None:
    """Make the table of what the schedule of reads has learned."""
    columns = {"note": str, "at": float, "editing": float, "lately": str, "changed": float}
    columns |= {"read": float, "edited": float, "digest": str, "sure": int, "mistakes": int}
    _table(db, "checks", columns, key="note", empty=("changed", "edited", "digest"))


@migrations()
def m005_contents(db: Database) -> None:
    """Take what notes hold out of what is known of them.

    When a note was last checked is written at every sync, and SQLite writes a row as a whole.
    """
    _table(db, "contents", {"number": int, "base": bytes, "text": bytes}, key="number")
    db.execute("INSERT INTO contents SELECT number, base, text FROM notes")
    db.execute("ALTER TABLE notes DROP COLUMN base")
    db.execute("ALTER TABLE notes DROP COLUMN text")
    db.execute("DROP INDEX idx_notes_path")
    db.execute("CREATE INDEX idx_notes_path ON notes (path, id)")  # the order they are listed in
    db.execute("DROP TRIGGER notes_au")  # it has the search index written whatever has changed
    db.execute(
        "CREATE TRIGGER notes_au AFTER UPDATE OF title ON notes WHEN old.title <> new.title BEGIN "
        "INSERT INTO notes_fts (notes_fts, rowid, title) VALUES ('delete', old.rowid, old.title); "
        "INSERT INTO notes_fts (rowid, title) VALUES (new.rowid, new.title); END"
    )


def _notes(db: Database) -> None:
    # A number of its own as the key: the search index refers to it, and an implicit
    # rowid may change when the file is compacted.
    notes = _table(
        db,
        "notes",
        {
            "number": int,
            "id": str,
            "path": str,
            "structure": str,
            "title": str,
            "base": bytes,
            "text": bytes,
            "text_digest": str,
            "note_digest": str,
            "mtime_ns": int,
            "size": int,
            "inode": str,
            "conflicts": int,
            "missing_since": float,
            "synced_at": float,
            "checked_at": float,
        },
        key="number",
        empty=("missing_since",),
    )
    notes.create_index(["id"], unique=True)
    notes.create_index(["path"])
    notes.enable_fts(["title"], create_triggers=True, tokenize="unicode61 remove_diacritics 2")
    names = _table(db, "names", {"number": int, "id": str, "name": str, "key": str}, key="number")
    names.create_index(["key", "id"], unique=True)
    names.create_index(["id"])


def _journal(db: Database) -> None:
    _table(
        db,
        "intentions",
        {"number": int, "kind": str, "path": str, "note": str, "payload": bytes, "at": float},
        key="number",
        empty=("note",),
    )
    revisions = _table(
        db,
        "revisions",
        {
            "number": int,
            "note": str,
            "path": str,
            "side": str,
            "content": bytes,
            "reason": str,
            "at": float,
        },
        key="number",
    )
    revisions.create_index(["note"])
    revisions.create_index(["path"])
    revisions.create_index(["at"])


def _deeds(db: Database) -> None:
    deeds = _table(
        db,
        "deeds",
        {
            "number": int,
            "run": int,
            "note": str,
            "what": str,
            "at": float,
            "path": str,
            "text": int,
            "state": str,
            "body": int,
            "record": bytes,
            "new_path": str,
            "new_text": str,
            "new_body": str,
            "ended": int,
            "undone": int,
        },
        key="number",
        empty=("text", "body", "new_text", "new_body"),
    )
    deeds.create_index(["run"])
    deeds.create_index(["note"])
    _table(
        db,
        "held",
        {
            "number": int,
            "note": str,
            "path": str,
            "title": str,
            "structure": str,
            "vault": str,
            "space": str,
            "run": int,
            "at": float,
        },
        key="number",
        empty=("vault", "space"),
    )


def _ledger(db: Database) -> None:
    _table(
        db,
        "set_aside",
        {
            "number": int,
            "path": str,
            "note": str,
            "message": str,
            "since": float,
            "next_step": str,
        },
        key="number",
        empty=("note",),
    )
    _table(db, "meta", {"key": str, "value": bytes}, key="key")
    _table(db, "runs", {"number": int, "report": bytes, "at": float}, key="number")


def _table(
    db: Database, name: str, columns: dict[str, type], *, key: str, empty: tuple[str, ...] = ()
) -> Table:
    """Make a strict table whose columns all hold something, but for those named."""
    filled = {column for column in columns if column != key and column not in empty}
    return db.create_table(name, columns, pk=key, not_null=filled, strict=True)
