"""Many schedules at once, one process a core."""

from __future__ import annotations

import multiprocessing
import os
from collections import Counter
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, field
from functools import partial

from capsync.selftest.draw import draw
from capsync.selftest.play import Played, play
from capsync.selftest.stage import Violation
from capsync.selftest.steps import Schedule

FEW = 8
"""Schedules below which a second process is not worth starting."""
_CHUNK = 10


@dataclass(frozen=True, slots=True)
class Failure:
    """A schedule that violated an invariant."""

    schedule: Schedule
    violations: tuple[Violation, ...]


@dataclass(slots=True)
class Totals:
    """What came of many schedules."""

    counts: Counter[str] = field(default_factory=Counter)
    failures: list[Failure] = field(default_factory=list)

    def add(self, schedule: Schedule, played: Played) -> None:
        """Add what came of one."""
        self.counts += played.counts
        if played.violations:
            self.failures.append(Failure(schedule, tuple(played.violations)))


def play_seeds(
    seeds: range,
    *,
    steps: int | None = None,
    jobs: int | None = None,
    done: Callable[[Totals], None] = lambda _: None,
) -> Totals:
    """Draw and play a schedule a seed.

    Args:
        steps: Of each schedule; None for some.
        jobs: Processes; None for one a core.
        done: Told how things stand after each schedule.
    """
    totals = Totals()
    for schedule, played in _played(seeds, steps, jobs or os.cpu_count() or 1):
        totals.add(schedule, played)
        done(totals)
    totals.failures.sort(key=lambda each: each.schedule.seed)
    return totals


def play_all(schedules: Iterable[Schedule]) -> Totals:
    """Play schedules that somebody kept."""
    totals = Totals()
    for schedule in schedules:
        totals.add(schedule, play(schedule))
    return totals


def _played(seeds: range, steps: int | None, jobs: int) -> Iterator[tuple[Schedule, Played]]:
    one = partial(_play_seed, steps=steps)
    if jobs == 1 or len(seeds) < FEW:
        yield from map(one, seeds)
        return
    with multiprocessing.get_context("spawn").Pool(jobs) as pool:
        yield from pool.imap_unordered(one, seeds, _CHUNK)


def _play_seed(seed: int, steps: int | None) -> tuple[Schedule, Played]:
    schedule = draw(seed, steps)
    return schedule, play(schedule)
