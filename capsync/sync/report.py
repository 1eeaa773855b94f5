"""What a sync is asked to do, and what it did."""

from __future__ import annotations

from dataclasses import dataclass, field, fields
from typing import Any, Self

CONFLICTS_OPEN = 3
"""The exit code while conflicts are open and nothing was set aside."""


@dataclass(frozen=True, slots=True)
class Options:
    """What a person asked for."""

    dry_run: bool = False
    """Say what would be done, and do nothing."""
    push: bool = True
    """Bring changes of the vault to the space."""
    pull: bool = True
    """Bring changes of the space to the vault."""
    allow_deletes: bool = False
    """Go on where a guard would stop to ask."""
    notes: tuple[str, ...] = ()
    """Paths, titles or ids to look at; empty for all."""
    differences: bool = False
    """Tell of a dry run what each file would hold."""
    reading: float | None = None
    """Seconds that may be spent on reading what nobody edited here; None for as long as it takes.

    With 0.0 the space is listed and nothing of it read.
    """
    edited_only: bool = False
    """Look only at what was edited here; the space is not listed."""
    busy: frozenset[str] = frozenset()
    """Paths of files that are being written just now, and left alone."""
    glance: bool = False
    """Look at the files of *notes* only, where that will do: somebody tells what was changed."""
    deleted: frozenset[str] | None = None
    """Paths of files that are known to be gone for good; None for all that are gone now."""

    @property
    def in_part(self) -> bool:
        """Whether only some notes are asked for."""
        return bool(self.notes) or self.edited_only


@dataclass(frozen=True, slots=True)
class Difference:
    """A text as it is and as it would be, or was and is."""

    verb: str
    """What would be done: ``push`` or ``pull``; or ``version``."""
    old: str | None
    """What the first is called; None where there is none."""
    new: str | None
    """Likewise the second."""
    before: str
    after: str


@dataclass(frozen=True, slots=True)
class Trouble:
    """A note that was set aside."""

    path: str
    """Where it is in the vault, or its title or id where it has no file."""
    message: str
    """What is wrong and what to do, one line."""
    note: str | None = None
    """Its id, if it has one."""


@dataclass(slots=True)
class Report:
    """What one sync did, or, where `dry_run`, would do."""

    dry_run: bool = False
    pushed: int = 0
    """Notes whose object was changed."""
    pulled: int = 0
    """Notes whose file was changed."""
    new_objects: int = 0
    new_files: int = 0
    merged: int = 0
    """Notes that both sides had changed."""
    renamed: int = 0
    trashed: int = 0
    conflicts: int = 0
    """Notes with a conflict that is still open, from this sync or an earlier one."""
    unchecked: int = 0
    """Notes that were still to be compared when the run ended."""
    unchecked_since: float | None = None
    """When the longest unread of them was read last, in seconds since the Unix epoch."""
    unread: int = 0
    """Notes of the space that have no file yet, since the run ended before they were read."""
    troubles: list[Trouble] = field(default_factory=list)
    steps: list[str] = field(default_factory=list)
    """What was done, or would be, one line each in order."""
    remarks: list[str] = field(default_factory=list)
    """What a person should know beside that: values that were overruled, odd lists."""
    losses: list[str] = field(default_factory=list)
    """What in files that went to the space has no home there, and how it went instead."""
    differences: list[Difference] = field(default_factory=list)
    """What a dry run would change, if that was asked for."""
    run: int = 0
    """The number of the run; 0 where it changes nothing."""
    requests: int = 0
    seconds: float = 0.0

    def add(self, other: Report) -> None:
        """Take in what a later part of the same sync did."""
        counts = ("pushed", "pulled", "new_objects", "new_files", "merged", "renamed", "trashed")
        for each in counts:
            setattr(self, each, getattr(self, each) + getattr(other, each))
        for each in ("troubles", "steps", "remarks", "losses", "differences"):
            mine = getattr(self, each)
            mine += [new for new in getattr(other, each) if new not in mine]
        self.conflicts, self.run = other.conflicts, other.run or self.run
        self.requests += other.requests
        self.seconds += other.seconds

    @classmethod
    def of_json(cls, said: dict[str, Any]) -> Self:
        """Undo `as_json`, but for the differences, which it leaves out.

        Raises:
            KeyError, TypeError: It is no report.
        """
        plain = {each.name: said[each.name] for each in fields(cls) if each.name in said}
        report = cls(**plain)
        report.pushed -= report.new_objects
        report.pulled -= report.new_files
        report.troubles = [Trouble(each["path"], each["message"]) for each in said["errors"]]
        return report

    @property
    def set_aside(self) -> int:
        """Notes that were left alone, each with a reason."""
        return len(self.troubles)

    @property
    def exit_code(self) -> int:
        """0 in sync, 1 some notes were set aside, 3 synced with conflicts open."""
        if self.troubles:
            return 1
        return CONFLICTS_OPEN if self.conflicts else 0

    def as_json(self) -> dict[str, object]:
        """Give the report as `capsync sync --json` prints it.

        There, ``created`` counts what is new on either side, and what is new counts
        as ``pushed`` or ``pulled`` as well.
        """
        counts = ("merged", "renamed", "trashed", "conflicts")
        return {
            "pushed": self.pushed + self.new_objects,
            "pulled": self.pulled + self.new_files,
            "created": self.new_objects + self.new_files,
            **{name: getattr(self, name) for name in counts},
            "set_aside": self.set_aside,
            "errors": [{"path": each.path, "message": each.message} for each in self.troubles],
            "requests": self.requests,
            "seconds": round(self.seconds, 3),
            "run": self.run,
            "dry_run": self.dry_run,
            "new_objects": self.new_objects,
            "new_files": self.new_files,
            "unchecked": self.unchecked,
            "unchecked_since": self.unchecked_since,
            "unread": self.unread,
            "steps": self.steps,
            "remarks": self.remarks,
            "losses": self.losses,
        }
