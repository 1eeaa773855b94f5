"""Finds Node and installs what a folder's package-lock.json names, for tests against npm packages.

Where there is no Node such tests are skipped, or fail if
``CAPSYNC_REQUIRE_CONTRACT=1`` is set, as in the CI.
"""

from __future__ import annotations

import os
import shutil
import subprocess
from pathlib import Path
from typing import NoReturn

import pytest


def unavailable(reason: str) -> NoReturn:
    """Skip, or fail where the npm packages are required."""
    if os.environ.get("CAPSYNC_REQUIRE_CONTRACT") == "1":
        pytest.fail(f"an npm package is required, but {reason}")
    pytest.skip(f"an npm package is not available: {reason}")


def node_with(folder: Path) -> str:
    """Give the path of Node, with what *folder* locks installed in it."""
    node, npm = shutil.which("node"), shutil.which("npm")
    if node is None or npm is None:
        unavailable("Node.js with npm is not installed")
    lock = folder / "package-lock.json"
    installed = folder / "node_modules" / ".package-lock.json"
    if not installed.exists() or installed.stat().st_mtime < lock.stat().st_mtime:
        done = subprocess.run(
            [npm, "ci"], cwd=folder, capture_output=True, text=True, timeout=300, check=False
        )
        if done.returncode:
            unavailable(f"npm ci failed: {done.stderr.strip()[-500:]}")
        os.utime(installed)
    return node
