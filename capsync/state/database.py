"""The file behind the memory: opened, migrated, written in transactions.

A transaction takes the write lock when it begins. SQLite's own default, and that
of sqlite-utils' ``atomic()``, is to take it at the first write, and then two
processes that both read first lock each other out whatever the time-out. No
`sqlite3` error leaves this package.
"""

from __future__ import annotations

import sqlite3
import zlib
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

from capsync.errors import RunError
from capsync.state.version import KNOWN, applied

PATIENCE = 10.0
"""Seconds to wait for another process to finish writing."""
_LONG = 1024
"""Bytes from which on a text is compressed."""


class Connection:
    """One open file; to be used by the thread that opened it."""

    undone = 0
    """How many transactions were taken back."""

    def __init__(self, path: Path) -> None:
        """
        Raises:
            RunError: The file is damaged, from a later capsync, or cannot be opened.
        """
        self.path = path
        try:
            self._make_folder()
            self.sql = sqlite3.connect(path, timeout=PATIENCE, isolation_level=None)
        except (OSError, sqlite3.Error) as exc:
            raise RunError(f"{path}: cannot be opened ({exc}); check its permissions") from exc
        try:
            with self.trouble():
                self._prepare()
        except BaseException:
            self.sql.close()
            raise

    def close(self) -> None:
        """Let go of the file."""
        self.sql.close()

    @contextmanager
    def transaction(self) -> Iterator[sqlite3.Connection]:
        """Do all of the block or nothing of it; inside another one, be part of that.

        Raises:
            RunError: The file cannot be written.
        """
        if self.sql.in_transaction:
            yield self.sql
            return
        with self.trouble():
            self.sql.execute("BEGIN IMMEDIATE")
        try:
            with self.trouble():
                yield self.sql
                self.sql.execute("COMMIT")
        except BaseException:
            self.undone += 1
            if self.sql.in_transaction:  # SQLite ends it by itself on some errors
                self.sql.execute("ROLLBACK")
            raise

    def version(self) -> tuple[int, int]:
        """Give what changes whenever anything was written but by a transaction of ours that stands.

        Raises:
            RunError: The file cannot be read.
        """
        with self.trouble() as sql:
            return int(sql.execute("PRAGMA data_version").fetchone()[0]), self.undone

    def damage(self) -> tuple[str, ...]:
        """Say what SQLite finds wrong with the file, looking for what can be seen quickly."""
        with self.trouble() as sql:
            found = [str(row[0]) for row in sql.execute("PRAGMA quick_check")]
        return () if found == ["ok"] else tuple(found)

    @contextmanager
    def trouble(self) -> Iterator[sqlite3.Connection]:
        """Turn what SQLite complains about inside into our errors.

        Raises:
            RunError: The file is damaged, locked, full or read-only.
        """
        try:
            yield self.sql
        except sqlite3.Error as exc:
            raise RunError(f"{self.path}: {_remedy(exc)}") from exc

    def _make_folder(self) -> None:
        folder = self.path.parent
        if not folder.is_dir():
            folder.parent.mkdir(parents=True, exist_ok=True)
            folder.mkdir(mode=0o700, exist_ok=True)

    def _prepare(self) -> None:
        self.sql.execute("PRAGMA foreign_keys = ON")
        self.sql.execute("PRAGMA synchronous = NORMAL")
        self.sql.execute("PRAGMA journal_mode = WAL")
        made = applied(self.sql)
        if later := [name for name in made if name not in KNOWN]:
            raise RunError(
                f"{self.path}: written by a later capsync ({later[-1]}); upgrade this one, or "
                "remove the file: no note is lost, the next sync compares everything anew"
            )
        if missing := [name for name in KNOWN if name not in made]:
            if made:
                self._back_up(missing[0])
            self._migrate()
            if made:
                with suppress(sqlite3.Error):  # the room a migration frees is no loss
                    self.sql.execute("VACUUM")

    def _migrate(self) -> None:
        from sqlite_utils import Database  # noqa: PLC0415  (see `capsync.state.version`)

        from capsync.state.schema import migrations  # noqa: PLC0415

        with self.transaction():
            migrations.apply(Database(self.sql, execute_plugins=False))

    def _back_up(self, migration: str) -> None:
        """Keep the file as it is before *migration*, beside it."""
        backup = sqlite3.connect(f"{self.path}.before-{migration}")
        try:
            self.sql.backup(backup)
        finally:
            backup.close()


def _remedy(exc: sqlite3.Error) -> str:
    """Say what SQLite's complaint means for a person."""
    name = getattr(exc, "sqlite_errorname", "")
    match name.split("_")[1] if "_" in name else "":
        case "CORRUPT" | "NOTADB":
            return "damaged; remove it: no note is lost, the next sync compares everything anew"
        case "BUSY" | "LOCKED":
            return "another program keeps it locked; end it and try again"
        case "FULL":
            return "the disk is full; free some space"
        case "READONLY" | "CANTOPEN" | "PERM":
            return "cannot be written; check the permissions of the file and its folder"
        case _:
            return f"cannot be used ({exc})"


def plain(text: str) -> str:
    """Make *text* fit for a column of text: half a surrogate pair becomes U+FFFD."""
    try:
        text.encode()
    except UnicodeEncodeError:
        return text.encode("utf-16", "surrogatepass").decode("utf-16", "replace")
    return text


def pack(text: str) -> bytes:
    """Make *text* bytes, compressed if it is long; any text, half a surrogate pair too."""
    raw = text.encode("utf-8", "surrogatepass")
    return b"\1" + zlib.compress(raw) if len(raw) > _LONG else b"\0" + raw


def unpack(packed: bytes) -> str:
    """Undo `pack`."""
    raw = zlib.decompress(packed[1:]) if packed[:1] == b"\1" else packed[1:]
    return raw.decode("utf-8", "surrogatepass")
