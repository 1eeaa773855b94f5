"""Twins: equal blocks under different names, one on each side.

A block has no id before the space has given it one, and an app that moves a
block by cutting and pasting gives it a new one. So the same block may be on
both sides without sharing an id: inserted alike by both, merged before and not
yet remembered, or made anew. A merge must see it as one block, not two. The service
moves no blocks, so what another machine has moved was made anew as well, and
may have been edited on the way.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Mapping, Sequence
from dataclasses import replace

from rapidfuzz import fuzz

from capsync.model.block import Block, BlockId, Blocks, walk
from capsync.plan.conflicts import is_callout, said
from capsync.plan.diff3 import matches
from capsync.plan.edits import own
from capsync.plan.sequence import unmoved
from capsync.plan.tree import anonymous, columns_of, filled

SURELY_ALIKE = 60
"""Likeness of two texts, 0 to 100, from which one counts as the other, edited."""
HALF_ALIKE = 50
"""Likewise where one of them holds the other word for word."""
_MOST_PAIRS = 10_000
"""Pairs of blocks that are compared at most."""


def introduced(vault: Blocks, space: Blocks) -> Blocks:
    """Give *vault* with its twins of blocks of *space* replaced by those.

    Twins hold the same, stand in the same parent, and either in the same place
    or, if they have words by which to know them, anywhere in it.
    """
    names = {block.id for block in walk(vault)}
    shared: dict[BlockId | None, Block] = {
        block.id: block for block in walk(space) if block.id and block.id in names
    }
    return _lane(vault, space, shared)


def recognised(vault: Blocks, space: Blocks) -> Blocks:
    """Give *vault* with twins introduced, also those that somebody has edited in the space since.

    Only for bodies of which one was written to the other.
    """
    vault = introduced(vault, space)
    here = {block.id for block in walk(vault)}
    there = {block.id for block in walk(space)}
    nameless = [block for block in walk(vault) if block.id not in there]
    unknown = [block for block in walk(space) if block.id not in here]
    pairs = _alike_pairs(nameless, unknown)
    return _named(vault, {id(nameless[i]): unknown[j].id for i, j in pairs})


def followed(base: Blocks, vault: Blocks, space: Blocks) -> tuple[Blocks, Blocks]:
    """Give *base* and *vault* with the blocks that were made anew in *space* under the new names.

    Only blocks that the vault has changed: what it has removed stays removed, what is new stays.
    """
    known = {block.id for side in (base, vault) for block in walk(side)}
    gone = _changed(base, vault, space)
    new = [block for block in walk(space) if block.id not in known]
    names = {gone[i].id: new[j].id for i, j in _equal_pairs(gone, new)}
    gone = [block for block in gone if block.id not in names]
    new = [block for block in new if block.id not in names.values()]
    names |= {gone[i].id: new[j].id for i, j in _alike_pairs(gone, new)}

    def renamed(block: Block) -> Block:
        inner = tuple(tuple(map(renamed, column)) for column in columns_of(block))
        return replace(filled(block, inner), id=names.get(block.id, block.id))

    return (tuple(map(renamed, base)), tuple(map(renamed, vault))) if names else (base, vault)


def recovered(base: Blocks, vault: Blocks, space: Blocks) -> Blocks:
    """Give *vault* with the old names of blocks that moved from one parent to another.

    Such a block was read as a new one, as nothing in a file says what it was. That only
    matters for blocks that the space has changed: they would be there twice.
    """
    known = {block.id for side in (base, space) for block in walk(side)}
    gone = _changed(base, space, vault)
    new = [block for block in walk(vault) if block.id not in known]
    pairs = {id(new[j]): gone[i].id for i, j in _equal_pairs(gone, new)}
    gone = [block for block in gone if block.id not in pairs.values()]
    new = [block for block in new if id(block) not in pairs]
    return _named(vault, pairs | {id(new[j]): gone[i].id for i, j in _alike_pairs(gone, new)})


def _changed(base: Blocks, one: Blocks, other: Blocks) -> list[Block]:
    """Give the blocks of *base* that are not in *other*, and not what they were in *one*."""
    here, there = ({block.id: block for block in walk(side)} for side in (one, other))
    return [
        block
        for block in walk(base)
        if block.id in here and block.id not in there and here[block.id] != block
    ]


def _named(blocks: Blocks, names: Mapping[int, BlockId | None]) -> Blocks:
    """Give blocks names of their own, by what Python knows each block by."""

    def named(block: Block) -> Block:
        inner = tuple(tuple(map(named, column)) for column in columns_of(block))
        return replace(filled(block, inner), id=names.get(id(block), block.id))

    return tuple(map(named, blocks)) if names else blocks


def _equal_pairs(one: Sequence[Block], other: Sequence[Block]) -> list[tuple[int, int]]:
    """Pair the blocks that say the same in the same dress, whatever is nested in them."""
    waiting: defaultdict[Block, list[int]] = defaultdict(list)
    for j, block in enumerate(other if one else ()):
        waiting[own(block)].append(j)
    return [
        (i, waiting[own(block)].pop(0))
        for i, block in enumerate(one if other else ())
        if said(block) and waiting[own(block)]
    ]


def _alike_pairs(one: Sequence[Block], other: Sequence[Block]) -> list[tuple[int, int]]:
    """Pair the blocks that say almost the same, the most alike first."""
    if len(one) * len(other) > _MOST_PAIRS:
        return []
    found = (
        (_likeness(block, against), i, j)
        for i, block in enumerate(one)
        for j, against in enumerate(other)
    )
    pairs: dict[int, int] = {}
    for likeness, i, j in sorted(found, key=lambda each: (-each[0], each[1], each[2])):
        if likeness and i not in pairs and j not in pairs.values():
            pairs[i] = j
    return list(pairs.items())


def _likeness(one: Block, other: Block) -> float:
    """Say how alike two blocks are, 0 to 100; 0 where they are no versions of one block."""
    here, there = said(one), said(other)
    if type(one) is not type(other) or is_callout(one) or is_callout(other) or not (here and there):
        return 0.0
    if not set(here.split()) & set(there.split()):  # short words of other texts are alike, too
        return 0.0
    includes = f" {here} " in f" {there} " or f" {there} " in f" {here} "
    likeness = fuzz.ratio(here, there)
    return likeness if likeness >= (HALF_ALIKE if includes else SURELY_ALIKE) else 0.0


_Shared = Mapping[BlockId | None, Block]
"""The blocks of the space that the vault has under the same id."""


def _lane(vault: Blocks, space: Blocks, shared: _Shared) -> Blocks:
    twins = _aligned(vault, space, shared)
    _add_moved(twins, vault, space, shared)
    return tuple(
        space[twins[i]] if i in twins else _inside(block, shared) for i, block in enumerate(vault)
    )


def _inside(block: Block, shared: _Shared) -> Block:
    other = shared.get(block.id)
    if other is None:
        return block
    theirs = (*columns_of(other), *(() for _ in columns_of(block)))
    columns = zip(columns_of(block), theirs, strict=False)
    return filled(block, tuple(_lane(*pair, shared) for pair in columns))


def _aligned(vault: Blocks, space: Blocks, shared: _Shared) -> dict[int, int]:
    """Pair the twins that stand in the same place: between the same shared blocks."""
    orders = ([block.id for block in side if block.id in shared] for side in (space, vault))
    frame = unmoved(*orders)
    twins: dict[int, int] = {}
    for here, there in zip(_gaps(vault, frame, shared), _gaps(space, frame, shared), strict=True):
        pairs = matches([anonymous(vault[i]) for i in here], [anonymous(space[j]) for j in there])
        twins |= {here[i]: there[j] for i, j in pairs}
    return twins


def _gaps(side: Blocks, frame: Collection[BlockId | None], shared: _Shared) -> list[list[int]]:
    """Give the indexes of what is not shared: before *frame*, and after each block of it."""
    gaps: list[list[int]] = [[]]
    ahead = set(frame)  # a copied id counts the first time only
    for index, block in enumerate(side):
        if block.id in ahead:
            ahead.remove(block.id)
            gaps.append([])
        elif block.id not in shared:
            gaps[-1].append(index)
    return gaps


def _add_moved(
    twins: dict[int, int], vault: Blocks, space: Blocks, shared: Collection[BlockId | None]
) -> None:
    """Pair those of the rest that say the same."""
    waiting: defaultdict[Block, list[int]] = defaultdict(list)
    for j, block in enumerate(space):
        if block.id not in shared and j not in twins.values() and said(block):
            waiting[anonymous(block)].append(j)
    for i, block in enumerate(vault):
        if waiting and block.id not in shared and i not in twins:
            found = waiting.get(anonymous(block))
            if found:
                twins[i] = found.pop(0)
