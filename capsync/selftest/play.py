"""Play a schedule to its end and say whether all invariants held."""

from __future__ import annotations

import traceback
from collections import Counter
from dataclasses import dataclass, field
from pathlib import Path

from capsync.selftest.calm import settle
from capsync.selftest.check import check
from capsync.selftest.stage import Stage, Violation
from capsync.selftest.steps import Schedule


@dataclass(slots=True)
class Played:
    """What came of a schedule."""

    violations: list[Violation] = field(default_factory=list)
    counts: Counter[str] = field(default_factory=Counter)
    """How much was done: steps, syncs, kills, faults, conflicts."""


def play(schedule: Schedule) -> Played:
    """Play one schedule."""
    stage = Stage(schedule)
    try:
        for step in schedule.steps:
            stage.act(step)
        settle(stage)
        if not stage.violations:
            check(stage)
    except Exception as exc:  # noqa: BLE001  (whatever it is, it is a finding)
        frames = traceback.extract_tb(exc.__traceback__)[-12:]
        where = " < ".join(f"{Path(each.filename).name}:{each.lineno}" for each in frames[::-1])
        stage.complain(f"crash {type(exc).__name__}", f"{exc} ({where})")
    finally:
        stage.close()
    stage.counts["schedules"] = 1
    stage.counts["faults"] = sum(stage.weather.met.values())
    return Played(stage.violations, stage.counts)
