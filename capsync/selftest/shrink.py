"""Make a schedule that goes wrong as short as it gets while it goes wrong the same way.

Delta debugging: leave out big parts first, then smaller ones, until no single
step can be left out; then simplify what is left.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import replace

from capsync.selftest.play import play
from capsync.selftest.steps import NEVER, Schedule, Step

MOST_TRIES = 1_500
"""Schedules that are played at most to shrink one."""

Fails = Callable[[Schedule], bool]


def same_violation(schedule: Schedule) -> Fails:
    """Make the question whether another schedule violates the same invariant first."""
    kind = _first_kind(schedule)

    def fails(other: Schedule) -> bool:
        return _first_kind(other) == kind != ""

    return fails


def _first_kind(schedule: Schedule) -> str:
    violations = play(schedule).violations
    return violations[0].kind if violations else ""


def shrink(schedule: Schedule, fails: Fails | None = None) -> Schedule:
    """Give a short schedule for which *fails* still holds."""
    counted = _Tries(fails or same_violation(schedule))
    before = None
    while schedule != before and counted.left > 0:
        before = schedule
        schedule = _fewer_steps(schedule, counted)
        for simpler in _simplifications(schedule):
            if counted(simpler(schedule)):
                schedule = simpler(schedule)
    return schedule


class _Tries:
    """Asks the question, and no more often than allowed."""

    def __init__(self, fails: Fails) -> None:
        self.fails, self.left = fails, MOST_TRIES

    def __call__(self, schedule: Schedule) -> bool:
        self.left -= 1
        return self.left >= 0 and self.fails(schedule)


def _fewer_steps(schedule: Schedule, fails: Fails) -> Schedule:
    steps = schedule.steps
    size = max(len(steps) // 2, 1)
    while True:
        at = 0
        while at < len(steps):
            rest = steps[:at] + steps[at + size :]
            if fails(schedule.with_steps(rest)):
                steps = rest
            else:
                at += size
        if size == 1:
            return schedule.with_steps(steps)
        size = max(size // 2, 1)


def _simplifications(schedule: Schedule) -> Iterator[Callable[[Schedule], Schedule]]:
    """Give ways to make the world and single steps simpler."""
    for name, _ in schedule.switches:
        yield lambda now, name=name: replace(  # type: ignore[misc]
            now, switches=tuple(each for each in now.switches if each[0] != name)
        )
    if any(disk != "plain" for disk in schedule.disks):
        yield lambda now: replace(now, disks=("plain",) * len(now.disks))
    for _ in schedule.disks[1:]:
        yield lambda now: replace(now, disks=now.disks[:-1] or now.disks)
    for at, step in enumerate(schedule.steps):
        for simpler in _simpler(step):
            yield (
                lambda now, at=at, simpler=simpler: now.with_steps(  # type: ignore[misc]
                    (*now.steps[:at], simpler, *now.steps[at + 1 :])
                )
            )


def _simpler(step: Step) -> Iterator[Step]:
    if step.actor == "daemon":
        for at in range(len(step.inner)):
            inner = step.inner[:at] + step.inner[at + 1 :]
            numbers = step.numbers[: at + 2] + step.numbers[at + 3 :]
            yield replace(step, inner=inner, numbers=numbers)
        if step.numbers[0] != NEVER:
            yield replace(step, numbers=(NEVER, *step.numbers[1:]))
        yield Step("sync", "both", step.vault, (NEVER,))
    elif step.actor == "sync":
        for at in range(len(step.inner)):
            inner = step.inner[:at] + step.inner[at + 1 :]
            numbers = step.numbers[: at + 1] + step.numbers[at + 2 :]
            yield replace(step, inner=inner, numbers=numbers)
        if step.inner:
            yield replace(step, inner=(), numbers=step.numbers[:1])
        if step.numbers and step.numbers[0] != NEVER:
            yield replace(step, numbers=(NEVER, *step.numbers[1:]))
    elif any(step.numbers):
        yield replace(step, numbers=(0,) * len(step.numbers))
