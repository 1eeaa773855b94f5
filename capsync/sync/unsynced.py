"""Notes that are known but not synced: left alone on both sides, and remembered for `status`.

Taking a type, a collection or a tag out of the configuration deletes nothing and sends
nothing. What is remembered of such notes stays, so that they go on from there when they
are synced again. Only a file that is deleted meanwhile is forgotten: its note stays
in the space, and comes back as a file.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping
from dataclasses import replace

from capsync.errors import NoteError, ServerFault
from capsync.model.note import TAGS, Note, StructureId
from capsync.model.property import EntityValue
from capsync.model.token import NoteId
from capsync.state.notes import Known
from capsync.sync.apart import remember_unsynced
from capsync.sync.choose import Choice
from capsync.sync.kinds import tags_in
from capsync.sync.run import Run


def leave_unsynced(run: Run, todo: Choice, known: Iterable[Known]) -> Choice:
    """Take the notes out of a choice that are not to be synced, and remember them.

    A note that was named by a person is set aside with the reason.
    """
    look = _Look(run, {NoteId(each.id): each for each in known})
    chosen = replace(
        todo,
        both=tuple(each for each in todo.both if not look.reason(NoteId(each.id))),
        settled=tuple(note for note in todo.settled if not look.reason(note)),
        adopted=tuple(note for note in todo.adopted if not look.reason(note)),
        unfiled=tuple(
            row for row in todo.unfiled
            if not run.scope.why_not(row.id, row.structure, known=False)
        ),
        gone=tuple(each for each in todo.gone if not look.reason(NoteId(each.id))),
    )  # fmt: skip
    reasons = {note: reason for note, reason in look.reasons.items() if reason}
    run.held |= reasons.keys()
    for note in (*todo.settled, *todo.adopted) if run.options.notes else ():
        if note in reasons:
            run.trouble(run.where(note), f"it is not synced: {reasons[note]}", note)
    if run.acts and not run.options.in_part:
        deleted = [each for each in todo.gone if NoteId(each.id) in reasons]
        _remember(run, look, {each.id for each in deleted})
        for each in deleted:
            _forget(run, each, reasons[NoteId(each.id)])
    return chosen


class _Look:
    """Which of the notes that have a file, or had one, are synced."""

    def __init__(self, run: Run, known: Mapping[NoteId, Known]) -> None:
        self.run, self.known = run, known
        self.reasons: dict[NoteId, str] = {}
        """Why not, for each note that was looked at; empty where it is synced."""

    def reason(self, note: NoteId) -> str:
        """Say why a note is not synced; empty if it is."""
        if note not in self.reasons:
            is_known = note in self.known
            self.reasons[note] = self._of_known(note) if is_known else self._of_stranger(note)
        return self.reasons[note]

    def _of_known(self, note: NoteId) -> str:
        scope, structure = self.run.scope, StructureId(self.known[note].structure)
        if not scope.by_note:
            return scope.why_not_type(structure)
        tags = self._tags(note, structure)
        reason = scope.why_not(note, structure, known=True, tags=tags)
        if reason and scope.inside and note not in scope.before:
            # what takes it out is taken over first; lists may also be behind
            groups = self._groups(note)
            return scope.why_not(note, structure, known=True, tags=tags, groups=groups)
        return reason

    def _of_stranger(self, note: NoteId) -> str:
        """Judge a file that says which note it is, though nothing is remembered of it."""
        run, entry = self.run, self.run.index.entries.get(note)
        if run.scope.is_everything:
            return ""
        if entry is not None:
            tags = self._tags(note, entry.structure)
            return run.scope.why_not(note, entry.structure, known=False, tags=tags)
        try:
            there = run.space.read(note)
        except (NoteError, ServerFault):
            return ""
        return run.scope.why_not(note, there.structure, known=False, groups=_groups_of(there))

    def _tags(self, note: NoteId, structure: StructureId) -> frozenset[str]:
        local, kind = self.run.seen.files.get(note), self.run.structures.get(structure)
        if local is None or local.document is None or kind is None:
            return frozenset()
        return tags_in(local.document, kind)

    def _groups(self, note: NoteId) -> frozenset[str]:
        """Give the collections and tags a note had when both sides last agreed."""
        record = self.run.memory.notes.get(note)
        return frozenset() if record is None else _groups_of(self.run.base_of(record))


def _groups_of(note: Note) -> frozenset[str]:
    tags = note.properties.get(TAGS)
    return frozenset(note.collections) | frozenset(
        tags.targets if isinstance(tags, EntityValue) else ()
    )


def _remember(run: Run, look: _Look, deleted: Collection[str]) -> None:
    """Write down what is not synced; tell of notes for which that is new."""
    before = run.scope.before
    left = {note: why for note, why in before.items() if note in look.known}
    left |= {str(note): why for note, why in look.reasons.items()}
    left = {note: why for note, why in left.items() if why and note not in deleted}
    if left != before:
        remember_unsynced(run.memory, left)
    for note in left.keys() - before.keys():
        run.reads.gone(note)
    fresh = sorted(run.where(NoteId(note)) for note in left.keys() - before.keys())
    if fresh:
        names = ", ".join(fresh[:3]) + (f" and {len(fresh) - 3} more" if len(fresh) > 3 else "")
        run.report.remarks.append(f"not synced any more: {names}; see capsync status")


def _forget(run: Run, known: Known, reason: str) -> None:
    """Forget a note whose file was deleted; nothing happens to it in the space."""
    run.memory.notes.forget(known.id)
    run.report.remarks.append(
        f"{known.path}: the file was deleted, and the note stays in the space, since {reason}"
    )
