"""The decision trace of a note, as plain values: see `capsync.sync.why`."""

from __future__ import annotations

from dataclasses import dataclass

from capsync.plan.picks import Outlook


@dataclass(frozen=True, slots=True)
class Base:
    """What both sides held when they last agreed."""

    agreed_at: float
    """In seconds since the Unix epoch."""
    digest: str
    blocks: int


@dataclass(frozen=True, slots=True)
class Side:
    """What one side holds, compared with the base."""

    state: str
    """``unchanged``, ``changed``, ``new``, ``gone``, ``unreadable`` or ``not asked``."""
    what: tuple[str, ...] = ()
    """What of it changed, in words."""
    problem: str = ""
    """Why it cannot be read."""
    line: int | None = None
    """Of the problem in the file."""


@dataclass(frozen=True, slots=True)
class Call:
    """Requests of one kind that a sync would send."""

    name: str
    """As `capsync.sync.sides.Remote` has it."""
    count: int
    what: str
    """What they do, in words."""


@dataclass(frozen=True, slots=True)
class Obstacle:
    """What keeps a note from being synced, or needs a person."""

    kind: str
    """``set aside``, ``undone``, ``conflict``, ``not synced``, ``guard`` or ``cut off``."""
    why: str
    next_step: str = ""
    since: float | None = None
    """In seconds since the Unix epoch."""


@dataclass(frozen=True, slots=True)
class Trace:
    """All there is to say of one note, or of a file that is none."""

    path: str
    """Where its file is, or was; empty where it has none."""
    id: str = ""
    """Empty where it has none yet."""
    title: str = ""
    structure: str = ""
    """The type's title, or its id where the space was not asked."""
    base: Base | None = None
    """None where the sides never agreed."""
    vault: Side = Side("not asked")
    space: Side = Side("not asked")
    verdict: str = ""
    """Of `capsync.plan.reconcile`, or ``create``, ``adopt`` or ``trash``; empty if not known."""
    reason: str = ""
    """Why, in words."""
    calls: tuple[Call, ...] = ()
    """What a sync would ask of the space beside reading."""
    file: str = ""
    """What a sync would do to the file; empty for nothing."""
    obstacles: tuple[Obstacle, ...] = ()
    awaited: tuple[str, ...] = ()
    """Names it links to, by which no note goes yet."""
    reading: Outlook | None = None
    """When it will about be read."""
    not_a_note: str = ""
    """Why a file is not synced at all; the rest is empty then."""
