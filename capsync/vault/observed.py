"""Events of a folder from watchdog's observer, where inotify is not to be had.

That is FSEvents on a Mac and ReadDirectoryChangesW on Windows. Of a loss there is one sign,
a record in watchdog's log, and on Windows not even that; the walk from time to time is for
those. On Linux it serves only if `capsync.vault.inotify` cannot be used, and says there
why it is the second best.
"""

from __future__ import annotations

import logging
import os
import sys
from pathlib import Path
from typing import Final

from watchdog.events import (
    DirCreatedEvent,
    DirDeletedEvent,
    DirMovedEvent,
    FileClosedEvent,
    FileCreatedEvent,
    FileDeletedEvent,
    FileModifiedEvent,
    FileMovedEvent,
    FileSystemEvent,
    FileSystemEventHandler,
)
from watchdog.observers import Observer

from capsync.vault.events import ALL, Event, Hears, Kind
from capsync.vault.ignore import is_markdown

_KINDS: Final[dict[type[FileSystemEvent], Kind]] = {
    FileCreatedEvent: Kind.CREATED,
    DirCreatedEvent: Kind.CREATED,
    FileModifiedEvent: Kind.MODIFIED,
    FileClosedEvent: Kind.CLOSED,
    FileDeletedEvent: Kind.DELETED,
    DirDeletedEvent: Kind.DELETED,
    FileMovedEvent: Kind.MOVED,
    DirMovedEvent: Kind.MOVED,
}
"""What is asked for; all else is not even made."""


class Observed:
    """A source of events, and of losses."""

    unwatched = 0

    def __init__(self, root: Path, hears: Hears) -> None:
        """
        Args:
            root: The folder; not a link.

        Raises:
            OSError: The system can watch no more.
        """
        self._root = str(root)
        self._hears = hears
        self._observer = Observer()
        self._complaints = _Complaints(hears)

    def start(self) -> None:
        self._complaints.attach()
        try:
            handler = _Handler(self._root, self._hears)
            kinds = list(_KINDS)
            self._observer.schedule(handler, self._root, recursive=True, event_filter=kinds)
            self._observer.start()
        except OSError:
            self.stop()
            raise

    def alive(self) -> bool:
        emitters = self._observer.emitters
        return self._observer.is_alive() and any(emitter.is_alive() for emitter in emitters)

    def stop(self) -> None:
        self._complaints.detach()
        self._observer.stop()
        if self._observer.is_alive():
            self._observer.join()


class _Handler(FileSystemEventHandler):
    """Gives the observer's events our shape."""

    def __init__(self, root: str, hears: Hears) -> None:
        self._root = root
        self._hears = hears

    def dispatch(self, event: FileSystemEvent) -> None:
        kind = _KINDS.get(type(event))
        path = self._inside(event.src_path)
        to = self._inside(event.dest_path) if event.dest_path else None
        if kind is not None and path is not None:
            # Windows does not say what it was that is gone
            unknown = sys.platform == "win32" and kind is Kind.DELETED and not is_markdown(path)
            self._hears.heard(Event(kind, path, to, event.is_directory or unknown))

    def _inside(self, place: str | bytes) -> str | None:
        path = os.path.relpath(os.fsdecode(place), self._root).replace(os.sep, "/")
        return None if path.startswith("../") else ALL if path == "." else path


class _Complaints(logging.Handler):
    """Takes any warning of watchdog's for a loss, as its inotify observer means it."""

    def __init__(self, hears: Hears) -> None:
        super().__init__(logging.WARNING)
        self._hears = hears
        self._loggers = [logging.getLogger(name) for name in ("watchdog", "fsevents")]

    def attach(self) -> None:
        for logger in self._loggers:
            logger.addHandler(self)

    def detach(self) -> None:
        for logger in self._loggers:
            logger.removeHandler(self)

    def emit(self, record: logging.LogRecord) -> None:
        self._hears.lost(record.getMessage())
