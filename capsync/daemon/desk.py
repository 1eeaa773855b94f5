"""A vault that is open: what the daemon works on, and what it is handed from outside."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from contextlib import AbstractContextManager
from dataclasses import dataclass
from typing import Protocol

from capsync.sync.engine import Engine
from capsync.sync.sides import Progress, Tell


@dataclass(frozen=True, slots=True)
class Desk:
    """One vault with its memory and the service, held for as long as nobody else asks for it."""

    engine: Engine
    keep_budget: Callable[[], None]
    """Writes down what is left of the quotas, for other processes."""


class OpenDesk(Protocol):
    """Opens the vault."""

    def __call__(self, progress: Progress) -> AbstractContextManager[Desk]:
        """Open it.

        Raises:
            CapsyncError: It cannot be opened, and why.
        """


class Watching(Protocol):
    """What tells of edits in the vault."""

    @property
    def trouble(self) -> str:
        """Why not all edits are told; empty if they are."""

    def check(self) -> bool:
        """See that the vault is still the one that is watched."""


@dataclass(frozen=True, slots=True)
class Outside:
    """What tells of edits, and whom the daemon tells what."""

    watching: Watching
    tell: Tell
    """The log."""
    alert: Callable[[Iterable[str], Iterable[str]], None]
    """Shown the notes in conflict and those set aside, at most once a minute."""
    status: Callable[[str], None]
    """What goes on, in a line."""
    alive: Callable[[], None]
    """That it goes on."""
    ready: Callable[[], None]
    """That the vault is open and watched, or was opened anew."""
    tidy: Callable[[], object] = lambda: None
    """Called after much was in memory for a moment."""
