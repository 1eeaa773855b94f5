"""What keeps programs running, be it systemd, launchd or Windows: a file, and programs to run."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Protocol

from capsync.errors import RunError
from capsync.service.job import Job


@dataclass(frozen=True, slots=True)
class Ran:
    """What came of a program."""

    code: int
    """Its exit status; 127 where there is no such program."""
    out: str = ""
    err: str = ""

    @property
    def said(self) -> str:
        """What it complained about, or else said, in its first line."""
        return next(
            (line.strip() for line in (self.err + "\n" + self.out).split("\n") if line.strip()), ""
        )


Run = Callable[[Sequence[str]], Ran]
"""Runs a program to its end."""
MISSING = 127


class NoManager(RunError):
    """The system's manager of services is not there, or not for us; the message has a remedy."""


@dataclass(frozen=True, slots=True)
class State:
    """How a service is."""

    installed: bool
    running: bool = False
    starting: bool = False
    """Whether it is about to run, or will be in a moment by itself."""
    since: float | None = None
    """When it started, in seconds since the epoch, if that is known."""
    pid: int | None = None
    says: str = ""
    """What it last said of itself."""
    restarts: int = 0
    """How often it was started again since a person started it."""
    exit_code: int | None = None
    """How it last ended by itself; None if it has not, or a signal ended it."""
    ended: str = ""
    """How it last ended, in words, if it did."""
    failed: bool = False
    """Whether it will not be started again by itself."""


class Manager(Protocol):
    """A manager of services."""

    @property
    def kind(self) -> str:
        """Its name."""

    def file(self, job: Job) -> Path:
        """Say where the file belongs."""

    def content(self, job: Job) -> bytes:
        """Give the file."""

    def log(self, job: Job) -> str:
        """Say how to read what the daemon says."""

    def check(self, run: Run) -> None:
        """Make sure that it is there.

        Raises:
            NoManager: It is not.
        """

    def start(self, job: Job, run: Run, *, changed: bool) -> Ran:
        """Have it read the file, start the service now, and whenever the person logs in.

        Args:
            changed: Whether the file is another than before.
        """

    def stop(self, job: Job, run: Run) -> Ran:
        """Stop the service, now and for later."""

    def forget(self, job: Job, run: Run) -> None:
        """Forget the service, whose file is gone."""

    def state(self, job: Job, run: Run) -> State:
        """Say how the service is."""


def required(ran: Ran) -> Ran:
    """Give what came of a program that has to succeed.

    Raises:
        RunError: It did not.
    """
    if ran.code:
        raise RunError(f"the system refused: {ran.said or f'exit code {ran.code}'}")
    return ran


def number(text: str | None) -> int | None:
    """Read a number; None for anything else."""
    try:
        return int(text or "")
    except ValueError:
        return None
