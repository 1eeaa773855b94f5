"""What a sync does, in order: observe, guard, then settle one note after the other.

First what would be lost is counted and, if it looks like an accident, the run
stops before anything is touched. Then come new files, so that links to them find
their targets, then the notes that were edited in the vault, then what is new in the space, then
everything else, read in the order of `capsync.plan.schedule`. Each note is
remembered as soon as it is settled; a note that cannot be settled is set aside
with its reason and the rest goes on.
"""

from __future__ import annotations

from collections import deque
from collections.abc import Callable, Sequence
from functools import partial

from capsync.errors import NoteError, ServerFault, Stale
from capsync.markdown.document import read_document
from capsync.model.note import Row
from capsync.model.token import NoteId
from capsync.plan.reconcile import Verdict
from capsync.state.notes import Known
from capsync.sync.adopt import adopt_file, make_file, make_tags
from capsync.sync.awaited import come_true, link_up
from capsync.sync.choose import Choice, choose
from capsync.sync.create import make_object
from capsync.sync.guard import check_losses
from capsync.sync.held import leave_held, release_named
from capsync.sync.index import Entry
from capsync.sync.intentions import drop_intentions, is_awaited
from capsync.sync.listed import compare, learn_oddities, listed_oddly
from capsync.sync.look import Sides, is_settled, look
from capsync.sync.making import in_order
from capsync.sync.observe import Local
from capsync.sync.remove import confirmed, suspected, trash_file, trash_object
from capsync.sync.run import CONVERTER_PROBLEMS, Run, explained
from capsync.sync.settle import settle
from capsync.sync.sides import Listing
from capsync.sync.troubles import remember_troubles
from capsync.sync.unsynced import leave_unsynced

FAULTS = 3
"""Failures of the service in a row after which a run gives up."""


