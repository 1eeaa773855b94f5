"""A small vault, and an empty one as a folder."""

from __future__ import annotations

from pathlib import Path

import pytest

from capsync.clock import ManualClock
from capsync.vault.files import Folder
from capsync.vault.ignore import Ignore
from capsync.vault.vault import VaultConfig, write_config


@pytest.fixture
def vault(tmp_path: Path) -> Path:
    root = tmp_path / "vault"
    (root / "Pages" / "Deep").mkdir(parents=True)
    (root / "a.md").write_text("one")
    (root / "Pages" / "b.md").write_text("one")
    (tmp_path / "elsewhere").mkdir()
    (tmp_path / "elsewhere" / "c.md").write_text("three")
    return root


@pytest.fixture
def folder(tmp_path: Path) -> Folder:
    write_config(tmp_path / "v", VaultConfig("0a4d3b8e-9c1f-4a53-8a3e-6b7f1d2c3e44", "space"))
    return Folder(tmp_path / "v", Ignore(("Drafts",)), ManualClock(1_763_800_000.0))
