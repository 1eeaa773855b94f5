"""Whether somebody else edited a note while we were writing to it.

A write takes several requests, and the quota may put minutes between them. What
the app does meanwhile is in the answer to the last of them; to take that answer
for what both sides agree on would hide it from the file for ever. So the answer
is compared with what was there before: what no request of ours was about must
have stayed as it was.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Set
from typing import TypeVar

from capsync.model.block import Block, BlockId, walk
from capsync.model.note import Note
from capsync.plan.conflicts import said
from capsync.plan.edits import AppendBlocks, DeleteBlock, UpdateBlock, own
from capsync.plan.properties import changed_values
from capsync.sync.space import Changes

T = TypeVar("T", AppendBlocks, DeleteBlock, UpdateBlock)


def is_disturbed(stored: Note, changes: Changes) -> bool:
    """Say whether *stored* differs from what was there by more than *changes*.

    Blocks that were changed or added may look like anything, as the service writes
    them in a form of its own; but they must say what we wrote.
    """
    before = changes.there
    ours = _touched(before, changes)
    held = {block.id for block in _blocks(before)}
    added = sum(block.id not in held for block in _blocks(stored))
    return (
        added > _added(changes)
        or _rest(before, held - ours) != _rest(stored, held - ours)
        or _says_otherwise(stored, held, changes)
        or _has_other_values(before, stored, changes)
    )


def _blocks(note: Note) -> Iterator[Block]:
    for _, body in sorted(note.sections.items()):
        yield from walk(body)


def _touched(before: Note, changes: Changes) -> set[BlockId | None]:
    """Give the ids of the blocks that were changed or removed, with what was in these."""
    whole = {each.id for each in _edits(changes, DeleteBlock)}
    alone = {each.id for each in _edits(changes, UpdateBlock)}
    whole |= {each.id for each in _edits(changes, UpdateBlock) if each.with_children}
    inside = {
        inner.id for block in _blocks(before) if block.id in whole for inner in walk((block,))
    }
    return {*whole, *alone, *inside}


def _added(changes: Changes) -> int:
    """Count the blocks that were added, at most."""
    appended = sum(len(list(walk(each.blocks))) for each in _edits(changes, AppendBlocks))
    return appended + sum(
        len(list(walk((each.block,))))
        for each in _edits(changes, UpdateBlock)
        if each.with_children
    )


def _says_otherwise(stored: Note, held: Set[BlockId | None], changes: Changes) -> bool:
    """Say whether a block that was changed or added does not say what we wrote."""
    now = {block.id: said(block) for block in _blocks(stored)}
    alone = [each for each in _edits(changes, UpdateBlock) if not each.with_children]
    if any(now.get(each.id) != said(each.block) for each in alone):
        return True
    wanted = Counter(
        said(block) for each in _edits(changes, AppendBlocks) for block in walk(each.blocks)
    )
    return bool(wanted - Counter(text for name, text in now.items() if name not in held))


def _edits(changes: Changes, kind: type[T]) -> list[T]:
    return [each for edits in changes.edits.values() for each in edits if isinstance(each, kind)]


def _rest(note: Note, names: Set[BlockId | None]) -> list[tuple[BlockId | None, Block]]:
    return [(block.id, own(block)) for block in _blocks(note) if block.id in names]


def _has_other_values(before: Note, stored: Note, changes: Changes) -> bool:
    then, now = (
        {key: value for key, value in note.properties.items() if key not in changes.values}
        for note in (before, stored)
    )
    return bool(changed_values(then, now)) or set(before.collections) != set(stored.collections)
