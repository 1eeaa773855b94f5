"""How lately the notes were compared with the space: what nobody has read may have changed."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from capsync.state.notes import Known

DAY = 86_400.0


@dataclass(frozen=True, slots=True)
class Freshness:
    """When the notes that have a file were last checked, in seconds since the Unix epoch."""

    notes: int = 0
    """How many there are."""
    newest: float | None = None
    """The latest check of any; None where there was none yet."""
    oldest: float | None = None
    """The latest check of the note that has waited longest."""
    never: int = 0
    """Notes that were never checked."""
    over_a_day: int = 0
    """Notes whose last check is more than a day ago, or that were never checked."""


def freshness_of(known: Iterable[Known], checks: Mapping[str, float], now: float) -> Freshness:
    """Say how lately notes were checked; those without a file need no check.

    Args:
        checks: When the schedule of reads last checked them, by note; it knows of checks that
            did not read the whole note.
        now: Seconds since the Unix epoch.
    """
    times = [max(each.checked_at, checks.get(each.id, 0.0)) for each in known if each.path]
    there = [at for at in times if at]
    return Freshness(
        notes=len(times),
        newest=max(there, default=None),
        oldest=min(there, default=None),
        never=len(times) - len(there),
        over_a_day=sum(now - at > DAY for at in times),
    )
