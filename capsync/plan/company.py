"""Whether the person is at work: one note taken up makes others likely to follow.

Somebody who edits a note is there, and is the more likely to take up the next one; at
night nobody is. So expectations run on a time of their own, which goes slowly while nothing was
found for long, and fast after a note was taken up (a self-exciting process, with one
scale for all notes together). On average it goes as fast as the clock.
"""

from __future__ import annotations

from dataclasses import dataclass
from math import exp

QUIET = 0.5
"""Speed of that time while nobody is there."""
BUSY = 6.0
"""Speed that taking up a note adds."""
FADES = 1000.0
"""Seconds over which that fades."""


@dataclass(frozen=True, slots=True)
class Company:
    """The course of that time, as of the last note that was taken up."""

    at: float = 0.0
    """When that was, by the clock."""
    reading: float = 0.0
    """What that time showed then."""
    here: float = 0.0
    """How surely the person was there, 0 to 1."""

    def time(self, now: float) -> float:
        """Give what that time shows at *now*, or about what it showed then."""
        span = now - self.at
        if span < 0.0:
            return self.reading + span
        return self.reading + QUIET * span + self.here * BUSY * FADES * (1.0 - exp(-span / FADES))

    def taken_up(self, now: float, surely: float) -> Company:
        """Learn that a note was taken up, with a probability of *surely* just now."""
        here = self.here * exp(-max(0.0, now - self.at) / FADES)
        return Company(now, self.time(now), max(here, surely))
