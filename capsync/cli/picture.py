"""All there is to tell of how things stand, for text and for JSON."""

from __future__ import annotations

import shlex
from dataclasses import dataclass

from capsync.capacities.limits import Usage
from capsync.state.activity import Activity, Entry
from capsync.sync.status import Status, stop_of
from capsync.sync.waiting import Wait, Watch, why_all

LOOKED_BACK = 500
"""Entries of the log among which to look for errors."""
MOST_ERRORS = 5
ERRORS = frozenset({"error", "offline", "stopped"})
"""What the log calls what kept capsync from syncing."""


@dataclass(frozen=True, slots=True)
class Picture:
    """How things stand, and whoever syncs."""

    now: float
    """Seconds since the Unix epoch."""
    status: Status
    watch: Watch
    usage: tuple[Usage, ...]
    errors: tuple[Entry, ...]
    """The latest first."""

    @property
    def waits(self) -> Wait:
        """Say why everything waits that has no reason of its own."""
        return why_all(self.watch, stop_of(self.status.last_run))


def last_errors(activity: Activity) -> tuple[Entry, ...]:
    """Give what lately kept capsync from syncing, the latest first."""
    found = [each for each in activity.last(LOOKED_BACK) if each.kind in ERRORS]
    return tuple(found[::-1][:MOST_ERRORS])


def resolve_command(path: str) -> str:
    """Give the command that settles the conflicts of a note."""
    return f"capsync resolve {shlex.quote(path)}"
