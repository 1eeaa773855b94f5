"""From the body that is wanted to the nearest one that can be reached.

The service can edit, add and remove blocks, but not move them, not change
their type and not make again what it does not expose. `settle` therefore
decides for every block that is there whether it stays, and gives the body
that results: blocks that stay, in their old order, and blocks to be made anew
between them. Turning that into calls is `capsync.plan.edits`' business.

A block that holds something unwritable is *pinned*: it stays where it is,
whatever is wanted, unless its removal was asked for.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import TypeAlias

from capsync.model.block import (
    Block,
    BlockId,
    Blocks,
    GridBlock,
    GroupBlock,
    TextBlock,
    is_writable,
    walk,
    without_children,
)
from capsync.plan.sequence import heaviest_increasing


@dataclass(frozen=True, slots=True)
class Kept:
    """A block that stays, and what becomes of it."""

    old: Block
    new: Block
    """What it should say; only its own fields count, unless `whole` is set."""
    lanes: tuple[Lane, ...] = ()
    """What it should hold: one lane in a text block or group, one per column in a grid."""
    whole: bool = False
    """Whether it is a grid whose columns, as in `new`, replace the old ones altogether."""


Lane: TypeAlias = tuple[Kept | Block, ...]
"""Blocks side by side; a plain block is to be made anew, it and its children without ids."""


def settle(there: Blocks, wanted: Blocks, *, remove_opaque: bool) -> Lane:
    """Give the nearest reachable body.

    Args:
        there: The body as it is; every block has an id.
        wanted: The body as it should be; ids not found in *there* count as none.
        remove_opaque: Whether unwritable blocks that *wanted* lacks may go.
    """
    return _Settler(there, wanted, remove_opaque=remove_opaque).lane(there, wanted)


class _Settler:
    def __init__(self, there: Blocks, wanted: Blocks, *, remove_opaque: bool) -> None:
        self._wanted: dict[BlockId, Block] = {}
        for block in walk(wanted):
            if block.id is not None:
                self._wanted.setdefault(block.id, block)
        self._kinds = {block.id: type(block) for block in walk(there)}
        self._sizes: dict[BlockId | None, int] = {}
        self._pinned: set[BlockId | None] = set()
        for block in walk(there):
            inside = tuple(walk((block,)))
            self._sizes[block.id] = len(inside)
            if any(self._is_fixed(each, remove_opaque=remove_opaque) for each in inside):
                self._pinned.add(block.id)
        self._everything = len(self._sizes) + 1

    def _is_fixed(self, block: Block, *, remove_opaque: bool) -> bool:
        return not is_writable(block) and (not remove_opaque or block.id in self._wanted)

    def lane(self, old: Blocks, wanted: Blocks) -> Lane:
        """Settle blocks that stand side by side."""
        stays = self._stays(old, wanted)
        lane: list[Kept | Block] = []
        for index, block in enumerate(wanted):
            if index in stays:
                lane.append(self._keep(old[stays[index]], block))
            else:
                lane += self._anew((block,))
        for place, block in enumerate(old):
            if block.id in self._pinned and place not in stays.values():
                lane.insert(_slot(lane, old, place), self._keep(block, self._wish(block)))
        return tuple(lane)

    def _stays(self, old: Blocks, wanted: Blocks) -> dict[int, int]:
        """Say which of *wanted* are which of *old*: index to index, both ascending."""
        place = {block.id: index for index, block in enumerate(old)}
        pairs = []
        for index, block in enumerate(wanted):
            at = place.get(block.id)
            if block.id is not None and at is not None and self._may_stay(old[at], block):
                pairs.append((index, at))
                del place[block.id]
        chosen = heaviest_increasing(
            [at for _, at in pairs], [self._weight(old[at]) for _, at in pairs]
        )
        return dict(pairs[each] for each in chosen)

    def _weight(self, block: Block) -> int:
        return self._sizes[block.id] + (self._everything if block.id in self._pinned else 0)

    def _may_stay(self, old: Block, new: Block) -> bool:
        if type(old) is not type(new):
            return False
        return old.id in self._pinned or not loses_what_cannot_be_cleared(old, new)

    def _wish(self, block: Block) -> Block:
        """Say what a pinned block that does not stay of itself should be."""
        wish = None if block.id is None else self._wanted.get(block.id)
        return wish if wish and type(wish) is type(block) else without_children(block)

    def _keep(self, old: Block, new: Block) -> Kept:
        match old, new:
            case TextBlock() | GroupBlock(), TextBlock() | GroupBlock():
                return Kept(old, new, (self.lane(old.blocks, new.blocks),))
            case GridBlock(), GridBlock():
                return self._keep_grid(old, new)
            case _:
                return Kept(old, new)

    def _keep_grid(self, old: GridBlock, new: GridBlock) -> Kept:
        if old.id in self._pinned:
            wanted = _into(old.columns, new.columns)
            pairs = zip(old.columns, wanted, strict=True)
            return Kept(old, new, tuple(self._anchored(*pair) for pair in pairs))
        if len(old.columns) == len(new.columns):
            lanes = tuple(self.lane(*pair) for pair in zip(old.columns, new.columns, strict=True))
            if all(map(_can_be_edited, old.columns, lanes)):
                return Kept(old, new, lanes)
        columns = tuple(self._anew(column) for column in new.columns)
        return Kept(old, replace(new, columns=columns), whole=True)

    def _anchored(self, old: Blocks, wanted: Blocks) -> Lane:
        """Settle a column that cannot be replaced: its head must be a block that is there."""
        lane = self.lane(old, wanted)
        if _can_be_edited(old, lane):
            return lane
        for index, item in enumerate(lane):
            if isinstance(item, Kept):
                return (item, *lane[:index], *lane[index + 1 :])
        return (self._keep(old[0], old[0]), *lane) if old else ()

    def _anew(self, blocks: Blocks) -> Blocks:
        """Give blocks as they are to be made: no ids, nothing unwritable, nothing pinned."""
        return tuple(
            self._stripped(block)
            for block in blocks
            if is_writable(block) and not self._stays_elsewhere(block)
        )

    def _stays_elsewhere(self, block: Block) -> bool:
        return block.id in self._pinned and self._kinds[block.id] is type(block)

    def _stripped(self, block: Block) -> Block:
        match block:
            case TextBlock() | GroupBlock():
                return replace(block, id=None, blocks=self._anew(block.blocks))
            case GridBlock():
                columns = tuple(self._anew(column) for column in block.columns)
                return replace(block, id=None, columns=columns)
            case _:
                return replace(block, id=None)


def loses_what_cannot_be_cleared(old: Block, new: Block) -> bool:
    """Say whether *new* lacks a field the service gives no way to take from a block."""
    return any(
        getattr(old, name, None) is not None and getattr(new, name, None) is None
        for name in ("todo", "quote")
    )


def _slot(lane: Sequence[Kept | Block], old: Blocks, place: int) -> int:
    """Find where the old block at *place* belongs in a lane that lacks it.

    Next to an old neighbour where one stayed, else after the nearest block
    before it that did. Earlier blocks of *old* that stay are all in the lane.
    """
    at = {item.old.id: index for index, item in enumerate(lane) if isinstance(item, Kept)}
    before = [at[block.id] + 1 for block in old[:place] if block.id in at]
    if place and old[place - 1].id in at:
        return before[-1]
    if place + 1 < len(old) and old[place + 1].id in at:
        return at[old[place + 1].id]
    return before[-1] if before else 0


def _can_be_edited(old: Blocks, lane: Lane) -> bool:
    """Say whether a column can be reached without an insertion at its head or emptying it."""
    return isinstance(lane[0], Kept) if lane else not old


def _into(old: Sequence[Blocks], wanted: Sequence[Blocks]) -> tuple[Blocks, ...]:
    """Spread wanted columns over those there are, leaving empty ones empty."""
    columns: list[Blocks] = [()] * len(old)
    full = [index for index, column in enumerate(old) if column]
    for index, column in enumerate(wanted):
        home = index if index in full else full[-1]
        columns[home] += column
    return tuple(columns)
