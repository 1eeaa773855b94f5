"""Three-way merge of two bodies, block by block.

Blocks are told apart by id, wherever they stand, so that insertions, deletions,
moves and edits of different blocks combine. An edit outweighs a deletion, and
what was put into a deleted block brings it back. Where both sides changed the
same words, the vault's block stays and the space's follows it as a conflict,
or joins the one that is open already: conflicts neither multiply nor nest.
Unwritable blocks are the space's business alone.

Which blocks survive and where they go is `capsync.plan.survivors`' business.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping
from dataclasses import dataclass, field

from capsync.model.block import Block, Blocks, GridBlock
from capsync.plan.conflicts import (
    Conflict,
    callout,
    can_be_shown,
    conflict,
    is_callout,
    says_the_same,
    unquoted,
    version,
)
from capsync.plan.fields import Content, merge_block
from capsync.plan.order import merge_order
from capsync.plan.survivors import Three, survivors
from capsync.plan.tree import TOP, Key, Place, can_hold, filled, lay_out
from capsync.plan.twins import followed, introduced, recovered


@dataclass(frozen=True, slots=True)
class Merged:
    """One body made of two, and what is in it twice."""

    blocks: Blocks
    """Ids are those of the space or the base; None for what is new in the vault."""
    conflicts: tuple[Conflict, ...] = ()
    """What `blocks` now shows two versions of, and did not before."""


def merge_blocks(base: Blocks, vault: Blocks, space: Blocks, *, stamp: str) -> Merged:
    """Give one body that has what both sides made of *base*.

    Args:
        stamp: When this is, as a person should read it beside a conflict.
    """
    base, vault = followed(base, vault, space)
    vault = introduced(recovered(base, vault, space), space)
    three = Three(lay_out(base, "base"), lay_out(vault, "vault"), lay_out(space, "space"))
    return _Builder(three, survivors(three), stamp).merged()


@dataclass(slots=True)
class _Builder:
    three: Three
    places: Mapping[Key, Place]
    """Every block that survives, and where."""
    stamp: str
    conflicts: list[Conflict] = field(default_factory=list)
    members: dict[Place, set[Key]] = field(default_factory=lambda: defaultdict(set))
    columns: dict[Key, int] = field(default_factory=dict)
    contents: dict[Key, Content] = field(default_factory=dict)
    quoted: dict[Key, Key] = field(default_factory=dict)
    """Blocks in conflict whose other version goes into a quote that is open already."""
    later: dict[Key, list[Block]] = field(default_factory=lambda: defaultdict(list))
    """What is added to such quotes."""

    def merged(self) -> Merged:
        """Build the body."""
        for key, place in self.places.items():
            self.members[place].add(key)
            if place.parent is not None:
                used = self.columns.get(place.parent, 0)
                self.columns[place.parent] = max(used, place.column + 1)
        self.contents = {key: self.content(key) for key in self.places}
        for key, content in self.contents.items():
            if content.clash:
                self.add_to_open_quote(key)
        blocks = self.lane(TOP)
        return Merged(blocks, tuple(self.conflicts))

    def content(self, key: Key) -> Content:
        """Merge a block alone."""
        base, vault, space = self.three.versions(key)
        if vault is None or space is None:
            (only,) = (side for side in (vault, space) if side is not None)
            return Content(only)
        content = merge_block(base, vault, space)
        return content if can_be_shown(space) else Content(content.block)

    def add_to_open_quote(self, key: Key) -> None:
        """Show the space's version of a block where another version of it is shown already."""
        quote = self.quote_around(key) or self.quote_behind(key)
        if quote is None:
            return
        self.quoted[key] = quote
        block = self.three.space.blocks[key]
        other = version(block if key != quote else unquoted(block))
        held = [self.contents[each].block for each in self.members.get(Place(quote), ())]
        if not any(says_the_same(each, other) for each in (*held, *self.later[quote])):
            self.later[quote].append(other)
            self.conflicts.append(conflict(self.three.vault.blocks[key], block))

    def quote_around(self, key: Key) -> Key | None:
        """Find the quote of a conflict that a block stands in, or is: none is put into it."""
        at: Key | None = key
        while at is not None and not is_callout(self.contents[at].block):
            at = self.places[at].parent
        return at

    def quote_behind(self, key: Key) -> Key | None:
        """Find the quote of a conflict of this block that stays open."""
        for side in (self.three.vault, self.three.space):
            lane = side.lane(side.places[key])
            for each in lane[lane.index(key) + 1 :]:
                if not is_callout(side.blocks[each]):
                    break
                if each in self.places and is_callout(self.contents[each].block):
                    return each
        return None

    def lane(self, place: Place) -> Blocks:
        """Build what stands in *place*."""
        members = self.members.get(place, set())
        sides = (self.three.base, self.three.vault, self.three.space)
        base, vault, space = ([key for key in side.lane(place) if key in members] for side in sides)
        return tuple(each for key in merge_order(base, vault, space) for each in self.built(key))

    def built(self, key: Key) -> Blocks:
        """Build one block, with what is nested in it and what must follow it."""
        block, notice = self.contents[key].block, self.notice(key)
        lanes = tuple(self.lane(Place(key, column)) for column in range(self.width(key, block)))
        if key in self.later:  # a quote, which has one lane
            lanes = ((*lanes[0], *self.later[key]),)
        if can_hold(block):
            return (filled(block, lanes), *notice)
        return (block, *notice, *(each for lane in lanes for each in lane))

    def notice(self, key: Key) -> Blocks:
        """Give what must follow a block in conflict: the space's version, unless it is shown."""
        if not self.contents[key].clash or key in self.quoted:
            return ()
        vault, space = self.three.vault.blocks[key], self.three.space.blocks[key]
        self.conflicts.append(conflict(vault, space))
        return (callout(space, self.stamp),)

    def width(self, key: Key, block: Block) -> int:
        """Count the columns a block needs."""
        used = self.columns.get(key, 0)
        return max(used, self.three.columns(key)) if isinstance(block, GridBlock) else max(used, 1)
