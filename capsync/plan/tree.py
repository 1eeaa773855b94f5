"""A body as an index: which block stands where, by key.

Merging compares three trees; with each laid out as a table of blocks and a
table of places, "moved", "edited" and "gone" are look-ups. A block's key is its
id. Blocks that have none yet, and copies of one that is already there, get a
key of their own.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import NewType

from capsync.model.block import (
    Block,
    Blocks,
    GridBlock,
    GroupBlock,
    TextBlock,
    without_children,
)
from capsync.model.normal import normal_block

Key = NewType("Key", str)
"""What a block is known by during one merge."""


@dataclass(frozen=True, slots=True)
class Place:
    """Where blocks stand side by side."""

    parent: Key | None
    """None at the top of the body."""
    column: int = 0
    """Which column of a grid; 0 everywhere else."""


TOP = Place(None)


@dataclass(frozen=True, slots=True)
class Body:
    """A body laid out."""

    blocks: Mapping[Key, Block]
    """Every block alone, without its children, in reading order."""
    places: Mapping[Key, Place]
    lanes: Mapping[Place, tuple[Key, ...]]
    """What stands in each place; empty columns are listed too."""

    def lane(self, place: Place) -> tuple[Key, ...]:
        """Give what stands in *place*, which may be nowhere in this body."""
        return self.lanes.get(place, ())

    def columns(self, key: Key) -> int:
        """Count the columns of a block; 1 where it is no grid."""
        return sum(place.parent == key for place in self.lanes)


def lay_out(blocks: Blocks, side: str) -> Body:
    """Index a body.

    Args:
        side: What the keys of blocks without an id begin with.
    """
    held: dict[Key, Block] = {}
    places: dict[Key, Place] = {}
    lanes: dict[Place, tuple[Key, ...]] = {}

    def visit(lane: Blocks, place: Place) -> None:
        keys = []
        for block in lane:
            name = block.id if block.id and Key(block.id) not in held else None
            key = Key(name or f"{side} {len(held)}")
            keys.append(key)
            held[key], places[key] = replace(without_children(block), id=name), place
            for column, inner in enumerate(columns_of(block)):
                visit(inner, Place(key, column))
        lanes[place] = tuple(keys)

    visit(blocks, TOP)
    return Body(held, places, lanes)


def columns_of(block: Block) -> tuple[Blocks, ...]:
    """Give what is nested in a block, a tuple for each column; none where nothing can be."""
    match block:
        case GridBlock():
            return block.columns
        case TextBlock() | GroupBlock():
            return (block.blocks,)
        case _:
            return ()


def can_hold(block: Block) -> bool:
    """Say whether anything can be nested in a block."""
    return isinstance(block, TextBlock | GroupBlock | GridBlock)


def filled(block: Block, columns: tuple[Blocks, ...]) -> Block:
    """Put *columns* into a block that can hold them; only a grid takes several."""
    match block:
        case GridBlock():
            return replace(block, columns=columns)
        case TextBlock() | GroupBlock():
            return replace(block, blocks=tuple(each for column in columns for each in column))
        case _:
            return block


def anonymous(block: Block) -> Block:
    """Give a block with all it holds in normal form and without ids: equal if it says the same."""
    block = normal_block(block)
    inner = tuple(tuple(map(anonymous, column)) for column in columns_of(block))
    return replace(filled(block, inner), id=None)
