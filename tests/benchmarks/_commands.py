"""Runs commands in turn and says how long each took and how much memory it had at most."""

from __future__ import annotations

import subprocess
import sys
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from statistics import median

_RUNNER = """
import os, sys, time
nowhere = [(os.POSIX_SPAWN_OPEN, each, os.devnull, os.O_RDWR, 0) for each in (0, 1, 2)]
begun = time.perf_counter()
child = os.posix_spawnp(sys.argv[1], sys.argv[1:], os.environ, file_actions=nowhere)
_, status, used = os.wait4(child, 0)
print(time.perf_counter() - begun, used.ru_maxrss, os.waitstatus_to_exitcode(status))
"""
"""A small process of its own: what a parent has counts as its child's until the child begins."""
_UNIT = 1 if sys.platform == "darwin" else 1024
"""Bytes in which the system counts memory."""


@dataclass(frozen=True, slots=True)
class Run:
    """What running something takes."""

    seconds: float
    """The median."""
    peak: int = 0
    """The most memory it ever had, in bytes; 0 where it is no process of its own."""


def measured(
    commands: Mapping[str, list[str]],
    runs: int,
    environ: Mapping[str, str],
    within: Mapping[str, Callable[[], object]] | None = None,
) -> dict[str, Run]:
    """Run each command *runs* times after once to warm up, every round in another order.

    Args:
        within: What to measure beside them in this process.

    Raises:
        RuntimeError: A command failed.
    """
    taken: dict[str, list[Run]] = {name: [] for name in (*commands, *(within or {}))}
    names = list(taken)
    for number in range(runs + 1):
        turn = number % len(names)
        for name in names[turn:] + names[:turn]:
            inside = within.get(name) if within else None
            taken[name].append(_done(inside) if inside else _run(commands[name], environ))
    return {
        name: Run(median(each.seconds for each in found[1:]), max(each.peak for each in found[1:]))
        for name, found in taken.items()
    }


def _run(command: list[str], environ: Mapping[str, str]) -> Run:
    runner = [sys.executable, "-I", "-S", "-c", _RUNNER, *command]
    answer = subprocess.run(runner, env=environ, check=True, capture_output=True, text=True)
    seconds, peak, code = answer.stdout.split()
    if code != "0":
        raise RuntimeError(f"{' '.join(command)} ended with {code}")
    return Run(float(seconds), int(peak) * _UNIT)


def _done(action: Callable[[], object]) -> Run:
    begun = time.perf_counter()
    action()
    return Run(time.perf_counter() - begun)
