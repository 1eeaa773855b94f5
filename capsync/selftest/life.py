"""A daemon on a machine, from its start to its end: the real loop, in virtual time.

What the file system and other processes would tell it is told here: which files are
not what they were, and who asks for a sync.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any, cast

from capsync.clock import Clock
from capsync.daemon.control import Asked
from capsync.daemon.desk import Desk, Outside
from capsync.daemon.inbox import Event, Order, Touched
from capsync.daemon.loop import Loop
from capsync.selftest.hours import Hours
from capsync.sync.engine import Engine
from capsync.sync.sides import Progress, tell_nobody

MOST_LOOKS = 2_000
"""Looks into the inbox without any time in between, after which something must be wrong."""


@dataclass(slots=True)
class Asking:
    """A sync that somebody asks the daemon for."""

    request: dict[str, Any]
    gone: bool = False

    def say(self, progress: dict[str, Any]) -> None:
        """Take in how far it is."""

    def done(self, result: dict[str, Any]) -> None:
        """Take in that it is done."""

    def failed(self, message: str, exit_code: int) -> None:
        """Take in that it is not done."""


@dataclass(frozen=True, slots=True)
class Watching:
    """Stands in for the watcher, which may not be told of everything."""

    trouble: str

    def check(self) -> bool:
        """See whether it is the same vault, as it always is."""
        return False


class Life:
    """One daemon."""

    def __init__(
        self,
        hours: Hours,
        clock: Clock,
        files: Callable[[], Mapping[str, object]],
        open_engine: Callable[[Progress], Engine],
        asked: list[dict[str, Any]],
        *,
        blind: bool,
    ) -> None:
        """
        Args:
            files: Gives something for each note's file that is another once it is not the same.
            asked: Where syncs are put that somebody asks for; they are taken from there.
            blind: Whether nobody tells of edits.
        """
        self.hours, self.clock, self.files, self.asked = hours, clock, files, asked
        self.open_engine, self.blind = open_engine, blind
        self.seen = dict(files())
        self.looks, self.looked_at = 0, 0.0

    def run(self) -> None:
        """Live until it is told to stop."""
        watching = Watching("nobody tells of edits" if self.blind else "")
        out = Outside(
            watching, tell_nobody, lambda *_: None, lambda _: None, lambda: None, lambda: None
        )
        Loop(self._open, self, self.clock, out).run()

    @contextmanager
    def _open(self, progress: Progress) -> Iterator[Desk]:
        yield Desk(self.open_engine(progress), lambda: None)

    def take(self, seconds: float) -> tuple[Event, ...]:
        """Let time pass until something happens."""
        now = self.clock.monotonic()
        self.looks = self.looks + 1 if now == self.looked_at else 0
        self.looked_at = now
        if self.looks > MOST_LOOKS:
            raise AssertionError("the daemon does not wait")
        until = now + seconds
        while not (events := self._events()) and (now := self.clock.monotonic()) < until:
            self.clock.sleep(max(min(until, self.hours.next_at) - now, 0.0))
        return events

    def _events(self) -> tuple[Event, ...]:
        self.hours()
        if self.hours.are_over:
            return (Order.STOP,)
        before, now = self.seen, dict(self.files())
        paths = {path for path in now.keys() | before.keys() if now.get(path) != before.get(path)}
        self.seen = now
        events: list[Event] = [cast("Asked", Asking(each)) for each in self.asked]
        self.asked.clear()
        return (*events, *(Touched(path) for path in sorted(paths) if not self.blind))
