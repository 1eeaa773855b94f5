"""The laws of block edits, then the cases people meet, then the blocks that must not move."""

from __future__ import annotations

from dataclasses import replace

import pytest
from hypothesis import given, strategies as st

from capsync.model.block import (
    Block,
    BlockId,
    Blocks,
    CodeBlock,
    is_writable,
    walk,
)
from capsync.plan.apply import apply_edits
from capsync.plan.edits import AppendBlocks, DeleteBlock, Edit, UpdateBlock, block_edits, own
from tests.plan.people import bare, ids, opaque, para, revised, said_bodies
from tests.strategies import bodies, writable_bodies


def revisions(*, pinned: bool = False) -> st.SearchStrategy[tuple[Blocks, Blocks]]:
    return said_bodies(pinned=pinned).flatmap(
        lambda body: st.tuples(st.just(body), revised(body, "new", most=6))
    )


def touched(edits: tuple[Edit, ...]) -> set[BlockId]:
    return {edit.id for edit in edits if isinstance(edit, UpdateBlock | DeleteBlock)}


# The laws.


@given(writable_bodies, writable_bodies)
def test_edits_lead_from_any_body_to_any_other(there: Blocks, wanted: Blocks) -> None:
    """Both are numbered alike, so ids meet blocks of other kinds, places and parents."""
    assert bare(apply_edits(block_edits(there, wanted), there)) == bare(wanted)


@given(revisions())
def test_edits_lead_to_what_a_person_made_of_it(case: tuple[Blocks, Blocks]) -> None:
    there, wanted = case
    assert bare(apply_edits(block_edits(there, wanted), there)) == bare(wanted)


@given(bodies)
def test_a_body_needs_no_edit_to_become_itself(body: Blocks) -> None:
    assert block_edits(body, body) == ()


@given(revisions(pinned=True))
def test_a_block_that_did_not_change_is_not_touched(case: tuple[Blocks, Blocks]) -> None:
    there, wanted = case
    news = {block.id: own(block) for block in walk(wanted)}
    olds = {block.id: own(block) for block in walk(there)}
    for edit in block_edits(there, wanted):
        if isinstance(edit, UpdateBlock) and not edit.with_children:
            assert news[edit.id] != olds[edit.id]


@given(bodies, bodies)
def test_what_cannot_be_written_is_never_touched_nor_moved(there: Blocks, wanted: Blocks) -> None:
    after = apply_edits(block_edits(there, wanted), there)
    fixed = [block for block in walk(there) if not is_writable(block)]
    kept = {block.id: block for block in walk(after)}
    for block in fixed:
        assert type(kept[block.id]) is type(block)
    order = {block.id for block in fixed}
    assert [name for name in ids(after) if name in order] == [block.id for block in fixed]


@given(bodies, bodies)
def test_opaque_blocks_get_no_call(there: Blocks, wanted: Blocks) -> None:
    opaques = {block.id for block in walk(there) if not is_writable(block)}
    wishes = {block.id for block in walk(wanted) if is_writable(block)}
    assert not touched(block_edits(there, wanted)) & (opaques - wishes)


@given(bodies, bodies)
def test_kept_ids_keep_their_order(there: Blocks, wanted: Blocks) -> None:
    kept = ids(apply_edits(block_edits(there, wanted), there))
    assert kept == [name for name in ids(there) if name in set(kept)]


@given(bodies, bodies)
def test_updates_come_first_and_deletions_last(there: Blocks, wanted: Blocks) -> None:
    """Whatever stops in between, no text is gone that was not written elsewhere."""
    rank = {UpdateBlock: 0, AppendBlocks: 1, DeleteBlock: 2}
    ranks = [rank[type(edit)] for edit in block_edits(there, wanted)]
    assert ranks == sorted(ranks)


@given(bodies, bodies)
def test_what_is_sent_carries_no_id_and_nothing_unwritable(there: Blocks, wanted: Blocks) -> None:
    for edit in block_edits(there, wanted):
        sent: Blocks = ()
        match edit:
            case UpdateBlock():
                sent = (edit.block,)
            case AppendBlocks():
                sent = edit.blocks
                assert sent
                assert edit.after is None or edit.parent is None
            case DeleteBlock():
                pass
        assert all(block.id is None and is_writable(block) for block in walk(sent))


@given(st.permutations([para(f"p{n}", str(n)) for n in range(6)]))
def test_shuffled_blocks_cost_as_few_deletions_as_possible(order: list[Block]) -> None:
    leaves = tuple(para(f"p{n}", str(n)) for n in range(6))
    deletions = [e for e in block_edits(leaves, tuple(order)) if isinstance(e, DeleteBlock)]
    longest = _longest_increasing([int(block.id or 0) for block in order])
    assert len(deletions) == len(leaves) - longest


