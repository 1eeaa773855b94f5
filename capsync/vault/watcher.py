"""Wakes whoever keeps a vault in sync when something happens in it.

A watcher is a hint and never the truth: it says where to look, and from time to time somebody
has to walk over the folder all the same. So it may tell of what is nothing, and when it cannot
tell what happened it asks for a walk: when a folder comes, goes or moves, when events were
lost, when the vault itself was replaced or its disk was away.

It need not know which changes are capsync's own. Whoever is woken compares the file's stamp
with the one that was remembered when capsync wrote it, taken before the file was put into its
place (`capsync.vault.disk`). Equal, it was an echo. An edit behind our write, however soon,
gives the file another stamp, and its events come after ours, so that it is looked at once more
when it has been made. Skipping "the next event", or all events for a while, would lose it.
What a stamp cannot tell is an edit in place that keeps the size, within one tick of the file
system's clock after our write: 4 ms on older Linux kernels, 2 s on FAT. Against those only
reading helps; a file that was woken for is worth that.

Nothing here waits or polls. Both callables are called from the watcher's threads.
"""

from __future__ import annotations

import errno
import logging
import os
import sys
import threading
from collections.abc import Callable
from pathlib import Path

from capsync.vault.events import ALL, Event, Hears, Source, concerned
from capsync.vault.ignore import Ignore

logger = logging.getLogger(__name__)

MakeSource = Callable[[Path, Hears, Callable[[str], bool]], Source]


class Watcher:
    """Watches one vault."""

    def __init__(
        self,
        root: Path,
        ignore: Ignore,
        *,
        touched: Callable[[str], None],
        everything: Callable[[str], None],
        make_source: MakeSource | None = None,
    ) -> None:
        """
        Args:
            touched: Is given the path of a note to look at, which may be gone.
            everything: Is given the reason why the whole vault has to be looked at.
            make_source: Makes where the events come from; None for the best on this system.
        """
        self.root = root
        self.losses = 0
        """How often events were lost."""
        self._ignore = ignore
        self._touched = touched
        self._everything = everything
        self._make_source = make_source or best_source
        self._lock = threading.Lock()
        self._source: Source | None = None
        self._problem = "not started"
        self._watched: tuple[int, int] | None = None

    @property
    def trouble(self) -> str:
        """Why not all is watched, with what to do about it; empty if all is.

        Edits are found by walks alone then, which should come often.
        """
        source = self._source
        if source is None:
            return self._problem
        return _too_many(source.unwatched) if source.unwatched else ""

    def start(self) -> None:
        """Begin to watch; what happens from when this returns is told.

        Never fails: what cannot be watched is in `trouble`.
        """
        with self._lock:
            self._start()

    def check(self) -> bool:
        """See whether the vault is still the one that is watched, and if not, watch it anew.

        A disk that comes back and a folder above that is moved are told by no event. Costs as
        little as a look at one file. Says whether it had to begin anew; the whole vault is
        asked for then.
        """
        with self._lock:
            if self._source and self._source.alive() and _identity(self.root) == self._watched:
                return False
            was = self._source is not None
            self._stop()
            self._start()
            anew = self._source is not None
        if was or anew:
            self._everything("the vault was away" if anew else "the vault is not there")
        return anew

    def restart(self) -> None:
        """Watch anew, as when a limit was raised; what happened meanwhile takes a walk."""
        with self._lock:
            self._stop()
            self._start()
        self._everything("watching began anew")

    def stop(self) -> None:
        """Watch no longer; no callable is called once this has returned."""
        with self._lock:
            self._stop()

    def heard(self, event: Event) -> None:
        """Take in an event, from the source's thread."""
        for path in concerned(event, self._ignore):
            if path == ALL:
                self._everything(f"folder {event.kind.value}: {event.to or event.path or '.'}")
            else:
                self._touched(path)

    def lost(self, why: str) -> None:
        """Take in a loss of events, from the source's thread."""
        self.losses += 1
        logger.warning("events of the vault were lost: %s", why)
        self._everything(f"events were lost: {why}")

    def _start(self) -> None:
        real = Path(os.path.realpath(self.root))
        self._watched = _identity(self.root)
        try:
            source = self._make_source(real, self, self._ignore.covers_folder)
            source.start()
        except OSError as exc:
            self._problem = _told(exc)
        else:
            self._source = source

    def _stop(self) -> None:
        if self._source is not None:
            self._source.stop()
        self._source = None
        self._problem = "not watched"


def best_source(root: Path, hears: Hears, skip: Callable[[str], bool]) -> Source:
    """Make the source of events that is best on this system.

    Raises:
        OSError: The system can watch no more.
    """
    if sys.platform == "linux":
        try:
            from capsync.vault.inotify import Inotify  # noqa: PLC0415
        except ImportError:  # a watchdog that keeps its descriptor to itself
            pass
        else:
            return Inotify(root, hears, skip)
    from capsync.vault.observed import Observed  # noqa: PLC0415

    return Observed(root, hears)


def _identity(place: Path) -> tuple[int, int] | None:
    try:
        status = place.stat()
    except OSError:
        return None
    return status.st_dev, status.st_ino


def _told(exc: OSError) -> str:
    """Say why a vault cannot be watched, and what to do about it."""
    match exc.errno:
        case errno.ENOSPC:
            return _too_many(1)
        case errno.EMFILE:
            limit = _limit("max_user_instances=1024")
            return f"the system allows no more programs to watch folders; {limit}"
        case errno.ENOENT | errno.ENOTDIR:
            return "the vault is not there"
        case _:
            return f"the system cannot watch the vault: {exc.strerror or exc}"


def _too_many(folders: int) -> str:
    what = "a folder is" if folders == 1 else f"{folders} folders are"
    return (
        f"{what} not watched, since the system watches no more; {_limit('max_user_watches=524288')}"
    )


def _limit(setting: str) -> str:
    keep = f"echo fs.inotify.{setting} | sudo tee /etc/sysctl.d/60-capsync.conf"
    return f"raise its limit and start capsync again: {keep} && sudo sysctl --system"
