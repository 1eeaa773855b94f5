"""All that is remembered of one vault, by opening one file.

with Store.open(state_path(vault)) as store:
    with store.transaction():
        store.notes.remember(record)
        store.intentions.done(number)
"""

from __future__ import annotations

from contextlib import AbstractContextManager
from pathlib import Path
from types import TracebackType
from typing import Self

from capsync.state.awaited import Awaited
from capsync.state.checks import Check, Checks
from capsync.state.database import Connection
from capsync.state.deeds import Deed, Deeds
from capsync.state.held import Held, Holds
from capsync.state.journal import Intention, Intentions
from capsync.state.ledger import Meta, Run, Runs, SetAside, SetAsides
from capsync.state.notes import Known, Names, Notes, Record
from capsync.state.revisions import Revision, Revisions

__all__ = [
    "Check",
    "Deed",
    "Held",
    "Intention",
    "Known",
    "Record",
    "Revision",
    "Run",
    "SetAside",
    "Store",
]


class Store:
    """The memory of one vault; to be used by the thread that opened it."""

    def __init__(self, connection: Connection) -> None:
        self._connection = connection
        self.notes = Notes(connection)
        self.names = Names(connection)
        self.awaited = Awaited(connection)
        self.checks = Checks(connection)
        self.set_aside = SetAsides(connection)
        self.intentions = Intentions(connection)
        self.revisions = Revisions(connection)
        self.deeds = Deeds(connection)
        self.held = Holds(connection)
        self.meta = Meta(connection)
        self.runs = Runs(connection)

    @classmethod
    def open(cls, path: Path) -> Self:
        """Open the memory at *path*, making or migrating it as needed.

        Raises:
            RunError: The file is damaged, from a later capsync, or cannot be opened.
        """
        return cls(Connection(path))

    def transaction(self) -> AbstractContextManager[object]:
        """Do everything inside or nothing of it; other processes wait meanwhile.

        Raises:
            RunError: The file cannot be written.
        """
        return self._connection.transaction()

    def damage(self) -> tuple[str, ...]:
        """Let SQLite look for damage in the file and say what it found."""
        return self._connection.damage()

    def close(self) -> None:
        """Let go of the file; nothing is pending."""
        self._connection.close()

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self.close()