def _longest_increasing(numbers: list[int]) -> int:
    best: list[int] = []
    for index, number in enumerate(numbers):
        tails = [best[i] for i in range(index) if numbers[i] < number]
        best.append(1 + max(tails, default=0))
    return max(best)


# The cases people meet.

SIXTY = tuple(para(f"line {n}", f"b{n}") for n in range(60))


def test_one_word_in_a_long_note_is_one_update() -> None:
    wanted = (*SIXTY[:30], para("line thirty", "b30"), *SIXTY[31:])
    assert block_edits(SIXTY, wanted) == (UpdateBlock(BlockId("b30"), para("line thirty")),)


def test_a_new_paragraph_is_one_append() -> None:
    wanted = (*SIXTY[:30], para("new"), *SIXTY[30:])
    assert block_edits(SIXTY, wanted) == (AppendBlocks((para("new"),), BlockId("b29"), None),)


def test_a_moved_paragraph_is_one_append_and_one_deletion() -> None:
    wanted = (*SIXTY[:10], *SIXTY[11:40], SIXTY[10], *SIXTY[40:])
    assert block_edits(SIXTY, wanted) == (
        AppendBlocks((para("line 10"),), BlockId("b39"), None),
        DeleteBlock(BlockId("b10")),
    )


def test_a_run_of_new_blocks_is_one_call() -> None:
    news = (para("x"), para("y", None, para("z")), CodeBlock("c"))
    edits = block_edits(SIXTY[:2], (SIXTY[0], *news, SIXTY[1]))
    assert edits == (AppendBlocks(news, BlockId("b0"), None),)


def test_a_first_block_opens_its_parent() -> None:
    there = (para("p", "p", para("q", "q")),)
    wanted = (para("top"), para("p", "p", para("r"), para("q", "q")))
    assert block_edits(there, wanted) == (
        AppendBlocks((para("r"),), None, BlockId("p")),
        AppendBlocks((para("top"),), None, None),
    )


def test_editing_a_parent_keeps_its_children() -> None:
    there = (para("p", "p", para("q", "q")),)
    wanted = (para("P", "p", para("q", "q")),)
    assert block_edits(there, wanted) == (UpdateBlock(BlockId("p"), para("P")),)


@pytest.mark.parametrize(
    ("old", "new"),
    [
        pytest.param(replace(para("x", "x"), todo=True), para("x", "x"), id="no longer a to-do"),
        pytest.param(replace(para("x", "x"), quote="normal"), para("x", "x"), id="nor a quote"),
        pytest.param(para("x", "x"), CodeBlock("x", id=BlockId("x")), id="now code"),
    ],
)
def test_what_no_update_can_say_is_made_anew(old: Block, new: Block) -> None:
    assert block_edits((old,), (new,)) == (
        AppendBlocks((replace(new, id=None),), None, None),
        DeleteBlock(BlockId("x")),
    )


def test_checking_off_a_to_do_is_an_update() -> None:
    done = replace(para("x", "x"), todo=True)
    assert block_edits((replace(done, todo=False),), (done,)) == (
        UpdateBlock(BlockId("x"), replace(done, id=None)),
    )


def test_an_indented_block_is_made_again_inside_its_new_parent() -> None:
    there = (para("p", "p"), para("q", "q"))
    wanted = (para("p", "p", para("q", "q")),)
    assert block_edits(there, wanted) == (
        AppendBlocks((para("q"),), None, BlockId("p")),
        DeleteBlock(BlockId("q")),
    )


def test_a_child_is_made_again_before_its_old_parent_goes() -> None:
    there = (para("a", "a"), para("p", "p", para("q", "q")))
    assert block_edits(there, (para("a", "a"), para("q", "q"))) == (
        AppendBlocks((para("q"),), BlockId("a"), None),
        DeleteBlock(BlockId("p")),
    )


def test_an_emptied_body_loses_what_can_be_made_again() -> None:
    there = (para("a", "a"), opaque("x"), para("p", "p", opaque("y"), para("b", "b")))
    assert touched(block_edits(there, ())) == {"a", "b"}


def test_a_copied_block_is_new_the_second_time() -> None:
    there = (para("a", "a"), para("b", "b"))
    wanted = (*there, there[0])
    assert block_edits(there, wanted) == (AppendBlocks((para("a"),), BlockId("b"), None),)


def test_an_id_the_space_no_longer_has_is_made_again() -> None:
    """The block was deleted in the space and edited in the vault: the edit wins."""
    wanted = (para("a", "a"), para("b", "gone"))
    assert block_edits((para("a", "a"),), wanted) == (
        AppendBlocks((para("b"),), BlockId("a"), None),
    )
