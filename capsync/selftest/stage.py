"""The stage of one schedule: the space, the machines, the weather, and who acts.

`Stage.act` does one step, wherever it comes: between syncs, or in the middle of
one. It counts what happened and notes what people typed and removed.
"""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, replace
from typing import Any

from capsync.sandbox.core import Sandbox
from capsync.sandbox.message import Refusal
from capsync.sandbox.options import Options as Switches
from capsync.sandbox.seed import seeded_ids
from capsync.selftest import app, editor
from capsync.selftest.app import Hand
from capsync.selftest.around import Surroundings
from capsync.selftest.clocks import Time
from capsync.selftest.desk import Desk
from capsync.selftest.hours import Hours
from capsync.selftest.machine import Ended, Machine
from capsync.selftest.steps import NEVER, Schedule, Step
from capsync.selftest.weather import PLACES, Pending, Weather
from capsync.selftest.words import Words, counted
from capsync.sync.report import Options

STATUSES = ((429, False), (429, True), (500, False), (503, True), (555, False), (500, True))
"""What the service fails with, and whether it is a proxy's page."""
SYNCS: dict[str, Options] = {
    "both": Options(),
    "allow": Options(allow_deletes=True),
    "push": Options(pull=False),
    "pull": Options(push=False),
    "dry": Options(dry_run=True),
    "quick": Options(reading=0.3),
    "list": Options(push=False, reading=0.0),
    "edited": Options(edited_only=True),
    "one": Options(),
}
REQUESTS: dict[str, dict[str, bool]] = {
    "both": {},
    "allow": {"allow_deletes": True},
    "push": {"pull": False},
    "pull": {"push": False},
    "dry": {"dry_run": True},
    "quick": {"quick": True},
}
"""How a sync is asked for where a daemon runs."""
LONGEST_WAIT = 5_000


@dataclass(frozen=True, slots=True)
class Violation:
    """An invariant that did not hold."""

    kind: str
    """Which one, in a word or two; shrinking keeps it."""
    detail: str

    def __str__(self) -> str:
        return f"{self.kind}: {self.detail}"


