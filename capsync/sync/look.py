"""A note that both sides know: what each holds, and what has to happen.

Each side is compared with what it held when the two last agreed.
"""

from __future__ import annotations

from dataclasses import dataclass

from capsync.errors import Unconvertible
from capsync.markdown.document import Document, put_document, read_document
from capsync.model.normal import digest, is_newer
from capsync.model.note import Note, Structure
from capsync.model.token import NoteId
from capsync.plan.reconcile import Agreement, Verdict, reconcile
from capsync.plan.safety import is_gutted
from capsync.state.notes import Known, Record
from capsync.sync.contents import titled_like
from capsync.sync.kinds import named_type
from capsync.sync.meant import Meant
from capsync.sync.observe import Local
from capsync.sync.place import can_rename, title_from
from capsync.sync.resolved import written_note
from capsync.sync.resume import last_read, resumed
from capsync.sync.run import Run
from capsync.vault.names import stem_of


@dataclass(frozen=True, slots=True)
class Sides:
    """What the two sides of a note hold, and what they last agreed on."""

    record: Record
    local: Local
    document: Document
    structure: Structure
    base: Note
    vault: Note
    space: Note
    goal: Note
    """What the file is to say; more than it says where a merge was cut off."""
    verdict: Verdict
    """What has to happen."""

    @property
    def guts_vault(self) -> bool:
        """Whether the file would lose most of its text."""
        return self.verdict in (Verdict.PULL, Verdict.MERGE) and _guts(self.base, self.space)

    @property
    def guts_space(self) -> bool:
        """Whether the object would lose most of its text."""
        return self.verdict in (Verdict.PUSH, Verdict.MERGE) and _guts(self.base, self.vault)


def _guts(old: Note, new: Note) -> bool:
    return any(is_gutted(blocks, new.sections.get(key, ())) for key, blocks in old.sections.items())


def is_settled(run: Run, known: Known, local: Local) -> bool:
    """Say, for the price of one read, whether neither side has changed.

    Raises:
        Stale: The note is gone from the space.
    """
    if local.document is not None or local.path != known.path:
        return False
    note = NoteId(known.id)
    there = run.read_ahead.get(note) or run.with_main(run.space.read(note))
    if digest(there) != known.note_digest:
        run.read_ahead[there.id] = there
        return False
    run.confirmed.append(known.id)
    return True


def look(run: Run, note: NoteId, local: Local, *, again: bool = False) -> Sides:
    """Find out what the two sides of a note hold.

    Args:
        again: Whether to read the file anew though it did not change, because links in it
            may find their targets now.

    Raises:
        Stale: The note is gone from the space.
        FrontMatterProblem: A property in the file is no value of its type.
    """
    record = run.memory.notes.get(note)
    if record is None:
        raise KeyError(note)
    base = run.with_main(run.base_of(record))
    ahead = run.read_ahead.pop(note, None)
    space = run.with_main(run.space.read(note)) if ahead is None else ahead
    structure = run.structure_of(space)
    before = read_document(record.text)
    document = local.document or before
    _check_type(run, document, structure, local.path)
    title = title_from(local.path, record.path, base, structure)
    past = None if document.is_bare and not before.is_bare else before
    if past and document.title is None and past.title is not None and local.path == record.path:
        title = stem_of(local.path)
    vault = base
    cut_off = run.memory.intentions.to_write(note)
    if again or cut_off or document is not before or title != base.title:
        written = written_note(run.memory, record, base, document.text)
        if cut_off is not None and written is base:
            written = last_read(cut_off, base)
        names = Meant(run.index, written)
        vault = put_document(document, written, structure, names, title=title, before=past)
        if not can_rename(structure):
            vault = titled_like(vault, base)  # the service would not take another
    there = digest(space)
    goal = vault
    if cut_off is not None:
        base, vault, goal = resumed(
            cut_off, vault, space, structure,
            lambda note: put_document(  # only bodies count there
                document, note, structure, Meant(run.index, note), title=title, before=document
            ),
        )  # fmt: skip
    elif not is_newer(space, base) and _came_back(run, record, there):
        base = space
    then = there if base is space else digest(base)
    now = then if vault is base else digest(vault)
    verdict = reconcile(Agreement(vault=then, space=then), now, there)
    if goal is not vault and digest(goal) != now:
        verdict = Verdict.MERGE
    return Sides(record, local, document, structure, base, vault, space, goal, verdict)


def _came_back(run: Run, record: Record, there: str) -> bool:
    """Say whether the space holds what it would without our last write to it, or a part of it.

    The service was seen to accept a write and not make it, or not all of it. Until a
    write was read back once, finding the version before it means just that, and not that
    someone has taken our words back; unless the service says that someone was at it since.
    """
    is_back = there in run.doubted(record.id) and there != record.note_digest
    return is_back and run.may_repeat(record.id)


def _check_type(run: Run, document: Document, structure: Structure, path: str) -> None:
    said = named_type(run, document, path)
    if said is not None and said.title.casefold() != structure.title.casefold():
        line = document.fields["type"].line
        raise Unconvertible(
            f"line {line}: “type: {document.type}”, but the note is a {structure.title}, and the "
            "service cannot change that; restore the line, or remove capacities-id to make a "
            "new note",
            note=path,
        )
