"""A schedule as data: who does what, in which order, in which world.

Steps hold plain numbers that are taken modulo whatever is there when the step is
done, so that any part of a schedule is a schedule too. That makes it possible to
shrink one, to save it as JSON and to play it again years later.
"""

from __future__ import annotations

import json
from dataclasses import dataclass, replace
from typing import Any, TypeAlias

Switch: TypeAlias = bool | int | float | str
NEVER = -1
"""Stands for the moment of a kill that does not happen."""


@dataclass(frozen=True, slots=True)
class Step:
    """One thing that somebody does."""

    actor: str
    """``editor``, ``app``, ``sync``, ``daemon``, ``machine`` or ``weather``."""
    deed: str
    """What they do; a key of the actor's table of deeds."""
    vault: int = 0
    """Whose vault it is about, where it is about one."""
    numbers: tuple[int, ...] = ()
    """What the deed chooses by. Of a sync: the moment of its kill, then those of *inner*.

    Of a daemon: when it is killed, how long it lives and when *inner* is done, all in
    ticks of a twentieth of a second after its start.
    """
    inner: tuple[Step, ...] = ()
    """What others do while a sync or a daemon runs."""


@dataclass(frozen=True, slots=True)
class Schedule:
    """A world and what happens in it."""

    seed: int
    disks: tuple[str, ...]
    """The kind of disk of each vault: ``plain``, ``folds`` or ``decomposes``."""
    switches: tuple[tuple[str, Switch], ...]
    """How this sandbox differs from the usual one."""
    steps: tuple[Step, ...]

    def with_steps(self, steps: tuple[Step, ...]) -> Schedule:
        """Give the same world with other steps."""
        return replace(self, steps=steps)

    @property
    def size(self) -> int:
        """Count the steps, those inside others too."""
        return sum(1 + len(step.inner) for step in self.steps)


def written(schedule: Schedule) -> str:
    """Write a schedule as JSON, one step a line."""
    head = {
        "seed": schedule.seed,
        "disks": list(schedule.disks),
        "switches": dict(schedule.switches),
    }
    lines = ",\n  ".join(json.dumps(_raw(step)) for step in schedule.steps)
    return json.dumps(head)[:-1] + f',\n "steps": [\n  {lines}\n ]}}\n'


def read(text: str) -> Schedule:
    """Read what `written` wrote.

    Raises:
        ValueError, KeyError, TypeError: It is something else.
    """
    raw = json.loads(text)
    return Schedule(
        seed=int(raw["seed"]),
        disks=tuple(map(str, raw["disks"])),
        switches=tuple(raw["switches"].items()),
        steps=tuple(map(_step, raw["steps"])),
    )


def _raw(step: Step) -> list[Any]:
    raw = [step.actor, step.deed, step.vault, list(step.numbers)]
    return [*raw, [_raw(each) for each in step.inner]] if step.inner else raw


def _step(raw: list[Any]) -> Step:
    actor, deed, vault, numbers, *rest = raw
    inner = tuple(map(_step, rest[0])) if rest else ()
    return Step(str(actor), str(deed), int(vault), tuple(map(int, numbers)), inner)
