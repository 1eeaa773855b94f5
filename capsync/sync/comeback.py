"""What was deleted comes back: an object from the space's trash, a file from ours.

Where the object was destroyed, another one is made of what is known of it; where the
file is not in the trash any more, it is written from the history.
"""

from __future__ import annotations

import json
from dataclasses import dataclass, replace

from capsync.errors import ConfigError, NoteError, Stale, Unconvertible
from capsync.markdown.document import put_document, read_document, with_id
from capsync.markdown.frontmatter import FrontMatterProblem
from capsync.model.codec import decode_note
from capsync.model.note import Note
from capsync.model.token import NoteId
from capsync.state.deeds import ABSENT, TRASHED
from capsync.state.store import Record, Revision, Store
from capsync.sync.adopt import write_file
from capsync.sync.called import is_called
from capsync.sync.contents import called_like
from capsync.sync.cut_off import UNSEEN
from capsync.sync.history import Subject, find_note
from capsync.sync.intentions import begin_intention, close_intentions, made_before
from capsync.sync.observe import Local
from capsync.sync.place import new_place
from capsync.sync.run import Run
from capsync.sync.space import first_values
from capsync.vault.files import Folder
from capsync.vault.names import path_key, stem_of
from capsync.vault.trash import list_trash


@dataclass(frozen=True, slots=True)
class Back:
    """An object that is there, perhaps again."""

    note: Note
    regained: bool
    """Whether it was in the trash, or destroyed."""


def object_back(run: Run, subject: Subject, kept: Revision | None) -> Back | None:
    """Give the object of a note, taken out of the trash or made anew; None in a dry run.

    Args:
        kept: The version that is to be brought back, if any.

    Raises:
        Unconvertible: It was destroyed, and nothing is known of what it held.
    """
    local = run.seen.files.get(subject.id)
    path = local.path if local else ""
    try:
        note = run.with_main(run.space.read(subject.id))
    except Stale:
        pass
    else:
        return Back(note, regained=False)
    run.step("restore", subject.path, "the note comes back from the space's trash")
    if not run.acts:
        return None
    run.begin_deed(subject.id, "restored", path, TRASHED)
    try:
        run.remote.update(subject.id, trashed=False)
        return Back(run.with_main(run.space.read(subject.id)), regained=True)
    except NoteError:
        run.report.steps[-1:] = []
    return Back(_made_anew(run, subject, kept), regained=True)


def _made_anew(run: Run, subject: Subject, kept: Revision | None) -> Note:
    wanted = _last_known(run, subject, kept)
    structure = run.structure_of(wanted)
    before = made_before(run, subject.path, wanted.title, structure)
    made = None if before is None else before.there
    if made is None:
        begin_intention(run, subject.path, wanted)
        sections = {key: body for key, body in wanted.sections.items() if key and body}
        made = run.space.make(structure.id, first_values(wanted, structure), sections or None)
    made = run.with_main(made)
    run.step("restore", subject.path, "destroyed in the space; a new note was made there")
    run.memory.deeds.drop_open(subject.id)
    local = run.seen.files.get(subject.id)
    run.begin_deed(made.id, "restored", local.path if local else "", ABSENT)
    _hand_over(run, subject.id, called_like(wanted, made), made)
    close_intentions(run, subject.path, wanted.title)
    return made


def _hand_over(run: Run, old: NoteId, wanted: Note, made: Note) -> None:
    """Let all that is known of a note be known of the one made in its place."""
    record = _record(run, old)
    with run.memory.transaction():
        run.memory.revisions.hand_over(old, made.id)
        run.memory.notes.forget(old)
    local = run.seen.files.pop(old, None)
    if local is None:
        return
    text = run.vault.read(local.path).text
    changed = with_id(text, made.id)
    run.keep(made.id, local.path, "vault", text, "given an id")
    stamp = run.vault.write(local.path, changed, text)
    run.seen.files[made.id] = Local(local.path, stamp, read_document(changed))
    if record is not None:
        base = replace(wanted, id=made.id)
        run.remember(base, local.path, with_id(record.text, made.id), UNSEEN, unfinished=True)


