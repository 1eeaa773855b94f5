"""Reading the space in turn, a note at a time, and bringing in what has changed there."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime
from typing import TYPE_CHECKING

from capsync.errors import NoteError, SafetyStop, ServerFault, Stale
from capsync.model.normal import digest
from capsync.model.note import DAILY_NOTE, Note
from capsync.model.token import NoteId
from capsync.plan.picks import Choice
from capsync.sync.checking import check
from capsync.sync.reads import Reads
from capsync.sync.report import Options
from capsync.sync.run import Run

if TYPE_CHECKING:
    from capsync.daemon.work import Work

FAULTS = 3
"""Notes in a row that the service fails to give, after which it counts as out of order."""


class Reading:
    """Which note is read when, and what becomes of it."""

    def __init__(self, work: Work) -> None:
        self.work = work
        self.faults = 0

    def read(self) -> bool:
        """Read the one note that is worth it most, if it is time; say whether anything was read."""
        run, reads = self.work.desk.engine.last, self.work.reads
        if run is None or reads is None:
            return False
        choice = self.work.job.next() if self.work.job else self._next(reads)
        if choice is None:
            return False
        try:
            there = check(run, choice)
        except (NoteError, ServerFault) as exc:
            self._unread(reads, choice, exc)
        else:
            self.faults = 0
            if there is not None:
                self._settle(reads, there)
        if self.work.job:
            self.work.job.took(choice)
        return True

    def next_at(self) -> float:
        """Say when there is a read to make next."""
        if self.work.desk.engine.last is None:
            return float("inf")
        now, remote = self.work.clock.monotonic(), self.work.bench.remote
        if self.work.job:
            return now + remote.free_in() if self.work.job.left else float("inf")
        spare = self.work.turns.spare(now)
        objects = max(self._object_at(), now + remote.free_in(spare=spare))
        if not remote.reads_a_minute()[1]:
            return objects
        return min(objects, max(self.work.turns.probe_at, now + remote.free_in(markdown=True)))

    def _object_at(self) -> float:
        """Say when a note may be read next; at once while notes have no file yet."""
        waits = self.work.bench.standing is not None and self.work.bench.standing.unfiled
        return 0.0 if waits else self.work.turns.object_at

    def _next(self, reads: Reads) -> Choice | None:
        now, remote = self.work.clock.monotonic(), self.work.bench.remote
        per_minute = remote.reads_a_minute()
        objects = self._object_at() <= now and not remote.free_in(spare=self.work.turns.spare(now))
        probes = bool(per_minute[1]) and now >= self.work.turns.probe_at
        probes = probes and not remote.free_in(markdown=True)
        if objects:
            self.work.turns.has_read(now, per_minute[0], probe=False)
        elif probes:
            self.work.turns.has_read(now, per_minute[1], probe=True)
        return reads.next(objects=objects, probes=probes)

    def _settle(self, reads: Reads, there: Note) -> None:
        """Bring in a note that has changed in the space, unless its file is being written."""
        note, now = there.id, self.work.clock.monotonic()
        known = self.work.bench.memory.notes.path_of(note)
        if known and known in self.work.quiet:
            reads.suspect(note)
            reads.passed_over(note)
            return
        mark = digest(there) if known else None
        if self.work.failing.rests(note, mark, now) and self.work.job is None:
            reads.checked(note, changed=False)
            return
        options = Options(notes=(note,), busy=self.work.busy(), glance=True)
        try:
            report = self.work.sync(replace(options, deleted=frozenset()), there)
        except SafetyStop:
            self.work.failing.failed(note, mark, now)
            raise
        if any(each.note == note for each in report.troubles):
            self.work.failing.failed(note, mark, now)
            self.give_up(reads, note)
        else:
            self.work.failing.went_well(note)

    def give_up(self, reads: Reads, note: str) -> None:
        """Read an object that cannot have a file no more, until a later list names it again."""
        if self.work.bench.standing and self.work.bench.standing.unfiled.pop(NoteId(note), None):
            reads.gone(note)

    def _unread(self, reads: Reads, choice: Choice, problem: NoteError | ServerFault) -> None:
        """Go on after a note that cannot be read; one that seems gone is for the lists to say.

        Raises:
            ServerFault: It is the service that is out of order.
        """
        if isinstance(problem, Stale):
            self.work.turns.list_again(self.work.clock.monotonic(), 0.0)
        elif isinstance(problem, ServerFault):
            self.faults += 1
            if self.faults >= FAULTS:
                raise problem
        if choice.note in (self.work.bench.standing.unfiled if self.work.bench.standing else ()):
            self.work.failing.failed(choice.note, None, self.work.clock.monotonic())
            self.give_up(reads, choice.note)
        else:
            reads.checked(choice.note, changed=False)

    def today(self) -> NoteId | None:
        """Find the daily note of today, which is the one most likely being written."""
        run: Run | None = self.work.desk.engine.last
        if run is None:
            return None
        day = f"{datetime.fromtimestamp(self.work.bench.clock.now(), UTC).astimezone():%Y-%m-%d}"
        notes = (each for each in run.index.entries.values() if each.structure == DAILY_NOTE)
        return next((each.id for each in notes if each.title.startswith(day)), None)
