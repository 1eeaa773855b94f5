"""What one side has and the other can take as it is: objects without a file, files with an id."""

from __future__ import annotations

from uuid import NAMESPACE_URL, uuid5

from capsync.errors import NoteError, Unconvertible
from capsync.markdown.document import (
    Document,
    document_onto,
    new_tags,
    put_document,
    write_document,
)
from capsync.model.codec import encode_note
from capsync.model.codec_values import canonical
from capsync.model.normal import digest
from capsync.model.note import TAG, TITLE, Note, Row, Structure
from capsync.model.property import Scalar
from capsync.model.token import NoteId
from capsync.plan.merge_note import merge_notes
from capsync.state.deeds import ABSENT, THERE
from capsync.sync.cut_off import begin_file
from capsync.sync.index import Entry
from capsync.sync.lost import tell_losses
from capsync.sync.observe import Local
from capsync.sync.place import can_rename, is_untitled, new_place, title_of
from capsync.sync.preview import show_adopted, show_new_file
from capsync.sync.resume import write_space
from capsync.sync.run import CONVERTER_PROBLEMS, Run, explained
from capsync.sync.space import changes_between


def make_file(run: Run, row: Row) -> None:
    """Make a file for an object that has none."""
    if not run.options.pull:
        return
    if not run.acts:
        run.step("create", row.title or row.id, "a new file in the vault")
        show_new_file(run, row)
        run.report.new_files += 1
        return
    note = run.read_ahead.pop(row.id, None) or run.space.read(row.id)
    path = write_file(run, note)
    run.step("create", path, "a new file in the vault")
    run.report.new_files += 1


def write_file(run: Run, note: Note, state: str = THERE) -> str:
    """Write the file of a note that has none and remember both.

    Args:
        state: What the object was before this run.

    Raises:
        NoteError: It cannot be written; nothing was.
    """
    structure = run.structure_of(note)
    run.index.add(Entry(note.id, note.title, note.structure))
    place = new_place(note, structure, run.taken())
    try:
        text = write_document(note, structure, run.index, title=place.title)
    except CONVERTER_PROBLEMS as exc:
        raise explained(exc, place.path) from exc
    note = run.with_main(note)
    with run.memory.transaction():
        run.begin_deed(note.id, "file made", "", state)
        begin_file(run, note, place.path, text, was=None)
    stamp = run.vault.write(place.path, text, None)
    run.remember(note, place.path, text, stamp)
    return place.path


def make_tags(
    run: Run, document: Document, structure: Structure, before: Document | None = None
) -> None:
    """Make the tags a file names that nobody has made yet.

    Args:
        before: The file as it was when both sides agreed; what it named then is not made again.
    """
    if not run.options.push or not new_tags(document, structure, run.index, before):
        return
    run.list_tags()
    for name in dict.fromkeys(new_tags(document, structure, run.index, before)):
        title = name.strip().removeprefix("[[").removesuffix("]]").removeprefix("#").strip()
        if run.acts:
            tag = run.space.make(TAG, {TITLE: Scalar("title", title)}, None)
            write_file(run, tag, ABSENT)
        else:
            run.index.add(Entry(NoteId(str(uuid5(NAMESPACE_URL, title))), title, TAG))
        run.step("create", title, "a new tag in the space")
        run.report.new_objects += 1


def adopt_file(run: Run, note: NoteId, local: Local) -> None:
    """Take up a file whose note the space has but the memory does not know.

    Equal sides are adopted as they are; unequal ones are brought together
    without a base, so that nothing is deleted on either.
    """
    document = local.document
    if document is None:
        return
    try:
        there = run.with_main(run.space.read(note))
    except NoteError as exc:
        message = (
            "its capacities-id is not in this space; remove that line to make a new note, "
            f"or delete the file ({exc.message})"
        )
        raise Unconvertible(message, note=local.path) from exc
    structure = run.structure_of(there)
    make_tags(run, document, structure)
    unnamed = document.title is None and is_untitled(local.path, there)
    title = title_of(local) if can_rename(structure) and not unnamed else there.title
    here = put_document(document, there, structure, run.index, title=title)
    same = digest(here) == digest(there) or not changes_between(there, here, structure).requests
    run.step("adopt", local.path, "same on both sides" if same else "different; will be merged")
    if not run.acts:
        show_adopted(run, document, here, there, local.path)
        return
    if same or not run.options.push:
        if same:
            run.remember(there, local.path, document.text, local.stamp)
        return
    wanted = merge_notes(None, here, there, stamp="").note
    run.keep(note, local.path, "vault", document.text, "overwritten by a merge")
    run.keep(note, local.path, "space", canonical(encode_note(there)), "overwritten by a merge")
    stored = write_space(run, local.path, changes_between(there, wanted, structure), here)
    text = document_onto(document, here, stored, structure, run.index, title=document.title)
    stamp = local.stamp
    if text != document.text:
        begin_file(run, stored, local.path, text, was=document.text)
        stamp = run.vault.write(local.path, text, document.text)
    run.remember(stored, local.path, text, stamp)
    tell_losses(run, local.path, document.text, soon=True)
    run.report.merged += 1
