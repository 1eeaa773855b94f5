"""The memory, looked at without a change: nothing is made, migrated or written.

For whoever must not touch it, such as ``capsync doctor`` and shell completion.
"""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator
from contextlib import closing, contextmanager
from dataclasses import dataclass
from pathlib import Path

from capsync.errors import RunError
from capsync.state.database import Connection
from capsync.state.store import Store
from capsync.state.version import KNOWN, applied

PATIENCE = 2.0
"""Seconds to wait for another process."""


@dataclass(frozen=True, slots=True)
class Look:
    """A memory that is open for reading."""

    store: Store
    later: tuple[str, ...]
    """Migrations that only a later capsync knows."""
    pending: tuple[str, ...]
    """Migrations that the next sync will make."""


class ReadOnly(Connection):
    """An open file that nothing is written to.

    It is opened for writing all the same: a connection that may only read leaves the
    files of the write-ahead log behind, beside one that nobody else has open.
    """

    def __init__(self, path: Path) -> None:
        """
        Raises:
            RunError: There is no such file, or it cannot be opened.
        """
        self.path = path
        try:
            address = f"{path.absolute().as_uri()}?mode=rw"
            self.sql = sqlite3.connect(address, uri=True, timeout=PATIENCE, isolation_level=None)
            self.sql.execute("PRAGMA query_only = ON")
        except sqlite3.Error as exc:
            raise RunError(f"{path}: cannot be opened ({exc}); check its permissions") from exc


@contextmanager
def looked_at(path: Path) -> Iterator[Look]:
    """Open the memory at *path* for reading.

    Raises:
        RunError: The file is not there, damaged, or cannot be read.
    """
    with closing(ReadOnly(path)) as connection:
        with connection.trouble() as sql:
            sql.execute("SELECT count(*) FROM sqlite_master").fetchone()  # opens it for real
            made = applied(sql)
        later = tuple(name for name in made if name not in KNOWN)
        pending = tuple(name for name in KNOWN if name not in made)
        yield Look(Store(connection), later, pending)


def paths_and_titles(path: Path) -> list[tuple[str, str]]:
    """Give path and title of every note with a file, by path.

    Raises:
        RunError: The memory is not there, or cannot be read.
    """
    with closing(ReadOnly(path)) as connection, connection.trouble() as sql:
        query = "SELECT path, title FROM notes WHERE path <> '' ORDER BY path"
        return list(sql.execute(query))
