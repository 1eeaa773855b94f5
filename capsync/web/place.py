"""The vault and its memory, opened anew for each look.

A memory belongs to the thread that opened it, and pages are made in several.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from capsync.capacities.limits import Usage
from capsync.clock import Clock
from capsync.state.activity import Activity
from capsync.state.store import Store
from capsync.vault.files import Folder
from capsync.vault.ignore import Ignore
from capsync.vault.vault import VaultConfig


@dataclass(frozen=True, slots=True)
class Place:
    """What there is to look at."""

    root: Path
    state: Path
    """The memory's file."""
    config: VaultConfig
    clock: Clock
    usage: Callable[[Store], tuple[Usage, ...]]
    """Gives what is used of each quota now."""
    activity: Activity

    @property
    def title(self) -> str:
        """What the space is called; the vault's folder where that is not known."""
        return self.config.title or self.root.name

    @contextmanager
    def opened(self) -> Iterator[tuple[Folder, Store]]:
        """Open the vault and its memory, for looking only.

        Raises:
            RunError: One of them is not there.
        """
        with Store.open(self.state) as memory:
            yield Folder(self.root, Ignore(self.config.ignore), self.clock), memory
