"""What is remembered of a note that was set back."""

from __future__ import annotations

from dataclasses import replace

from capsync.errors import NoteError
from capsync.model.codec import encode_note
from capsync.model.codec_values import canonical
from capsync.model.normal import digest
from capsync.model.note import Note
from capsync.model.token import NoteId
from capsync.state.deeds import THERE, UNDONE, Deed
from capsync.state.store import Held, Record
from capsync.sync.contents import called_like, contents
from capsync.sync.cut_off import UNSEEN
from capsync.sync.observe import digest_text
from capsync.sync.run import Run
from capsync.sync.setback import Setback
from capsync.vault.files import FileText


def remember_undone(run: Run, plan: Setback, there: Note | None) -> None:
    """Put the agreement back, hold the note, and mark the deed, all at once.

    Args:
        there: The object as it is now.
    """
    deed, memory = plan.deed, run.memory
    path = _path_now(run, deed)
    here = None if path is None else _read(run, path)
    known = memory.notes.get(deed.note)
    record = None if deed.record is None else _record(run, deed.record, here, there)
    with memory.transaction():
        if record is None:
            memory.notes.forget(deed.note)
        else:
            memory.notes.remember(record)
        memory.intentions.settled(deed.note, path or "")
        held = _held(run, deed, path, here, there)
        if record is not None and _agrees(record, path, here, there):
            memory.held.release(held)
        elif held.vault is not None or held.space is not None:
            title = known or deed.record
            memory.held.put(
                replace(held, title=title.title, structure=title.structure) if title else held
            )
        memory.deeds.mark(deed.number, UNDONE)


def _path_now(run: Run, deed: Deed) -> str | None:
    """Give where the note's file is now; None where it has none."""
    if deed.path in run.seen.paths:
        return deed.path
    local = run.seen.files.get(NoteId(deed.note))
    return local.path if local is not None and local.path in run.seen.paths else None


def _read(run: Run, path: str) -> FileText | None:
    try:
        return run.vault.read(path)
    except NoteError:
        return None


def _record(run: Run, record: Record, here: FileText | None, there: Note | None) -> Record:
    """Give the agreement from before, under the ids that the space has now."""
    same = here is not None and digest_text(here.text) == record.text_digest
    stamp = here.stamp if here is not None and same else UNSEEN
    base = run.base_of(record)
    if there is not None:
        base = called_like(base, there)
    return replace(
        record,
        note_digest=digest(run.with_main(base)),
        base=canonical(encode_note(base)),
        mtime_ns=stamp.mtime_ns,
        size=stamp.size,
        inode=stamp.inode,
    )


def _agrees(record: Record, path: str | None, here: FileText | None, there: Note | None) -> bool:
    """Say whether both sides hold what they had agreed on, so that a sync does nothing."""
    return (
        path == record.path
        and here is not None
        and digest_text(here.text) == record.text_digest
        and there is not None
        and digest(there) == record.note_digest
    )


def _held(
    run: Run, deed: Deed, path: str | None, here: FileText | None, there: Note | None
) -> Held:
    """Say what is to be held; a file whose object is undone is held by its place alone."""
    made = deed.record is None and deed.state != THERE
    return Held(
        note="" if made else deed.note,
        path=path or deed.path or deed.where,
        title="",
        structure="",
        vault=None if here is None else digest_text(here.text),
        space=None if there is None or made else contents(there),
        run=deed.run,
        at=run.clock.now(),
    )
