"""Merging a body in which conflicts are open already: one a block, and none within another."""

from __future__ import annotations

from dataclasses import replace

from capsync.model.block import Block, BlockId, Blocks, CodeBlock, GroupBlock, TextBlock
from capsync.model.token import TextToken
from capsync.plan.conflicts import callout, is_callout, open_conflicts
from capsync.plan.merge import Merged, merge_blocks
from tests.plan.people import para

STAMP = "2026-11-22 10:04"
A = para("a", "a")


def merge(base: Blocks, vault: Blocks, space: Blocks) -> Merged:
    return merge_blocks(base, vault, space, stamp=STAMP)


def quote(*shown: Block, stamp: str = "then") -> TextBlock:
    return replace(callout(shown[0], stamp), blocks=shown, id=BlockId("q"))


def test_a_later_version_joins_the_quote_that_is_open() -> None:
    base = (para("mine", "m"), quote(para("old", "o")), A)
    vault, space = (para("here", "m"), *base[1:]), (para("there", "m"), *base[1:])
    merged = merge(base, vault, space)
    assert merged.blocks == (vault[0], quote(para("old", "o"), para("there")), A)
    assert [(each.vault, each.space) for each in merged.conflicts] == [(vault[0], space[0])]


def test_a_version_that_is_shown_already_is_not_shown_again() -> None:
    base = (para("mine", "m"), quote(para("there", "o")))
    vault, space = (para("here", "m"), base[1]), (para("there", "m"), base[1])
    assert merge(base, vault, space) == Merged(vault)


def test_the_same_words_in_the_quote_of_another_block_do_not_hide_a_conflict() -> None:
    """Two to-dos that the app calls done: the second is a conflict of its own."""
    base = (para("one", "m"), quote(para("done", "o")), para("open", "n"))
    vault = (*base[:2], para("later", "n"))
    merged = merge(base, vault, (*base[:2], para("done", "n")))
    assert merged.blocks == (*vault, callout(para("done"), STAMP))


def test_two_edits_inside_a_quote_are_both_in_it() -> None:
    base = (para("mine", "m"), quote(para("old", "o")))
    vault = (base[0], quote(para("here", "o")))
    merged = merge(base, vault, (base[0], quote(para("there", "o"))))
    assert merged.blocks == (base[0], quote(para("here", "o"), para("there")))
    assert len(list(open_conflicts(merged.blocks))) == 1


def test_two_edits_of_the_head_of_a_quote_lose_no_word() -> None:
    base = (para("mine", "m"), quote(para("old", "o")))
    here, there = (replace(base[1], tokens=(TextToken(f"[!conflict] {x}"),)) for x in "vs")
    merged = merge(base, (base[0], here), (base[0], there))
    beside = para("[!conflict] s")
    assert merged.blocks == (base[0], replace(here, blocks=(para("old", "o"), beside)))


def test_a_quote_that_was_settled_here_is_not_opened_again_by_a_new_conflict() -> None:
    base = (para("mine", "m"), quote(para("old", "o")))
    merged = merge(base, (para("here", "m"),), (para("there", "m"), base[1]))
    assert merged.blocks == (para("here", "m"), callout(para("there"), STAMP))


def test_an_edit_of_the_quote_outweighs_settling_it() -> None:
    base = (para("mine", "m"), quote(para("old", "o")))
    merged = merge(base, base[:1], (base[0], quote(para("typed", "o"))))
    assert merged.blocks == (base[0], quote(para("typed", "o")))


def test_both_settle_it_differently() -> None:
    """Mine on one machine, theirs on the other: who changed the block is heard."""
    base = (para("mine", "m"), quote(para("old", "o")))
    assert merge(base, base[:1], (para("old", "m"),)).blocks == (para("old", "m"),)


def test_a_group_that_became_code_here_loses_nothing_and_shows_no_empty_quote() -> None:
    base = (GroupBlock((A,), id=BlockId("g")),)
    space = (GroupBlock((A,), "bullet", id=BlockId("g")),)
    vault = (CodeBlock("x", id=BlockId("g")),)
    assert merge(base, vault, space) == Merged(vault)


def test_an_ordinary_quote_is_no_conflict() -> None:
    assert not is_callout(replace(quote(para("x")), quote=None))
    assert not is_callout(replace(para("[!note] Space"), quote="normal"))
