"""What happens in a folder, in one shape for every system, and what of it concerns us.

An event is a reason to look at a file and nothing more: it says neither what the file
holds nor that it is still there.
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import Enum
from typing import Protocol

from capsync.vault.ignore import Ignore, is_text

ALL = ""
"""The path of the folder itself, where all in it has to be looked at."""


class Kind(Enum):
    """What happened. Opening and reading are not among it."""

    CREATED = "created"
    MODIFIED = "modified"
    CLOSED = "closed"
    """Closed by someone who had it open for writing."""
    DELETED = "deleted"
    MOVED = "moved"
    AWAY = "moved away"
    """Moved; where to is told by itself if it is in the folder."""
    HERE = "moved here"
    """Likewise of where from."""


@dataclass(frozen=True, slots=True)
class Event:
    """One thing that happened."""

    kind: Kind
    path: str
    """Relative to the folder, with ``/``; `ALL` for the folder itself, which is gone then."""
    to: str | None = None
    """Where it was moved, for `Kind.MOVED`."""
    folder: bool = False


class Hears(Protocol):
    """Who is told, from another thread."""

    def heard(self, event: Event) -> None:
        """Take in an event."""

    def lost(self, why: str) -> None:
        """Take in that there were events which nobody will tell of."""


class Source(Protocol):
    """Where events come from; for one start."""

    @property
    def unwatched(self) -> int:
        """How many folders the system has refused to watch."""

    def start(self) -> None:
        """Begin to tell; what happens from when this returns is told.

        Raises:
            OSError: The folder is not there, or the system can watch no more.
        """

    def alive(self) -> bool:
        """Say whether it still tells."""

    def stop(self) -> None:
        """Tell nothing more; returns when that is so."""


def concerned(event: Event, ignore: Ignore) -> tuple[str, ...]:
    """Say which notes to look at for an event; `ALL` where that takes a walk.

    A folder that comes, goes or moves takes its notes along, and systems differ in whether
    they tell of each.
    """
    paths = [path for path in (event.path, event.to) if path is not None]
    if event.folder:
        matters = any(path == ALL or not ignore.covers_folder(path) for path in paths)
        return (ALL,) if matters else ()
    return tuple(path for path in paths if not ignore.covers(path) and is_text(path))
