"""What the daemon does at an open vault: push, list, read, and write down what was learned."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace

from capsync.clock import Clock
from capsync.daemon.desk import Desk, Outside
from capsync.daemon.failing import Failing
from capsync.daemon.job import Job
from capsync.daemon.reading import Reading
from capsync.daemon.survey import Survey
from capsync.daemon.turns import CHORES, Turns
from capsync.errors import ConfigError
from capsync.model.note import Note
from capsync.model.token import NoteId
from capsync.plan.picks import Supply
from capsync.plan.quiet import Due, Quiet
from capsync.sync.echo import is_echo
from capsync.sync.observe import Observed
from capsync.sync.reads import Reads
from capsync.sync.recorded import sync_and_record
from capsync.sync.report import Options, Report

BACK_SOON = 10.0
"""Seconds a file may be gone before it counts as deleted: some editors take that long to save."""
FEW = 100
"""Files that are looked at one by one before the whole vault is."""
FAULTS = 3
"""Notes in a row that the service fails to give, after which it counts as out of order."""


class Work:
    """Each method is one piece of work and raises what `Engine.run` does."""

    def __init__(  # noqa: PLR0917  (there is one caller)
        self,
        desk: Desk,
        turns: Turns,
        quiet: Quiet,
        clock: Clock,
        out: Outside,
        failing: Failing | None = None,
    ) -> None:
        """
        Args:
            failing: What failed when the vault was last open.
        """
        self.desk, self.turns, self.quiet, self.clock, self.out = desk, turns, quiet, clock, out
        self.bench = desk.engine.bench
        self.job: Job | None = None
        """A whole sync that somebody asked for and waits for."""
        self.survey: Survey | None = None
        """A list of the space that goes on."""
        self.vanished: dict[str, float] = {}
        """Files that were gone when we looked, and when first; an editor may put them back."""
        self.gone: frozenset[str] = frozenset()
        """Files that were gone when the vault was last walked over."""
        self.failing = failing or Failing()
        self.reading = Reading(self)
        self.is_patient = False
        """Whether what goes on can be put off for an edit, and taken up again."""

    def push(self, due: Due) -> None:
        """Bring what was edited here to the space.

        Raises:
            Yielding: There is much of it; what is left is found again by a walk.
        """
        if due.everything or len(due.paths) > FEW:
            self.push_all()
            return
        now = self.clock.monotonic()
        edited = [path for path in due.paths if not self._is_echo(path)]
        if edited:
            self.turns.edited_at = now
        there = tuple(path for path in edited if self.bench.vault.is_there(path))
        self._miss(path for path in edited if path not in there)
        if not there:
            return
        try:
            if all(self.bench.memory.notes.by_path(path) for path in there):
                options = Options(notes=there, busy=self.busy(there), glance=True)
                self._learn_failures(self._sync_patiently(replace(options, deleted=frozenset())))
                return
        except ConfigError:
            pass  # moved or deleted while we looked
        options = Options(edited_only=True, busy=self.busy(there), deleted=frozenset())
        self._learn_failures(self._sync_patiently(options))

    def push_all(self) -> None:
        """Bring everything that was edited here to the space.

        Raises:
            Yielding: After an import that takes long; what is left is found again.
        """
        now, job = self.clock.monotonic(), self.job
        options = Options(edited_only=True, busy=self.busy() | self._resting(now))
        if job is None or not job.is_listed:
            aged = (path for path, at in self.vanished.items() if now - at >= BACK_SOON)
            options = replace(options, deleted=frozenset(aged))
        else:  # somebody waits for all that is so now
            options = replace(options, busy=frozenset(), allow_deletes=job.allow_deletes)
        self._learn_failures(self._sync_patiently(options))
        if job is not None and job.is_listed:
            job.is_pushed = True
        self.vanished = {path: at for path, at in self.vanished.items() if path in self.gone}
        self.turns.walked(self.clock.monotonic(), blind=bool(self.out.watching.trouble))
        self._miss(self.gone)

    def _sync_patiently(self, options: Options) -> Report:
        self.is_patient = True
        try:
            return self.sync(options)
        finally:
            self.is_patient = False

    def _miss(self, paths: Iterable[str]) -> None:
        """Look again soon for files that are gone, before they count as deleted."""
        now = self.clock.monotonic()
        for path in paths:
            since = self.vanished.setdefault(path, now)
            self.turns.walk_at = min(self.turns.walk_at, max(since, now - 1.0) + BACK_SOON)

    @property
    def is_first(self) -> bool:
        """Whether nothing is known yet, so that the space has to be listed before all else."""
        return self.desk.engine.last is None and not self.bench.memory.notes.any()

    def begin_job(self, job: Job) -> None:
        """Begin a whole sync, with a new list."""
        self.job, self.survey = job, None
        self.turns.list_at = self.clock.monotonic()

    def list_on(self) -> None:
        """List the space a step further; at the end, see what is new, renamed and gone there.

        What is to be read of it is for `read`.
        """
        now, remote = self.clock.monotonic(), self.bench.remote
        if self.survey is None:
            self.survey = Survey(self.bench)
        elif (wait := remote.free_to_list_in()) > 0.0:
            self.turns.list_at = now + wait
            return
        survey, self.survey = self.survey, None  # for good, should it fail
        if not survey.step():
            self.survey = survey
            self.turns.list_at = now + remote.free_to_list_in()
            return
        self._listed(survey)

    def _listed(self, survey: Survey) -> None:
        """Compare a list with what is known."""
        job = self.job
        options = Options(push=False, reading=0.0, busy=self.busy(), deleted=frozenset())
        self.sync(replace(options, allow_deletes=bool(job and job.allow_deletes)))
        now, per_minute = self.clock.monotonic(), self.bench.remote.reads_a_minute()
        self.turns.listed(now, survey.requests, per_minute[0])
        run, reads = self.desk.engine.last, self.reads
        if run is not None and run.has_doubts:
            self.turns.list_again(now, 0.0)
        if reads is not None:
            reads.supply(Supply(*per_minute))
            reads.today(self.reading.today())
            for note in tuple(run.unfiled if run else ()):
                if self.failing.rests(note, None, now):
                    self.reading.give_up(reads, note)
        if job is not None and not job.is_listed:
            job.is_listed = True
            self.turns.walk_at = now
            self._plan(job)

    def _plan(self, job: Job) -> None:
        """Have a job read every note, those without a file first."""
        if self.reads is not None and self.bench.standing:
            new = list(self.bench.standing.unfiled)
            known = [NoteId(each.id) for each in self.bench.memory.notes.all()]
            job.read([*new, *self.reads.ranked(known)])

    def sync(self, options: Options, *ahead: Note) -> Report:
        """Run the engine, and tell whoever is concerned."""
        memory = self.bench.memory
        report = sync_and_record(self.desk.engine, memory, self.bench.clock, options, *ahead)
        if self.job:
            self.job.report.add(report)
        self._let_go()
        self.alert()
        return report

    def _let_go(self) -> None:
        """Hold no longer what only the run itself needed: of a large vault it is much."""
        if (run := self.desk.engine.last) is not None:
            self.gone = frozenset(each.path for each in run.seen.gone)
            run.seen, run.listed = Observed(), None
            if not run.options.notes:
                self.out.tidy()

    def alert(self) -> None:
        """Tell of conflicts and of what is set aside; whoever is told decides what is new."""
        memory = self.bench.memory
        aside = [each.path for each in memory.set_aside.list()]
        self.out.alert(memory.notes.paths_in_conflict(), aside)

    def chores(self) -> None:
        """Write down what was learned, and see that the vault is still watched."""
        self.turns.chores_at = self.clock.monotonic() + CHORES
        if self.desk.engine.last is not None:
            self.desk.engine.last.write_down_confirmed()
        if self.reads is not None:
            self.reads.save()
        self.desk.keep_budget()
        self.alert()
        self.out.watching.check()

    def busy(self, but: tuple[str, ...] = ()) -> frozenset[str]:
        """Give the files that somebody is writing just now, *but* some that are due."""
        return frozenset(each.path for each in self.quiet.waiting).difference(but)

    def _resting(self, now: float) -> frozenset[str]:
        """Give the files that failed and were not touched since."""
        paths = (path for path in self.failing if self.failing.rests(path, self._mark(path), now))
        return frozenset(paths)

    def _mark(self, path: str) -> object:
        return self.bench.vault.stamp(path)

    def _learn_failures(self, report: Report) -> None:
        """Have files that could not be pushed rest, unless somebody changes them."""
        now = self.clock.monotonic()
        for each in report.troubles:
            self.failing.failed(each.path, self._mark(each.path), now)

    @property
    def reads(self) -> Reads | None:
        """The schedule, once a run has made it."""
        return self.bench.standing.reads if self.bench.standing else None

    def _is_echo(self, path: str) -> bool:
        return is_echo(self.bench.vault, self.bench.memory, path)