class Stages:
    """The stages of one run."""

    def __init__(self, run: Run) -> None:
        self.run = run
        self.faults = 0
        self.known: dict[NoteId, Known] = {}
        self.put_off: list[Sides] = []
        """Notes that would lose most of their text, settled last and only if the guard agrees."""
        reading = run.options.reading
        self.ends = None if reading is None else run.clock.monotonic() + reading

    def go(self) -> None:
        """Do everything, in order."""
        run = self.run
        self.known = dict(run.seen.known)
        known = tuple(self.known.values())
        listing = self.list_space()
        for row in listing.rows if listing else ():
            run.index.add(Entry(row.id, row.title, row.structure))
        for note, local in run.seen.files.items():
            self._name_file(note, local)
        released = release_named(run)
        todo = leave_unsynced(run, choose(run, known, listing, released), known)
        todo = leave_held(run, todo)
        count = sum(note not in run.held for note in self.known)
        suspects = suspected(run, listing, todo.both) if listing and run.options.pull else []
        gone = confirmed(run, suspects, self.relist) if suspects else []
        check_losses(run, count, todo.gone, gone)
        self.make_objects(todo.new)
        edited, others = self.present(todo, {each.id for each in gone})
        if run.options.push or run.options.reading != 0.0:
            self.settle_edited(edited)
        self.adopt(todo.adopted)
        self.make_files(todo)
        self.compare(others, listing)
        self.link_up(todo)
        if self.put_off:
            check_losses(run, count, todo.gone, gone, self.put_off)
            self.settle_put_off()
        self.remove(todo.gone, gone)
        self.finish()

    def list_space(self) -> Listing | None:
        """List the space, unless only the vault's changes or some notes are asked for."""
        options = self.run.options
        if options.in_part or not options.pull:
            return None
        listing = self.run.listed.listing if self.run.listed else self.relist()
        self.run.knows_tags = True
        self.run.unfiled.clear()
        self.run.report.remarks += listing.notes
        return listing

    def relist(self) -> Listing:
        """List what is synced."""
        return self.run.remote.listing(self.run.scope.listed(self.run.structures))

    def _name_file(self, note: NoteId, local: Local) -> None:
        """Let links find a note by the name its file has now."""
        entry = self.run.index.entries.get(note)
        if entry is not None and entry.path != local.path:
            self.run.index.add(Entry(note, entry.title, entry.structure, local.path))

    def each(self, path: str, note: str | None, act: Callable[[], None]) -> None:
        """Do one note; what is wrong with it sets it aside and nothing else."""
        self.run.looked_at |= {path, note or path}
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

    def present(self, todo: Choice, gone: set[str]) -> tuple[list[NoteId], list[NoteId]]:
        """Give the notes that both sides have: those that were edited here, and the others."""
        notes = [note for note in todo.settled if note not in gone]
        edited = [note for note in notes if self._is_edited(note)]
        known = set(edited)
        return edited, [note for note in notes if note not in known]

    def _is_edited(self, note: NoteId) -> bool:
        return self.run.seen.files[note].document is not None

    def settle_edited(self, notes: Sequence[NoteId]) -> None:
        """Settle what was edited in the vault."""
        run = self.run
        run.progress.stage("pushing", len(notes))
        for note in notes:
            run.reads.edited(note)
            path = run.seen.files[note].path
            self.each(path, note, partial(self.settle_one, note, run.seen.files[note]))

    def adopt(self, notes: Sequence[NoteId]) -> None:
        """Join files with objects whose id they have."""
        run = self.run
        run.progress.stage("adopting", len(notes))
        for note in notes:
            local = run.seen.files[note]
            self.each(local.path, note, partial(adopt_file, run, note, local))

    def compare(self, notes: Sequence[NoteId], listing: Listing | None) -> None:
        """Read what nobody edited here, the notes first of which a read is worth most."""
        run = self.run
        run.progress.stage("comparing", len(notes))
        if len(notes) > 1 or not run.options.in_part:
            run.reads.load(each for note, each in self.known.items() if note not in run.held)
            self.hear(listing)
        waiting = deque(notes if self.is_over() else run.reads.ranked(notes))
        try:
            while waiting and not self.is_over():
                local = run.seen.files[waiting[0]]
                self.each(local.path, waiting[0], partial(self.settle_one, waiting[0], local))
                waiting.popleft()
        finally:
            run.report.unchecked = len(waiting)
            run.report.unchecked_since = min(
                (self.known[note].checked_at for note in waiting), default=None
            )
            run.write_down_confirmed()
            if run.acts:
                learn_oddities(run.memory, run.renamed)

    def hear(self, listing: Listing | None) -> None:
        """Have the notes read first that a list shows with another title."""
        run = self.run
        if listing is None:
            return
        if run.acts:
            learn_oddities(run.memory, run.renamed)  # which were read since the last list
        run.renamed[:] = compare(listing, self.known.values(), listed_oddly(run.memory)).renamed
        for each in run.renamed:
            if each.known.id not in run.held:
                run.reads.suspect(each.known.id)

    def is_over(self) -> bool:
        """Say whether there is no time for another read."""
        run = self.run
        return self.ends is not None and run.clock.monotonic() + run.remote.free_in() >= self.ends

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
                run.reads.checked(note, changed=False)
                return
            sides = look(run, note, local)
        except Stale as exc:
            raise Stale(
                "the space has no such note at the moment, or it is in the trash; it will be "
                "looked for again at the next sync",
                note=local.path,
            ) from exc
        run.reads.checked(note, changed=sides.verdict in (Verdict.PULL, Verdict.MERGE))
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
        run = self.run
        rows = [row for row in todo.unfiled if not self._is_filed(row.id)]
        run.progress.stage("reading", len(rows))
        for number, row in enumerate(rows):
            if self.is_over():
                self.leave_unread(rows[number:])
                return
            if not is_awaited(run, row):
                self.each(row.title or row.id, row.id, partial(self._make_file, row))

    def leave_unread(self, rows: Sequence[Row]) -> None:
        """Leave objects without a file to later reads."""
        run = self.run
        run.report.unread = len(rows)
        run.unfiled |= {row.id: row for row in rows}
        for row in rows:
            run.reads.suspect(row.id)

    def _make_file(self, row: Row) -> None:
        make_file(self.run, row)
        self.run.unfiled.pop(row.id, None)
        self.run.reads.filed(row.id, new=bool(self.known))

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
        run.report.conflicts = run.memory.notes.in_conflict()
        if run.acts:
            if not run.options.in_part:
                drop_intentions(run)
            remember_troubles(run)
