"""Two bodies made one without knowing what they come from.

Without a base nobody can say what was removed, so nothing is: blocks that say
the same are one block, and every other is kept, the vault's before the space's
where both have something in one place.
"""

from __future__ import annotations

from dataclasses import replace

from capsync.model.block import Block, Blocks, GridBlock
from capsync.plan.diff3 import matches
from capsync.plan.edits import own
from capsync.plan.tree import anonymous, columns_of, filled


def unite_blocks(vault: Blocks, space: Blocks) -> Blocks:
    """Give a body with everything that *vault* or *space* holds.

    Ids are the space's; blocks that only the vault has get none.
    """
    united: list[Block] = []
    i = j = 0
    pairs = matches([_name(block) for block in vault], [_name(block) for block in space])
    for here, there in (*pairs, (len(vault), len(space))):
        united += map(_nameless, vault[i:here])
        united += space[j:there]
        united += [_united(vault[here], space[there])] if here < len(vault) else []
        i, j = here + 1, there + 1
    return tuple(united)


def _name(block: Block) -> Block:
    """Give what two blocks must share to be one: what they say, and a grid's cells as well."""
    return anonymous(block) if isinstance(block, GridBlock) else own(block)


def _united(vault: Block, space: Block) -> Block:
    pairs = zip(columns_of(vault), columns_of(space), strict=True)
    return filled(space, tuple(unite_blocks(*pair) for pair in pairs))


def _nameless(block: Block) -> Block:
    inner = tuple(tuple(map(_nameless, column)) for column in columns_of(block))
    return replace(filled(block, inner), id=None)
