"""One sync from start to end: observe, guard, then settle one note after the other.

First what would be lost is counted and, if it looks like an accident, the run
stops before anything is touched. Then come new files, so that links to them find
their targets, then the notes that were edited in the vault, then everything else. Each note is
remembered as soon as it is settled; a note that cannot be settled is set aside
with its reason and the rest goes on.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from functools import partial

from capsync.clock import Clock
from capsync.errors import NoteError, SafetyStop, ServerFault, Stale
from capsync.model.builtin import with_built_in
from capsync.model.note import StructureId
from capsync.model.token import NoteId
from capsync.plan.safety import Removals, check_removals
from capsync.state.ledger import SetAside
from capsync.state.notes import Known
from capsync.state.store import Store
from capsync.sync.choose import Choice, choose
from capsync.sync.create import (
    adopt_file,
    in_order,
    is_synced,
    make_file,
    make_object,
    make_tags,
    title_of,
)
from capsync.sync.index import Entry, Index
from capsync.sync.intentions import drop_intentions
from capsync.sync.known import Sides, is_settled, look, settle
from capsync.sync.observe import Local, observe
from capsync.sync.remove import confirmed, missing, trash_file, trash_object
from capsync.sync.report import Options, Report
from capsync.sync.run import CONVERTER_PROBLEMS, Run, explained
from capsync.sync.sides import Listing, NoProgress, Progress, Remote
from capsync.sync.space import SpaceSide
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
    ) -> None:
        """
        Args:
            space: The id of the space the vault belongs to; another one behind the token stops.
        """
        self.vault, self.remote, self.memory = vault, remote, memory
        self.clock, self.space = clock, space
        self.progress = progress or NoProgress()
        self.report = Report()
        """The report of the run that goes on, or of the last one; also if it was stopped."""

    def run(self, options: Options) -> Report:
        """Bring the two sides into agreement, as far as possible.

        Raises:
            SafetyStop: The plan looks like an accident.
            RunError: A person must act; notes already done stay done.
            RetryError: The service cannot be reached; likewise.
        """
        self.report = Report(dry_run=options.dry_run)
        begun, before = self.clock.monotonic(), self.remote.requests
        try:
            self._run(options, self.report)
        finally:
            self.report.requests = self.remote.requests - before
            self.report.seconds = self.clock.monotonic() - begun
        return self.report

    def _run(self, options: Options, report: Report) -> None:
        there = self.remote.space()
        if there.id != self.space:
            raise SafetyStop(
                f"the token is for another space, “{there.title}”; nothing was touched. Use a "
                "token of the vault's own space, or connect another folder with capsync init"
            )
        seen = observe(self.vault, self.memory)
        structures = with_built_in(self.remote.structures())
        index = Index(self.memory.names.ids_of)
        run = Run(
            self.vault, self.remote, self.memory, self.clock, self.progress, options,
            structures, index, seen, report, SpaceSide(self.remote, index),
        )  # fmt: skip
        try:
            _Sync(run).go()
        finally:
            run.write_down_confirmed()


class _Sync:
    """The stages of one run."""

    def __init__(self, run: Run) -> None:
        self.run = run
        self.faults = 0
        self.known: dict[NoteId, Known] = {}
        self.put_off: list[Sides] = []
        """Notes that would lose most of their text, settled last and only if the guard agrees."""
        self.again: list[tuple[NoteId, Local]] = []

    def go(self) -> None:
        run = self.run
        known = run.memory.notes.all()
        self.known = {NoteId(each.id): each for each in known}
        for each in known:
            entry = Entry(NoteId(each.id), each.title, StructureId(each.structure), each.path)
            run.index.add(entry)
        listing = self.list_space()
        for row in listing.rows if listing else ():
            run.index.add(Entry(row.id, row.title, row.structure))
        for note, local in run.seen.files.items():
            self._name_file(note, local)
        todo = choose(run, known, listing)
        suspects = missing(listing, todo.both) if listing and run.options.pull else []
        gone = confirmed(run, suspects, self.relist) if suspects else []
        self.guard(todo.gone, gone, len(known))
        self.make_objects(todo.new)
        self.settle_all(todo, {each.id for each in gone})
        self.make_files(todo)
        self.settle_put_off(len(known))
        self.remove(todo.gone, gone)
        self.finish()

    def list_space(self) -> Listing | None:
        """List the space, unless only the vault's changes or some notes are asked for."""
        options = self.run.options
        if not options.pull or options.notes:
            return None
        listing = self.relist()
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

    def guard(self, gone_here: Sequence[Known], gone_there: Sequence[Known], known: int) -> None:
        """Stop before anything is touched if too much would be deleted."""
        options = self.run.options
        check_removals(
            vault=Removals(deleted=len(gone_there)),
            space=Removals(deleted=len(gone_here) if options.push else 0),
            known=known,
            allow=options.allow_deletes or options.dry_run,
        )

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
            if structure is not None:
                make_tags(run, local.document, structure)
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
        """Make objects of new files, link targets first; then look again at circles."""
        run = self.run
        if not run.options.push:
            return
        files = in_order(new)
        run.progress.stage("creating", len(files))
        waiting = Counter(title_of(local).casefold() for local in files)
        for local in files:
            waiting[title_of(local).casefold()] -= 1
            self.each(local.path, None, partial(self._make_object, local, waiting))
        for note, local in self.again:
            self.each(local.path, note, partial(self._settle_again, note, local))

    def _make_object(self, local: Local, waiting: Mapping[str, int]) -> None:
        made = len(self.run.created)
        if make_object(self.run, local, waiting):
            self.again.append((self.run.created[made], local))

    def _settle_again(self, note: NoteId, local: Local) -> None:
        text = self.run.vault.read(local.path)
        record = self.run.memory.notes.get(note)
        if record is not None and record.text == text.text:
            now = Local(local.path, text.stamp)
            settle(self.run, look(self.run, note, now, again=True))

    def make_files(self, todo: Choice) -> None:
        """Make files for objects that have none."""
        self.run.progress.stage("reading", len(todo.unfiled))
        for row in todo.unfiled:
            if not self._is_filed(row.id):
                self.each(row.title or row.id, row.id, partial(make_file, self.run, row))

    def _is_filed(self, note: NoteId) -> bool:
        entry = self.run.index.entries.get(note)
        return entry is not None and bool(entry.path)

    def settle_put_off(self, known: int) -> None:
        """Settle what would lose most of its text, if that is little enough or allowed."""
        options = self.run.options
        check_removals(
            vault=Removals(gutted=sum(each.guts_vault for each in self.put_off)),
            space=Removals(gutted=sum(each.guts_space for each in self.put_off)),
            known=known,
            allow=options.allow_deletes or options.dry_run,
        )
        for sides in self.put_off:
            self.each(sides.local.path, sides.record.id, partial(settle, self.run, sides))

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
