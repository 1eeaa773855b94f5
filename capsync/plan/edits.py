"""The cheapest calls that turn the body that is there into the one that is wanted.

The service edits a block in place, adds a run of neighbours after a sibling
or at the start of a parent, and removes a block with all it holds. It has no
transaction, so the order is: update, then insert, then delete; whatever stops
in between loses nothing. No call touches a block that did not change.
"""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from itertools import groupby
from typing import TypeAlias

from capsync.model.block import (
    Block,
    BlockId,
    Blocks,
    GridBlock,
    children,
    is_writable,
    without_children,
)
from capsync.model.normal import normal_block
from capsync.plan.target import Kept, Lane, settle


@dataclass(frozen=True, slots=True)
class UpdateBlock:
    """Give a block new content; it keeps its id and, as a rule, its children."""

    id: BlockId
    block: Block
    """The new content, without id; children only if `with_children` is set."""
    with_children: bool = False
    """Whether the columns of a grid are replaced as a whole."""


@dataclass(frozen=True, slots=True)
class AppendBlocks:
    """Add a run of new blocks, with what is nested in them."""

    blocks: Blocks
    """At least one, none with an id."""
    after: BlockId | None
    """The sibling they follow; None for the start of `parent`."""
    parent: BlockId | None
    """The text block or group they open; None for the body, or where `after` is set."""


@dataclass(frozen=True, slots=True)
class DeleteBlock:
    """Remove a block and all it holds."""

    id: BlockId


Edit: TypeAlias = UpdateBlock | AppendBlocks | DeleteBlock


def block_edits(there: Blocks, wanted: Blocks, *, remove_opaque: bool = False) -> tuple[Edit, ...]:
    """Give the edits that turn *there* into *wanted*, in the order to carry them out.

    Blocks are told apart by id. What cannot be written is left alone, and so
    is whatever holds it; it never moves.

    Args:
        there: The body as the space has it; every block has an id.
        wanted: The body as it should be. A block without an id, or with one
            that *there* lacks, is new.
        remove_opaque: Whether unwritable blocks that *wanted* lacks are deleted.
    """
    edits = _Edits()
    edits.visit(there, settle(there, wanted, remove_opaque=remove_opaque), parent=None)
    return (*edits.updates, *edits.appends, *edits.deletes)


@dataclass(slots=True)
class _Edits:
    updates: list[UpdateBlock] = field(default_factory=list)
    appends: list[AppendBlocks] = field(default_factory=list)
    deletes: list[DeleteBlock] = field(default_factory=list)

    def visit(self, old: Blocks, lane: Lane, *, parent: BlockId | None) -> None:
        """Note what turns the blocks *old*, all of *parent*'s in one column, into *lane*."""
        kept = [item for item in lane if isinstance(item, Kept)]
        for item in kept:
            self.update(item)
        self.append(lane, parent=parent)
        staying = {item.old.id for item in kept}
        for block in old:
            if block.id not in staying and block.id is not None:
                self.deletes.append(DeleteBlock(block.id))

    def update(self, item: Kept) -> None:
        """Note what changes about a block that stays, and inside it."""
        name = item.old.id
        if name is None:
            return
        if item.whole:
            self.updates.append(UpdateBlock(name, replace(item.new, id=None), with_children=True))
        elif is_writable(item.new) and own(item.old) != own(item.new):
            block = replace(without_children(item.new), id=None)
            self.updates.append(UpdateBlock(name, block))
        for old, lane in zip(_lanes(item.old), item.lanes, strict=False):
            self.visit(old, lane, parent=name)

    def append(self, lane: Lane, *, parent: BlockId | None) -> None:
        """Note one call for each run of new blocks."""
        after: BlockId | None = None
        for is_kept, run in groupby(lane, key=lambda item: isinstance(item, Kept)):
            items = tuple(run)
            if is_kept:
                after = next(each.old.id for each in items[::-1] if isinstance(each, Kept))
            else:
                blocks = tuple(each for each in items if not isinstance(each, Kept))
                self.appends.append(AppendBlocks(blocks, after, parent if after is None else None))


def own(block: Block) -> Block:
    """Give what a block says of itself: no id, no children, in normal form."""
    return replace(normal_block(without_children(block)), id=None)


def _lanes(block: Block) -> tuple[Blocks, ...]:
    return block.columns if isinstance(block, GridBlock) else (children(block),)
