"""A version of a note beside its file as it is now, and differences as text."""

from __future__ import annotations

import difflib
import json
import re
from collections.abc import Iterator

from capsync.markdown.document import document_onto, put_document, read_document, write_document
from capsync.model.codec import decode_note
from capsync.state.store import Revision, Store
from capsync.sync.begin import Bench, begun, know_titles
from capsync.sync.contents import titled_like
from capsync.sync.history import Subject, file_text
from capsync.sync.observe import observe
from capsync.sync.report import Difference, Options, Report
from capsync.sync.run import CONVERTER_PROBLEMS, Run, explained
from capsync.vault.files import Folder
from capsync.vault.names import stem_of

_LINE = re.compile(r"[^\n]*\n|[^\n]+")
_NOTHING = "/dev/null"


def unified(difference: Difference) -> Iterator[str]:
    """Write a difference as a unified diff, line by line, without line ends."""
    old, new = (_LINE.findall(text) for text in (difference.before, difference.after))
    names = difference.old or _NOTHING, difference.new or _NOTHING
    if old == new and names[0] != names[1]:
        yield from (f"--- {names[0]}", f"+++ {names[1]}")
    for line in difflib.unified_diff(old, new, *names, lineterm="\n"):
        if line.endswith("\n"):
            yield line[:-1]
        else:
            yield from (line, "\\ No newline at end of file")


def version_difference(bench: Bench, subject: Subject, kept: Revision) -> Difference:
    """Compare a version of a note with its file as it is now.

    Raises:
        NoteError: One of the two cannot be written as a file.
        RunError: A person must act.
        RetryError: The service cannot be reached; only a version of the space needs it.
    """
    if kept.side == "vault":
        return vault_difference(bench.vault, bench.memory, subject, kept)
    with begun(bench, Options(dry_run=True), Report(dry_run=True), "diff") as run:
        know_titles(run)
        try:
            return _space_difference(run, subject, kept)
        except CONVERTER_PROBLEMS as exc:
            raise explained(exc, subject.path) from exc


def vault_difference(vault: Folder, memory: Store, subject: Subject, kept: Revision) -> Difference:
    """Compare a version of the file with the file as it is now; no network."""
    text = file_text(vault, observe(vault, memory), subject)
    path = None if text is None else subject.path
    return Difference("version", _named(kept), path, kept.content, text or "")


def _space_difference(run: Run, subject: Subject, kept: Revision) -> Difference:
    note = run.with_main(decode_note(json.loads(kept.content)))
    structure = run.structure_of(note)
    text = file_text(run.vault, run.seen, subject)
    if text is None:
        before = write_document(note, structure, run.index, title=None)
        return Difference("version", _named(kept), None, before, "")
    document = read_document(text)
    base = note if subject.record is None else run.with_main(run.base_of(subject.record))
    title = document.title or stem_of(subject.path)
    now = put_document(document, base, structure, run.index, title=title)
    if document.title is None:  # the name of the file says it
        note = titled_like(note, now)
    before = document_onto(document, now, note, structure, run.index, title=document.title)
    return Difference("version", _named(kept), subject.path, before, text)


def _named(kept: Revision) -> str:
    return f"{kept.path}@{kept.version}"
