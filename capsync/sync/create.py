"""Files without an object: new notes, made in the space.

Making an object cannot be repeated safely; `capsync.sync.intentions` sees to it.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from capsync.errors import Rejected, RetryError, Unconvertible
from capsync.markdown.document import (
    Document,
    put_document,
    read_document,
    with_id,
)
from capsync.markdown.links import linked_names
from capsync.model.block import Blocks
from capsync.model.note import (
    Note,
    Structure,
)
from capsync.model.property import PropertyId, is_unset
from capsync.model.token import NoteId
from capsync.plan.safety import count_words
from capsync.state.deeds import ABSENT
from capsync.sync.adopt import adopt_file, make_tags
from capsync.sync.cut_off import UNSEEN
from capsync.sync.intentions import begin_intention, close_intentions, made_before
from capsync.sync.kinds import structure_for
from capsync.sync.look import look
from capsync.sync.meanwhile import is_disturbed
from capsync.sync.observe import Local
from capsync.sync.place import title_of
from capsync.sync.preview import show
from capsync.sync.report import Difference
from capsync.sync.resume import write_space
from capsync.sync.run import Run
from capsync.sync.settle import settle
from capsync.sync.space import changes_between

CREATION_QUOTA = "cap_object_creation_quota_reached"


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
        for name in linked_names(text):
            target = by_name.get(name.casefold())
            if target is not None and depth < 200:
                visit(target, depth + 1)
        done.append(local)

    for local in files:
        visit(local, 0)
    return done


def make_object(run: Run, local: Local) -> None:
    """Make an object of a new file and write its id into it."""
    document = local.document
    if document is None:
        return
    if run.refused_creation:
        raise Unconvertible(run.refused_creation, note=local.path)
    structure = structure_for(run, local, document)
    make_tags(run, document, structure)
    wanted = _wanted(run, document, structure, title_of(local))
    made = f"a new {structure.title} in the space"
    if not run.acts:
        run.step("create", local.path, made)
        run.tell_losses(local.path, document.text, soon=True)
        show(run, Difference("push", None, local.path, "", document.text))
        run.report.new_objects += 1
        return
    title = title_of(local)
    before = made_before(run, local.path, title, structure)
    if before is not None and any(map(count_words, before.sections.values())):
        _count(run, before.id, local.path, made)
        _take_up(run, local, document, before)
        return
    base = run.with_main(before or _made(run, local, structure, wanted))
    _count(run, base.id, local.path, made)
    # the file as far as the space has it while its body is still on the way
    there = with_id(document.text.removesuffix(document.body), base.id)
    begun = replace(UNSEEN, inode=local.stamp.inode)  # by which to know it should it move now
    run.remember(base, local.path, there, begun, unfinished=True)
    close_intentions(run, local.path, title_of(local))
    text = document.text if document.id == base.id else with_id(document.text, base.id)
    stamp = local.stamp
    if text != document.text:
        run.keep(base.id, local.path, "vault", document.text, "given an id")
        stamp = run.vault.write(local.path, text, document.text)
    full = put_document(document, base, structure, run.index, title=title_of(local))
    stored = write_space(run, local.path, base, full, full)
    if is_disturbed(base, stored, changes_between(base, full, structure)):
        settle(run, look(run, base.id, Local(local.path, stamp, read_document(text))))
    else:
        run.remember(stored, local.path, text, stamp)
    run.tell_losses(local.path, text, soon=True)


def _count(run: Run, note: NoteId, path: str, made: str) -> None:
    """Report an object that was made, and set down that its file is about to be changed."""
    run.step("create", path, made)
    run.created.append(note)
    run.report.new_objects += 1
    run.begin_deed(note, "given an id", path, ABSENT)


def _take_up(run: Run, local: Local, document: Document, made: Note) -> None:
    """Join a file with the object an earlier run made of it; somebody may have written there."""
    run.keep(made.id, local.path, "vault", document.text, "given an id")
    text = with_id(document.text, made.id)
    stamp = run.vault.write(local.path, text, document.text)
    close_intentions(run, local.path, title_of(local))
    adopt_file(run, made.id, Local(local.path, stamp, read_document(text)))


def _wanted(run: Run, document: Document, structure: Structure, title: str) -> Note:
    empty = run.with_main(Note(NoteId(""), structure.id))
    return put_document(document, empty, structure, run.index, title=title)


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