class Stage:
    """Where one schedule is played."""

    def __init__(self, schedule: Schedule) -> None:
        self.time = Time()
        self.words = Words()
        self.weather = Weather()
        switches: dict[str, Any] = dict(schedule.switches)
        self.switches = Switches(**switches)
        self.sandbox = Sandbox(self.switches, clock=self.time, ids=seeded_ids(schedule.seed))
        around = Surroundings(
            self.sandbox, self.weather, self.words, self.time, self.act, self.complain
        )
        self.machines = [Machine(around, at, disk) for at, disk in enumerate(schedule.disks)]
        self.desks = [Desk(each, self.words) for each in self.machines]
        self.hand = Hand(self.sandbox, self.words)
        self.violations: list[Violation] = []
        self.counts: Counter[str] = Counter()
        self._tags: dict[str, set[str]] = {}
        """What each tag was called so far."""

    def close(self) -> None:
        """Let go of everything."""
        for each in self.machines:
            each.close()
        self.sandbox.close()

    def complain(self, kind: str, detail: str) -> None:
        """Note that an invariant did not hold."""
        self.violations.append(Violation(kind, detail))

    def act(self, step: Step) -> None:
        """Do one step."""
        self.counts["steps"] += 1
        self._hear_tags()
        self.time.sleep(1.0)
        number = step.vault % len(self.machines)
        match step.actor:
            case "editor":
                self._edit(self.desks[number], step)
            case "app":
                self._use_app(step)
            case "sync":
                self._sync(self.machines[number], step)
            case "daemon":
                self._watch(self.machines[number], step)
            case "weather":
                self._make_weather(step)
            case "machine":
                self._meddle(self.machines[number], step)
            case _:
                raise ValueError(f"nobody is called {step.actor}")
        self._hear_tags()

    def _hear_tags(self) -> None:
        for each in self.sandbox.app_list("RootTag"):
            self._tags.setdefault(each, set()).add(self._called(each))

    def _called(self, note: str) -> str:
        title = self.sandbox.app_get(note)["properties"].get("title", {})
        return str(title.get("title", {}).get("value"))

    def unsure_tags(self) -> set[str]:
        """Give the names that lead, or have led, to more than one tag, or to none that is there."""
        self._hear_tags()
        there = Counter(self._called(each) for each in self.sandbox.app_list("RootTag"))
        ever = Counter(title for titles in self._tags.values() for title in titles)
        return {title for title in ever if ever[title] > 1 or there[title] != 1}

    def _edit(self, desk: Desk, step: Step) -> None:
        before = counted(desk.machine.files().values())
        editor.DEEDS[step.deed](desk, step.numbers)
        self.words.saw(desk.who, before, counted(desk.machine.files().values()))

    def _use_app(self, step: Step) -> None:
        before, typed = self.in_app(), set(self.words.typed)
        try:
            app.DEEDS[step.deed](self.hand, step.numbers)
        except Refusal:
            self.counts["refused in the app"] += 1
            self.words.typed &= typed | self.in_app().keys()  # the app told them it was not kept
        self.words.saw("app", before, self.in_app())

    def in_app(self) -> Counter[str]:
        """Count the words a person sees in the app."""
        ids = self.hand.objects()
        return counted(app.said_in(self.sandbox.app_get(each)) for each in ids)

    def _sync(self, machine: Machine, step: Step) -> None:
        if machine.asked is not None and step.deed in REQUESTS:
            machine.asked.append({"ask": "sync", **REQUESTS[step.deed]})
        if machine.busy:
            return
        kill, *moments = step.numbers or (NEVER,)
        others: dict[int, list[Step]] = {}
        for moment, inner in zip(moments, step.inner, strict=True):
            others.setdefault(moment, []).append(inner)
        options = SYNCS[step.deed]
        if step.deed == "one":
            path = self.desks[machine.number].pick(self.counts["steps"])
            options = replace(options, notes=(path,) if path else ())
        self.run(machine, options, kill, others)

    def _watch(self, machine: Machine, step: Step) -> None:
        if machine.busy:
            return
        kill, ticks, *times = step.numbers
        others = zip(times, step.inner, strict=True)
        hours = Hours(self.act, self.time, ticks, kill, others)
        self.watch(machine, hours, blind=step.deed == "blind", sure=not step.inner)

    def watch(
        self, machine: Machine, hours: Hours, *, blind: bool = False, sure: bool = True
    ) -> Ended:
        """Have a daemon watch a vault, and count what came of it."""
        ended = machine.watch(hours, blind=blind)
        self.counts["daemons"] += 1
        self.counts["kills"] += ended.killed
        self._check_trash(machine, sure=sure)
        return ended

    def run(
        self,
        machine: Machine,
        options: Options,
        kill: int = NEVER,
        others: dict[int, list[Step]] | None = None,
    ) -> Ended:
        """Sync a vault, and count what came of it."""
        ended = machine.sync(options, kill=kill, others=others)
        self.counts["syncs"] += 1
        self.counts["kills"] += ended.killed
        self.counts["conflicts"] += ended.report.conflicts > 0
        if options.dry_run and not others and (ended.writes or ended.changes):
            self.complain("dry run", f"{ended.writes} writes, {ended.changes} changes")
        self._check_trash(machine, sure=not others)
        return ended

    def _check_trash(self, machine: Machine, *, sure: bool) -> None:
        """See to it that no file goes to the trash whose note nobody deleted."""
        for path, note in machine.newly_trashed():
            if sure and note in self.hand.objects():
                self.complain("trashed", f"vault {machine.number}: {path}, and its note is there")

    def _make_weather(self, step: Step) -> None:
        kind, place, times, length = step.numbers
        method, path = PLACES[place % len(PLACES)]
        often = 1 + times % 3
        match step.deed:
            case "fail":
                status, page = STATUSES[kind % len(STATUSES)]
                self.sandbox.fail_next(status, html=page, method=method, path=path, times=often)
            case "drop":
                self.sandbox.drop_next(applied=bool(kind % 2), method=method, path=path)
            case "ignore":
                verb, where = PLACES[6 + place % 3]
                self.sandbox.ignore_next(method=verb, path=where)
            case "lists":
                self.weather.hidden_until = self.time.seconds + length % LONGEST_WAIT
                self.weather.hidden = () if kind % 3 == 0 else (kind, times)
            case "missing":
                if all(each.kind != "missing" for each in self.weather.pending):
                    self.weather.pending.append(Pending("missing", "GET", "/object", 1))
            case "refused" | "truncated" | "page":
                self.weather.pending.append(Pending(step.deed, method, path, often))
            case "calm":
                self.calm()
            case _:
                raise ValueError(f"there is no weather called {step.deed}")

    def calm(self) -> None:
        """Forget all trouble that is still to come."""
        self.sandbox.calm()
        self.weather.calm()

    def _meddle(self, machine: Machine, step: Step) -> None:
        (number,) = step.numbers
        match step.deed:
            case "wait":
                self.time.sleep(number % LONGEST_WAIT)
            case "set clock":
                machine.clock.offset += (-86_400.0, 86_400.0, -3.0, 3_600.0, -7e6)[number % 5]
            case "lose state":
                if not machine.busy:
                    machine.lose_memory()
                    self.counts["states lost"] += 1
            case _:
                raise ValueError(f"nobody can {step.deed}")
