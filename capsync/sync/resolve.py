"""Open conflicts of the files as they are now, and settling them; no network.

A file is changed as an editor would change it, with its old text kept in the
history. The next sync brings that to the space like any other edit.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace

from capsync.clock import Clock
from capsync.errors import Unconvertible
from capsync.markdown.document import Document, read_document
from capsync.markdown.lens import get, put
from capsync.markdown.onto import UnreadableResult, write_onto
from capsync.markdown.reader import Piece, read_body
from capsync.model.block import Blocks, children, without_children
from capsync.model.codec import decode_note
from capsync.model.note import PAGE, Note
from capsync.model.property import PropertyId
from capsync.model.token import NoteId
from capsync.plan.choices import Choice, Found, choose, find
from capsync.plan.conflicts import (
    MARK,
    found_at,
    is_callout,
    open_conflicts,
    said,
    shortened,
)
from capsync.state.notes import Record
from capsync.state.store import Store
from capsync.sync.index import Index
from capsync.sync.indexing import Indexing
from capsync.sync.observe import Local, Observed, observe
from capsync.sync.resolved import remember_resolved, written_note
from capsync.vault.files import Folder
from capsync.vault.names import stem_of

_LINE_END = re.compile(r"\r\n|\r|\n")
_QUOTE = re.compile(r"[ \t>]*(?:[-*+]|\d+[.)])?[ \t>]*>[ \t]*" + re.escape(MARK))
_NEW = Note(NoteId(""), PAGE, sections={PropertyId(""): ()})
"""Stands for what a file that was never synced was written from."""


@dataclass(frozen=True, slots=True)
class OpenConflict:
    """A conflict that nobody has settled yet."""

    path: str
    line: int
    """Of the quote in the file, from 1."""
    where: str
    """The beginning of the block's text."""
    under: str
    """The heading it stands under; empty where there is none."""
    local: str
    """The vault's version as Markdown; empty where it was removed."""
    space: str
    """The space's version likewise."""
    since: str | None
    """When it was found, ISO 8601 in UTC; None where the quote does not say any more."""


@dataclass(frozen=True, slots=True)
class OpenFile:
    """A file with conflicts."""

    path: str
    id: NoteId | None
    title: str
    document: Document
    record: Record | None
    """What was last agreed on; None where the note has not been synced."""
    note: Note
    """What the file means, as far as its body goes."""
    found: tuple[tuple[PropertyId, Found], ...]
    """What is open in each section."""
    names: Index
    conflicts: tuple[OpenConflict, ...]
    """The same, as a person should see it."""


def open_files(vault: Folder, memory: Store) -> tuple[OpenFile, ...]:
    """List the files that have conflicts, by path.

    Raises:
        RunError: The vault or the memory is not there.
    """
    seen = observe(vault, memory)
    names = _names(memory, seen)
    marked = {NoteId(each.id) for each in memory.notes.all() if each.conflicts}
    files = [
        _opened(memory, names, note, local)
        for note, local in [*seen.files.items(), *((None, local) for local in seen.new)]
        if local.document is not None or note in marked
    ]
    return tuple(sorted((each for each in files if each and each.found), key=lambda x: x.path))


def _names(memory: Store, seen: Observed) -> Index:
    """Give what links in files mean, as far as is known without asking."""
    index = Indexing().of(memory)
    for note, local in seen.files.items():
        if note in index.entries:
            index.add(replace(index.entries[note], path=local.path))
    return index


def _opened(memory: Store, names: Index, note: NoteId | None, local: Local) -> OpenFile | None:
    record = None if note is None else memory.notes.get(note)
    document = local.document
    if document is None and record is not None:
        document = read_document(record.text)
    if document is None or MARK not in document.body:
        return None
    base = _NEW if record is None else decode_note(json.loads(record.base))
    written = base if record is None else written_note(memory, record, base, document.text)
    sections = written.sections or _NEW.sections
    now = replace(written, sections=put(document.body, sections, names))
    found = tuple(
        (key, each)
        for key, blocks in now.sections.items()
        for each in find(blocks, base.sections.get(key, ()))
    )
    lines = _lines(document, names)
    conflicts = tuple(
        _shown(local.path, lines[index] if len(lines) == len(found) else 1, each, names)
        for index, (_, each) in enumerate(found)
    )
    title = record.title if record else document.title or stem_of(local.path)
    return OpenFile(local.path, note, title, document, record, now, found, names, conflicts)


def _lines(document: Document, names: Index) -> list[int]:
    """Give the line of each conflict's quote, from 1, in reading order."""
    head = document.text[: len(document.text) - len(document.body)]
    first = len(_LINE_END.findall(head)) + 1
    lines = _LINE_END.split(document.body)

    def within(piece: Piece) -> Iterator[int]:
        if is_callout(piece.block):
            yield piece.start
        for child in piece.children:
            yield from within(child)
        inside = len(list(open_conflicts(children(piece.block)))) if not piece.children else 0
        looks = range(piece.start, piece.end if inside else piece.start)
        found = [line for line in looks if _QUOTE.match(lines[line])]
        yield from found if len(found) == inside else [piece.start] * inside

    pieces = read_body(document.body, names)
    return [first + line for piece in pieces for line in within(piece)]


def _shown(path: str, line: int, found: Found, names: Index) -> OpenConflict:
    local = found.local and without_children(found.local)
    return OpenConflict(
        path=path,
        line=line,
        where=shortened(said(local) if local else "".join(map(said, found.theirs[:1]))),
        under=found.under,
        local=_markdown((local,), names) if local else "",
        space=_markdown(found.theirs, names),
        since=found_at(found.callout),
    )


def _markdown(blocks: Blocks, names: Index) -> str:
    return get({PropertyId(""): blocks}, names).strip("\n")


def settle_file(
    vault: Folder, memory: Store, clock: Clock, file: OpenFile, choices: Mapping[int, Choice]
) -> None:
    """Settle conflicts of a file, keeping its old text in the history.

    Args:
        choices: What becomes of `file.conflicts`, by index.

    Raises:
        Stale: The file was changed meanwhile.
        Unconvertible: What it should say cannot be written.
        RunError: The disk is full or read-only.
    """
    sections = {
        key: choose(
            blocks,
            [
                (found, choices[index])
                for index, (section, found) in enumerate(file.found)
                if section == key and index in choices
            ],
        )
        for key, blocks in file.note.sections.items()
    }
    was, names = file.document.text, file.names
    try:
        body = write_onto(file.document.body, file.note.sections, sections, names)
    except UnreadableResult as exc:
        raise Unconvertible(f"{exc}; settle it in an editor", note=file.path) from exc
    text = was[: len(was) - len(file.document.body)] + body
    now = clock.now()
    memory.revisions.keep(
        file.id or "", file.path, "vault", was, reason="conflicts settled", at=now
    )
    if file.record is not None:
        remember_resolved(memory, file.record, replace(file.note, sections=sections), was=was)
    vault.write(file.path, text, was)
