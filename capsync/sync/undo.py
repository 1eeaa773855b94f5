"""Taking back the last run that changed something, on both sides.

Every note the run touched goes back to what each side held before it, but only
where it still is what the run made of it; what a person has changed since is left
alone and named. What is there now is kept in the history first. A note that the
next sync would only change again is held until someone goes on with it.

Each note is done and then marked, so an undo that was cut off is finished by the next.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field

from capsync.errors import NoteError
from capsync.model.note import StructureId
from capsync.model.token import NoteId
from capsync.plan.safety import Removals, check_removals
from capsync.state.deeds import LEFT, THERE, Deed
from capsync.sync.begin import Bench, begun, know_titles
from capsync.sync.index import Entry
from capsync.sync.report import Options, Report
from capsync.sync.run import Run
from capsync.sync.setback import Setback, planned, set_back
from capsync.sync.undone import remember_undone


@dataclass(slots=True)
class Undone:
    """What an undo took back."""

    report: Report = field(default_factory=Report)
    run: int | None = None
    """The run that was taken back; None where there was none."""
    at: float = 0.0
    """When that was, in seconds since the Unix epoch."""
    notes: int = 0
    """Notes that were set back, or would be."""

    def as_json(self) -> dict[str, object]:
        """Give the outcome as `capsync undo --json` prints it."""
        report = self.report
        return {
            "run": self.run,
            "notes": self.notes,
            "errors": [{"path": each.path, "message": each.message} for each in report.troubles],
            "steps": report.steps,
            "requests": report.requests,
            "seconds": round(report.seconds, 3),
            "dry_run": report.dry_run,
        }


def undo(bench: Bench, options: Options) -> Undone:
    """Take back the last run that changed something and was not taken back.

    Raises:
        SafetyStop: It would take many notes from one side; nothing was touched.
        RunError: A person must act; notes already set back stay so.
        RetryError: The service cannot be reached; likewise.
    """
    done = Undone(Report(dry_run=options.dry_run))
    last = bench.memory.deeds.last()
    if last is None:
        return done
    with begun(bench, options, done.report, "undo") as run:
        deeds = bench.memory.deeds.of_run(last)
        done.run, done.at = last, deeds[-1].at
        know_titles(run)
        _know_the_gone(run, deeds)
        _take_back(run, deeds, done)
    return done


def _know_the_gone(run: Run, deeds: Iterable[Deed]) -> None:
    """Learn what notes were called that the run has trashed; links to them are as they were."""
    for deed in deeds:
        note = NoteId(deed.note)
        if deed.record is not None and note not in run.index.entries:
            structure = StructureId(deed.record.structure)
            run.index.add(Entry(note, deed.record.title, structure))


def _take_back(run: Run, deeds: Sequence[Deed], done: Undone) -> None:
    run.progress.stage("comparing", len(deeds))
    plans: list[Setback] = []
    left: list[Deed] = []
    for deed in deeds:
        try:
            plan = planned(run, deed)
        except NoteError as exc:
            _leave(run, deed, exc, left)
        else:
            if deed.ended or plan.vault or plan.space:
                plans.append(plan)
            else:  # it was begun and nothing came of it
                left.append(deed)
        run.progress.advance()
    _guard(run, plans)
    run.progress.stage("undoing", len(plans))
    for plan in plans:
        run.step("undo", plan.where, "; ".join(plan.steps) or "is so already")
        try:
            if run.acts:
                remember_undone(run, plan, set_back(run, plan))
        except NoteError as exc:
            run.report.steps.pop()
            _leave(run, plan.deed, exc, left)
        else:
            done.notes += 1
        run.progress.advance()
    for deed in left if run.acts else ():
        run.memory.deeds.mark(deed.number, LEFT)


def _leave(run: Run, deed: Deed, problem: NoteError, left: list[Deed]) -> None:
    """Leave a note as it is and say why."""
    run.trouble(deed.where, f"{problem.message}; it was left alone", deed.note)
    left.append(deed)


def _guard(run: Run, plans: Iterable[Setback]) -> None:
    """Stop before anything is touched if too much would be removed."""
    files = sum(bool(plan.vault and not plan.deed.path) for plan in plans)
    objects = sum(plan.space and plan.deed.state != THERE for plan in plans)
    check_removals(
        vault=Removals(deleted=files),
        space=Removals(deleted=objects),
        known=len(run.memory.notes.all()),
        allow=run.options.allow_deletes or run.options.dry_run,
    )
