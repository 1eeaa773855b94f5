"""The hours of a process that stays: what others do meanwhile, and when it is killed or stopped.

A single sync is short, and its moments are counted. A daemon is mostly idle, so
here it is time that tells.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable

from capsync.selftest.clocks import Time
from capsync.selftest.moments import Killed
from capsync.selftest.steps import NEVER, Step

TICK = 0.05
"""Seconds; what the numbers of a step count."""


class Hours:
    """Lets moments pass; see `capsync.selftest.moments.Moments`."""

    def __init__(
        self,
        act: Callable[[Step], None],
        time: Time,
        ticks: int,
        kill: int = NEVER,
        others: Iterable[tuple[int, Step]] = (),
    ) -> None:
        """
        Args:
            act: Does what somebody else does in between.
            ticks: After which it is told to stop.
            kill: Ticks after which it is killed.
            others: What others do, and after how many ticks.
        """
        begun = time.monotonic()
        self.act, self.time = act, time
        self.end = begun + ticks * TICK
        self.kill = float("inf") if kill == NEVER else begun + kill * TICK
        self.others = sorted(
            ((begun + at * TICK, step) for at, step in others), key=lambda each: each[0]
        )
        self.dead = False

    def __call__(self, *, alone: bool = False) -> None:
        """Let a moment pass.

        Args:
            alone: Whether nobody can get in between, so that they come a moment later.

        Raises:
            Killed: It was the last one, or that is over already.
        """
        if self.dead:
            raise Killed
        while self.others and self.others[0][0] <= self.time.monotonic() and not alone:
            self.act(self.others.pop(0)[1])
        if self.time.monotonic() >= self.kill:
            self.dead = True
            raise Killed

    @property
    def next_at(self) -> float:
        """Say when something happens next."""
        return min([self.end, self.kill, *(at for at, _ in self.others[:1])])

    @property
    def are_over(self) -> bool:
        """Whether it has to stop."""
        return self.time.monotonic() >= self.end and not self.others
