"""What a check found."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from enum import Enum


class Level(Enum):
    """How bad it is."""

    OK = "ok"
    NOTE = "note"
    """Worth knowing; nothing need be done."""
    WARNING = "warning"
    """Works, but may go wrong."""
    PROBLEM = "problem"
    """Does not work until something is done."""


@dataclass(frozen=True, slots=True)
class Finding:
    """What one check found."""

    level: Level
    check: str
    """What was checked, in a word or two."""
    what: str
    where: str = ""
    """A path or an address; empty where there is none."""
    remedy: str = ""
    """A command or a step; empty where nothing need be done."""


def ok(check: str, what: str, where: str = "") -> Finding:
    """Make a finding that all is well."""
    return Finding(Level.OK, check, what, where)


def note(check: str, what: str, where: str = "", remedy: str = "") -> Finding:
    """Make a finding that is only worth knowing."""
    return Finding(Level.NOTE, check, what, where, remedy)


def warning(check: str, what: str, where: str = "", remedy: str = "") -> Finding:
    """Make a finding that may go wrong."""
    return Finding(Level.WARNING, check, what, where, remedy)


def problem(check: str, what: str, where: str = "", remedy: str = "") -> Finding:
    """Make a finding that has to be settled."""
    return Finding(Level.PROBLEM, check, what, where, remedy)


def several(names: Sequence[str], most: int = 3) -> str:
    """Name the first of *names* and count the others."""
    more = f" and {len(names) - most} more" if len(names) > most else ""
    return ", ".join(names[:most]) + more


def many(number: int, one: str, more: str = "") -> str:
    """Give ``1 file`` or ``2 files``."""
    return f"{number} {one if number == 1 else more or one + 's'}"
