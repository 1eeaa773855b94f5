"""A copy of the vault is not the vault.

The marker with the vault's id goes along when a folder is copied, as it should when
one is moved. The copy holds the notes as they once were; taken for the vault, all of
them would be edits, and old texts would overwrite new ones.
"""

from __future__ import annotations

from pathlib import Path

from capsync.errors import ConfigError, SafetyStop
from capsync.state.store import Store
from capsync.vault.vault import read_config

_HOME = "vault at"


def check_home(vault: Path, memory: Store) -> None:
    """Refuse to take a copy of the vault for the vault itself; where it is now is remembered.

    Raises:
        SafetyStop: The vault is still where it was.
    """
    here, before = str(vault), memory.meta.get(_HOME)
    if original := copied_from(vault, memory):
        raise SafetyStop(
            f"{here} is a copy of the vault at {original}; nothing was touched. Sync that one; to "
            "keep the copy as a vault of its own, remove .capsync in it and run capsync init there"
        )
    if before != here:
        memory.meta.put(_HOME, here)


def copied_from(vault: Path, memory: Store) -> Path | None:
    """Give where the vault itself is, if the folder at *vault* is only a copy of it."""
    before = memory.meta.get(_HOME)
    if before is None or before == str(vault) or not _is_same_vault(Path(before), vault):
        return None
    return Path(before)


def _is_same_vault(before: Path, now: Path) -> bool:
    try:
        same = read_config(before).vault == read_config(now).vault
    except ConfigError:
        return False
    return same and not before.samefile(now)
