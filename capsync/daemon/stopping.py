"""Ending in time: between two notes, or in a wait that is too long to sit out."""

from __future__ import annotations

from collections.abc import Callable
from threading import Event

from capsync.clock import Clock

GRACE = 3.0
"""Seconds that a wait may still take once the daemon was told to stop."""
BREATH = 10.0
"""Seconds after which somebody looks in on a long wait."""


class Stopping(KeyboardInterrupt):
    """The daemon was told to stop; whatever goes on ends as it does on Ctrl-C."""


class Yielding(KeyboardInterrupt):
    """What goes on is put off for something else, and taken up again later."""

    def __init__(self, after: float = 0.0) -> None:
        """
        Args:
            after: Seconds until it makes sense to go on.
        """
        super().__init__()
        self.after = after


class StoppableClock:
    """The machine's time, whose waits end when the daemon is told to stop."""

    def __init__(self, clock: Clock, stop: Event, alive: Callable[[], None]) -> None:
        """
        Args:
            stop: Set once the daemon has to stop.
            alive: Called now and then during long waits.
        """
        self._clock, self._stop, self._alive = clock, stop, alive

    def now(self) -> float:
        """Give the seconds since the Unix epoch."""
        return self._clock.now()

    def monotonic(self) -> float:
        """Give seconds that only ever grow."""
        return self._clock.monotonic()

    def sleep(self, seconds: float) -> None:
        """Return when *seconds* have passed.

        Raises:
            Stopping: The daemon has to stop, and it would take too long.
        """
        until = self._clock.monotonic() + seconds
        while (left := until - self._clock.monotonic()) > 0.0:
            self._alive()
            if left > GRACE and self._stop.wait(min(left, BREATH)):
                raise Stopping
            if left <= GRACE:
                self._clock.sleep(left)
