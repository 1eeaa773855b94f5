"""``capsync watch`` on a vault of 10,000 notes: how soon a save arrives, and what it costs to wait.

The daemon is a process of its own, the service a sandbox in this one, and what takes time is
measured from the save to the moment the sandbox has it. The processor's time is what the
system has counted for the daemon's threads. A save waits for its editor to be quiet first.
"""

from __future__ import annotations

import json
import os
import random
import subprocess
import time
from collections.abc import Mapping
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

from capsync.plan.quiet import PERIOD
from tests.benchmarks._daemon import (
    COMMAND,
    Daemon,
    Stage,
    Watched,
    is_measurable,
    wait_for,
    watching,
)
from tests.benchmarks.timing import Row

NOTES, FOLDERS = 10_000, 5_000
SAVES = 40
BURST = 5_000
CALM = 40.0
"""Seconds for which nothing happens, but for what the daemon does by itself."""
LATENCY, CPU, MEMORY, START = PERIOD + 0.3, 0.5, 90e6, 3.0
"""What is allowed: seconds, per cent of a processor, bytes, seconds."""
BUSY = 5.0
"""Times the service's own quota while saves are measured, so that they are soon done; the
daemon reads as many times more often in between."""
LIFTED = 1000.0
"""Likewise for the burst, which else would take hours."""
PUSHING = 30.0
"""Seconds for which the daemon pushes before what is left is counted."""


def rows() -> list[Row]:
    """Measure a day in the life of the daemon."""
    if not is_measurable():
        return [Row(f"capsync watch, {NOTES:,} notes", "-", "this system does not tell")]
    with TemporaryDirectory(prefix="capsync-daemon-") as folder:
        place = Path(folder)
        stage = Stage.made(place, NOTES, FOLDERS)
        with (
            stage.served(quota_scale=BUSY) as (sandbox, environ),
            watching(environ, place) as daemon,
        ):
            started = daemon.ready()
            _until_listed(sandbox)
            found = [Row("start to watching", f"{started:.2f} s", f"(at most {START:.0f} s)")]
            found += _saves(stage, sandbox)
            sandbox.set_quotas(1.0)
            time.sleep(65.0)  # until the daemon has learned so, and what it had sent is past
            found += _idle(daemon, sandbox)
            sandbox.set_quotas(LIFTED)
            found.append(_burst(stage, sandbox, environ))
        load = "/".join(f"{each:.1f}" for each in os.getloadavg())
        return [*found, Row("load of the machine at the end", load, f"{os.cpu_count()} cores")]


def _until_listed(sandbox: Watched) -> None:
    """Wait until the daemon has seen all of the space and begins to read."""
    wait_for(lambda: any(path == "/object" for _, _, path, _ in sandbox.calls))
    wait_for(lambda: sum(path == "/objects/structure" for _, _, path, _ in sandbox.calls) > 100)


def _saves(stage: Stage, sandbox: Watched) -> list[Row]:
    chance, waits = random.Random(1), []  # noqa: S311
    for path, _ in chance.sample(stage.notes, SAVES):
        time.sleep(chance.random() * 0.5)
        waits.append(_save(stage.root / path, sandbox))
    waits.sort()
    median, late = waits[len(waits) // 2], waits[int(len(waits) * 0.95)]
    allowed = f"(at most {LATENCY:.1f} s, of which {PERIOD:.0f} s is the quiet period)"
    return [
        Row(f"save to sandbox, median of {SAVES}", f"{median:.3f} s", allowed),
        Row("save to sandbox, p95", f"{late:.3f} s", allowed),
    ]


def _save(place: Path, sandbox: Watched) -> float:
    """Save a note, and give the seconds until the sandbox has it."""
    begun = len(sandbox.calls)
    mark = f"saved at {time.monotonic_ns()}"
    text = f"{place.read_text(encoding='utf-8')}\n{mark}\n"
    at = time.monotonic()
    place.write_text(text, encoding="utf-8")
    arrived: list[float] = []

    def has_arrived() -> bool:
        calls = sandbox.calls[begun:]
        arrived.extend(
            when for when, method, _, body in calls if method != "GET" and mark.encode() in body
        )
        return bool(arrived)

    return arrived[0] - at if wait_for(has_arrived) else float("inf")


def _idle(daemon: Daemon, sandbox: Watched) -> list[Row]:
    begun, requests, at = daemon.cpu(), len(sandbox.calls), time.monotonic()
    time.sleep(CALM)
    seconds = time.monotonic() - at
    share = (daemon.cpu() - begun) / seconds * 100.0
    asked = (len(sandbox.calls) - requests) / seconds * 60.0
    memory = daemon.memory()
    about = f"{memory['Pss'] / 1e6:.0f} MB PSS (at most {MEMORY / 1e6:.0f} MB)"
    return [
        Row("idle, processor", f"{share:.2f} %", f"{asked:.0f} requests/min (at most {CPU} %)"),
        Row("idle, memory", f"{memory['Rss'] / 1e6:.0f} MB", about),
    ]


def _burst(stage: Stage, sandbox: Watched, environ: Mapping[str, str]) -> Row:
    """Change many files at once; each has to be in the space after a while, or known to wait."""
    chosen = random.Random(2).sample(stage.notes, BURST)  # noqa: S311
    mark = "changed at once"
    for path, _ in chosen:
        with (stage.root / path).open("ab") as file:
            file.write(f"\n{mark}\n".encode())
    time.sleep(PUSHING)
    waiting = set(_status(environ)["changed"])
    lost = [
        path
        for path, note in chosen
        if path not in waiting and mark not in str(sandbox.app_get(note)["blocks"])
    ]
    about = (
        f"{BURST - len(waiting):,} pushed in {PUSHING:.0f} s, the others wait (none may be lost)"
    )
    return Row(f"burst of {BURST:,} changed files", f"{len(lost)} lost", about)


def _status(environ: Mapping[str, str]) -> Any:
    command = [COMMAND, "status", "--json"]
    done = subprocess.run(command, env=environ, capture_output=True, check=False)
    return json.loads(done.stdout)
