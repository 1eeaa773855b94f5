"""Two people at one body at once: splitting, joining, reordering and retyping against edits."""

from __future__ import annotations

from dataclasses import replace

import pytest

from capsync.model.block import HEADINGS, BlockId, Blocks, CodeBlock
from capsync.plan.merge import merge_blocks
from tests.plan.people import bare, para, words

A, B, C, D = (para(name, name) for name in "abcd")
LONG = para("one two three four", "l")


@pytest.mark.parametrize(
    ("base", "vault", "space", "wanted"),
    [
        pytest.param(
            (LONG,),
            (para("one two", "l"), para("three four")),
            (para("ONE two three four", "l"),),
            (para("ONE two"), para("three four")),
            id="split here, the first half edited there",
        ),
        pytest.param(
            (para("one two", "l"), para("three four", "m")),
            (para("one two three four", "l"),),
            (para("one two", "l"), para("three FOUR", "m")),
            (para("one two three four"), para("three FOUR")),
            id="joined here, the second edited there",
        ),
        pytest.param(
            (A, B, C, D), (B, A, C, D), (A, B, D, C), (B, A, D, C), id="both reorder, apart"
        ),
        pytest.param((A, B, C), (C, A, B), (B, C, A), (C, B, A), id="both reorder, differently"),
        pytest.param(
            (A, B, C), (A, para("B", "b"), C), (C, A, B), (C, A, para("B")), id="edit and move"
        ),
        pytest.param(
            (A, B), (A,), (A, replace(B, blocks=(C,))), (A, replace(B, blocks=(C,))),
            id="dropped here, filled there",
        ),
        pytest.param(
            (LONG,),
            (replace(LONG, hierarchy=HEADINGS[0]),),
            (para("one two three FOUR", "l"),),
            (replace(para("one two three FOUR"), hierarchy=HEADINGS[0]),),
            id="made a heading here, edited there",
        ),
        pytest.param(
            (LONG,),
            (CodeBlock("one two three four"),),
            (para("one two three FOUR", "l"),),
            (CodeBlock("one two three four"), para("one two three FOUR")),
            id="made code here, edited there",
        ),
        pytest.param(
            (A, LONG),
            (A, para("one two three FOUR", "l")),
            (para("one two three four", "new"), A),
            (para("one two three FOUR"), A),
            id="edited here, made anew elsewhere there",
        ),
        pytest.param(
            (A, LONG),
            (A, para("one two three FOUR", "l")),
            (para("ONE two three four", "new"), A),
            (para("ONE two three FOUR"), A),
            id="edited here, made anew and edited there",
        ),
        pytest.param(
            (A, LONG),
            (replace(A, blocks=(para("one two three four"),)),),
            (A, para("one two three FOUR", "l")),
            (replace(para("a"), blocks=(para("one two three FOUR"),)),),
            id="moved into another here, edited there",
        ),
        pytest.param((A,), (A, para("x")), (A, para("x", "s")), (A, para("x")), id="both add x"),
    ],
)  # fmt: skip
def test_what_two_people_do_at_once_combines(
    base: Blocks, vault: Blocks, space: Blocks, wanted: Blocks
) -> None:
    merged = merge_blocks(base, vault, space, stamp="now")
    assert merged.conflicts == ()
    assert bare(merged.blocks) == bare(wanted)


def test_an_edit_in_the_half_that_was_split_off_is_shown() -> None:
    vault = (para("one two", "l"), para("three four"))
    merged = merge_blocks((LONG,), vault, (para("one two three FOUR", "l"),), stamp="now")
    assert len(merged.conflicts) == 1
    assert "FOUR" in words(merged.blocks)
    assert merged.blocks[0].id == BlockId("l")
