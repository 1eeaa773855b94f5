"""Merging blocks that come, go and move."""

from __future__ import annotations

from dataclasses import replace

import pytest
from hypothesis import given, strategies as st

from capsync.model.block import (
    BlockId,
    Blocks,
    GridBlock,
    HorizontalLineBlock,
)
from capsync.plan.merge import Merged
from tests.plan.people import (
    ids,
    opaque,
    para,
)
from tests.plan.test_merge import merge
from tests.strategies import bodies

# Blocks that come, go and move.

A, B, C = para("a", "a"), para("b", "b"), para("c", "c")
B2, C2 = para("B", "b"), para("C", "c")
V, S, X, X_THERE = para("v"), para("s", "s"), para("x"), para("x", "new")


@pytest.mark.parametrize(
    ("base", "vault", "space", "wanted"),
    [
        pytest.param((A,), (A, V), (S, A), (S, A, V), id="both add"),
        pytest.param((A,), (A, V), (A, S), (A, V, S), id="both add at one place"),
        pytest.param((A,), (A, X), (A, X_THERE), (A, X_THERE), id="both add the same"),
        pytest.param((A, B, C), (A, C), (A, B, C, S), (A, C, S), id="drop and add"),
        pytest.param((A, B, C), (C, A, B), (A, C), (C, A), id="move and drop another"),
        pytest.param((A, B, C), (B, A, C), (A, B, C2), (B, A, C2), id="move and edit"),
        pytest.param((A, B, C), (A, V, C), (A, C, B), (A, V, C), id="drop and move of one"),
        pytest.param((A, B), (A,), (A, B2), (A, B2), id="an edit beats a deletion"),
        pytest.param((A, B), (A, B2), (A,), (A, B2), id="on either side"),
        pytest.param((A, B, C), (A, B, V, C), (A, C), (A, V, C), id="added after what went"),
        pytest.param((A, B), (), (B, A), (), id="moving is not editing"),
    ],
)
def test_changes_of_different_blocks_combine(
    base: Blocks, vault: Blocks, space: Blocks, wanted: Blocks
) -> None:
    assert merge(base, vault, space) == Merged(wanted)


def test_an_edited_child_survives_its_parent() -> None:
    base = (para("p", "p", para("q", "q"), para("r", "r")), A)
    vault = (para("p", "p", para("Q", "q"), para("r", "r")), A)
    assert merge(base, vault, (A,)).blocks == (para("p", "p", para("Q", "q")), A)


def test_an_added_child_brings_its_parent_back() -> None:
    base = (para("p", "p", para("q", "q")), A)
    space = (para("p", "p", para("q", "q"), para("s", "s")), A)
    assert merge(base, (A,), space).blocks == (para("p", "p", para("s", "s")), A)


def test_a_child_moved_out_leaves_its_parent_to_go() -> None:
    base = (para("p", "p", para("q", "q")),)
    assert merge(base, base, (para("q", "q"),)).blocks == (para("q", "q"),)


def test_blocks_moved_into_each_other_stand_as_in_the_vault() -> None:
    base = (A, B)
    vault, space = (para("b", "b", A),), (para("a", "a", B),)
    assert merge(base, vault, space).blocks == vault


def test_an_opaque_block_missing_from_the_file_stays_in_the_body() -> None:
    base = (A, opaque("x"), B)
    assert merge(base, (A, B), (A, opaque("x"), B)).blocks == base


def test_an_opaque_block_removed_in_the_space_is_gone() -> None:
    base = (A, opaque("x"), B)
    assert merge(base, (para("A", "a"), opaque("x"), B), (A, B)).blocks == (para("A", "a"), B)


def test_an_opaque_block_is_the_space_s_even_if_both_have_it() -> None:
    new = replace(opaque("x"), payload='{"n":1}')
    assert merge((opaque("x"),), (opaque("x"), A), (new,)).blocks == (new, A)


def test_a_column_added_here_and_a_cell_edited_there_combine() -> None:
    base = (GridBlock(((A,), (B,)), (0.5,), id=BlockId("g")),)
    vault = (GridBlock(((A,), (B,), (para("v"),)), (0.3, 0.6), id=BlockId("g")),)
    space = (GridBlock(((A,), (para("B", "b"),)), (0.5,), id=BlockId("g")),)
    wanted = GridBlock(((A,), (para("B", "b"),), (para("v"),)), (0.3, 0.6), id=BlockId("g"))
    assert merge(base, vault, space).blocks == (wanted,)


def test_an_edited_cell_keeps_its_column() -> None:
    base = (GridBlock(((A,), (), (B,)), (0.3, 0.6), id=BlockId("g")),)
    space = (GridBlock(((A,), ()), (0.5,), id=BlockId("g")),)
    vault = (GridBlock(((A,), (), (para("B", "b"),)), (0.3, 0.6), id=BlockId("g")),)
    (grid,) = merge(base, vault, space).blocks
    assert isinstance(grid, GridBlock)
    assert grid.columns == ((A,), (), (para("B", "b"),))


def test_a_copied_id_is_used_once() -> None:
    vault = (A, A)
    assert merge((A,), vault, (A,)).blocks == (A, para("a"))


def test_new_blocks_inside_a_known_parent_are_recognised() -> None:
    vault, space = (para("a", "a", para("x")),), (para("a", "a", para("x", "s")),)
    assert merge((A,), vault, space).blocks == space


def test_a_block_made_anew_on_one_side_and_edited_alike_on_the_other_is_one_block() -> None:
    """The app cuts and pastes by making a new block."""
    assert merge((A,), (B2, para("new", "a")), (B2, para("new", "s"))).blocks == (
        B2,
        para("new", "s"),
    )


def test_a_block_merged_before_is_known_again_though_its_neighbours_were_reordered() -> None:
    """The file was written, then the power went; the file's order is not the space's."""
    base, space = (A, B), (X_THERE, A, B)
    merged = merge(base, (B, A, X), space)
    assert merged.blocks == (B, A, X_THERE)


def test_equal_rules_in_different_places_stay_two() -> None:
    vault, space = (HorizontalLineBlock(), A), (A, HorizontalLineBlock(BlockId("r")))
    merged = merge((A,), vault, space)
    assert merged.blocks == (vault[0], A, space[1])


@given(bodies, bodies, bodies, st.booleans())
def test_no_three_bodies_are_too_odd_to_merge(
    base: Blocks, vault: Blocks, space: Blocks, twice: bool
) -> None:
    """Ids meet blocks of other kinds and places, and a person copies the whole body."""
    merged = merge(base, (*vault, *vault) if twice else vault, space)
    names = ids(merged.blocks)
    assert len(names) == len(set(names))
