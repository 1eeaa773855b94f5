"""How soon capsync notices what a person saves in the app.

Runs the real scheduler against the real quotas in virtual time, over a trace of saves, one
JSON line each: ``{"t": seconds, "note": index}``. Indexes from ``--notes`` on are notes
made on the way, which a list of the space shows once a minute. A save waits until the note
itself is read. The same trace is read round robin for comparison.

    python -m tests.benchmarks.freshness --trace FILE --notes 2000 --reads-per-minute 30 --json

The run begins a sweep after a first sync: every note was read and probed once, one after another.
"""

from __future__ import annotations

import argparse
import json
import sys
from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from itertools import count
from pathlib import Path
from typing import TypeAlias

from capsync.capacities.limits import TICK, Limiter
from capsync.capacities.quota import Quota
from capsync.clock import ManualClock
from capsync.plan.kept import History, Kept
from capsync.plan.picks import Choice, Supply
from capsync.plan.probe import Probe
from capsync.plan.rates import Belief
from capsync.plan.schedule import Schedule
from tests.benchmarks.timing import Row
from tests.benchmarks.traces import Save, trace

LISTED = 60.0
"""Seconds between two lists of the space."""

OBJECT, MARKDOWN = ("GET", "/object"), ("GET", "/object/markdown")

Figures: TypeAlias = dict[str, float]


@dataclass(slots=True)
class Space:
    """The notes as the trace has them at one moment, and how long each save has waited."""

    saves: Sequence[Save]
    unstable: float = 0.0
    """Share of the notes whose Markdown differs each time, 0 to 1."""
    waits: list[float] = field(default_factory=list)
    versions: defaultdict[int, int] = field(default_factory=lambda: defaultdict(int))
    made: list[int] = field(default_factory=list)
    """Notes of which there was a save, in order of the first."""
    _waiting: defaultdict[int, list[float]] = field(default_factory=lambda: defaultdict(list))
    _next: int = 0
    _renderings: Iterator[int] = field(default_factory=count)

    def advance(self, now: float) -> None:
        """Let everything happen that happens until *now*."""
        while self._next < len(self.saves) and self.saves[self._next].at <= now:
            save = self.saves[self._next]
            if save.note not in self.versions:
                self.made.append(save.note)
            self.versions[save.note] += 1
            self._waiting[save.note].append(save.at)
            self._next += 1

    def read(self, note: int, now: float) -> bool:
        """Read a note, and say whether it has changed since."""
        found = self._waiting.pop(note, [])
        self.waits += [now - at for at in found]
        return bool(found)

    def render(self, note: int) -> str:
        """Give what stands for a digest of the note's Markdown."""
        fickle = note * 0.618033988749895 % 1.0 < self.unstable
        return f"{self.versions[note]}.{next(self._renderings) if fickle else ''}"

    @property
    def done(self) -> bool:
        """Say whether every save was read."""
        return len(self.waits) == len(self.saves)


@dataclass(slots=True)
class Meter:
    """One quota and an even use of it, which leaves no minute without a read."""

    limiter: Limiter
    clock: ManualClock
    endpoint: tuple[str, str]
    per_minute: int
    due: float
    used: int = 0

    def ready(self) -> bool:
        """Say whether it is time for a read; where the quota has none, the time is put off."""
        if self.clock.time < self.due:
            return False
        delay = self.limiter.delay(*self.endpoint)
        if delay > 0.0:
            self.due = self.clock.time + max(delay, TICK)
        return delay <= 0.0

    def take(self) -> None:
        """Count a read."""
        self.limiter.wait(*self.endpoint)
        self.used += 1

    def turn(self) -> None:
        """Let this turn be over, used or not."""
        self.due = max(self.due, self.clock.time - 1.0) + 60.0 / self.per_minute


class Run:
    """One run of the scheduler over a trace."""

    def __init__(self, space: Space, notes: int, objects: int, probes: int) -> None:
        self.space = space
        self.notes = notes
        self.clock = ManualClock(0.0)
        limiter = Limiter(self.clock, pace=0.2)
        self.objects = Meter(limiter, self.clock, OBJECT, objects, 0.0)
        meters = [self.objects]
        if probes:
            meters.append(Meter(limiter, self.clock, MARKDOWN, probes, 30.0 / probes))
        for meter in meters:
            limiter.learn(*meter.endpoint, Quota(limit=meter.per_minute))
        self.meters = meters
        self.schedule = Schedule(
            Supply(objects, probes), synced(notes, 60.0 * notes / (objects + probes))
        )
        self.unread = 0.0
        """Sweeps a note was not checked for, at most."""
        self._listed = 0

    def go(self) -> None:
        """Read until every save was."""
        lists = LISTED
        while not self.space.done:
            self.clock.time = min(meter.due for meter in self.meters)
            self.space.advance(self.clock.time)
            if self.clock.time >= lists:
                lists += LISTED
                self._list()
            for meter in self.meters:
                if meter.ready():
                    self._turn(meter)
        for history in self.schedule.kept().histories:
            self._waited(history)

    @property
    def sweep(self) -> float:
        """Give the seconds in which all reads could be of another note."""
        return 60.0 * len(self.schedule) / sum(meter.per_minute for meter in self.meters)

    def _list(self) -> None:
        for note in self.space.made[self._listed :]:
            if note >= self.notes:
                self.schedule.found(name(note), self.clock.time)
        self._listed = len(self.space.made)

    def _turn(self, meter: Meter) -> None:
        only = meter is self.objects
        choice = self.schedule.next(self.clock.time, objects=only, probes=not only)
        if choice is not None:
            meter.take()
            self._read(choice)
        meter.turn()

    def _read(self, choice: Choice) -> None:
        note, now = int(choice.note), self.clock.time
        self._waited(self.schedule.history(choice.note))
        if choice.probe:
            self.schedule.probed(choice.note, now, self.space.render(note))
        else:
            self.schedule.read(choice.note, now, changed=self.space.read(note, now))

    def _waited(self, history: History) -> None:
        self.unread = max(self.unread, (self.clock.time - history.belief.at) / self.sweep)


