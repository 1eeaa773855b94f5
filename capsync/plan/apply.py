"""Carry out block edits in memory, the way the service would.

For tests and dry runs. It is as strict as the service: an edit that names a
block which is not there, or changes a type, is a bug in the plan and raises.
Blocks that are made get no id.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import replace

from capsync.model.block import Block, BlockId, Blocks, GridBlock, GroupBlock, TextBlock, walk
from capsync.plan.edits import AppendBlocks, DeleteBlock, Edit, UpdateBlock


def apply_edits(edits: Iterable[Edit], there: Blocks) -> Blocks:
    """Give the body that *edits* turn *there* into.

    Raises:
        LookupError: An edit names a block that is not there.
        TypeError: An edit changes a block's type or nests where nothing can be nested.
    """
    for edit in edits:
        there = apply_edit(edit, there)
    return there


def apply_edit(edit: Edit, there: Blocks) -> Blocks:
    """Give the body that one edit turns *there* into.

    Raises:
        LookupError: The edit names a block that is not there.
        TypeError: The edit changes a block's type or nests where nothing can be nested.
    """
    match edit:
        case UpdateBlock():
            return _replacing(there, edit.id, lambda old: (_updated(old, edit),))
        case DeleteBlock():
            return _replacing(there, edit.id, lambda _: ())
        case AppendBlocks(after=None, parent=None):
            return (*edit.blocks, *there)
        case AppendBlocks(after=None):
            return _replacing(there, edit.parent, lambda old: (_opened(old, edit.blocks),))
        case AppendBlocks():
            return _replacing(there, edit.after, lambda old: (old, *edit.blocks))


def _replacing(there: Blocks, name: BlockId | None, change: Callable[[Block], Blocks]) -> Blocks:
    if sum(block.id == name for block in walk(there)) != 1:
        raise LookupError(f"no block {name}, or several")

    def within(blocks: Blocks) -> Blocks:
        return tuple(
            new
            for block in blocks
            for new in (change(block) if block.id == name else (inside(block),))
        )

    def inside(block: Block) -> Block:
        match block:
            case TextBlock() | GroupBlock():
                return replace(block, blocks=within(block.blocks))
            case GridBlock():
                return replace(block, columns=tuple(within(column) for column in block.columns))
            case _:
                return block

    return within(there)


def _updated(old: Block, edit: UpdateBlock) -> Block:
    match old, edit.block:
        case TextBlock(), TextBlock() as new:
            return replace(new, id=old.id, blocks=old.blocks)
        case GroupBlock(), GroupBlock() as group:
            return replace(group, id=old.id, blocks=old.blocks)
        case GridBlock(), GridBlock() as grid:
            columns = grid.columns if edit.with_children else old.columns
            return replace(grid, id=old.id, columns=columns)
        case _ if type(old) is type(edit.block):
            return replace(edit.block, id=old.id)
        case _:
            raise TypeError(f"{type(old).__name__} cannot become {type(edit.block).__name__}")


def _opened(parent: Block, blocks: Blocks) -> Block:
    if isinstance(parent, TextBlock | GroupBlock):
        return replace(parent, blocks=(*blocks, *parent.blocks))
    raise TypeError(f"nothing can be nested in a {type(parent).__name__}")