def _last_known(run: Run, subject: Subject, kept: Revision | None) -> Note:
    """Give what a destroyed object held, as far as is known."""
    if kept is not None and kept.side == "space":
        return run.with_main(decode_note(json.loads(kept.content)))
    record = _record(run, subject.id)
    if record is not None:
        return run.with_main(run.base_of(record))
    for each in run.memory.revisions.list(subject.id):
        if each.side == "space":
            return run.with_main(decode_note(json.loads(each.content)))
    raise Unconvertible(
        "the note was destroyed in the space and nothing of it is kept; remove the capacities-id "
        "line from its file, if there is one, to make a new note of it",
        note=subject.path,
    )


def _record(run: Run, note: NoteId) -> Record | None:
    """Give what was last agreed on of a note, also of one that is gone."""
    known = run.memory.notes.get(note)
    past = (each.record for each in run.memory.deeds.of_note(note) if each.record)
    return known or next(past, None)


def file_back(
    run: Run, subject: Subject, kept: Revision | None, there: Note | None
) -> Local | None:
    """Give the file of a note that has none, written anew; None in a dry run.

    Args:
        kept: The version that is to be brought back, if any.
        there: The object.
    """
    text = _last_text(run, subject, kept, there)
    run.step("restore", subject.path, "the file comes back")
    if not run.acts or there is None:
        return None
    if text is None:
        path = write_file(run, there)
        return Local(path, UNSEEN, read_document(run.vault.read(path).text))
    if read_document(text).id != there.id:
        text = with_id(text, there.id)
    path = _free(run, subject, there)
    stamp = run.vault.write(path, text, None)
    run.seen.paths.add(path)
    _remember_past(run, subject, there, path, text)
    local = Local(path, stamp, read_document(text))
    run.seen.files[there.id] = local
    return local


def _last_text(run: Run, subject: Subject, kept: Revision | None, there: Note | None) -> str | None:
    """Give what the file held, as far as is known: of all, what goes best with the object."""
    if kept is not None and kept.side == "vault":
        return kept.content
    versions = run.memory.revisions.list(subject.id if there is None else there.id)
    texts = [each.content for each in versions if each.side == "vault"]
    if subject.record is not None:
        texts.insert(0, subject.record.text)
    return next(iter(texts), None) or trashed_text(run.vault, subject.id)


def find_deleted(vault: Folder, memory: Store, name: str) -> Subject:
    """Find a note as `find_note` does, or else, should the state be lost, by its file in the trash.

    Raises:
        ConfigError: No note is, or was, called so; or several are.
    """
    try:
        return find_note(memory, name)
    except ConfigError:
        for each in list_trash(vault.root):
            note = _id_in(vault, each.path)
            if note is not None and is_called(name, each.was, stem_of(each.was), note):
                return Subject(note, each.was, stem_of(each.was), None)
        raise


def trashed_text(vault: Folder, note: NoteId) -> str | None:
    """Give what the file of a note held that is in the trash; of several, the latest."""
    for each in list_trash(vault.root):
        if _id_in(vault, each.path) == note:
            return vault.read(each.path).text
    return None


def _id_in(vault: Folder, path: str) -> NoteId | None:
    try:
        return read_document(vault.read(path).text).id
    except (NoteError, FrontMatterProblem):
        return None


def _free(run: Run, subject: Subject, there: Note) -> str:
    """Give the path the file had, or another one where that is taken."""
    taken = run.taken()
    if subject.path and path_key(subject.path) not in taken:
        return subject.path
    return new_place(there, run.structure_of(there), taken).path


def _remember_past(run: Run, subject: Subject, there: Note, path: str, text: str) -> None:
    """Remember what both sides had agreed on, so that what changed since is seen."""
    record = _record(run, subject.id)
    if record is not None:
        base = called_like(replace(run.base_of(record), id=there.id), there)
        was = record.text
        if read_document(was).id != there.id:
            was = with_id(was, there.id)
    else:
        structure, was = run.structure_of(there), text
        title = stem_of(path)
        base = put_document(read_document(text), there, structure, run.index, title=title)
    run.remember(run.with_main(base), path, was, UNSEEN, unfinished=True)
