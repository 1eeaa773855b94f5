"""Writes to the space that nobody heard the end of.

A write may take several requests, and the machine may stop between any two of them,
or lose an answer. So what is about to be written is set down first. A run that finds
it still standing works out how far the write came, from what the space holds now, and
takes that for what both sides last agreed on: what was done is not done again, what
was not is, and what others changed meanwhile is merged.
"""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Callable, Hashable, Iterator, Set
from dataclasses import replace
from functools import partial
from itertools import accumulate, count

from rapidfuzz.distance import Indel

from capsync.errors import ServerFault
from capsync.model.block import Block, BlockId, walk
from capsync.model.codec import decode_note, encode_note
from capsync.model.normal import digest
from capsync.model.note import Note, Structure
from capsync.model.property import PropertyId
from capsync.plan.apply import apply_edit
from capsync.plan.edits import Edit, own
from capsync.plan.merge_note import merge_notes
from capsync.plan.safety import said_words
from capsync.plan.tree import columns_of, filled
from capsync.state.journal import WRITE, Intention
from capsync.sync.contents import called_like
from capsync.sync.run import Run
from capsync.sync.space import Changes, changes_between

FEW = 12
"""Requests of a write up to which it is worked out what it was without one of them."""
NEW = "new "
"""What the names of blocks begin with that no service has given one."""


def write_space(run: Run, path: str, changes: Changes, vault: Note) -> Note:
    """Make an object what it should be and give what the service has made of it.

    The intention is crossed out by `Run.remember`, together with the agreement.

    Args:
        vault: What the file says; where it was merged, not the same as what is wanted.

    Raises:
        ServerFault: The service said yes and did not do it, or not all of it.
    """
    there = changes.there
    if not changes.requests:
        return there
    notes = {"before": there, "wanted": changes.wanted, "vault": vault}
    payload = json.dumps({key: encode_note(note) for key, note in notes.items()})
    run.memory.intentions.begin(WRITE, path, there.id, payload, at=run.clock.now())
    stored = run.with_main(run.space.write(changes))
    doubtful = _without_a_request(changes, stored)
    if digest(stored) in doubtful:
        raise ServerFault("the service accepted the change but did not make all of it")
    run.doubt(there.id, doubtful)
    return stored


def last_read(intention: Intention, base: Note) -> Note:
    """Give what a file said when its object was last written to: by now it may say more."""
    then = decode_note(json.loads(intention.payload)["vault"])
    return replace(base, sections=then.sections)


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
    changes = changes_between(before, wanted, structure)
    # of two that are as near the earlier is safer: what was not written is written again
    states = (*_states(changes), *_gaps(changes))
    base = min(states, key=lambda state: _distance(state, there, names))
    goal = vault
    if digest(then) != digest(wanted):
        if _bodies(read(wanted)) == _bodies(wanted):  # the file was written already
            vault = replace(vault, sections=wanted.sections)
        goal = _merged_again(then, vault, wanted, there)
    base, vault, goal = (called_like(each, there, edited=True) for each in (base, vault, goal))
    return base, vault, goal


def _merged_again(then: Note, vault: Note, wanted: Note, there: Note) -> Note:
    """Add to what was to be written what the file says since.

    What is new in *wanted* has no id yet; it must be known for the same block in all three.
    """
    numbers = count(1)

    def named(block: Block) -> Block:
        inner = tuple(tuple(map(named, column)) for column in columns_of(block))
        is_new = block.id is None or block.id.startswith(NEW)  # perhaps from an earlier attempt
        name = BlockId(f"{NEW}{next(numbers)}") if is_new else block.id
        return replace(filled(block, inner), id=name)

    there_too = called_like(wanted, there, edited=True)
    sections = {key: tuple(map(named, body)) for key, body in there_too.sections.items()}
    wanted = replace(there_too, sections=sections)
    then, vault = (called_like(each, wanted, edited=True) for each in (then, vault))
    return merge_notes(then, vault, wanted, stamp="").note


def _bodies(note: Note) -> str:
    return digest(replace(note, properties={}))


def _without_a_request(changes: Changes, stored: Note) -> frozenset[str]:
    """Give the digests of what an object is if the service did nothing for one of the requests.

    Args:
        stored: What it is by the service's own word, with the ids of what is new.
    """
    *states, whole = (
        digest(called_like(each, stored, edited=True))
        for each in (*_gaps(changes), *_states(changes))
    )
    return frozenset(states) - {whole}


def _states(changes: Changes) -> list[Note]:
    """Give what the object was before a write and after each request of it."""
    return list(
        accumulate(_requests(changes), lambda now, request: request(now), initial=changes.there)
    )


def _gaps(changes: Changes) -> Iterator[Note]:
    """Give what the object was after a write if the service had left one request out.

    Of a write of many requests this would be too much to work out.
    """
    requests = list(_requests(changes))
    for left_out in range(len(requests) if len(requests) <= FEW else 0):
        now = changes.there
        for request in (*requests[:left_out], *requests[left_out + 1 :]):
            now = request(now)
        yield now


def _requests(changes: Changes) -> Iterator[Callable[[Note], Note]]:
    """Give what each request of a write makes of the object."""
    if changes.values:
        yield lambda now: replace(now, properties={**now.properties, **changes.values})
    for section, edits in changes.edits.items():
        for edit in edits:
            yield partial(_edited, section=section, edit=edit)


def _edited(now: Note, section: PropertyId, edit: Edit) -> Note:
    body = apply_edit(edit, now.sections.get(section, ()))
    return replace(now, sections={**now.sections, section: body})


def _distance(state: Note, there: Note, names: Set[BlockId | None]) -> int:
    """Count the words, blocks and values in which two states of an object differ.

    A word counts twice: a block that somebody else has changed as well, say, to a heading,
    is neither what it was nor what it was to be, but its words still tell which.

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
    return values + Indel.distance(left, right) + 2 * _other_words(state, there)


def _other_words(one: Note, other: Note) -> int:
    """Count the words that are in only one of two notes."""
    here, there = (
        Counter(word for body in note.sections.values() for word in said_words(body))
        for note in (one, other)
    )
    return (here - there).total() + (there - here).total()


def _held(note: Note, names: Set[BlockId | None]) -> Iterator[Hashable]:
    for key, body in note.sections.items():
        for block in walk(body):
            yield key, own(block), block.id if block.id in names else None
