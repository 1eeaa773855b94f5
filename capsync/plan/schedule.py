"""What to read next: a few reads a minute, spent where they tell most.

The service has no feed of changes: a change is found by reading, and a minute allows
thirty reads. Each goes, in this order, to what we wrote and want to see confirmed; to
what is known to have changed, but not how; to a note that has waited far too long; and
else to the note of which a check is worth most.

Cho and Garcia-Molina, "Effective page refresh policies for Web crawlers" (TODS 2003), put
the question and showed that reading in proportion to change is not the best answer. Azar,
Horvitz, Lubetzky, Peres and Shahaf, "Tractable near-optimal policies for crawling" (PNAS
2018), showed that the best one follows from one threshold on a value per note, so that
a greedy choice by that value comes close to it. The value is in `capsync.plan.worth`.

Nothing is read here, and nobody waits; times are readings of one clock, in seconds.
"""

from __future__ import annotations

from collections import OrderedDict
from dataclasses import replace
from math import log2

from capsync.plan import probe as probes, rates
from capsync.plan.company import Company
from capsync.plan.kept import NEVER, History, Kept
from capsync.plan.lines import Access, Line, Lines
from capsync.plan.picks import Choice, Outlook, Supply, Why
from capsync.plan.rates import STAY, Belief, Habits
from capsync.plan.worth import worth

URGENT, LATE = 1.2, 1.7
"""Sweeps since its last check from which a note begins to be, and is, put before others."""

ALMOST_ALL = 0.97
"""Share of the reads that go to notes that are late; the others keep up with the edits."""

BACKLOG = 2
"""Notes known to have changed, from which on no probe is sent that is sure to add one."""

NEW = 0.5
"""Probability that a note which is new to us is still being edited."""

HERE = 1.0 / 1800.0
"""Sittings a second to expect at least of a note that was edited here a moment ago."""

DAILY = 1.0 / 7200.0
"""Likewise of today's note."""


