"""The in-memory service is as strict as the real one."""

from __future__ import annotations

from dataclasses import replace

import pytest

from capsync.model.block import BlockId, Blocks, CodeBlock, GridBlock, GroupBlock
from capsync.plan.apply import apply_edits
from capsync.plan.edits import AppendBlocks, DeleteBlock, Edit, UpdateBlock, block_edits
from tests.plan.people import para

THERE: Blocks = (para("a", "a"), CodeBlock("c", id=BlockId("c")))


@pytest.mark.parametrize(
    "edit",
    [
        pytest.param(UpdateBlock(BlockId("x"), para("y")), id="update"),
        pytest.param(DeleteBlock(BlockId("x")), id="delete"),
        pytest.param(AppendBlocks((para("y"),), BlockId("x"), None), id="after"),
        pytest.param(AppendBlocks((para("y"),), None, BlockId("x")), id="inside"),
    ],
)
def test_an_edit_of_a_block_that_is_not_there_is_refused(edit: Edit) -> None:
    with pytest.raises(LookupError, match="x"):
        apply_edits([edit], THERE)


def test_a_type_cannot_change() -> None:
    with pytest.raises(TypeError, match="TextBlock cannot become CodeBlock"):
        apply_edits([UpdateBlock(BlockId("a"), CodeBlock("x"))], THERE)


def test_nothing_nests_in_code() -> None:
    with pytest.raises(TypeError, match="CodeBlock"):
        apply_edits([AppendBlocks((para("x"),), None, BlockId("c"))], THERE)


def test_a_group_and_a_grid_keep_what_they_hold() -> None:
    for block in (
        GroupBlock((para("a", "a"),), id=BlockId("g")),
        GridBlock(((para("a", "a"),), (para("b", "b"),)), (0.5,), id=BlockId("g")),
    ):
        wanted = (replace(block, color="bg-green"),)
        edits = block_edits((block,), wanted)
        assert len(edits) == 1
        assert apply_edits(edits, (block,)) == wanted
