"""Links that were written before their target was there.

``[[Title]]`` stays text as long as no note is called so. Which notes wait for which
titles is remembered; once a note of that name turns up, from whichever side, they are
looked at again and the text becomes a link.
"""

from __future__ import annotations

from capsync.model.token import NoteId
from capsync.sync.look import look
from capsync.sync.observe import Local
from capsync.sync.run import Run
from capsync.sync.settle import settle


def come_true(run: Run) -> dict[NoteId, list[str]]:
    """Find the notes that wait for a name by which there is a note now, and those names."""
    found: dict[NoteId, list[str]] = {}
    for note, name in run.memory.awaited.all():
        if run.index.is_taken(name) and run.index.resolve(name) not in (None, note):
            found.setdefault(NoteId(note), []).append(name)
    return found


def link_up(run: Run, note: NoteId, names: list[str]) -> None:
    """Look at a note again whose links may find their targets now."""
    record = run.memory.notes.get(note)
    if record is not None and record.path:
        text = run.vault.read(record.path)
        if text.text != record.text:
            return  # just edited: the next sync reads it anew anyway
        settle(run, look(run, note, Local(record.path, text.stamp), again=True))
    run.memory.awaited.drop(note, names)
