"""Twins: equal blocks under different names, one on each side.

A block has no id before the space has given it one, and an app that moves a
block by cutting and pasting gives it a new one. So the same block may be on
both sides without sharing an id: inserted alike by both, merged before and not
yet remembered, or made anew. A merge must see it as one block, not two.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Mapping

from capsync.model.block import Block, BlockId, Blocks, walk
from capsync.plan.conflicts import said
from capsync.plan.diff3 import matches
from capsync.plan.sequence import unmoved
from capsync.plan.tree import anonymous, columns_of, filled


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
