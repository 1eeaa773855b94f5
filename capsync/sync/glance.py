"""A look at some files only, the others taken to be as they were.

The daemon is told which files were changed, and to walk over ten thousand others for each save
takes longer than all the rest. What is not plain goes back to whoever asks, to be
looked at in full: a file that is gone or new or says it is another note, a note that lives
elsewhere, and whatever a crash or an undo has left. The walks in between find what nobody told.
"""

from __future__ import annotations

from collections.abc import Collection

from capsync.errors import NoteError
from capsync.model.token import NoteId
from capsync.state.notes import Known
from capsync.state.store import Store
from capsync.sync.observe import Local, Observed, digest_text
from capsync.vault.files import Folder


def glance(vault: Folder, memory: Store, names: Collection[str]) -> Observed | None:
    """Look at the files of a few notes; None where it takes a full look.

    Args:
        names: Ids of notes, or paths of their files.

    Raises:
        SafetyStop: The vault is not there.
    """
    vault.check_there()
    if memory.intentions.open() or memory.held.list():
        return None
    known = memory.notes.all()
    wanted = [each for each in known if each.path and (each.id in names or each.path in names)]
    if len(wanted) != len(names):
        return None
    seen = Observed(known={NoteId(each.id): each for each in known})
    for each in wanted:
        local = _local(vault, each)
        if local is None:
            return None
        seen.files[NoteId(each.id)] = local
    seen.paths = {each.path for each in known if each.path}
    seen.paths |= {each.path for each in memory.set_aside.list() if vault.is_there(each.path)}
    return seen


def _local(vault: Folder, known: Known) -> Local | None:
    """Look into one file; None where it is not plainly the note's."""
    if vault.ignore.covers(known.path):
        return None
    try:
        read = vault.read(known.path)
    except NoteError:
        return None
    if digest_text(read.text) == known.text_digest:
        return Local(known.path, read.stamp)
    from capsync.markdown import opened  # noqa: PLC0415  (loads PyYAML)

    try:
        document = opened.read_document(read.text)
    except opened.FrontMatterProblem:
        return None
    return Local(known.path, read.stamp, document) if document.id == known.id else None
