"""A whole sync that somebody has asked the daemon for, done between everything else.

The space is listed, what was edited here is pushed, and then every note is read once, the
one most worth it first; an edit that comes meanwhile does not wait.
"""

from __future__ import annotations

from collections import deque
from collections.abc import Iterable

from capsync.daemon.control import Asked
from capsync.plan.picks import Choice, Why
from capsync.sync.report import Report


class Job:
    """What is still to be done, and what was done so far."""

    def __init__(
        self,
        asked: Asked,
        requests: int,
        begun: float,
        ends: float | None,
        *,
        allow_deletes: bool = False,
    ) -> None:
        """
        Args:
            requests: Sent before it began.
            begun: By a clock that only grows, in seconds.
            ends: When to stop reading, by the same clock; None for once all was read.
            allow_deletes: Whether to go on where a guard would stop.
        """
        self.asked, self.requests, self.begun, self.ends = asked, requests, begun, ends
        self.allow_deletes = allow_deletes
        self.report = Report()
        self.is_listed = self.is_pushed = False
        """Whether the space was listed, and what was edited here pushed."""
        self._waiting: deque[str] = deque()
        self._total = 0

    def read(self, notes: Iterable[str]) -> None:
        """Say what is to be read, in order."""
        self._waiting = deque(notes)
        self._total = len(self._waiting)

    @property
    def left(self) -> int:
        """Count the notes that are still to be read."""
        return len(self._waiting)

    def next(self) -> Choice | None:
        """Give the next note."""
        return Choice(self._waiting[0], probe=False, why=Why.SWEEP) if self._waiting else None

    def took(self, choice: Choice) -> None:
        """Learn that a note was read, or cannot be."""
        if self._waiting and self._waiting[0] == choice.note:
            self._waiting.popleft()
        self.asked.say(self.progress)

    @property
    def progress(self) -> dict[str, object]:
        """How far it is, as a run would tell."""
        if not self.is_listed:
            return {"stage": "listing", "done": 0, "total": 0}
        done = self._total - len(self._waiting)
        return {"stage": "comparing", "done": done, "total": self._total}

    def is_over(self, now: float) -> bool:
        """Say whether to answer now."""
        if self.asked.gone:
            return True
        if not (self.is_listed and self.is_pushed):
            return False
        return not self._waiting or (self.ends is not None and now >= self.ends)
