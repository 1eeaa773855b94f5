"""How long it takes to find out that nothing was changed, beside others that sync folders.

A vault of 10,000 notes in 5,000 folders, wide and deep. unison and rclone bisync keep two
folders the same, so they get a copy of it and look at both; capsync looks at the one there
is and at its memory of it. The command has Python to start and modules to load besides, which
takes nearly as long again and does not grow; so the look is measured by itself as well.
Nothing is sent anywhere, nothing has changed, and the system has all of it in memory. Peak
memory is that of the process, as the system counts it.
"""

from __future__ import annotations

import gc
import os
import shutil
import subprocess
import sys
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from tempfile import TemporaryDirectory

from capsync.state.place import VARIABLE
from capsync.state.store import Store
from capsync.sync.observe import observe
from capsync.vault.files import Folder
from tests.benchmarks._commands import Run, measured
from tests.benchmarks._synced import NOTES, make_synced
from tests.benchmarks.timing import Row

RUNS = 5
COMMAND = str(Path(sys.executable).with_name("capsync"))
UNISON, RCLONE, FIND = "unison -batch", "rclone bisync", "find -name '*.md' -size +0"
STATUS, INSIDE = "capsync status", "observe() in process"


def rows() -> list[Row]:
    """Measure a scan of a large vault that finds nothing."""
    with TemporaryDirectory(prefix="capsync-scan-") as folder, _prepared(Path(folder)) as stage:
        found = measured(stage.commands, RUNS, stage.environ, {INSIDE: stage.look})
    absent = [name for name in (UNISON, RCLONE) if name not in found]
    others = [found[name].seconds for name in (UNISON, RCLONE) if name in found]
    return [
        *(_row(name, run, min(others, default=0.0)) for name, run in found.items()),
        *(Row(f"{name}, 2 × {NOTES:,} notes", "-", "not installed") for name in absent),
    ]


def _row(name: str, run: Run, fastest: float) -> Row:
    size = f"2 × {NOTES:,}" if name in (UNISON, RCLONE) else f"{NOTES:,}"
    ratio = f"{run.seconds / fastest:.2f} × the faster of the two" if fastest else ""
    if name == INSIDE and fastest:
        ratio += " (at most 1)"
    peak = f"{run.peak / 1e6:.0f} MB at most" if run.peak else ""
    about = "; ".join(filter(None, [ratio, peak]))
    return Row(f"{name}, {size} notes", f"{run.seconds * 1000:.0f} ms", about)


@dataclass(frozen=True, slots=True)
class _Stage:
    """A vault, what is remembered of it, and the commands that look at it."""

    root: Path
    memory: Store
    commands: Mapping[str, list[str]]
    environ: Mapping[str, str]

    def look(self) -> None:
        """Walk over the vault and compare it with the memory, as a sync and a status begin.

        Without pauses of the garbage collector, as `timeit` does.
        """
        gc.disable()
        try:
            seen = observe(Folder(self.root), self.memory)
        finally:
            gc.enable()
        assert len(seen.files) == NOTES
        assert all(file.document is None for file in seen.files.values())


@contextmanager
def _prepared(folder: Path) -> Iterator[_Stage]:
    root, state = folder / "vault", folder / "state"
    file = make_synced(root, state)
    environ = {**os.environ, VARIABLE: str(state), "UNISON": str(folder / "unison")}
    commands = {STATUS: [COMMAND, "-C", str(root), "status"]}
    commands[FIND] = ["find", str(root), "-name", "*.md", "-size", "+0"]
    if shutil.which("unison"):
        copy = _copied(root, folder / "copy for unison")
        commands[UNISON] = ["unison", "-batch", "-ui", "text", "-silent", str(root), str(copy)]
    if shutil.which("rclone"):
        copy = _copied(root, folder / "copy for rclone")
        config = ["--config", str(folder / "rclone.conf"), "--workdir", str(folder / "rclone")]
        commands[RCLONE] = ["rclone", "bisync", str(root), str(copy), "--quiet", *config]
        subprocess.run([*commands[RCLONE], "--resync"], check=True, stderr=subprocess.DEVNULL)
    with Store.open(file) as memory:
        yield _Stage(root, memory, commands, environ)


def _copied(root: Path, to: Path) -> Path:
    shutil.copytree(root, to)
    return to
