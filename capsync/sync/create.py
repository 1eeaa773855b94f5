"""Files without an object: new notes, made in the space.

Making an object cannot be repeated safely; `capsync.sync.intentions` sees to it.
"""

from __future__ import annotations

from collections import Counter
from dataclasses import replace
from uuid import NAMESPACE_URL, uuid5

from capsync.errors import Rejected, RetryError, Unconvertible
from capsync.markdown.document import Document, put_document, read_document, with_id
from capsync.model.block import Blocks
from capsync.model.note import Note, Structure
from capsync.model.property import PropertyId
from capsync.model.token import NoteId
from capsync.plan.safety import said_words
from capsync.state.deeds import ABSENT
from capsync.sync.adopt import adopt_file, make_tags
from capsync.sync.cut_off import UNSEEN
from capsync.sync.index import Entry
from capsync.sync.intentions import Made, begin_intention, close_intentions, made_before
from capsync.sync.kinds import structure_for
from capsync.sync.look import look
from capsync.sync.lost import tell_losses
from capsync.sync.making import Making, document_begun, note_begun
from capsync.sync.meanwhile import is_disturbed
from capsync.sync.observe import Local
from capsync.sync.place import title_of
from capsync.sync.preview import show
from capsync.sync.report import Difference
from capsync.sync.resume import write_space
from capsync.sync.run import Run
from capsync.sync.settle import settle
from capsync.sync.space import changes_between, first_values
from capsync.vault.disk import Stamp

CREATION_QUOTA = "cap_object_creation_quota_reached"


def make_object(run: Run, making: Making) -> None:
    """Make an object of a new file and write its id into it.

    Of a file whose links go in circles, as much as can be made before what it links to;
    the rest at the second visit.
    """
    local = making.local
    document = local.document
    if document is None:
        return
    if making.is_second:
        if run.acts:
            _finish(run, local.path)
        return
    if run.refused_creation:
        raise Unconvertible(run.refused_creation, note=local.path)
    structure = structure_for(run, local, document)
    make_tags(run, document, structure)
    title = title_of(local)
    begun = document_begun(document, making.waits_for, structure)
    wanted = _wanted(run, begun, structure, title)
    made = f"a new {structure.title} in the space"
    if not run.acts:
        run.step("create", local.path, made)
        tell_losses(run, local.path, document.text, soon=True)
        show(run, Difference("push", None, local.path, "", document.text))
        run.report.new_objects += 1
        soon = NoteId(str(uuid5(NAMESPACE_URL, local.path)))  # for what links to it
        run.index.add(Entry(soon, title, structure.id, local.path))
        return
    before = made_before(run, local.path, title, structure)
    if before is not None:
        _count(run, before.there.id, local.path, made)
        _take_up(run, making, document, before)
        return
    first = note_begun(wanted, making.waits_for)
    base = run.with_main(_made(run, local, structure, first))
    _count(run, base.id, local.path, made)
    if _has_other_words(base, first):  # the answer was read again, and somebody was quicker
        sent = replace(first, properties=first_values(first, structure))
        _take_up(run, making, document, Made(base, sent, local.path))
        return
    # the file as far as the space has it while its body is still on the way
    there = with_id(document.text.removesuffix(document.body), base.id)
    text, stamp = _give_id(run, local, document, base, there, was=local.path)
    if begun is document and first is wanted:
        _fill(run, Local(local.path, stamp, read_document(text)), base, structure)


def _has_other_words(there: Note, sent: Note) -> bool:
    """Say whether a new object says what was not sent."""
    held, ours = (
        Counter(word for body in note.sections.values() for word in said_words(body))
        for note in (there, sent)
    )
    return bool(held - ours)


def _fill(run: Run, local: Local, base: Note, structure: Structure) -> None:
    """Write what an object does not hold yet of its file, and remember both."""
    document = local.document
    if document is None:
        return
    full = put_document(document, base, structure, run.index, title=title_of(local))
    changes = changes_between(base, full, structure)
    stored = write_space(run, local.path, changes, full)
    if is_disturbed(stored, changes):
        settle(run, look(run, base.id, local))
    else:
        run.remember(stored, local.path, document.text, local.stamp)
    tell_losses(run, local.path, document.text, soon=True)


def _finish(run: Run, path: str) -> None:
    """Write to an object what had to wait until there was all that its file links to.

    It may be a while since it was made, so it is read first; what became of it is left to
    the next sync if that looks like an accident.
    """
    read = run.vault.read(path)
    document = read_document(read.text)
    if document.id is None or run.memory.notes.get(document.id) is None:
        return
    sides = look(run, document.id, Local(path, read.stamp, document))
    if not (sides.guts_vault or sides.guts_space):
        settle(run, sides)


def _give_id(
    run: Run, local: Local, document: Document, base: Note, there: str, *, was: str
) -> tuple[str, Stamp]:
    """Remember an object that was made and write its id into the file.

    Args:
        there: What of the file says what *base* does; all else in it is taken for new.
        was: The path that gave *base* its title; another one now is a new title.
    """
    begun = replace(UNSEEN, inode=local.stamp.inode)  # by which to know it should it move now
    run.remember(base, was, there, begun, unfinished=True)
    if was != local.path:
        run.seen.paths.discard(was)
    close_intentions(run, local.path, title_of(local))
    text = document.text if document.id == base.id else with_id(document.text, base.id)
    if text == document.text:
        return text, local.stamp
    run.keep(base.id, local.path, "vault", document.text, "given an id")
    return text, run.vault.write(local.path, text, document.text)


def _count(run: Run, note: NoteId, path: str, made: str) -> None:
    """Report an object that was made, and set down that its file is about to be changed."""
    run.step("create", path, made)
    run.created.append(note)
    run.report.new_objects += 1
    run.begin_deed(note, "given an id", path, ABSENT)


def _take_up(run: Run, making: Making, document: Document, made: Made) -> None:
    """Join a file with the object an earlier run made of it; somebody may have written there."""
    local, base = making.local, made.base
    if base is None:
        run.keep(made.there.id, local.path, "vault", document.text, "given an id")
        text = with_id(document.text, made.there.id)
        stamp = run.vault.write(local.path, text, document.text)
        close_intentions(run, local.path, title_of(local))
        adopt_file(run, made.there.id, Local(local.path, stamp, read_document(text)))
        return
    _give_id(run, local, document, base, with_id("", base.id), was=made.path)
    if not making.waits_for:
        _finish(run, local.path)


def _wanted(run: Run, document: Document, structure: Structure, title: str) -> Note:
    empty = run.with_main(Note(NoteId(""), structure.id))
    return put_document(document, empty, structure, run.index, title=title)


def _made(run: Run, local: Local, structure: Structure, wanted: Note) -> Note:
    """Make the object, with its body at once where the key of the body is known."""
    begin_intention(run, local.path, wanted)
    key = run.body_key(structure.id)
    body = wanted.sections.get(key, ()) if key is not None else ()
    sections: dict[PropertyId, Blocks] | None = {key: body} if key and body else None
    try:
        return run.space.make(structure.id, first_values(wanted, structure), sections)
    except Rejected as exc:
        close_intentions(run, local.path, title_of(local))
        if exc.code == CREATION_QUOTA:
            run.refused_creation = exc.message
        raise
    except RetryError as exc:
        if not exc.maybe_done:
            close_intentions(run, local.path, title_of(local))
        raise
