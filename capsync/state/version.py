"""Which migrations there are, told without loading what carries them out.

Nearly always there is nothing to migrate, and loading sqlite-utils takes longer than
all that a short command does.
"""

from __future__ import annotations

import sqlite3

KNOWN = ("m001_first", "m002_history", "m003_awaited", "m004_checks", "m005_contents")
"""The migrations in `capsync.state.schema`; another one was made by a later capsync."""

_TABLE = "SELECT 1 FROM sqlite_master WHERE type = 'table' AND name = '_sqlite_migrations'"
_APPLIED = "SELECT name FROM _sqlite_migrations WHERE migration_set = 'capsync' ORDER BY rowid"


def applied(sql: sqlite3.Connection) -> tuple[str, ...]:
    """Name the migrations that were made in a file, in order; none in a new one."""
    if sql.execute(_TABLE).fetchone() is None:
        return ()
    return tuple(name for (name,) in sql.execute(_APPLIED))
