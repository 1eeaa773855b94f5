"""One sync from start to end: observe, guard, then settle one note after the other.

First what would be lost is counted and, if it looks like an accident, the run
stops before anything is touched. Then come new files, so that links to them find
their targets, then the notes that were edited in the vault, then everything else. Each note is
remembered as soon as it is settled; a note that cannot be settled is set aside
with its reason and the rest goes on.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from functools import partial

from capsync.clock import Clock
from capsync.errors import NoteError, ServerFault, Stale
from capsync.markdown.document import read_document
from capsync.model.token import NoteId
from capsync.state.ledger import SetAside
from capsync.state.notes import Known
from capsync.state.store import Store
from capsync.sync.adopt import adopt_file, make_file, make_tags
from capsync.sync.awaited import come_true, link_up
from capsync.sync.begin import Bench, begun
from capsync.sync.choose import Choice, choose
from capsync.sync.create import in_order, make_object
from capsync.sync.guard import check_losses
from capsync.sync.held import leave_held, release_named
from capsync.sync.index import Entry
from capsync.sync.intentions import drop_intentions, is_awaited
from capsync.sync.kinds import is_synced
from capsync.sync.look import Sides, is_settled, look
from capsync.sync.observe import Local
from capsync.sync.remove import confirmed, missing, trash_file, trash_object
from capsync.sync.report import Options, Report
from capsync.sync.retention import Keep
from capsync.sync.run import CONVERTER_PROBLEMS, Run, explained
from capsync.sync.settle import settle
from capsync.sync.sides import Listing, NoProgress, Progress, Remote
from capsync.vault.files import Folder

FAULTS = 3
"""Failures of the service in a row after which a run gives up."""


class Engine:
    """Syncs one vault with one space."""

    def __init__(
        self,
        vault: Folder,
        remote: Remote,
        memory: Store,
        *,
        clock: Clock,
        space: str,
        progress: Progress | None = None,
        keep: Keep | None = None,
    ) -> None:
        """
        Args:
            space: The id of the space the vault belongs to; another one behind the token stops.
            keep: How much of the past is kept; None for the usual.
        """
        self.vault, self.remote, self.memory = vault, remote, memory
        self.clock, self.space = clock, space
        self.progress, self.keep = progress or NoProgress(), keep or Keep()
        self.report = Report()
        """The report of the run that goes on, or of the last one; also if it was stopped."""

    @property
    def bench(self) -> Bench:
        """What runs work with, for other commands than sync."""
        return Bench(
            self.vault, self.remote, self.memory, self.clock, self.space, self.progress, self.keep
        )

    def run(self, options: Options) -> Report:
        """Bring the two sides into agreement, as far as possible.

        Raises:
            SafetyStop: The plan looks like an accident.
            RunError: A person must act; notes already done stay done.
            RetryError: The service cannot be reached; likewise.
        """
        self.report = Report(dry_run=options.dry_run)
        with begun(self.bench, options, self.report, "sync") as run:
            _Sync(run).go()
        return self.report


class _Sync:
    """The stages of one run."""

    def __init__(self, run: Run) -> None:
        self.run = run
        self.faults = 0
        self.known: dict[NoteId, Known] = {}
        self.put_off: list[Sides] = []
        """Notes that would lose most of their text, settled last and only if the guard agrees."""

    def go(self) -> None:
        run = self.run
        known = run.memory.notes.all()
        self.known = {NoteId(each.id): each for each in known}
        listing = self.list_space()
        for row in listing.rows if listing else ():
            run.index.add(Entry(row.id, row.title, row.structure))
        for note, local in run.seen.files.items():
            self._name_file(note, local)
        released = release_named(run)
        todo = leave_held(run, choose(run, known, listing, released))
        suspects = missing(listing, todo.both) if listing and run.options.pull else []
        gone = confirmed(run, suspects, self.relist) if suspects else []
        check_losses(run, len(known), todo.gone, gone)
        self.make_objects(todo.new)
        self.settle_all(todo, {each.id for each in gone})
        self.make_files(todo)
        self.link_up(todo)
        if self.put_off:
            check_losses(run, len(known), todo.gone, gone, self.put_off)
            self.settle_put_off()
        self.remove(todo.gone, gone)
        self.finish()

    def list_space(self) -> Listing | None:
        """List the space, unless only the vault's changes or some notes are asked for."""
        options = self.run.options
        if not options.pull or options.notes:
            return None
        listing = self.relist()
        self.run.knows_tags = True
        self.run.report.remarks += listing.notes
        return listing

    def relist(self) -> Listing:
        """List what is synced."""
        return self.run.remote.listing([each for each in self.run.structures if is_synced(each)])

    def _name_file(self, note: NoteId, local: Local) -> None:
        """Let links find a note by the name its file has now."""
        entry = self.run.index.entries.get(note)
        if entry is not None:
            self.run.index.add(Entry(note, entry.title, entry.structure, local.path))

    def each(self, path: str, note: str | None, act: Callable[[], None]) -> None:
        """Do one note; what is wrong with it sets it aside and nothing else."""
        try:
            act()
        except (NoteError, *CONVERTER_PROBLEMS) as exc:
            problem = explained(exc, path)
            self.run.trouble(path, problem.message, note)
            self.faults = 0
        except ServerFault as exc:
            self.faults += 1
            if self.faults >= FAULTS:
                raise
            self.run.trouble(path, f"{exc}; it will be tried again at the next sync", note)
        else:
            self.faults = 0
        self.run.progress.advance()

    def settle_all(self, todo: Choice, gone: set[str]) -> None:
        """Settle what both sides have: first what was edited in the vault."""
        run = self.run
        present = [note for note in todo.settled if note not in gone]
        present.sort(key=lambda note: run.seen.files[note].document is None)
        run.progress.stage("comparing", len(present))
        run.report.unchecked = len(present)
        for note in present:
            local = run.seen.files[note]
            self.each(local.path, note, partial(self.settle_one, note, local))
            run.report.unchecked -= 1
        run.progress.stage("adopting", len(todo.adopted))
        for note in todo.adopted:
            local = run.seen.files[note]
            self.each(local.path, note, partial(adopt_file, run, note, local))

    def settle_one(self, note: NoteId, local: Local) -> None:
        """Settle one note, or put it off if it would lose most of its text."""
        run = self.run
        if local.document is not None:
            entry = run.index.entries[note]
            structure = run.structures.get(entry.structure)
            record = run.memory.notes.get(note)
            if structure is not None and record is not None:
                make_tags(run, local.document, structure, read_document(record.text))
        try:
            if is_settled(run, self.known[note], local):
                return
            sides = look(run, note, local)
        except Stale as exc:
            raise Stale(
                "the space has no such note at the moment, or it is in the trash; it will be "
                "looked for again at the next sync",
                note=local.path,
            ) from exc
        if sides.guts_vault or sides.guts_space:
            self.put_off.append(sides)
        else:
            settle(run, sides)

    def make_objects(self, new: Sequence[Local]) -> None:
        """Make objects of new files, link targets first."""
        run = self.run
        if not run.options.push:
            return
        files = in_order(new)
        run.progress.stage("creating", len(files))
        for local in files:
            self.each(local.path, None, partial(make_object, run, local))

    def make_files(self, todo: Choice) -> None:
        """Make files for objects that have none."""
        self.run.progress.stage("reading", len(todo.unfiled))
        for row in todo.unfiled:
            if not self._is_filed(row.id) and not is_awaited(self.run, row):
                self.each(row.title or row.id, row.id, partial(make_file, self.run, row))

    def link_up(self, todo: Choice) -> None:
        """Turn text into links whose targets have come, perhaps just now."""
        run = self.run
        if not (run.acts and run.options.push):
            return
        chosen = {*todo.settled, *run.created}
        for note, names in come_true(run).items():
            if note not in run.held and (not run.options.notes or note in chosen):
                self.each(run.where(note), note, partial(link_up, run, note, names))

    def _is_filed(self, note: NoteId) -> bool:
        entry = self.run.index.entries.get(note)
        return entry is not None and bool(entry.path)

    def settle_put_off(self) -> None:
        """Settle what would lose most of its text; much has happened since it was looked at."""
        for sides in self.put_off:
            act = partial(self._settle_now, NoteId(sides.record.id), sides.local)
            self.each(sides.local.path, sides.record.id, act)

    def _settle_now(self, note: NoteId, local: Local) -> None:
        settle(self.run, look(self.run, note, local))

    def remove(self, gone_here: Sequence[Known], gone_there: Sequence[Known]) -> None:
        """Carry deletions over, to the trash of the other side."""
        run = self.run
        if run.options.push:
            for known in gone_here:
                self.each(known.path, known.id, partial(trash_object, run, known))
        for known in gone_there:
            local = run.seen.files[NoteId(known.id)]
            self.each(local.path, known.id, partial(trash_file, run, known, local))

    def finish(self) -> None:
        """Add what is known from before, and remember what was set aside."""
        run = self.run
        run.report.troubles[:0] = run.seen.troubles
        run.report.conflicts = sum(each.conflicts > 0 for each in run.memory.notes.all())
        if run.acts and not run.options.notes:
            drop_intentions(run)
            now = run.clock.now()
            run.memory.set_aside.replace_all(
                SetAside(path=each.path, note=each.note, message=each.message, since=now)
                for each in run.report.troubles
            )
