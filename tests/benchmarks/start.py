"""How long a person waits for the smallest answer."""

from __future__ import annotations

import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

from tests.benchmarks.timing import Row, medians

RUNS = 15
ALLOWED = 3.0
"""Times as long as Python itself that ``capsync --version`` may take."""


def rows() -> list[Row]:
    """Measure starting the command against starting Python."""
    command = str(Path(sys.executable).with_name("capsync"))
    commands = {
        "python -c pass": [sys.executable, "-c", "pass"],
        "capsync --version": [command, "--version"],
        "capsync --help": [command, "--help"],
        "capsync sync --help": [command, "sync", "--help"],
    }
    found = medians({name: _started(each) for name, each in commands.items()}, RUNS)
    python = found["python -c pass"]
    return [
        Row(
            name,
            f"{seconds * 1000:.0f} ms",
            f"{seconds / python:.1f} × python -c pass"
            + (f" (at most {ALLOWED:.0f})" if name == "capsync --version" else ""),
        )
        for name, seconds in found.items()
    ]


def _started(command: list[str]) -> Callable[[], object]:
    return lambda: subprocess.run(command, check=True, stdout=subprocess.DEVNULL)
