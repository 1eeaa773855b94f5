"""Writes to the space that nobody heard the end of.

A write may take several requests, and the machine may stop between any two of them,
or lose an answer. So what is about to be written is set down first. A run that finds
it still standing works out how far the write came, from what the space holds now, and
takes that for what both sides last agreed on: what was done is not done again, what
was not is, and what others changed meanwhile is merged.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Hashable, Iterator, Set
from dataclasses import replace
from itertools import count

from rapidfuzz.distance import Indel

from capsync.model.block import Block, BlockId, Blocks, walk
from capsync.model.codec import decode_note, encode_note
from capsync.model.normal import digest
from capsync.model.note import Note, Structure
from capsync.plan.apply import apply_edit
from capsync.plan.edits import own
from capsync.plan.merge_note import merge_notes
from capsync.plan.tree import columns_of, filled
from capsync.plan.twins import introduced
from capsync.state.journal import WRITE, Intention
from capsync.sync.run import Run
from capsync.sync.space import changes_between

NEW = "new "
"""What the names of blocks begin with that no service has given one."""


def write_space(run: Run, path: str, there: Note, wanted: Note, vault: Note) -> Note:
    """Make the object *there* into *wanted* and give what the service has made of it.

    The intention is crossed out by `Run.remember`, together with the agreement.

    Args:
        vault: What the file says; where it was merged, not the same as *wanted*.
    """
    structure = run.structure_of(there)
    if changes_between(there, wanted, structure).requests:
        notes = {"before": there, "wanted": wanted, "vault": vault}
        payload = json.dumps({key: encode_note(note) for key, note in notes.items()})
        run.memory.intentions.begin(WRITE, path, there.id, payload, at=run.clock.now())
    stored = run.with_main(run.space.write(there, wanted, structure))
    if stored is not there:
        run.doubt(there.id, there)
    return stored


def resumed(
    intention: Intention,
    vault: Note,
    there: Note,
    structure: Structure,
    read: Callable[[Note], Note],
) -> tuple[Note, Note, Note]:
    """Say what the sides of a note agree on after a write that was cut off.

    Args:
        vault: What the file says now.
        there: What the space holds now.
        read: Gives what the file says, should it have been written from some note.

    Returns:
        What to take for the base, what the file says, and what it is to say: more than
        that where the write was of a merge. All under the ids that *there* has.
    """
    kept = json.loads(intention.payload)
    before, wanted, then = (decode_note(kept[key]) for key in ("before", "wanted", "vault"))
    names = frozenset(block.id for body in before.sections.values() for block in walk(body))
    states = _states(before, wanted, structure)
    base = min(states, key=lambda state: _distance(state, there, names))
    goal = vault
    if digest(then) != digest(wanted):
        if _bodies(read(wanted)) == _bodies(wanted):  # the file was written already
            vault = replace(vault, sections=wanted.sections)
        goal = _merged_again(then, vault, wanted, there)
    return _named(base, there), _named(vault, there), _named(goal, there)


def _merged_again(then: Note, vault: Note, wanted: Note, there: Note) -> Note:
    """Add to what was to be written what the file says since.

    What is new in *wanted* has no id yet; it must be known for the same block in all three.
    """
    numbers = count(1)

    def named(block: Block) -> Block:
        inner = tuple(tuple(map(named, column)) for column in columns_of(block))
        return replace(filled(block, inner), id=block.id or BlockId(f"{NEW}{next(numbers)}"))

    there_too = _named(wanted, there)
    sections = {key: tuple(map(named, body)) for key, body in there_too.sections.items()}
    wanted = replace(there_too, sections=sections)
    return merge_notes(_named(then, wanted), _named(vault, wanted), wanted, stamp="").note


def _bodies(note: Note) -> str:
    return digest(replace(note, properties={}))


def _states(before: Note, wanted: Note, structure: Structure) -> Iterator[Note]:
    """Give what the object was after each request of the write, the last first."""
    states = [before]
    changes = changes_between(before, wanted, structure)
    if changes.values:
        now = states[-1]
        states.append(replace(now, properties={**now.properties, **changes.values}))
    for section, edits in changes.edits.items():
        for edit in edits:
            now = states[-1]
            body = apply_edit(edit, now.sections.get(section, ()))
            states.append(replace(now, sections={**now.sections, section: body}))
    return reversed(states)


def _distance(state: Note, there: Note, names: Set[BlockId | None]) -> int:
    """Count the blocks and values in which two states of an object differ.

    Args:
        names: The blocks that were there before; all others have yet to be told apart.
    """
    values = sum(
        state.properties.get(key) != there.properties.get(key)
        for key in {*state.properties, *there.properties}
    )
    numbers: dict[Hashable, int] = {}
    left, right = (
        [numbers.setdefault(each, len(numbers)) for each in _held(note, names)]
        for note in (state, there)
    )
    return values + Indel.distance(left, right)


def _held(note: Note, names: Set[BlockId | None]) -> Iterator[Hashable]:
    for key, body in note.sections.items():
        for block in walk(body):
            yield key, own(block), block.id if block.id in names else None


def _named(note: Note, there: Note) -> Note:
    """Give blocks the ids that the space has given them."""

    def body(key: str, blocks: Blocks) -> Blocks:
        return introduced(blocks, next((b for k, b in there.sections.items() if k == key), ()))

    return replace(note, sections={key: body(key, each) for key, each in note.sections.items()})
