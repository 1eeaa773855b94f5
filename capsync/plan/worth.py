"""What a check of a note is worth: the saves it would find, by how much they matter.

To be expected are all saves since the last check. One that is seconds old can wait for
its turn, so it counts little; and finding out that a note is being edited is worth something in
itself, since the saves that follow will be found at once. In a cache, as of Azar and others
(see `capsync.plan.schedule`), a copy is fresh or it is not; here a change that waits for
twice as long is worse, so the value goes on growing with time.
"""

from __future__ import annotations

from math import exp, inf

from capsync.plan.rates import STAY, Belief

NUISANCE = 30.0
"""Seconds after which a save that was not read yet counts in full, roughly."""

TELLING = 1.0
"""Worth of learning that a note is being edited, by the saves that will follow."""


def worth(belief: Belief, start: float, now: float) -> float:
    """Give what a check at *now* is worth, in units of the saves in a second of editing.

    The probability of being edited tends from what it was at the last check to what it
    is in the long run. Its integral stands for the saves since; less those of the last few
    seconds, which do not count in full; what it has gained is what a check would tell.

    Args:
        start: Sittings a second that were to be expected since the last check.
    """
    span, speed = now - belief.at, start + 1.0 / STAY
    if span < 0.0:
        return inf  # a check in the future: the clock was set back
    rest = start / speed
    extra = belief.editing - rest
    fade, fresh = exp(-speed * span), exp(-span / NUISANCE)
    saves = rest * span + extra * (1.0 - fade) / speed
    recent = rest * NUISANCE * (1.0 - fresh)
    recent += extra * (fade - fresh) / (1.0 / NUISANCE - speed)
    return saves - recent + TELLING * rest * (1.0 - fade) * STAY
