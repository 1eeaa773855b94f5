"""Notes that only one side has: files without an object, objects without a file.

Making an object cannot be repeated safely; `capsync.sync.intentions` sees to it.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from uuid import NAMESPACE_URL, uuid5

from capsync.errors import NoteError, Rejected, RetryError, Unconvertible
from capsync.markdown.document import (
    Document,
    document_onto,
    new_tags,
    put_document,
    with_id,
    write_document,
)
from capsync.model.block import Blocks
from capsync.model.normal import digest
from capsync.model.note import (
    DAILY_NOTE,
    PAGE,
    TAG,
    TASK,
    TITLE,
    Note,
    Row,
    Structure,
    StructureId,
)
from capsync.model.property import PropertyId, Scalar, is_unset
from capsync.model.token import NoteId
from capsync.plan.merge_note import merge_notes
from capsync.sync.index import Entry
from capsync.sync.intentions import begin_intention, close_intentions, made_before
from capsync.sync.observe import Local
from capsync.sync.place import can_rename, new_place
from capsync.sync.run import CONVERTER_PROBLEMS, Run, explained
from capsync.sync.space import changes_between
from capsync.vault.disk import Stamp
from capsync.vault.names import folder_name, stem_of

UNSEEN = Stamp(0, 0, 0)
"""No file has this stamp: what is remembered with it is looked at again."""
CREATION_QUOTA = "cap_object_creation_quota_reached"
_LINK = re.compile(r"\[\[([^\[\]|#\n]+)")


def is_synced(structure: StructureId) -> bool:
    """Say whether notes of a structure are synced: those the API can write."""
    return structure in (PAGE, TAG, TASK, DAILY_NOTE) or "-" in structure


def can_create(structure: StructureId) -> bool:
    """Say whether the API makes objects of a structure."""
    return structure != DAILY_NOTE and is_synced(structure)


def in_order(files: Sequence[Local]) -> list[Local]:
    """Put new files in an order in which link targets come first, as far as there is one."""
    by_name: dict[str, Local] = {}
    for local in files:
        for name in (title_of(local), local.path.removesuffix(".md")):
            by_name.setdefault(name.casefold(), local)
    done: list[Local] = []
    begun: set[str] = set()

    def visit(local: Local, depth: int) -> None:
        if local.path in begun:
            return
        begun.add(local.path)
        text = "" if local.document is None else local.document.text
        for name in dict.fromkeys(_LINK.findall(text)):
            target = by_name.get(name.strip().casefold())
            if target is not None and depth < 200:
                visit(target, depth + 1)
        done.append(local)

    for local in files:
        visit(local, 0)
    return done


def title_of(local: Local) -> str:
    """Give the title of a new file: what its front matter says, else its name."""
    said = None if local.document is None else local.document.title
    return said or stem_of(local.path)


def make_object(run: Run, local: Local, waiting: Mapping[str, int]) -> bool:
    """Make an object of a new file and write its id into it.

    Args:
        waiting: How many new files of a title, in lower case, have no object yet.

    Returns:
        Whether links in the file may find their targets once those are made.
    """
    document = local.document
    if document is None:
        return False
    if run.refused_creation:
        raise Unconvertible(run.refused_creation, note=local.path)
    structure = _structure_for(run, local, document)
    make_tags(run, document, structure)
    wanted = _wanted(run, document, structure, title_of(local))
    run.step("create", local.path, f"a new {structure.title} in the space")
    if not run.acts:
        run.tell_losses(local.path, document.text, soon=True)
        run.report.new_objects += 1
        return False
    title = title_of(local)
    found = made_before(run, local.path, title, structure) or _made(run, local, structure, wanted)
    base = run.with_main(found)
    run.created.append(base.id)
    run.report.new_objects += 1
    # the file as far as the space has it while its body is still on the way
    run.remember(base, local.path, document.text.removesuffix(document.body), UNSEEN)
    close_intentions(run, local.path, title_of(local))
    text = document.text if document.id == base.id else with_id(document.text, base.id)
    stamp = local.stamp
    if text != document.text:
        stamp = run.vault.write(local.path, text, document.text)
    full = put_document(document, base, structure, run.index, title=title_of(local))
    stored = run.with_main(run.space.write(base, full, structure))
    if stored is not base:
        run.doubt(base.id, base)
    run.remember(stored, local.path, text, stamp)
    run.tell_losses(local.path, text, soon=True)
    return any(waiting.get(name.strip().casefold()) for name in _LINK.findall(document.body))


def _structure_for(run: Run, local: Local, document: Document) -> Structure:
    if document.type is not None:
        wanted = document.type.strip().casefold()
        fits = [each for each in run.structures.values() if each.title.casefold() == wanted]
        if not fits:
            line = document.fields["type"].line
            known = ", ".join(each.title for each in run.structures.values() if can_create(each.id))
            raise Unconvertible(
                f"line {line}: “type: {document.type}” is no type of this space; its types are: "
                f"{known}",
                note=local.path,
            )
        found = fits[0]
    else:
        top = local.path.partition("/")[0] if "/" in local.path else ""
        fits = [each for each in run.structures.values() if top and folder_name(each.plural) == top]
        found = fits[0] if fits else run.structures[PAGE]
    if not can_create(found.id):
        raise Unconvertible(
            f"the service makes no new {found.title} for others; make it in the Capacities app, or "
            "move the file to another folder",
            note=local.path,
        )
    return found


def _wanted(run: Run, document: Document, structure: Structure, title: str) -> Note:
    empty = run.with_main(Note(NoteId(""), structure.id))
    return put_document(document, empty, structure, run.index, title=title)


def make_tags(run: Run, document: Document, structure: Structure) -> None:
    """Make the tags a file names that nobody has made yet."""
    if not run.options.push:
        return
    for name in dict.fromkeys(new_tags(document, structure, run.index)):
        title = name.strip().removeprefix("[[").removesuffix("]]").removeprefix("#").strip()
        run.step("create", title, "a new tag in the space")
        if run.acts:
            write_file(run, run.space.make(TAG, {TITLE: Scalar("title", title)}, None))
        else:
            run.index.add(Entry(NoteId(str(uuid5(NAMESPACE_URL, title))), title, TAG))
        run.report.new_objects += 1


def _made(run: Run, local: Local, structure: Structure, wanted: Note) -> Note:
    """Make the object, with its body at once where the key of the body is known."""
    begin_intention(run, local.path, wanted.title)
    definitions = {each.id: each for each in structure.properties}
    values = {
        key: value
        for key, value in wanted.properties.items()
        if not is_unset(value) and (key not in definitions or definitions[key].writable)
    }
    key = run.body_key(structure.id)
    body = wanted.sections.get(key, ()) if key is not None else ()
    sections: dict[PropertyId, Blocks] | None = {key: body} if key and body else None
    try:
        return run.space.make(structure.id, values, sections)
    except Rejected as exc:
        close_intentions(run, local.path, title_of(local))
        if exc.code == CREATION_QUOTA:
            run.refused_creation = exc.message
        raise
    except RetryError as exc:
        if not exc.maybe_done:
            close_intentions(run, local.path, title_of(local))
        raise


def make_file(run: Run, row: Row) -> None:
    """Make a file for an object that has none."""
    if not run.options.pull:
        return
    if not run.acts:
        run.step("create", row.title or row.id, "a new file in the vault")
        run.report.new_files += 1
        return
    note = run.space.read(row.id)
    path = write_file(run, note)
    run.step("create", path, "a new file in the vault")
    run.report.new_files += 1


def write_file(run: Run, note: Note) -> str:
    """Write the file of a note that has none and remember both.

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
    stamp = run.vault.write(place.path, text, None)
    run.remember(run.with_main(note), place.path, text, stamp)
    return place.path


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
    title = title_of(local) if can_rename(structure) else there.title
    here = put_document(document, there, structure, run.index, title=title)
    same = digest(here) == digest(there) or not changes_between(there, here, structure).requests
    run.step("adopt", local.path, "same on both sides" if same else "different; will be merged")
    if not run.acts:
        return
    if same or not run.options.push:
        if same:
            run.remember(there, local.path, document.text, local.stamp)
        return
    wanted = merge_notes(None, here, there, stamp="").note
    stored = run.with_main(run.space.write(there, wanted, structure))
    text = document_onto(document, here, stored, structure, run.index, title=document.title)
    run.keep(note, local.path, "vault", document.text, "merged without a base")
    stamp = local.stamp
    if text != document.text:
        stamp = run.vault.write(local.path, text, document.text)
    run.remember(stored, local.path, text, stamp)
    run.tell_losses(local.path, document.text, soon=True)
    run.report.merged += 1
