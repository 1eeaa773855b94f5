"""Where a vault's memory is: in the user's state folder, under the vault's id.

Not in the vault, so that a vault in another sync folder does not carry a
database along that two machines write to.
"""

from __future__ import annotations

import os
from collections.abc import Mapping
from pathlib import Path
from uuid import UUID

VARIABLE = "CAPSYNC_STATE_DIR"
"""The environment variable that puts the state elsewhere."""


def state_folder(environ: Mapping[str, str] = os.environ) -> Path:
    """Give the folder that holds the memories of all vaults."""
    if elsewhere := environ.get(VARIABLE):
        return Path(elsewhere).absolute()
    from platformdirs import user_state_path  # noqa: PLC0415  (loads much for one path)

    return user_state_path("capsync", appauthor=False)


def state_path(vault: str, environ: Mapping[str, str] = os.environ) -> Path:
    """Give the file that remembers a vault.

    Args:
        vault: The vault's id, a UUID.

    Raises:
        ValueError: It is no UUID.
    """
    return state_folder(environ) / str(UUID(vault)) / "state.db"
