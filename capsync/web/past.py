"""One note and its versions, without the network.

A version of the file is compared as it is. One of the space is written over the file as a
pull would, but for its properties: what those are called, only the space can tell.
"""

from __future__ import annotations

import json
from dataclasses import dataclass

from capsync.markdown.document import Document, read_document
from capsync.markdown.frontmatter import FrontMatterProblem
from capsync.markdown.lens import get, put
from capsync.markdown.onto import UnreadableResult, write_onto
from capsync.model.codec import decode_note
from capsync.model.property import PropertyId
from capsync.model.token import NoteId
from capsync.state.store import Revision, Store
from capsync.sync.history import History, Subject, file_text, history, version_of
from capsync.sync.indexing import Indexing
from capsync.sync.observe import Local, Observed
from capsync.vault.disk import Stamp
from capsync.web.place import Place
from capsync.web.standing import Row, State

SPACE_ONLY_BODY = (
    "Only the body is compared here; the properties of that version come back with it, too."
)
_NO_STAMP = Stamp(0, 0, 0)


@dataclass(frozen=True, slots=True)
class Comparison:
    """A version beside the file as it is now."""

    version: Revision
    before: str
    after: str
    there: bool
    """Whether there is a file now."""
    remark: str = ""


def past_of(place: Place, row: Row) -> History:
    """Tell the past of a note.

    Raises:
        ConfigError: It is gone since.
        RunError: The vault or the memory is not there.
    """
    with place.opened() as (vault, memory):
        return history(vault, memory, _seen(row), row.id)


def compared(place: Place, row: Row, number: int) -> Comparison:
    """Put a version of a note beside its file as it is now.

    Raises:
        ConfigError: There is no such version.
        RunError: The vault or the memory is not there.
    """
    with place.opened() as (vault, memory):
        record = memory.notes.get(row.id)
        subject = Subject(NoteId(row.id), row.path, row.title, record)
        kept = version_of(memory, subject, number)
        text = file_text(vault, _seen(row), subject)
        if kept.side == "vault":
            return Comparison(kept, kept.content, text or "", text is not None)
        before = _body_onto(memory, kept, None if record is None else record.base, text)
        return Comparison(kept, before, text or "", text is not None, SPACE_ONLY_BODY)


def _seen(row: Row) -> Observed:
    """Give what is to be seen of one note, of which it is known where it is."""
    has_file = row.path and row.state not in (State.GONE, State.DELETED)
    return Observed(files={NoteId(row.id): Local(row.path, _NO_STAMP)} if has_file else {})


def _body_onto(memory: Store, kept: Revision, base: str | None, text: str | None) -> str:
    """Write the body of a version of the space as the file would say it."""
    old, names = decode_note(json.loads(kept.content)), Indexing().of(memory)
    document = _document(text)
    if document is None:
        return get(old.sections, names)
    head = document.text[: len(document.text) - len(document.body)]
    known = old if base is None else decode_note(json.loads(base))
    sections = known.sections or {PropertyId(""): ()}
    try:
        now = put(document.body, sections, names)
        return head + write_onto(document.body, now, old.sections or dict.fromkeys(now, ()), names)
    except UnreadableResult:
        return head + get(old.sections, names)


def _document(text: str | None) -> Document | None:
    try:
        return None if text is None else read_document(text)
    except FrontMatterProblem:
        return None
