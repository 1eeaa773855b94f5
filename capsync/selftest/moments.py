"""The moments of a run: where it may be killed, and where others get in between.

A moment is a request or its answer, a call to the file system, a transaction of
the memory. Whoever is killed does not clean up: after its last moment a machine
does nothing any more, whatever runs on the way out.
"""

from __future__ import annotations

import sqlite3
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from functools import cache
from pathlib import Path
from typing import Protocol

from capsync.selftest.memory import MemorySystem, Name, Told
from capsync.selftest.steps import NEVER, Step
from capsync.state.database import Connection


class Killed(BaseException):
    """The machine stops; no `Exception`, so that nobody recovers from it."""


@dataclass(slots=True)
class Moments:
    """Counts the moments of one run."""

    act: Callable[[Step], None]
    """Does what somebody else does in between."""
    kill: int = NEVER
    """The moment that is the last one."""
    others: Mapping[int, Sequence[Step]] = field(default_factory=dict)
    due: list[Step] = field(default_factory=list)
    count: int = 0
    dead: bool = False

    def __call__(self, *, alone: bool = False) -> None:
        """Let a moment pass.

        Args:
            alone: Whether nobody can get in between, so that they come a moment later.

        Raises:
            Killed: It was the last one, or that is over already.
        """
        if self.dead:
            raise Killed
        number, self.count = self.count, self.count + 1
        self.due += self.others.get(number, ())
        while self.due and not alone:
            self.act(self.due.pop(0))
        if number == self.kill:
            self.dead = True
            raise Killed


class Moment(Protocol):
    """Lets a moment pass."""

    def __call__(self, *, alone: bool = False) -> None:
        """See `Moments`."""


class Watched:
    """A file system each of whose calls is a moment."""

    def __init__(self, system: MemorySystem, moment: Moment) -> None:
        self.system, self.moment = system, moment

    def status(self, place: Path) -> Told:
        return self.system.status(place)

    def exists(self, place: Path) -> bool:
        return self.system.exists(place)

    def is_file(self, place: Path) -> bool:
        return self.system.is_file(place)

    def is_folder(self, place: Path) -> bool:
        return self.system.is_folder(place)

    def real(self, place: Path) -> Path:
        return place

    def entries(self, folder: Path | str) -> Sequence[Name]:
        self.moment()
        return self.system.entries(folder)

    def read(self, place: Path, limit: int) -> tuple[bytes, Told]:
        self.moment()
        return self.system.read(place, limit)

    def write_new(self, place: Path, data: bytes) -> None:
        self.moment()
        self.system.write_new(place, data)

    def set_mode(self, place: Path, mode: int) -> None:
        self.moment()
        self.system.set_mode(place, mode)

    def link(self, source: Path, place: Path) -> None:
        self.moment()
        self.system.link(source, place)

    def rename(self, source: Path, place: Path) -> None:
        self.moment()
        self.system.rename(source, place)

    def replace(self, source: Path, place: Path) -> None:
        # no disk can replace a file only if it is still the one that was looked at just now
        self.moment(alone=True)
        self.system.replace(source, place)

    def unlink(self, place: Path) -> None:
        self.moment()
        self.system.unlink(place)

    def make_folder(self, place: Path) -> None:
        self.moment()
        self.system.make_folder(place)

    def flush_folder(self, folder: Path) -> None:
        pass


@cache
def _prepared() -> bytes:
    """Give an empty memory with all its tables."""
    connection = Connection(Path(":memory:"))
    try:
        return connection.sql.serialize()
    finally:
        connection.close()


class MemoryConnection(Connection):
    """The file behind the memory, in memory; each transaction is a moment."""

    def __init__(self, moment: Moment) -> None:
        self.path = Path("memory")
        self.moment = moment
        self.sql = sqlite3.connect(":memory:", isolation_level=None)
        self.sql.deserialize(_prepared())
        self.sql.execute("PRAGMA foreign_keys = ON")

    @contextmanager
    def transaction(self) -> Iterator[sqlite3.Connection]:
        if not self.sql.in_transaction:
            self.moment()
        with super().transaction() as sql:
            yield sql
