"""What keeps the daemon from syncing, told once, and told again when it is over."""

from __future__ import annotations

from capsync.clock import Clock
from capsync.daemon.desk import Outside
from capsync.daemon.turns import Turns
from capsync.errors import CapsyncError, RetryError, SafetyStop
from capsync.sync.masked import masked


class Trouble:
    """The trouble there is, if any.

    A guard that stops a walk or a list stops nothing else; every other trouble stops everything
    until the next try.
    """

    def __init__(self, turns: Turns, clock: Clock, out: Outside) -> None:
        self._turns, self._clock, self._out = turns, clock, out
        self._problem = self._guard = self._kind = ""

    @property
    def text(self) -> str:
        """Why not all is synced at the moment; empty if it is."""
        return self._problem or self._guard

    @property
    def cause(self) -> str:
        """Of the trouble: ``offline``, ``guard`` or ``stopped``."""
        return self._kind if self._problem else "guard"

    def met(self, exc: CapsyncError) -> None:
        """Take in what stops everything, and have it tried again later."""
        after = exc.after if isinstance(exc, RetryError) else None
        self._turns.failed(self._clock.monotonic(), after)
        self.stops("offline" if isinstance(exc, RetryError) else "stopped", str(exc))

    def stops(self, kind: str, text: str) -> None:
        """Take in that nothing is synced, and why."""
        if text != self._problem:
            self._tell(kind, text)
        self._problem, self._kind = text, kind

    def guarded(self, exc: SafetyStop) -> None:
        """Take in that a guard has stopped something."""
        if str(exc) != self._guard:
            self._tell("stopped", str(exc))
        self._guard = str(exc)

    def passed(self) -> None:
        """Take in that no guard was in the way of a whole walk."""
        self._guard = ""

    def is_over(self) -> None:
        """Take in that the service was reached and the vault is there."""
        self._turns.went_well()
        if self._problem:
            self._problem = ""
            self._out.tell("online", text="syncing again")
            self._out.status(self._guard or "watching")

    def _tell(self, kind: str, text: str) -> None:
        self._out.tell(kind, text=masked(text))
        self._out.status(text)
