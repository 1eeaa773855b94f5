"""When to look at a note that somebody is saving: once it has been quiet for a moment.

An editor does several things to a file for each save, and many saves follow each other
while a person types. Each note waits until nothing has happened to it for `PERIOD`, and
at the latest until `LONGEST` after the first thing that happened.

Why one second. Of the editors recorded in ``fixtures/events`` none takes longer than a
tenth of it for one save, `git checkout` and `rsync` touch each file once, and a person
who has saved waits for it no longer than for a page to load. What it does not fold is
saving by itself: Obsidian saves every two seconds while somebody types, and thirty
pushes a minute would spend all the quota there is. So a note that is touched again
within `TYPING` of the last time is being typed in: from then on it waits for `TYPING`.
Typing for a minute in Obsidian costs seven pushes instead of thirty, and a save that
stands alone is not a moment later for it.

What is touched beyond `MOST` notes at once is one full scan, which is cheaper by then.
Nobody waits here; times are readings of one monotonic clock, in seconds.
"""

from __future__ import annotations

from collections import OrderedDict
from dataclasses import dataclass
from heapq import heappop, heappush, heapreplace

PERIOD = 1.0
"""Seconds without a save after which a note is due."""

TYPING = 2.5
"""Likewise of a note that is saved again and again; more than the two of Obsidian."""

LONGEST = 10.0
"""Seconds after its first save at which a note is due even if it is still being saved."""

MOST = 10_000
"""Notes that wait one by one; a walk over as many files takes 60 ms."""

_ALL = ""
"""The vault's own path, which stands for everything in it."""


@dataclass(frozen=True, slots=True)
class Due:
    """What to look at now."""

    paths: tuple[str, ...] = ()
    """Notes, in the order in which they became due."""
    everything: bool = False
    """Whether to walk over the whole vault, which takes in *paths*."""

    def __bool__(self) -> bool:
        return self.everything or bool(self.paths)


@dataclass(frozen=True, slots=True)
class Waiting:
    """A note that waits, for the person to see."""

    path: str
    """Empty for the whole vault."""
    until: float
    """When it is due if nothing more happens to it."""


@dataclass(slots=True)
class _Wait:
    first: float
    last: float
    period: float
    until: float


class Quiet:
    """The notes that wait for their editors. Not for several threads at once."""

    def __init__(
        self, period: float = PERIOD, longest: float = LONGEST, *, typing: float = TYPING
    ) -> None:
        """
        Args:
            period: Seconds of quiet before a note is due.
            longest: Seconds from the first touch after which it is due anyway.
            typing: Seconds of quiet for a note touched again within as many; at least *period*.
        """
        self.period = min(period, longest)
        self.longest = longest
        self.typing = min(max(typing, period), longest)
        self._waits: dict[str, _Wait] = {}
        self._next: list[tuple[float, str]] = []
        """A heap with one entry for each wait, which may name an earlier time than it has now."""
        self._past: OrderedDict[str, float] = OrderedDict()
        """When notes that were due lately were last touched; the longest ago first, mostly."""
        self._now = float("-inf")

    def touched(self, path: str, now: float) -> None:
        """Take in that something happened to the note at *path*, or to all if it is empty."""
        if len(self._waits) > MOST and path not in self._waits:
            self._fold()
            path = _ALL
        self._touch(path, now)

    def everything(self, now: float) -> None:
        """Take in that something happened somewhere, as to a folder."""
        self._touch(_ALL, now)

    def due(self, now: float) -> Due:
        """Give what is due, and have it wait no longer."""
        self._now = max(self._now, now)
        paths = []
        while (until := self.next_due()) is not None and until <= self._now:
            path = heappop(self._next)[1]
            self._past[path] = self._waits.pop(path).last
            self._past.move_to_end(path)
            paths.append(path)
        self._forget()
        return Due(tuple(path for path in paths if path != _ALL), _ALL in paths)

    def next_due(self) -> float | None:
        """Say when something is due next, unless more happens to it; None if nothing waits."""
        while self._next:
            until, path = self._next[0]
            later = self._waits[path].until
            if later == until:
                return until
            heapreplace(self._next, (later, path))
        return None

    @property
    def waiting(self) -> tuple[Waiting, ...]:
        """What waits, the next one first."""
        waits = ((wait.until, path) for path, wait in self._waits.items())
        return tuple(Waiting(path, until) for until, path in sorted(waits))

    def __contains__(self, path: object) -> bool:
        """Say whether the note at *path* waits by itself."""
        return path in self._waits and path != _ALL

    def __len__(self) -> int:
        return len(self._waits)

    def clear(self) -> None:
        """Let nothing wait any more: all of it has been looked at."""
        self._waits.clear()
        self._next.clear()

    def _touch(self, path: str, now: float) -> None:
        now = self._now = max(self._now, now)
        wait = self._waits.get(path)
        if wait is None:
            period = self.typing if self._is_typed(path, now) else self.period
            until = now + period
            self._waits[path] = _Wait(now, now, period, until)
            heappush(self._next, (until, path))
            return
        wait.last = now
        wait.until = min(now + wait.period, wait.first + self.longest)

    def _is_typed(self, path: str, now: float) -> bool:
        last = self._past.get(path)
        return last is not None and now - last <= self.typing

    def _fold(self) -> None:
        """Let one full scan take the place of all that waits, when the first of it is due."""
        first = min(wait.first for wait in self._waits.values())
        last = max(wait.last for wait in self._waits.values())
        self.clear()
        until = min(last + self.period, first + self.longest)
        self._waits[_ALL] = _Wait(first, last, self.period, until)
        heappush(self._next, (until, _ALL))

    def _forget(self) -> None:
        """Drop what is too long ago to tell anything."""
        while self._past:
            path, last = next(iter(self._past.items()))
            if self._now - last <= self.typing:
                return
            del self._past[path]
