"""Who is woken by a watcher, and hears it all without sleeping.

What was done is known to have been told of when a file that was saved after it has been.
The bound is generous and only reached by a failure.
"""

from __future__ import annotations

import sys
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from capsync.vault.events import ALL, Hears, Source
from capsync.vault.ignore import Ignore
from capsync.vault.observed import Observed
from capsync.vault.watcher import MakeSource, Watcher, best_source

BOUND = 30.0
only_linux = pytest.mark.skipif(sys.platform != "linux", reason="inotify is Linux's")
observers_noise = pytest.mark.filterwarnings("ignore:Callback with id:RuntimeWarning")
"""What watchdog's observer says when a folder is made while it looks; as an error it kills it."""


def observed(root: Path, hears: Hears, skip: Callable[[str], bool]) -> Source:
    return Observed(root, hears)


SOURCES: dict[str, MakeSource] = {"best": best_source, "observed": observed}


class Ear:
    """Whoever is woken."""

    def __init__(self, root: Path) -> None:
        self.root = root
        self.touched: list[str] = []
        self.ever: list[str] = []
        self.whys: list[str] = []
        self._changed = threading.Condition()
        self._markers = 0

    def touch(self, path: str) -> None:
        with self._changed:
            self.touched.append(path)
            self.ever.append(path)
            self._changed.notify_all()

    def everything(self, why: str) -> None:
        with self._changed:
            self.whys.append(why)
            self._changed.notify_all()

    def wait(self, condition: Callable[[], object]) -> None:
        with self._changed:
            assert self._changed.wait_for(condition, BOUND), (self.touched[-9:], self.whys[-9:])

    def told(self) -> set[str]:
        """Say what was told of all that was done until now, and begin anew."""
        self._markers += 1
        marker = f"marker {self._markers}.md"
        (self.root / marker).write_text("here")
        self.wait(lambda: marker in self.touched)
        with self._changed:
            paths = {path for path in self.touched if not path.startswith("marker")}
            told = paths | ({ALL} if self.whys else set())
            self.touched.clear()
            self.whys.clear()
        return told


@contextmanager
def watching(
    root: Path, make_source: MakeSource | None = None, ignore: Ignore | None = None
) -> Iterator[tuple[Watcher, Ear]]:
    ear = Ear(root)
    watcher = Watcher(
        root,
        ignore or Ignore(),
        touched=ear.touch,
        everything=ear.everything,
        make_source=make_source,
    )
    watcher.start()
    assert not watcher.trouble
    try:
        yield watcher, ear
    finally:
        watcher.stop()


def replace(place: Path) -> None:
    """Save a note as most programs do: beside it, and then into its place."""
    beside = place.with_suffix(".tmp")
    beside.write_text("another text")
    beside.replace(place)