def name(note: int) -> str:
    """Name a note so that names sort as numbers do."""
    return f"{note:07}"


def synced(notes: int, sweep: float) -> Kept:
    """Give what is known after a first sync that took a sweep and has just ended."""
    ends = (-sweep * (1.0 - note / notes) for note in range(notes))
    stable = Probe("0.", sure=True)
    return Kept(tuple(History(name(n), Belief(at), at, stable) for n, at in enumerate(ends)))


def round_robin(space: Space, notes: int, per_minute: int) -> Figures:
    """Read all notes in turn, new ones last, until every save was read."""
    circle, place, known, requests, lists = list(range(notes)), 0, 0, 0, LISTED
    while not space.done:
        now = requests * 60.0 / per_minute
        space.advance(now)
        if now >= lists:
            lists += LISTED
            circle += [note for note in space.made[known:] if note >= notes]
            known = len(space.made)
        space.read(circle[place], now)
        place = (place + 1) % len(circle)
        requests += 1
    return figures(space.waits, requests)


def figures(waits: Iterable[float], requests: int) -> Figures:
    """Sum up how long saves had to wait, in seconds."""
    ordered = sorted(waits)
    last = len(ordered) - 1
    return {
        "median_s": round(ordered[round(last * 0.5)], 1),
        "p95_s": round(ordered[round(last * 0.95)], 1),
        "mean_s": round(sum(ordered) / len(ordered), 1),
        "max_s": round(ordered[-1], 1),
        "requests": requests,
    }


def scheduled(space: Space, notes: int, objects: int, probes: int) -> Figures:
    """Let the scheduler read until every save was."""
    run = Run(space, notes, objects, probes)
    run.go()
    return {
        **figures(space.waits, sum(meter.used for meter in run.meters)),
        "object_requests": run.objects.used,
        "longest_unread_sweeps": round(run.unread, 2),
        "saves": len(space.saves),
    }


def rows() -> list[Row]:
    """Measure a day and a half with 2,000 notes, with the second quota and without."""
    saves = trace(2_000, days=1.5, seed=7)
    other = round_robin(Space(saves), 2_000, 30)
    found: list[Row] = []
    for title, probes in (("both quotas", 30), ("objects only", 0)):
        ours = scheduled(Space(saves), 2_000, 30, probes)
        found += (
            Row(
                f"{title}: {key.removesuffix('_s')} wait of a save",
                f"{ours[key]:,} s",
                f"{ours[key] / other[key]:.3f} × round robin, {other[key]:,} s",
            )
            for key in ("median_s", "mean_s", "p95_s")
        )
    return found


def main(arguments: list[str]) -> None:
    """Measure a trace from a file and print the figures."""
    options = parser().parse_args(arguments)
    lines = options.trace.read_text(encoding="utf-8").splitlines()
    saves = [Save(each["t"], each["note"]) for each in map(json.loads, filter(None, lines))]
    notes, reads = options.notes, options.reads_per_minute
    space = Space(sorted(saves), options.unstable)
    measured: dict[str, object] = {
        **scheduled(space, notes, reads, options.markdown_reads_per_minute),
        "round_robin": round_robin(Space(space.saves), notes, reads),
    }
    if options.json:
        sys.stdout.write(json.dumps(measured) + "\n")
    else:
        sys.stdout.writelines(f"{key:24}{value}\n" for key, value in measured.items())


def parser() -> argparse.ArgumentParser:
    """Describe the command line."""
    found = argparse.ArgumentParser(prog="python -m tests.benchmarks.freshness")
    found.add_argument("--trace", type=Path, required=True, metavar="FILE")
    found.add_argument("--notes", type=int, default=2_000)
    found.add_argument("--reads-per-minute", type=int, default=30)
    found.add_argument("--markdown-reads-per-minute", type=int, default=0)
    found.add_argument("--unstable", type=float, default=0.0, help="share of notes, 0 to 1")
    found.add_argument("--json", action="store_true")
    return found


if __name__ == "__main__":
    main(sys.argv[1:])
