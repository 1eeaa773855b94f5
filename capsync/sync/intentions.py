"""What is about to be made or moved: written down first, so that nothing is there twice.

Making an object cannot be repeated safely. A run that finds an open intention
looks for the object it may have made, by title, before it makes another. Nor can a
file be moved in one step to where nothing may be: for a moment it has both names.
"""

from __future__ import annotations

import json
from collections.abc import Collection
from contextlib import suppress
from dataclasses import dataclass, replace

from capsync.errors import NoteError
from capsync.model.block import BlockId, Blocks, walk
from capsync.model.codec import decode_note, encode_note
from capsync.model.note import Note, Row, Structure
from capsync.plan.safety import count_words
from capsync.plan.tree import columns_of, filled
from capsync.state.journal import MAKE, MOVE, Intention
from capsync.state.store import Store
from capsync.sync.contents import called_like
from capsync.sync.run import Run
from capsync.sync.space import first_values
from capsync.vault.disk import Stamp
from capsync.vault.files import Folder


@dataclass(frozen=True, slots=True)
class Made:
    """An object that was made, and what came of it."""

    there: Note
    sent: Note | None
    """What it was made of; None where an earlier version of capsync did not say."""
    path: str
    """Where its file was then."""

    @property
    def base(self) -> Note | None:
        """What both sides have held: what was sent, as far as it is there; None if unknown.

        What is not there was never made, or removed since. To make it again loses nothing.
        """
        if not any(map(count_words, self.there.sections.values())):
            return self.there
        if self.sent is None:
            return None
        values = {**self.there.properties, **self.sent.properties}
        named = called_like(self.sent, self.there, edited=True)
        sections = {
            key: _of(named.sections.get(key, ()), {block.id for block in walk(body)})
            for key, body in self.there.sections.items()
        }
        return replace(self.there, properties=values, sections=sections)


def _of(blocks: Blocks, names: Collection[BlockId | None]) -> Blocks:
    """Leave out the blocks that have none of some names."""
    return tuple(
        filled(block, tuple(_of(column, names) for column in columns_of(block)))
        for block in blocks
        if block.id in names
    )


def begin_intention(run: Run, path: str, note: Note) -> None:
    """Write down that *note* is about to be made of the file at *path*."""
    held = {"title": note.title, "inode": _inode(run, path), "note": encode_note(note)}
    payload = json.dumps({**held, "others": run.index.called(note.title)})
    run.memory.intentions.begin(MAKE, path, None, payload, at=run.clock.now())


def made_before(run: Run, path: str, title: str, structure: Structure) -> Made | None:
    """Find the object that an earlier run made for a file without hearing back."""
    pending = {_title(each): each for each in _pending(run, path, title)}
    for row in run.remote.listing([structure.id]).rows if pending else ():
        fits = row.title in pending and row.id not in run.seen.files
        fits = fits and row.id not in _others(pending[row.title])
        if fits and run.memory.notes.get(row.id) is None:
            there = run.with_main(run.space.read(row.id))
            intention = pending[row.title]
            return Made(there, _sent(intention, structure), intention.path)
    return None


def _sent(intention: Intention, structure: Structure) -> Note | None:
    kept = json.loads(intention.payload).get("note")
    if kept is None:
        return None
    note = decode_note(kept)
    return replace(note, properties=first_values(note, structure))


def is_awaited(run: Run, row: Row) -> bool:
    """Say whether an object may be the one that was made for a file which is still there."""
    return any(
        each.kind == MAKE
        and _title(each) == row.title
        and each.path in run.seen.paths
        and row.id not in _others(each)
        for each in run.memory.intentions.open()
    )


def close_intentions(run: Run, path: str, title: str) -> None:
    """Cross out the intention to make a file's object: it is made, or surely is not."""
    for each in _pending(run, path, title):
        run.memory.intentions.done(each.number)


def move_file(run: Run, note: str, path: str, to: str) -> Stamp:
    """Move a note's file to where nothing is; the intention is crossed out by `Run.remember`."""
    payload = json.dumps({"to": to})
    run.memory.intentions.begin(MOVE, path, note, payload, at=run.clock.now())
    return run.vault.move(path, to)


def finish_moves(vault: Folder, memory: Store) -> None:
    """Finish what was cut off before, while it is certain that nobody else is at it."""
    for each in memory.intentions.open():
        if each.kind == MOVE:
            with suppress(NoteError):
                vault.finish_move(each.path, json.loads(each.payload)["to"])
            memory.intentions.done(each.number)


def drop_intentions(run: Run) -> None:
    """Forget what was to be made of files that are gone; what was made comes as a new file."""
    for each in run.memory.intentions.open():
        if each.kind == MAKE and each.path not in run.seen.paths:
            run.memory.intentions.done(each.number)


def _pending(run: Run, path: str, title: str) -> list[Intention]:
    """List the intentions to make a file's object, also if the file has moved since."""
    inode = _inode(run, path)

    def has_moved(each: Intention) -> bool:
        is_same = inode is not None and json.loads(each.payload).get("inode") == inode
        return each.path not in run.seen.paths and (_title(each) == title or is_same)

    return [
        each
        for each in run.memory.intentions.open()
        if each.kind == MAKE and (each.path == path or has_moved(each))
    ]


def _title(intention: Intention) -> str:
    return str(json.loads(intention.payload).get("title"))


def _others(intention: Intention) -> Collection[str]:
    """Give the notes that had its title before."""
    found: Collection[str] = json.loads(intention.payload).get("others", ())
    return found


def _inode(run: Run, path: str) -> int | None:
    """Give the number of a file that has no object yet, which a new name does not change."""
    return next((each.stamp.inode for each in run.seen.new if each.path == path), None)
