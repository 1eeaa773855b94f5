"""The blocks a file shows, woven back into the tree they came from.

A file shows the children of a heading after it and leaves out empty
paragraphs. Here headings get their children back, and what was out of sight
goes back behind the block it stood behind.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from capsync.markdown.align import align
from capsync.markdown.inherit import inherit
from capsync.markdown.links import Names
from capsync.markdown.own_view import view_one
from capsync.markdown.pins import Pins
from capsync.markdown.tree import Shown, Tree, is_heading
from capsync.markdown.view import hoists, is_table, view, without_ids
from capsync.model.block import (
    Block,
    Blocks,
    GridBlock,
    GroupBlock,
    OpaqueBlock,
    TextBlock,
    children,
    is_writable,
    walk,
    without_children,
)


class Weaver:
    """Puts bodies together out of what a file shows and what was there before."""

    def __init__(self, names: Names, pins: Pins) -> None:
        self.names = names
        self.pins = pins

    def weave(self, old: Blocks, new: Blocks, seen: Sequence[Shown] | None = None) -> Blocks:
        """Give the blocks *new* shows, with everything only *old* knows.

        Args:
            new: Without ids.
            seen: What a file shows of *old*, where that is known already.
        """
        shown = shown_of(old, self.names) if seen is None else seen
        if not shown and new:
            return self.fill(old, new)
        found = align([each.look for each in shown], new)
        blocks = [
            self.fresh(block) if at is None else self.edited(shown[at], block)
            for block, at in zip(new, found, strict=True)
        ]
        return Tree(shown, found, new, self.pins).assemble(None, old, blocks)

    def fill(self, old: Blocks, new: Blocks) -> Blocks:
        """Write into a body that shows nothing: its empty paragraph takes the first text."""
        blocks = [block for block in map(self.fresh, new) if block is not None]
        spare = next((block for block in old if isinstance(block, TextBlock)), None)
        if spare is None or spare.blocks or not blocks or not isinstance(blocks[0], TextBlock):
            return (*old, *blocks)
        first = replace(blocks[0], id=spare.id, extra=spare.extra)
        return (*(first if block is spare else block for block in old), *blocks[1:])

    def edited(self, old: Shown, new: Block) -> Block | None:
        """Give an old block the text it has now, and its children likewise."""
        if isinstance(new, OpaqueBlock):
            return self.pins.take(new.payload, old.block)
        if old.look == new and not is_heading(old.block) and _is_plain(old.block):
            return old.block
        block = inherit(old.block, old.seen, new)
        match block, old.block, new:
            case TextBlock(), TextBlock(), TextBlock():
                if is_heading(new):
                    return replace(block, blocks=())
                before = () if is_heading(old.block) else old.block.blocks
                return replace(block, blocks=self.weave(before, new.blocks))
            case GroupBlock(), GroupBlock(), GroupBlock():
                return replace(block, blocks=self.weave(old.block.blocks, new.blocks))
            case GridBlock(), GridBlock(), GridBlock():
                return self.grid(old.block, new)
            case _:
                return block

    def grid(self, old: GridBlock, new: GridBlock) -> GridBlock:
        """Edit a grid column by column, a table row by row."""
        if is_table(old) and is_table(new):
            columns = self.table(old, new)
        else:
            before = (*old.columns, *[()] * len(new.columns))
            columns = tuple(
                self.weave(was, now) for was, now in zip(before, new.columns, strict=False)
            )
            gone = [cell for column in old.columns[len(columns) :] for cell in column]
            kept = tuple(each for cell in gone for each in self.pins.kept(cell))
            columns = (*columns[:-1], (*columns[-1], *kept))
        same_width = len(columns) == len(old.columns)
        dividers = old.dividers if same_width else even_dividers(len(columns))
        return replace(old, columns=columns, dividers=dividers)

    def table(self, old: GridBlock, new: GridBlock) -> tuple[Blocks, ...]:
        """Edit a table: find each row again, then each of its cells."""
        seen = view((old,), self.names)[0]
        assert isinstance(seen, GridBlock)  # noqa: S101 - the view of a grid is a grid
        rows = [GroupBlock(row) for row in zip(*seen.columns, strict=True)]
        found = align(rows, [GroupBlock(row) for row in zip(*new.columns, strict=True)])
        columns = []
        for place, column in enumerate(new.columns):
            cells: list[Block] = []
            for cell, at in zip(column, found, strict=True):
                if at is None or place >= len(old.columns):
                    cells.append(cell)
                else:
                    cell_seen = seen.columns[place][at]
                    was = Shown(old.columns[place][at], cell_seen, without_ids(cell_seen), None)
                    cells.append(self.edited(was, cell) or cell)
            columns.append(tuple(cells))
        return tuple(columns)

    def fresh(self, block: Block) -> Block | None:
        """Make a block that was not there before; None for a placeholder of nothing."""
        match block:
            case OpaqueBlock():
                return self.pins.take(block.payload)
            case TextBlock() | GroupBlock() if block.blocks:
                return replace(block, blocks=self.fresh_all(block.blocks))
            case GridBlock():
                columns = tuple(self.fresh_all(column) for column in block.columns)
                return replace(block, columns=columns, dividers=even_dividers(len(columns)))
            case _:
                return block

    def fresh_all(self, blocks: Blocks) -> Blocks:
        """Make several."""
        return tuple(block for block in map(self.fresh, blocks) if block is not None)


def shown_of(blocks: Blocks, names: Names) -> list[Shown]:
    """List what a file shows of *blocks*, headings before their children."""
    done: list[Shown] = []

    def show(blocks: Blocks, under: int | None) -> None:
        for block in blocks:
            if not (isinstance(block, TextBlock) and hoists(block)):
                done.extend(_as_shown(seen, block, under) for seen in view_one(block, names))
            else:
                (seen,) = view_one(without_children(block), names)
                done.append(_as_shown(seen, block, under))
                show(block.blocks, len(done) - 1)

    show(blocks, None)
    return done


def _as_shown(seen: Block, block: Block, under: int | None) -> Shown:
    return Shown(block, seen, without_ids(seen), under)


def _is_plain(block: Block) -> bool:
    """Say whether nothing in *block* is only stood for, so that its pins need no look."""
    return not children(block) or all(map(is_writable, walk((block,))))


def even_dividers(columns: int) -> tuple[float, ...]:
    """Part a grid into equally wide columns; a divider is where one ends, as a share of 1."""
    return tuple(round(each / columns, 4) for each in range(1, columns))
