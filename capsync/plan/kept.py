"""What the schedule remembers, also between runs: plain values, for the state to keep.

All times are readings of one clock that goes on between runs, in seconds.
"""

from __future__ import annotations

from dataclasses import dataclass, field

from capsync.plan.company import Company
from capsync.plan.probe import Probe
from capsync.plan.rates import Belief, Habits

NEVER = float("-inf")
"""The time of what has not happened yet."""


@dataclass(frozen=True, slots=True)
class History:
    """What is remembered of one note."""

    note: str
    belief: Belief
    """As of its last check."""
    read: float
    """When the note itself was read last, not only its Markdown."""
    probe: Probe = field(default_factory=Probe)
    edited: float = NEVER
    """When it was last edited here."""


@dataclass(frozen=True, slots=True)
class Kept:
    """All that is remembered."""

    histories: tuple[History, ...] = ()
    """Of the notes that were read before."""
    habits: Habits = field(default_factory=Habits)
    company: Company = field(default_factory=Company)
