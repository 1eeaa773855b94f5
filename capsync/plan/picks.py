"""What the schedule of reads says: which note next, how, and why; and what it reckons with."""

from __future__ import annotations

from dataclasses import dataclass
from enum import Enum


class Why(Enum):
    """What a read is for."""

    VERIFY = "verify"
    """To see what we wrote."""
    ALARM = "alarm"
    """The note is new, or a probe has found it changed."""
    SWEEP = "sweep"
    """It has waited far too long."""
    WORTH = "worth"
    """It is worth most."""


@dataclass(frozen=True, slots=True)
class Choice:
    """The next read."""

    note: str
    probe: bool
    """Whether to read its Markdown only, for a digest of it."""
    why: Why


@dataclass(frozen=True, slots=True)
class Supply:
    """How many reads a minute there are."""

    objects: float
    probes: float = 0.0


@dataclass(frozen=True, slots=True)
class Outlook:
    """When a note will about be read again, and why not sooner; times are of the same clock."""

    checked: float
    """When it was last checked."""
    changed: float | None
    """When somebody else was last found to have changed it; None if never."""
    edited: float | None
    """When it was last edited here; likewise."""
    editing: float
    """Probability that it is being edited now."""
    stale: float
    """Probability that it has changed since the last check."""
    waits: Why | None
    """What it is to be read for before all others; None where it takes its turn."""
    before: int
    """Notes that come before it."""
    notes: int
    """All notes there are."""
    per_minute: float
    """Reads a minute."""
