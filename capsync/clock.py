"""Time as a value that can be handed in.

Whatever waits or stamps takes a `Clock`, so that tests move time by hand and
never sleep. Seconds as `float` everywhere.
"""

from __future__ import annotations

import time
from typing import Protocol


class Clock(Protocol):
    """What capsync needs of time."""

    def now(self) -> float:
        """Give the seconds since the Unix epoch, UTC; may jump with the system's clock."""

    def monotonic(self) -> float:
        """Give seconds that only ever grow; their zero means nothing."""

    def sleep(self, seconds: float) -> None:
        """Return when *seconds* have passed."""


class SystemClock:
    """The machine's own time."""

    def now(self) -> float:
        return time.time()

    def monotonic(self) -> float:
        return time.monotonic()

    def sleep(self, seconds: float) -> None:
        time.sleep(seconds)


class ManualClock:
    """A clock that moves only when someone sleeps on it; for tests and rehearsals."""

    def __init__(self, start: float = 1_763_800_000.0) -> None:
        """
        Args:
            start: The first `now`, in seconds since the epoch.
        """
        self.time = start

    def now(self) -> float:
        return self.time

    def monotonic(self) -> float:
        return self.time

    def sleep(self, seconds: float) -> None:
        self.time += seconds
