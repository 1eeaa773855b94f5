"""The vault a command is about, as it stands on this machine; no network, no lock."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from capsync.cli.app import App
from capsync.state.place import state_path
from capsync.state.store import Store
from capsync.vault.files import Folder
from capsync.vault.ignore import Ignore
from capsync.vault.vault import VaultConfig, find_vault, read_config


@dataclass(frozen=True, slots=True)
class Here:
    """A vault on this machine."""

    root: Path
    config: VaultConfig
    folder: Folder
    state: Path
    """The memory's file; what belongs to it is beside it."""


def find_here(app: App) -> Here:
    """Find the vault that *app* names.

    Raises:
        ConfigError: There is none, or its configuration is not usable.
    """
    root = find_vault(app.place)
    config = read_config(root)
    folder = Folder(root, Ignore(config.ignore), app.clock)
    return Here(root, config, folder, state_path(config.vault, app.environ))


@contextmanager
def remembered(app: App) -> Iterator[tuple[Here, Store]]:
    """Open the memory of the vault that *app* names, for looking only.

    Raises:
        RunError: One of them is not there.
    """
    here = find_here(app)
    with Store.open(here.state) as memory:
        yield here, memory
