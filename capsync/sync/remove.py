"""Notes that are gone from one side.

A file that was deleted sends its object to the trash, unless the object was
edited since. An object counts as gone only if a complete list lacks it and the
service answers 404 for its id, and both again later; then its file moves to
the vault's own trash, unless the file was edited since. A list that lacks a note which still
answers has skipped it, or is not what it says: nothing else is taken from it this time.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable

from capsync.errors import NoteError, RetryError, Stale
from capsync.markdown.document import Document, new_tags, put_document, read_document
from capsync.model.codec import encode_note
from capsync.model.codec_values import canonical
from capsync.model.normal import digest
from capsync.model.note import Note, StructureId
from capsync.model.token import NoteId
from capsync.state.deeds import TRASHED
from capsync.state.notes import Known
from capsync.sync.adopt import make_tags, write_file
from capsync.sync.look import look
from capsync.sync.meant import Meant
from capsync.sync.observe import Local
from capsync.sync.preview import show
from capsync.sync.report import Difference
from capsync.sync.run import Run
from capsync.sync.settle import settle
from capsync.sync.sides import Listing

SECOND_LOOK = 2.0
"""Seconds between the two looks it takes to believe that a note is gone."""
_UNLISTED = "unlisted notes"
"""Under which `Store.meta` keeps ids of notes that complete lists lack though they answer."""
MOST_UNLISTED = 10
"""How many such notes there may be before the lists themselves are in doubt."""


def trash_object(run: Run, known: Known) -> None:
    """Take a note out of the space whose file was deleted; an edit there brings the file back."""
    note = NoteId(known.id)
    try:
        there = run.space.read(note)
    except Stale:
        if run.acts:
            run.forget(note)
        return
    if digest(there) != known.note_digest:
        run.step("pull", known.path, "the file was deleted, but the note was edited in the space")
        if run.acts and run.options.pull:
            run.begin_deed(note, "file made", "")
            run.memory.notes.forget(known.id)
            write_file(run, there)
        run.report.pulled += 1
        return
    run.step("trash", known.path, "the file was deleted; the note goes to the space's trash")
    if run.acts:
        _keep_last(run, known)
        run.keep(note, known.path, "space", canonical(encode_note(there)), "trashed")
        run.remote.delete(note)
        run.forget(note)
    else:
        record = run.memory.notes.get(known.id)
        show(run, Difference("push", known.path, None, record.text if record else "", ""))
    run.report.trashed += 1


def _keep_last(run: Run, known: Known) -> None:
    """Keep the file that a person has deleted, as far as it is remembered."""
    note = NoteId(known.id)
    run.begin_deed(note, "trashed", "")
    record = run.memory.notes.get(note)
    if record is not None:
        run.keep(note, known.path, "vault", record.text, "deleted")


def missing(listing: Listing, known: Iterable[Known]) -> list[Known]:
    """List the notes that a complete list lacks."""
    there = {row.id for row in listing.rows}
    return [each for each in known if each.structure in listing.complete and each.id not in there]


def suspected(run: Run, listing: Listing, known: Iterable[Known]) -> list[Known]:
    """List the notes that a list lacks, but for those that may have come while it was made."""
    begun = run.listed.begun if run.listed else float("inf")
    return [each for each in missing(listing, known) if each.synced_at < begun]


def is_gone(run: Run, note: NoteId) -> bool:
    """Ask for one note; only a clear 404 means that it is gone."""
    return _answers(run, note) is False


def _answers(run: Run, note: NoteId) -> bool | None:
    """Ask for one note: whether it is there; None where that cannot be said now."""
    try:
        run.remote.get(note)
    except Stale:
        return False
    except (RetryError, NoteError):
        return None
    return True


def confirmed(run: Run, suspects: list[Known], relist: Callable[[], Listing]) -> list[Known]:
    """Say which of the suspects are gone for good: a second list lacks them, and a second 404.

    A first look at an earlier run counts, so that a run only has to wait for those
    it suspects for the first time; where lists are made between runs, the next one will say.
    """
    gone = _not_answering(run, suspects)
    if not gone:
        return []
    fresh = [each for each in gone if each.missing_since is None]
    for each in fresh:
        if run.acts:
            run.memory.notes.mark_missing(each.id, run.clock.now())
    if fresh and run.listed is not None:
        run.has_doubts = True
        return [each for each in gone if each.missing_since is not None]
    if fresh:
        run.clock.sleep(SECOND_LOOK)
        still = {each.id for each in missing(relist(), gone)}
        gone = [each for each in gone if each.id in still and is_gone(run, NoteId(each.id))]
    return gone


def _not_answering(run: Run, suspects: list[Known]) -> list[Known]:
    """Say which of the suspects answer 404, until their list is caught lacking a living note.

    A few notes that are never listed do not count against the lists for ever.
    """
    unlisted = (run.memory.meta.get(_UNLISTED) or "").split()
    gone: list[Known] = []
    caught: dict[str, Known] = {}
    for each in suspects:
        if each.structure in caught:
            continue
        answers = _answers(run, NoteId(each.id))
        if answers is False:
            gone.append(each)
        elif answers and each.id not in unlisted:
            caught[each.structure] = each
    for structure, each in caught.items():
        kind = run.structures.get(StructureId(structure))
        run.report.remarks.append(
            f"the list of {kind.plural if kind else structure} lacks “{each.title}”, which is "
            "there; nothing is taken to be missing from it this time"
        )
    lacked = {each.id for each in suspects} - {each.id for each in gone}
    now = [each for each in unlisted if each in lacked] + [each.id for each in caught.values()]
    if run.acts and now != unlisted:
        run.memory.meta.put(_UNLISTED, " ".join(now[:MOST_UNLISTED]) or None)
    return [each for each in gone if each.structure not in caught]


def trash_file(run: Run, known: Known, local: Local) -> None:
    """Take a file out of the vault whose note is gone; an edit in it brings the note back."""
    record = run.memory.notes.get(known.id)
    if record is None:
        return
    text = record.text if local.document is None else local.document.text
    if local.document is not None and _edited(
        run, record.text, local.document, run.base_of(record)
    ):
        revive(run, known, local)
        return
    run.step(
        "trash", local.path, "the note is gone from the space; the file goes to .capsync/trash"
    )
    if run.acts:
        run.keep(NoteId(known.id), local.path, "vault", text, "trashed")
        run.vault.trash(local.path, text)
        run.forget(NoteId(known.id))
        run.seen.paths.discard(local.path)
    show(run, Difference("pull", local.path, None, text, ""))
    run.report.trashed += 1


def _edited(run: Run, text: str, now: Document, base: Note) -> bool:
    """Say whether a file means another note now than when it held *text*."""
    structure = run.structures.get(base.structure)
    if structure is None:
        return text != now.text
    base, before = run.with_main(base), read_document(text)
    if new_tags(now, structure, run.index, before):
        return True
    names = Meant(run.index, base)
    then = put_document(before, base, structure, names, title=base.title, before=before)
    note = put_document(now, base, structure, names, title=base.title, before=before)
    return digest(note) != digest(then)


def revive(run: Run, known: Known, local: Local) -> None:
    """Bring a note back from the space's trash because its file was edited."""
    run.step("push", local.path, "the note was trashed in the space, but the file was edited")
    if local.document is not None:
        show(run, Difference("push", None, local.path, "", local.document.text))
    if not run.acts or not run.options.push:
        run.report.pushed += run.options.push
        return
    run.begin_deed(NoteId(known.id), "taken out of the trash", local.path, TRASHED)
    try:
        run.remote.update(NoteId(known.id), trashed=False)
    except NoteError as exc:
        raise Stale(
            "the note was destroyed in the space, but the file was edited since; remove its "
            "capacities-id line to make a new note of it, or delete the file",
            note=local.path,
        ) from exc
    run.memory.notes.mark_missing(known.id, None)
    structure, record = (
        run.structures.get(StructureId(known.structure)),
        run.memory.notes.get(known.id),
    )
    if local.document and structure and record:
        make_tags(run, local.document, structure, read_document(record.text))
    settle(run, look(run, NoteId(known.id), local))
