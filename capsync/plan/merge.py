"""Three-way merge of two bodies, block by block.

Blocks are told apart by id, wherever they stand, so that insertions, deletions,
moves and edits of different blocks combine. An edit outweighs a deletion, and
what was put into a deleted block brings it back. Where both sides changed the
same words, the vault's block stays and the space's follows it as a conflict.
Unwritable blocks are the space's business alone.

Which blocks survive and where they go is `capsync.plan.survivors`' business.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping
from dataclasses import dataclass, field

from capsync.model.block import Block, Blocks, GridBlock
from capsync.plan.conflicts import Conflict, callout, conflict, is_callout, said
from capsync.plan.fields import merge_block
from capsync.plan.order import merge_order
from capsync.plan.survivors import Three, survivors
from capsync.plan.tree import TOP, Key, Place, can_hold, filled, lay_out
from capsync.plan.twins import introduced


@dataclass(frozen=True, slots=True)
class Merged:
    """One body made of two, and what is in it twice."""

    blocks: Blocks
    """Ids are those of the space or the base; None for what is new in the vault."""
    conflicts: tuple[Conflict, ...] = ()
    """In reading order; each is shown in `blocks`."""


def merge_blocks(base: Blocks, vault: Blocks, space: Blocks, *, stamp: str) -> Merged:
    """Give one body that has what both sides made of *base*.

    Args:
        stamp: When this is, as a person should read it beside a conflict.
    """
    vault = introduced(vault, space)
    three = Three(lay_out(base, "base"), lay_out(vault, "vault"), lay_out(space, "space"))
    places = survivors(three)
    return _Builder(three, places, stamp, _shown(three, places)).merged()


def _shown(three: Three, places: Mapping[Key, Place]) -> frozenset[str]:
    """Collect what the conflicts that stay open already show, as `said` gives it."""
    return frozenset(
        said(block)
        for key, place in places.items()
        if place.parent is not None
        and any(side and is_callout(side) for side in three.versions(place.parent)[1:])
        for block in three.versions(key)[1:]
        if block is not None
    )


@dataclass(slots=True)
class _Builder:
    three: Three
    places: Mapping[Key, Place]
    """Every block that survives, and where."""
    stamp: str
    shown: frozenset[str]
    """What the conflicts that are open already show."""
    conflicts: list[Conflict] = field(default_factory=list)
    members: dict[Place, set[Key]] = field(default_factory=lambda: defaultdict(set))
    columns: dict[Key, int] = field(default_factory=dict)

    def merged(self) -> Merged:
        """Build the body."""
        for key, place in self.places.items():
            self.members[place].add(key)
            if place.parent is not None:
                used = self.columns.get(place.parent, 0)
                self.columns[place.parent] = max(used, place.column + 1)
        blocks = self.lane(TOP)
        return Merged(blocks, tuple(self.conflicts))

    def lane(self, place: Place) -> Blocks:
        """Build what stands in *place*."""
        members = self.members.get(place, set())
        sides = (self.three.base, self.three.vault, self.three.space)
        base, vault, space = ([key for key in side.lane(place) if key in members] for side in sides)
        return tuple(each for key in merge_order(base, vault, space) for each in self.built(key))

    def built(self, key: Key) -> Blocks:
        """Build one block, with what is nested in it and what must follow it."""
        block, notice = self.content(key)
        lanes = tuple(self.lane(Place(key, column)) for column in range(self.width(key, block)))
        if can_hold(block):
            return (filled(block, lanes), *notice)
        return (block, *notice, *(each for lane in lanes for each in lane))

    def content(self, key: Key) -> tuple[Block, Blocks]:
        """Merge a block alone; give it and, in a conflict, the quote that follows it."""
        base, vault, space = self.three.versions(key)
        if vault is None or space is None:
            (only,) = (side for side in (vault, space) if side is not None)
            return only, ()
        content = merge_block(base, vault, space)
        if not content.clash or said(space) in self.shown:
            return content.block, ()
        self.conflicts.append(conflict(vault, space))
        return content.block, (callout(space, self.stamp),)

    def width(self, key: Key, block: Block) -> int:
        """Count the columns a block needs."""
        used = self.columns.get(key, 0)
        return max(used, self.three.columns(key)) if isinstance(block, GridBlock) else max(used, 1)
