"""How long a person waits for the smallest answer, and for one about a large vault."""

from __future__ import annotations

import os
import sys
from pathlib import Path
from tempfile import TemporaryDirectory

from capsync.state.place import VARIABLE
from tests.benchmarks._commands import measured
from tests.benchmarks._synced import NOTES, make_synced
from tests.benchmarks.timing import Row

RUNS = 15
ALLOWED = 3.0
"""Times as long as Python itself that ``capsync --version`` may take."""


PYTHON, STATUS = "python -c pass", f"capsync status, {NOTES:,} notes in sync"


def rows() -> list[Row]:
    """Measure starting the command against starting Python."""
    command = str(Path(sys.executable).with_name("capsync"))
    with TemporaryDirectory(prefix="capsync-start-") as folder:
        root, state = Path(folder, "vault"), Path(folder, "state")
        make_synced(root, state)
        commands = {
            PYTHON: [sys.executable, "-c", "pass"],
            "capsync --version": [command, "--version"],
            "capsync --help": [command, "--help"],
            "capsync sync --help": [command, "sync", "--help"],
            "capsync status --help": [command, "status", "--help"],
            STATUS: [command, "-C", str(root), "status"],
        }
        found = measured(commands, RUNS, {**os.environ, VARIABLE: str(state)})
    python = found[PYTHON].seconds
    return [
        Row(
            name,
            f"{run.seconds * 1000:.0f} ms",
            f"{run.seconds / python:.1f} × {PYTHON}"
            + (f" (at most {ALLOWED:.0f})" if name == "capsync --version" else "")
            + f"; {run.peak / 1e6:.0f} MB at most",
        )
        for name, run in found.items()
    ]
