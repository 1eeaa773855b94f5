"""Blocks that must not move, and grids, which cannot be edited like the rest."""

from __future__ import annotations

from dataclasses import replace

import pytest
from hypothesis import given, strategies as st

from capsync.model.block import (
    Block,
    BlockId,
    Blocks,
    CodeBlock,
    EntityBlock,
    GridBlock,
    GroupBlock,
    TextBlock,
    walk,
)
from capsync.model.token import NoteId
from capsync.plan.apply import apply_edits
from capsync.plan.edits import AppendBlocks, DeleteBlock, UpdateBlock, block_edits, own
from tests.plan.people import bare, opaque, para, said_bodies
from tests.strategies import writable_blocks

# Blocks that must not move.


def test_an_opaque_block_missing_from_the_file_stays_where_it_is() -> None:
    there = (para("a", "a"), opaque("x"), para("b", "b"))
    assert block_edits(there, (there[0], there[2])) == ()


def test_an_opaque_block_goes_when_asked() -> None:
    there = (para("a", "a"), opaque("x"), opaque("y"))
    edits = block_edits(there, (there[0], there[2]), remove_opaque=True)
    assert edits == (DeleteBlock(BlockId("x")),)


def test_a_paragraph_moves_around_an_opaque_block() -> None:
    """The opaque one is light, but it cannot be made again."""
    heavy = para("h", "h", *(para(f"c{n}", f"c{n}") for n in range(9)))
    edits = block_edits((opaque("x"), heavy), (heavy, opaque("x")))
    assert edits == (AppendBlocks(bare((heavy,)), None, None), DeleteBlock(BlockId("h")))


def test_swapped_opaque_blocks_stay_in_order() -> None:
    assert block_edits((opaque("x"), opaque("y")), (opaque("y"), opaque("x"))) == ()


def test_a_pinned_parent_is_edited_where_it_is_even_if_it_should_move() -> None:
    there = (para("p", "p", opaque("x")), para("q", "q"))
    wanted = (para("q", "q", para("P", "p", opaque("x"))),)
    assert block_edits(there, wanted) == (UpdateBlock(BlockId("p"), para("P")),)


def test_a_pinned_to_do_is_updated_as_well_as_can_be() -> None:
    there = (replace(para("p", "p", opaque("x")), todo=True),)
    assert block_edits(there, (para("p", "p", opaque("x")),)) == (
        UpdateBlock(BlockId("p"), para("p")),
    )


def test_a_pinned_block_of_another_type_stays_beside_its_successor() -> None:
    """The service refuses to change a type, and nothing a person wrote may be lost."""
    there = (para("p", "p", opaque("x")),)
    code = CodeBlock("c", id=BlockId("p"))
    after = apply_edits(block_edits(there, (code,)), there)
    assert bare(after) == bare((*there, code))


def test_an_embed_without_a_target_may_get_one() -> None:
    there = (EntityBlock(None, id=BlockId("e")),)
    wanted = EntityBlock(NoteId("n"), id=BlockId("e"))
    assert block_edits(there, (wanted,)) == (UpdateBlock(BlockId("e"), replace(wanted, id=None)),)


# Grids.


def grid(*columns: Blocks) -> GridBlock:
    return GridBlock(columns, (0.5,), id=BlockId("g"))


A, B, C = para("a", "a"), para("b", "b"), para("c", "c")


def test_a_cell_is_edited_in_place() -> None:
    edits = block_edits((grid((A,), (B,)),), (grid((A, para("new")), (para("B", "b"),)),))
    assert edits == (
        UpdateBlock(BlockId("b"), para("B")),
        AppendBlocks((para("new"),), BlockId("a"), None),
    )


@pytest.mark.parametrize(
    "wanted",
    [
        pytest.param(grid((para("new"), A), (B,)), id="inserted at a head"),
        pytest.param(grid((A,), (B,), (C,)), id="another column"),
        pytest.param(grid((), (B,)), id="an emptied column"),
    ],
)
def test_columns_that_cannot_be_edited_are_replaced_as_a_whole(wanted: GridBlock) -> None:
    edits = block_edits((grid((A,), (B,)),), (wanted,))
    (sent,) = bare((wanted,))
    assert edits == (UpdateBlock(BlockId("g"), sent, with_children=True),)


@given(said_bodies(pinned=True), said_bodies())
def test_a_pinned_grid_is_never_replaced(left: Blocks, right: Blocks) -> None:
    there = (grid((A, opaque("x")), ()),)
    edits = block_edits(there, (grid(bare(left), (), bare(right)),))
    assert not any(isinstance(edit, UpdateBlock) and edit.with_children for edit in edits)
    after = apply_edits(edits, there)
    (now,) = after
    assert isinstance(now, GridBlock)
    texts = [own(block) for block in walk(after)]
    writable = [block for block in walk((*left, *right)) if isinstance(block, TextBlock)]
    assert all(own(block) in texts for block in writable)


def test_a_pinned_column_holds_its_head() -> None:
    """Nothing can be inserted before it, so what should be follows it."""
    there = (grid((A, opaque("x")), (B,)),)
    wanted = (grid((para("new"), A, opaque("x")), (B,)),)
    edits = block_edits(there, wanted)
    assert edits == (AppendBlocks((para("new"),), BlockId("a"), None),)


def test_an_opaque_block_without_an_id_is_left_alone() -> None:
    there = (replace(opaque("x"), id=None), A)
    assert block_edits(there, (A,)) == ()


def test_a_pinned_grid_keeps_a_block_in_every_column() -> None:
    there = (grid((A,), (opaque("x"),)),)
    assert block_edits(there, (grid((), ()),)) == ()


@given(st.lists(writable_blocks, min_size=1, max_size=4))
def test_a_group_can_be_filled_from_nothing(inner: list[Block]) -> None:
    there = (GroupBlock((), id=BlockId("g")),)
    wanted = (GroupBlock(tuple(inner), id=BlockId("g")),)
    assert block_edits(there, wanted) == (
        AppendBlocks(tuple(replace(b, id=None) for b in inner), None, BlockId("g")),
    )