class Schedule:
    """Knows every note, says which to read next, and learns from what was found."""

    def __init__(self, supply: Supply, kept: Kept | None = None) -> None:
        """
        Args:
            kept: What an earlier run has learned; None for the first.
        """
        kept = kept or Kept()
        self.supply = supply
        self._today: str | None = None
        self._habits = kept.habits
        self._company = kept.company
        self._notes: dict[str, History] = {}
        self._starts: dict[str, float] = {}
        self._readings: dict[str, float] = {}
        self._lines = Lines()
        self._verify: OrderedDict[str, None] = OrderedDict()
        self._alarms: OrderedDict[str, bool] = OrderedDict()
        """Whether it was a probe that asked for a read of the note."""
        self._credit = 0.0
        for history in sorted(kept.histories, key=lambda each: (each.belief.at, each.note)):
            self.recall(history)

    def __len__(self) -> int:
        return len(self._notes)

    def __contains__(self, note: object) -> bool:
        return note in self._notes

    def kept(self) -> Kept:
        """Give what is to be remembered, by note."""
        histories = (self._notes[note] for note in sorted(self._notes))
        read = tuple(history for history in histories if history.read > NEVER)
        return Kept(read, self._habits, self._company)

    @property
    def in_common(self) -> tuple[Habits, Company]:
        """Give what is to be remembered beside the notes."""
        return self._habits, self._company

    def history(self, note: str) -> History:
        """Give what is to be remembered of one note."""
        return self._notes[note]

    def recall(self, history: History) -> None:
        """Take in what is remembered of a note."""
        self._file(history)

    @property
    def sweep(self) -> float:
        """Give the seconds it takes to check every note once, with nothing else to do."""
        by_reading = len(self._notes) - self._lines.count(Access.PROBE)
        total = self.supply.objects + self.supply.probes
        minutes = max(len(self._notes) / total, by_reading / self.supply.objects)
        return minutes * 60.0

    def next(self, now: float, *, objects: bool, probes: bool) -> Choice | None:
        """Choose the next read; None where nothing is to be read, or nothing may be.

        Nothing is changed, but for the turns of those who wait: ask once for each read.

        Args:
            objects: Whether a note may be read now.
            probes: Whether its Markdown may be.
        """
        if objects:
            return self._due() or self._best(now, Access.OBJECT)
        if probes:
            return self._best(now, Access.PAIR if len(self._alarms) < BACKLOG else Access.PROBE)
        return None

    def ranked(self, now: float) -> list[str]:
        """Order all notes for reading each once: those that wait, then by what a check is worth."""
        waiting = list(dict.fromkeys((*self._verify, *self._alarms)))
        rest = self._notes.keys() - set(waiting)
        return waiting + sorted(rest, key=lambda note: (-self._worth(note, now), note))

    def outlook(self, note: str, now: float) -> Outlook:
        """Say how a note stands; the order may change until its turn comes."""
        history, start = self._notes[note], self._start(note, now)
        belief = history.belief
        waits = Why.ALARM if note in self._alarms else None
        return Outlook(
            checked=belief.at,
            changed=None if belief.changed == NEVER else belief.changed,
            edited=None if history.edited == NEVER else history.edited,
            editing=rates.likely_editing(belief, now, start),
            stale=rates.likely_changed(belief, self._habits, now, start),
            waits=Why.VERIFY if note in self._verify else waits,
            before=self.ranked(now).index(note),
            notes=len(self._notes),
            per_minute=self.supply.objects,
        )

    def read(self, note: str, now: float, *, changed: bool) -> None:
        """Learn what reading a note has found.

        Args:
            changed: Whether somebody other than us had changed it.
        """
        history = self._notes[note]
        verdict = probes.read_behind if self._alarms.pop(note, False) else probes.read_alone
        probe = verdict(history.probe, changed=changed)
        belief = self._learn(history, now, changed=changed)
        self._verify.pop(note, None)
        self._file(replace(history, belief=belief, read=now, probe=probe))

    def probed(self, note: str, now: float, digest: str) -> None:
        """Learn the digest of a note's Markdown."""
        history = self._notes[note]
        probe = probes.seen(history.probe, digest)
        if probe.sure:
            belief = self._learn(history, now, changed=False)
            self._file(replace(history, belief=belief, probe=probe))
        else:
            self._notes[note] = replace(history, probe=probe)
            self._alarm(note, probed=True)

    def found(self, note: str, now: float) -> None:
        """Take in a note that has to be read: it is new, or a list shows another title of it."""
        if note not in self._notes:
            self._file(History(note, Belief(now, editing=NEW), NEVER))
        self._alarm(note, probed=False)

    def edited(self, note: str, now: float) -> None:
        """Learn that a note is being edited here, so that it may well be there."""
        self._refile(replace(self._notes[note], edited=now))

    def wrote(self, note: str, now: float) -> None:
        """Learn that we wrote a note to the space, which is to be seen there."""
        self._verify[note] = None
        history = self._notes[note]
        probe = replace(history.probe, sure=False)
        self._refile(replace(history, edited=now, probe=probe))

    def today(self, note: str | None) -> None:
        """Learn which note is the daily note of today."""
        before, self._today = self._today, note
        for each in (before, note):
            if each is not None and each in self._notes:
                self._refile(self._notes[each])

    def passed_over(self, note: str) -> None:
        """Learn that a note could not be read: others come first, once."""
        for waiting in (self._verify, self._alarms):
            if note in waiting:
                waiting.move_to_end(note)
        self._refile(self._notes[note])

    def forget(self, note: str) -> None:
        """Learn that a note is gone."""
        self._lines.drop(note)
        self._notes.pop(note, None)
        self._starts.pop(note, None)
        self._readings.pop(note, None)
        self._verify.pop(note, None)
        self._alarms.pop(note, None)

    def _due(self) -> Choice | None:
        for waiting, why in ((self._verify, Why.VERIFY), (self._alarms, Why.ALARM)):
            if waiting:
                return Choice(next(iter(waiting)), probe=False, why=why)
        return None

    def _best(self, now: float, least: Access) -> Choice | None:
        late = min(self._lines.oldest(least), key=self._checked, default=None)
        if late is None:
            return None
        probe = least > Access.OBJECT
        if self._is_its_turn(now - self._checked(late)):
            return Choice(late, probe=probe, why=Why.SWEEP)
        best = max(self._lines.heads(least), key=lambda note: self._worth(note, now))
        return Choice(best, probe=probe, why=Why.WORTH)

    def _checked(self, note: str) -> float:
        return self._notes[note].belief.at

    def _is_its_turn(self, waited: float) -> bool:
        """Give notes that have waited for long a share of the reads, more the longer they have.

        From late on nearly all, so that the last of them waits about a sweep longer.
        """
        share = (waited / self.sweep - URGENT) / (LATE - URGENT) * ALMOST_ALL
        self._credit += min(ALMOST_ALL, max(0.0, share))
        if self._credit < 1.0:
            return False
        self._credit -= 1.0
        return True

    def _worth(self, note: str, now: float) -> float:
        return worth(self._notes[note].belief, self._start(note, now), now)

    def _learn(self, history: History, now: float, *, changed: bool) -> Belief:
        belief = replace(history.belief, at=min(now, history.belief.at))
        start = self._start(history.note, now)
        learn = rates.changed if changed else rates.unchanged
        after = learn(belief, self._habits, now, start)
        self._habits = rates.learned(self._habits, belief, after, found=changed)
        if changed and rates.is_start(belief, now):
            self._company = self._company.taken_up(now, after.editing)
        return after

    def _start(self, note: str, now: float) -> float:
        """Give the sittings a second that were to be expected since the last check."""
        span = now - self._notes[note].belief.at
        ran = self._company.time(now) - self._readings[note]
        return self._starts[note] * (ran / span if span > 0.0 else 1.0)

    def _alarm(self, note: str, *, probed: bool) -> None:
        self._lines.drop(note)
        self._alarms[note] = probed

    def _refile(self, history: History) -> None:
        """Put a note into the line it belongs to now, unless it waits elsewhere anyway."""
        if history.note in self._alarms:
            self._notes[history.note] = history
        else:
            self._file(history)

    def _file(self, history: History) -> None:
        start = max(rates.hazard(history.belief, self._habits), self._floor(history))
        self._notes[history.note] = history
        self._starts[history.note] = start
        self._readings[history.note] = self._company.time(history.belief.at)
        self._lines.put(history.note, self._line(history, start))

    def _floor(self, history: History) -> float:
        if history.belief.at - history.edited < STAY:
            return HERE
        return DAILY if history.note == self._today else 0.0

    def _line(self, history: History, start: float) -> Line:
        """Choose the line for a note: likelihoods within a factor count as the same."""
        editing = history.belief.editing
        level = round(2.0 * log2(editing)) if editing > 0.002 else -99
        return self._access(history), round(log2(start)), level

    def _access(self, history: History) -> Access:
        """Say how a note can be checked; what Markdown does not show is found by reading it."""
        unread = history.belief.at - history.read
        if self.supply.probes <= 0.0 or not history.probe.works:
            return Access.OBJECT
        if unread > len(self._notes) / self.supply.objects * 60.0:
            return Access.OBJECT
        return Access.PROBE if history.probe.sure else Access.PAIR
