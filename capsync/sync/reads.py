"""The schedule of reads joined with the memory: what was learned survives the process.

`capsync.plan.schedule` decides; here its histories are loaded, note by note or all at once, and
written back. A run that looks at one note loads that note's only.
"""

from __future__ import annotations

import json
from collections.abc import Collection, Iterable
from dataclasses import asdict

from capsync.clock import Clock
from capsync.model.token import NoteId
from capsync.plan.company import Company
from capsync.plan.kept import NEVER, History, Kept
from capsync.plan.picks import Choice, Outlook, Supply
from capsync.plan.probe import Probe
from capsync.plan.rates import Belief, Habits
from capsync.plan.schedule import Schedule
from capsync.state.checks import Check
from capsync.state.notes import Known
from capsync.state.store import Store

HABITS = "reading habits"
"""Under which `Store.meta` keeps what holds for all notes together."""
UNCONFIRMED = "unconfirmed"
"""The first word of the keys under which `Store.meta` keeps writes that were not read back."""
READS = 30.0
"""Objects a minute, where the service has not said otherwise."""


class Reads:
    """What is read next; to be used by the thread that opened the memory."""

    def __init__(self, memory: Store, clock: Clock, supply: Supply | None = None) -> None:
        self._memory, self._clock = memory, clock
        self._schedule = Schedule(supply or Supply(READS), _kept(memory))
        self._touched: set[str] = set()
        self._gone: set[str] = set()

    def load(self, known: Iterable[Known]) -> None:
        """Know all notes, also those that were never scheduled; those on the way are kept."""
        remembered = {each.note: each for each in self._memory.checks.all()}
        for each in sorted(known, key=lambda each: (each.checked_at, each.id)):
            if each.id in self._schedule:
                continue
            check = remembered.get(each.id)
            self._schedule.recall(_history(check) if check else _first(each.id, each.checked_at))
        for note in self._memory.meta.keys(UNCONFIRMED):
            if note in self._schedule and note not in self._touched:
                self._schedule.wrote(note, self._now())

    def ranked(self, notes: Collection[NoteId]) -> list[NoteId]:
        """Order notes that are to be read once each, the one most worth it first."""
        if len(notes) < 2:
            return list(notes)
        chosen = set(notes)
        ranked = [NoteId(each) for each in self._schedule.ranked(self._now()) if each in chosen]
        return ranked + sorted(chosen - set(ranked))

    def next(self, *, objects: bool, probes: bool) -> Choice | None:
        """Choose the next read: see `Schedule.next`."""
        return self._schedule.next(self._now(), objects=objects, probes=probes)

    def supply(self, supply: Supply) -> None:
        """Learn how many reads a minute there are now."""
        self._schedule.supply = supply

    def outlook(self, note: str) -> Outlook | None:
        """Say when a note will about be read; None where it is not known."""
        return self._schedule.outlook(note, self._now()) if note in self._schedule else None

    def checked(self, note: str, *, changed: bool) -> None:
        """Learn what reading a note has found."""
        self._know(note)
        self._schedule.read(note, self._now(), changed=changed)

    def probed(self, note: str, digest: str) -> bool:
        """Learn the digest of a note's Markdown; say whether the note has to be read now."""
        self._know(note)
        self._schedule.probed(note, self._now(), digest)
        return not self._schedule.history(note).probe.sure

    def filed(self, note: str, *, new: bool) -> None:
        """Learn of a note that was read for its first file.

        Args:
            new: Whether it was made since the space was last listed, so that it may go on changing.
        """
        if note in self._schedule or self._memory.checks.get(note) is not None:
            self.checked(note, changed=new)
        elif new:
            self._schedule.found(note, self._now())
            self.checked(note, changed=True)
        else:
            self._recall(_first(note, self._now()))

    def suspect(self, note: str) -> None:
        """Learn that a list shows something new about a note, so that it has to be read."""
        self._know(note)
        self._schedule.found(note, self._now())

    def edited(self, note: str) -> None:
        """Learn that a note is being edited here."""
        self._know(note)
        self._schedule.edited(note, self._now())

    def wrote(self, note: str) -> None:
        """Learn that a note was written to the space."""
        self._know(note)
        self._schedule.wrote(note, self._now())

    def today(self, note: str | None) -> None:
        """Learn which note is the daily note of today."""
        self._schedule.today(note)

    def passed_over(self, note: str) -> None:
        """Learn that a note could not be read now."""
        self._know(note)
        self._schedule.passed_over(note)

    def gone(self, note: str) -> None:
        """Learn that a note is gone."""
        self._schedule.forget(note)
        self._touched.discard(note)
        self._gone.add(note)

    def save(self) -> None:
        """Write down what was learned.

        Raises:
            RunError: The memory cannot be written.
        """
        if not self._touched and not self._gone:
            return
        histories = (self._schedule.history(each) for each in sorted(self._touched))
        kept = self._schedule.in_common
        with self._memory.transaction():
            self._memory.checks.keep(_check(each) for each in histories if each.read > NEVER)
            self._memory.checks.forget(sorted(self._gone))
            self._memory.meta.put(HABITS, json.dumps([asdict(each) for each in kept]))
        self._touched.clear()
        self._gone.clear()

    def _know(self, note: str) -> None:
        """Have a note in the schedule, with what is remembered of it."""
        if note not in self._schedule:
            check = self._memory.checks.get(note)
            self._recall(_history(check) if check else _first(note, self._now()))
        self._touched.add(note)

    def _recall(self, history: History) -> None:
        self._schedule.recall(history)
        self._touched.add(history.note)
        self._gone.discard(history.note)

    def _now(self) -> float:
        return self._clock.now()


def _first(note: str, at: float) -> History:
    """Give the history of a note that was read once, and nothing else is known of."""
    return History(note, Belief(at), at)


def _kept(memory: Store) -> Kept:
    """Read what holds for all notes together; what makes no sense is passed over."""
    try:
        habits, company = json.loads(memory.meta.get(HABITS) or "")
        sittings = tuple(float(each) for each in habits.pop("sittings"))
        return Kept((), Habits(sittings=sittings, **habits), Company(**company))
    except (ValueError, TypeError, KeyError, AttributeError):
        return Kept()


def _history(check: Check) -> History:
    lately = tuple(float(each) for each in check.lately.split())
    belief = Belief(check.at, check.editing, lately, _or_never(check.changed))
    probe = Probe(check.digest, check.sure, check.mistakes)
    return History(check.note, belief, check.read, probe, _or_never(check.edited))


def _check(history: History) -> Check:
    belief, probe = history.belief, history.probe
    return Check(
        note=history.note,
        at=belief.at,
        editing=belief.editing,
        lately=" ".join(map(repr, belief.lately)),
        changed=_or_none(belief.changed),
        read=history.read,
        edited=_or_none(history.edited),
        digest=probe.digest,
        sure=probe.sure,
        mistakes=probe.mistakes,
    )


def _or_never(at: float | None) -> float:
    return NEVER if at is None else at


def _or_none(at: float) -> float | None:
    return None if at == NEVER else at
