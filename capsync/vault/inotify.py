"""Events of a folder from inotify, by way of watchdog's descriptor.

Not by way of its observer. That keeps each move back for half a second to find the other
half, and with it whatever follows; takes the square of the time when many come at once;
watches hidden and ignored folders too; and says neither that the queue has overflowed,
but in its log, nor that a folder could not be watched. We need no halves put together: both
names of a file that moved are looked at.
"""

from __future__ import annotations

import errno
import os
import threading
from collections.abc import Callable
from itertools import count
from pathlib import Path

from watchdog.observers.inotify_c import (
    CallbackId,
    InotifyConstants as Bits,
    InotifyEvent,
    InotifyFD,
    Mask,
    WatchDescriptor,
)

from capsync.vault.events import ALL, Event, Hears, Kind

_MASK = Mask(
    (Bits.IN_MODIFY | Bits.IN_CLOSE_WRITE | Bits.IN_CREATE | Bits.IN_DELETE | Bits.IN_MOVE)
    | (Bits.IN_DELETE_SELF | Bits.IN_MOVE_SELF)
    | (Bits.IN_ONLYDIR | Bits.IN_DONT_FOLLOW | Bits.IN_EXCL_UNLINK)
)
"""Neither opening nor reading is among it, nor a change of permissions."""

_KINDS = (
    (Bits.IN_MODIFY, Kind.MODIFIED),
    (Bits.IN_CLOSE_WRITE, Kind.CLOSED),
    (Bits.IN_CREATE, Kind.CREATED),
    (Bits.IN_DELETE, Kind.DELETED),
    (Bits.IN_MOVED_FROM, Kind.AWAY),
    (Bits.IN_MOVED_TO, Kind.HERE),
)

_FULL = {errno.ENOSPC, errno.ENOMEM}


class Inotify:
    """A source of events of all folders that are not to be skipped."""

    def __init__(self, root: Path, hears: Hears, skip: Callable[[str], bool]) -> None:
        """
        Args:
            root: The folder; not a link.
            skip: Says of a folder's path whether nothing in it matters.

        Raises:
            OSError: There are as many instances of inotify as the system allows.
        """
        self.unwatched = 0
        self._root = str(root)
        self._hears = hears
        self._skip = skip
        self._lock = threading.Lock()
        self._numbers = count()
        self._held: dict[WatchDescriptor, tuple[str, CallbackId]] = {}
        """The folders that are watched, with the number under which watchdog knows each."""
        self._ended = False
        self._descriptor = InotifyFD()

    def start(self) -> None:
        self._descriptor.start()
        try:
            with self._lock:
                self._watch_all()
        except OSError:
            self.stop()
            raise

    def alive(self) -> bool:
        return self._descriptor.is_alive() and not self._ended

    def stop(self) -> None:
        self._ended = True
        self._descriptor.stop()
        self._descriptor.join()

    def on_event(self, event: InotifyEvent) -> None:
        """Take an event from watchdog."""
        with self._lock:
            held = self._held.get(event.wd)
            told = None if held is None else self._take(event, held[0])
        if told is not None:
            self._hears.heard(told)

    def on_watch_deleted(self, wd: WatchDescriptor) -> None:
        """Take in that a folder is gone, or its disk."""
        with self._lock:
            held = self._held.pop(wd, None)
            gone = held is not None and held[0] == ALL and not self._ended
            self._ended |= gone
        if gone:
            self._hears.heard(Event(Kind.DELETED, ALL, folder=True))

    def on_queue_overflow(self) -> None:
        """Begin anew: folders may have come, gone and moved unseen."""
        with self._lock:
            self._unwatch(list(self._held))
            try:
                self._watch_all()
            except OSError:
                self._ended = True
        self._hears.lost("more happened at once than the system's queue holds")

    def _take(self, event: InotifyEvent, folder: str) -> Event | None:
        if not event.name:
            if folder != ALL or not event.is_move_self:
                return None
            self._ended = True
            return Event(Kind.DELETED, ALL, folder=True)
        path = _joined(folder, os.fsdecode(event.name))
        if event.is_directory:
            self._follow(event, path)
        kind = next((kind for bit, kind in _KINDS if event.mask & bit), None)
        return None if kind is None else Event(kind, path, folder=event.is_directory)

    def _follow(self, event: InotifyEvent, path: str) -> None:
        """Watch a folder that has come, and no longer one that was moved away."""
        if event.is_moved_from:
            inside = f"{path}/"
            held = self._held.items()
            self._unwatch([wd for wd, (at, _) in held if at == path or at.startswith(inside)])
        elif event.is_create or event.is_moved_to:
            self._watch_all(path)

    def _watch_all(self, folder: str = ALL) -> None:
        """Watch *folder* and all in it, each before it is listed, so that none is missed.

        Raises:
            OSError: It is the root, which is not there or cannot be watched.
        """
        self.unwatched = 0 if folder == ALL else self.unwatched
        folders = [folder]
        while folders:
            folder = folders.pop()
            if (folder == ALL or not self._skip(folder)) and self._watch(folder):
                folders += self._folders_in(folder)

    def _watch(self, folder: str) -> bool:
        """Watch one folder, and say whether there is more to watch in it."""
        number = CallbackId(next(self._numbers))
        place = os.fsencode(os.path.join(self._root, folder))  # noqa: PTH118, thousands of them
        try:
            wd = self._descriptor.add_callback(place, _MASK, self, number)
        except OSError as exc:
            if folder == ALL:
                raise
            self.unwatched += exc.errno in _FULL
            return False  # or it is gone again
        if wd == -1:  # not to be read, which watchdog keeps to itself
            self._descriptor.remove_callbacks([(wd, number)])
            if folder == ALL:
                raise PermissionError(errno.EACCES, os.strerror(errno.EACCES))
            return False
        if wd in self._held:  # moved here before we were told that it moved away
            self._unwatch([wd])
        self._held[wd] = (folder, number)
        return True

    def _unwatch(self, descriptors: list[WatchDescriptor]) -> None:
        self._descriptor.remove_callbacks([(wd, self._held.pop(wd)[1]) for wd in descriptors])

    def _folders_in(self, folder: str) -> list[str]:
        try:
            with os.scandir(os.path.join(self._root, folder)) as entries:  # noqa: PTH118
                names = [each.name for each in entries if each.is_dir(follow_symlinks=False)]
        except OSError:
            return []  # gone again, or not to be read; the walk says which
        return [_joined(folder, name) for name in names]


def _joined(folder: str, name: str) -> str:
    return f"{folder}/{name}" if folder else name
