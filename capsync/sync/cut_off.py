"""Files that were about to be written when a run was cut off.

Between a file and what is remembered of it a machine may stop. A run after that finds
a file it does not know: what is new in it looks like what a person wrote there, and
is in the space as well. So what a file is about to hold is set down first. A run that
finds that still standing looks whether it was written, and then remembers it.
"""

from __future__ import annotations

import json
import re
from collections import Counter
from dataclasses import replace

from capsync.model.codec import decode_note, encode_note
from capsync.model.note import Note
from capsync.model.token import NoteId
from capsync.state.journal import FILE, Intention
from capsync.sync.contents import titled_like
from capsync.sync.observe import Local
from capsync.sync.run import Run
from capsync.vault.disk import Stamp

UNSEEN = Stamp(0, 0, 0)
"""No file has this stamp: what is remembered with it is looked at again."""
_RUN = re.compile(r"\w+")
"""Longer than what `capsync.plan.words` calls a word: in a script without spaces that is
one character, and anybody's edit may hold the one that was to come."""


def begin_file(
    run: Run, note: Note, path: str, text: str, *, was: str | None, to: str = ""
) -> None:
    """Set down that a file is about to hold *text*; `Run.remember` crosses it out.

    Args:
        was: What it holds now; None where there is none yet.
        to: Where it is moved then, if it is.
    """
    held = {"note": encode_note(note), "text": text, "was": was, "to": to or path}
    run.memory.intentions.begin(FILE, path, note.id, json.dumps(held), at=run.clock.now())


def finish_files(run: Run) -> None:
    """Remember the files that were written without anybody taking it down."""
    last = {each.note: each for each in run.memory.intentions.open() if each.kind == FILE}
    for intention in last.values():
        local = run.seen.files.get(NoteId(intention.note or ""))
        held = json.loads(intention.payload)
        if local is None and {intention.path, held["to"]} & run.seen.paths:
            continue  # the file cannot be read at the moment
        with run.memory.transaction():
            run.memory.intentions.drop(FILE, intention.note or "")
            document = None if local is None else local.document
            if local and document and _was_written(held["text"], held["was"], document.text):
                _remember(run, intention, local)
                if (record := run.memory.notes.get(intention.note or "")) is not None:
                    run.seen.known[NoteId(record.id)] = record
                if document.text == held["text"]:
                    run.seen.files[NoteId(intention.note or "")] = replace(local, document=None)


def _was_written(text: str, was: str | None, now: str) -> bool:
    """Say whether a file held *text* for sure, though a person may have edited it since.

    Where that is not sure it was not: to remember what a file never held would make a
    deletion of what is not in it. A file with the id of a note can only be ours
    where there was none before.
    """
    if now in (text, was):
        return now == text
    return was is None or _has_come(_words(text) - _words(was), _words(now))


def _words(text: str) -> Counter[str]:
    return Counter(_RUN.findall(text))


def _has_come(expected: Counter[str], now: Counter[str]) -> bool:
    """Say whether there are words to expect, and each of them is there.

    Lines that are only alike will not do: what somebody wrote in another line of a list
    may look like what was to come.
    """
    return bool(expected) and not expected - now


def _remember(run: Run, intention: Intention, local: Local) -> None:
    held = json.loads(intention.payload)
    note, path = decode_note(held["note"]), held["to"]
    record = run.memory.notes.get(note.id)
    if local.path != path and record is not None:  # not moved: its name is still the old title
        note, path = titled_like(note, run.base_of(record)), intention.path
    run.remember(note, path, held["text"], UNSEEN)
