"""Made-up days of somebody who edits notes in the app.

A few sittings a day. Each takes up some notes, mostly such as were edited lately, now and
then any note at all or a new one, and saves each of them every minute or so until it
ends. Once in a while many notes change at one stroke, as when a tag is renamed.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace
from random import Random
from typing import NamedTuple

DAY = 86_400.0


class Save(NamedTuple):
    """One change of one note."""

    at: float
    """Seconds since the start."""
    note: int
    """From the number of notes on: made on the way."""


@dataclass(frozen=True, slots=True)
class Person:
    """How somebody writes."""

    sittings: float = 5.0
    """A day, on average."""
    shortest: float = 600.0
    longest: float = 3_000.0
    """Seconds of a sitting."""
    together: tuple[int, ...] = (1, 1, 2, 2, 3, 4, 6)
    """Notes in a sitting, one of these."""
    again: float = 0.62
    """Share of the notes that were edited lately."""
    new: float = 0.1
    """Share of the notes that are new."""
    gap: float = 55.0
    """Seconds between two saves of a note, median."""
    uneven: float = 0.9
    """Deviation of the logarithm of the gap."""
    strokes: float = 1.0
    """Times a week that many notes change at once."""


USUAL = Person()
PEOPLE = {
    "usual": USUAL,
    "hurried": replace(USUAL, sittings=20.0, shortest=60.0, longest=600.0, together=(1, 1, 2)),
    "author": replace(
        USUAL, sittings=3.0, shortest=3_600.0, longest=10_800.0, again=0.85, new=0.05
    ),
    "gardener": replace(USUAL, again=0.2, together=(4, 6, 8), strokes=7.0),
    "slow": replace(USUAL, gap=150.0, uneven=1.3),
}


def trace(notes: int, days: float, seed: int, person: Person = USUAL) -> list[Save]:
    """Make up all saves of some days; the same seed gives the same."""
    rng = Random(seed)  # noqa: S311
    lately = rng.sample(range(notes), min(notes, 40))
    total, start, end = notes, 0.0, days * DAY
    saves: list[Save] = []
    while (start := start + rng.expovariate(person.sittings / DAY)) < end:
        length = rng.uniform(person.shortest, person.longest)
        chosen = []
        for _ in range(rng.choice(person.together)):
            note = _chosen(rng, person, lately, total)
            total = max(total, note + 1)
            chosen.append(note)
        for note in chosen:
            begin = start + rng.uniform(0.0, length / 3)
            saves += _sitting(rng, person, note, begin, min(start + length, end))
            lately = [note, *(each for each in lately if each != note)][:60]
    for _ in range(round(person.strokes * days / 7)):
        saves += _stroke(rng, notes, rng.uniform(0.0, end))
    return sorted(save for save in saves if save.at < end)


def _chosen(rng: Random, person: Person, lately: list[int], total: int) -> int:
    kind = rng.random()
    if kind < person.again:
        return lately[min(int(rng.paretovariate(1.1)) - 1, len(lately) - 1)]
    return total if kind > 1.0 - person.new else rng.randrange(total)


def _sitting(rng: Random, person: Person, note: int, at: float, end: float) -> Iterator[Save]:
    while at < end:
        yield Save(at, note)
        at += max(0.1, person.gap * rng.lognormvariate(0.0, person.uneven))


def _stroke(rng: Random, notes: int, at: float) -> Iterator[Save]:
    for place, note in enumerate(rng.sample(range(notes), max(1, notes // 50))):
        yield Save(at + 0.2 * place, note)
