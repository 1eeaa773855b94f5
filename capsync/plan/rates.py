"""How likely it is that a note has changed: what is believed of each, learned from checks.

The classical model of a page is a Poisson process of its own rate, estimated from how
often a check found a change (Cho and Garcia-Molina, "Effective page refresh policies for
Web crawlers", TODS 2003, and "Estimating frequency of change", TOIT 2003). People write
in sittings, though: a note found changed is most likely being written now, and one
left in peace for ten minutes is not. So a note is either away or being edited, and
saves arrive only in the second state: a Poisson process modulated by a two-state
Markov chain, whose state is filtered exactly from "changed" and "unchanged".

How soon a note is taken up again depends on how lately and how often it was taken
up before, on several scales of time at once: a self-exciting process (Hawkes, Biometrika
1971), whose weights are learned by expectation and maximisation, one find at a time.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from math import exp, sqrt
from operator import add

HOUR = 3600.0
DAY = 86_400.0

SCALES = (2 * HOUR, 12 * HOUR, 4 * DAY, 40 * DAY)
"""Seconds over which having been taken up fades; from the same afternoon to the same season."""

STAY = 1200.0
"""Seconds a sitting lasts on average."""

MEMORY = 400.0
"""Finds after which older ones hardly count; habits change."""

_MOST = 1.0 / 600.0
"""Sittings a second at most; a note that is taken up all the time is simply being edited."""


@dataclass(frozen=True, slots=True)
class Habits:
    """What holds for all notes: how this person writes."""

    saves: float = 6.0
    """Finds while editing, fading."""
    spent: float = 400.0
    """Seconds of editing watched for them, fading."""
    sittings: tuple[float, ...] = (2.0, 1.5, 1.0, 0.5)
    """Times a note was taken up again, credited to each of the scales, fading."""
    others: float = 5.0
    """Times a note was taken up out of the blue, fading."""
    watched: float = 5.0 * 90 * DAY
    """Seconds times notes in which those fell, fading."""

    @property
    def pace(self) -> float:
        """Saves a second while a note is being edited."""
        return self.saves / self.spent

    @property
    def base(self) -> float:
        """Sittings a second of a note of which nothing is known."""
        return self.others / self.watched

    @property
    def weights(self) -> tuple[float, ...]:
        """Sittings that follow from one, by scale."""
        total = sum(self.sittings) + self.others
        return tuple(each / total for each in self.sittings)


@dataclass(frozen=True, slots=True)
class Belief:
    """What is believed of one note, as of its last check."""

    at: float
    """Seconds, by the clock; when it was last checked."""
    editing: float = 0.0
    """Probability that it was being edited then."""
    lately: tuple[float, ...] = (0.0, 0.0, 0.0, 0.0)
    """Sittings so far, fading over each of the scales."""
    changed: float = float("-inf")
    """When it was last found changed."""


def hazard(belief: Belief, habits: Habits) -> float:
    """Give the sittings a second to expect of a note nobody edits."""
    return min(_MOST, habits.base + sum(_again(belief, habits)))


def _again(belief: Belief, habits: Habits) -> tuple[float, ...]:
    """Give the sittings a second to expect as those of late tell, by scale."""
    if not any(belief.lately):
        return ()
    rows = zip(habits.weights, belief.lately, SCALES, strict=True)
    return tuple(weight * count / scale for weight, count, scale in rows)


def unchanged(belief: Belief, habits: Habits, now: float, start: float) -> Belief:
    """Learn that a check at *now* found nothing new.

    Args:
        start: Sittings a second that were to be expected since the last check.
    """
    away, there = _quiet(belief, habits.pace, now, start)
    total = away + there
    likely = there / total if total > 0.0 else 0.0
    return Belief(now, likely, _faded(belief, now), belief.changed)


def changed(belief: Belief, habits: Habits, now: float, start: float) -> Belief:
    """Learn that a check at *now* found a change.

    Args:
        start: As in `unchanged`.
    """
    away, there = _quiet(belief, habits.pace, now, start)
    found = 1.0 - away - there
    still = likely_editing(belief, now, start) - there
    likely = min(1.0, max(0.0, still / found)) if found > 1e-12 else 1.0
    lately = _faded(belief, now)
    if is_start(belief, now):
        spreads = (_spread(now - belief.at, scale) for scale in SCALES)
        lately = tuple(map(add, lately, spreads))
    return Belief(now, likely, lately, now)


def likely_changed(belief: Belief, habits: Habits, now: float, start: float) -> float:
    """Give the probability that a note was saved since its last check."""
    return max(0.0, 1.0 - sum(_quiet(belief, habits.pace, now, start)))


def is_start(belief: Belief, now: float) -> bool:
    """Say whether a change found at *now* is the first of a sitting."""
    return now - belief.changed > STAY


def likely_editing(belief: Belief, now: float, start: float) -> float:
    """Give the probability that a note is being edited at *now*, unseen since its last check."""
    speed = start + 1.0 / STAY
    rest = start / speed
    return rest + (belief.editing - rest) * exp(-speed * (now - belief.at))


def learned(habits: Habits, belief: Belief, after: Belief, *, found: bool) -> Habits:
    """Learn from one check what holds for all notes.

    Args:
        belief: Before the check.
        after: After it.
    """
    span = after.at - belief.at
    if span <= STAY / 10 and belief.editing > 0.01:
        habits = _learned_pace(habits, span * (belief.editing + after.editing) / 2, found=found)
    if found and is_start(belief, after.at):
        return _learned_start(habits, belief, span)
    return replace(habits, watched=habits.watched + span)


def _learned_pace(habits: Habits, spent: float, *, found: bool) -> Habits:
    keep = 1.0 - 1.0 / MEMORY if found else 1.0
    return replace(habits, saves=habits.saves * keep + found, spent=habits.spent * keep + spent)


def _learned_start(habits: Habits, belief: Belief, span: float) -> Habits:
    """Credit the beginning of a sitting to what made it likely, each in its share."""
    rates = _again(belief, habits) or (0.0,) * len(SCALES)
    total, keep = habits.base + sum(rates), 1.0 - 1.0 / MEMORY
    rows = zip(habits.sittings, rates, strict=True)
    return replace(
        habits,
        others=habits.others * keep + habits.base / total,
        watched=habits.watched * keep + span,
        sittings=tuple(credit * keep + rate / total for credit, rate in rows),
    )


def _faded(belief: Belief, now: float) -> tuple[float, ...]:
    if not any(belief.lately):
        return belief.lately
    rows = zip(belief.lately, SCALES, strict=True)
    return tuple(count * exp((belief.at - now) / scale) for count, scale in rows)


def _spread(span: float, scale: float) -> float:
    """Give what is left of a sitting that began at any moment of the last *span* seconds."""
    part = span / scale
    return (1.0 - exp(-part)) / part if part > 1e-6 else 1.0


def _quiet(belief: Belief, pace: float, now: float, start: float) -> tuple[float, float]:
    """Give the probabilities of no save until *now* and being away, or being edited, then.

    The chain that dies at the first save: its generator is a matrix of two rows, the
    exponential of which has a closed form by its two eigenvalues.
    """
    span, end = now - belief.at, 1.0 / STAY
    away, there = 1.0 - belief.editing, belief.editing
    mean = (start + end + pace) / 2.0
    root = sqrt(max(1e-18, mean * mean - start * pace))
    slow, fast = exp(-(mean - root) * span), exp(-(mean + root) * span)
    steady, swing = (slow + fast) / 2.0, (slow - fast) / (2.0 * root)
    now_away = away * (steady + (mean - start) * swing) + there * end * swing
    now_there = there * (steady + (mean - end - pace) * swing) + away * start * swing
    return max(0.0, now_away), max(0.0, now_there)
