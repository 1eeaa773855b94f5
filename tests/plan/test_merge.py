"""The laws of merging two bodies, then what people do to each other's notes."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

import pytest
from hypothesis import given, strategies as st

from capsync.model.block import (
    HEADINGS,
    Block,
    BlockId,
    Blocks,
    CodeBlock,
    EntityBlock,
    GroupBlock,
    HorizontalLineBlock,
    MathBlock,
    TextBlock,
    is_writable,
    walk,
)
from capsync.model.token import LinkToken, NoteId, Style, TextToken
from capsync.plan.conflicts import open_conflicts
from capsync.plan.merge import Merged, merge_blocks
from tests.plan.people import (
    anonymous,
    bare,
    ids,
    para,
    revised,
    said_bodies,
    with_new_ids,
    words,
)
from tests.strategies import bodies

STAMP = "2026-11-22 10:04"


def merge(base: Blocks, vault: Blocks, space: Blocks) -> Merged:
    return merge_blocks(base, vault, space, stamp=STAMP)


@st.composite
def disagreements(draw: st.DrawFn, *, pinned: bool = True) -> tuple[Blocks, Blocks, Blocks]:
    """Draw a body, and what the person and the space made of it."""
    base = draw(said_bodies(pinned=pinned))
    vault = anonymous(draw(revised(base, "v")), base)
    space = with_new_ids(draw(revised(base, "s")), "space")
    return base, vault, space


def quote(block: Block) -> TextBlock:
    return TextBlock((TextToken(f"[!conflict] Space, {STAMP}"),), (block,), quote="normal")


# The laws.


@given(said_bodies(pinned=True).flatmap(lambda b: st.tuples(st.just(b), revised(b, "v"))))
def test_what_only_one_side_changed_is_taken(case: tuple[Blocks, Blocks]) -> None:
    base, edited = case
    from_vault = anonymous(edited, base)
    from_space = with_new_ids(edited, "space")
    assert merge(base, from_vault, base) == Merged(from_vault)
    assert merge(base, base, from_space) == Merged(from_space)


@given(said_bodies(pinned=True).flatmap(lambda b: st.tuples(st.just(b), revised(b, "v"))))
def test_what_both_changed_alike_is_taken_once(case: tuple[Blocks, Blocks]) -> None:
    base, edited = case
    space = with_new_ids(edited, "space")
    assert merge(base, anonymous(edited, base), space) == Merged(space)


@given(bodies, bodies)
def test_a_side_that_did_nothing_changes_nothing(base: Blocks, other: Blocks) -> None:
    """Bodies that have nothing in common but their ids."""
    assert bare(merge(base, base, other).blocks) == bare(other)
    assert merge(base, other, other).blocks == other
    if all(is_writable(block) for block in walk((*base, *other))):
        assert bare(merge(base, other, base).blocks) == bare(other)


@given(disagreements())
def test_no_word_is_lost(case: tuple[Blocks, Blocks, Blocks]) -> None:
    base, vault, space = case
    here, there, then = (set(words(side)) for side in (vault, space, base))
    assert (here - then) | (there - then) | (here & there) <= set(words(merge(*case).blocks))


@given(disagreements())
def test_no_word_comes_back_that_one_side_took_and_the_other_left_alone(
    case: tuple[Blocks, Blocks, Blocks],
) -> None:
    base, vault, space = case
    merged = merge(*case)
    gone = set(words(base)) - set(words(vault)) - set(words(space))
    assert not gone & set(words(merged.blocks))


@given(disagreements())
def test_no_word_is_said_twice(case: tuple[Blocks, Blocks, Blocks]) -> None:
    merged = merge(*case)
    if not merged.conflicts:
        said = words(merged.blocks)
        assert len(said) == len(set(said))


@given(disagreements())
def test_ids_stay_unique(case: tuple[Blocks, Blocks, Blocks]) -> None:
    names = ids(merge(*case).blocks)
    assert len(names) == len(set(names))


@given(disagreements())
def test_every_unwritable_block_of_the_space_is_kept(case: tuple[Blocks, Blocks, Blocks]) -> None:
    _, _, space = case
    merged = list(walk(merge(*case).blocks))
    assert all(block in merged for block in walk(space) if not is_writable(block))


@given(disagreements())
def test_every_conflict_is_shown_once(case: tuple[Blocks, Blocks, Blocks]) -> None:
    merged = merge(*case)
    assert len(list(open_conflicts(merged.blocks))) == len(merged.conflicts)


@given(disagreements())
def test_merging_again_adds_nothing(case: tuple[Blocks, Blocks, Blocks]) -> None:
    """The file was written, then the power went: the base is old, and the space too."""
    base, _, space = case
    once = merge(*case).blocks
    again = merge(base, anonymous(once, base), space)
    assert again.conflicts == ()
    assert sorted(words(again.blocks)) == sorted(words(once))


@given(disagreements())
def test_merging_again_after_the_space_was_written_adds_nothing(
    case: tuple[Blocks, Blocks, Blocks],
) -> None:
    base, vault, _ = case
    once = with_new_ids(merge(*case).blocks, "pushed")
    again = merge(base, vault, once)
    assert again.conflicts == ()
    assert sorted(words(again.blocks)) == sorted(words(once))


@given(disagreements())
def test_merging_is_settled_once_remembered(case: tuple[Blocks, Blocks, Blocks]) -> None:
    once = with_new_ids(merge(*case).blocks, "pushed")
    assert merge(once, once, once) == Merged(once)


# Edits of one block by both sides.

BASE = (para("the quick brown fox", "a"), para("second", "b"))


def test_different_words_of_one_block_merge() -> None:
    vault = (para("the slow brown fox", "a"), BASE[1])
    space = (para("the quick brown dog", "a"), BASE[1])
    assert merge(BASE, vault, space) == Merged((para("the slow brown dog", "a"), BASE[1]))


def test_the_same_word_is_a_conflict_shown_after_the_local_block() -> None:
    vault = (para("the slow brown fox", "a"), BASE[1])
    space = (para("the lazy brown fox", "a"), BASE[1])
    merged = merge(BASE, vault, space)
    assert merged.blocks == (vault[0], quote(para("the lazy brown fox")), BASE[1])
    (found,) = merged.conflicts
    assert (found.where, found.vault, found.space) == ("the slow brown fox", vault[0], space[0])


def test_a_word_corrected_here_and_another_made_bold_there_merge() -> None:
    vault = (para("the slow brown fox", "a"),)
    bold = (TextToken("the quick brown "), TextToken("fox", Style(bold=True)))
    space = (replace(para("", "a"), tokens=bold),)
    (block,) = merge(BASE[:1], vault, space).blocks
    tokens = (TextToken("the slow brown "), TextToken("fox", Style(bold=True)))
    assert block == replace(para("", "a"), tokens=tokens)


def test_a_link_travels_with_its_words() -> None:
    link = LinkToken("fox", entity=NoteId("n"))
    vault = (replace(para("", "a"), tokens=(TextToken("the quick brown "), link)),)
    space = (para("a quick brown fox", "a"),)
    (block,) = merge(BASE[:1], vault, space).blocks
    assert block == replace(para("", "a"), tokens=(TextToken("a quick brown "), link))


def test_text_and_dress_of_one_block_merge() -> None:
    vault = (para("the slow brown fox", "a"),)
    space = (replace(BASE[0], hierarchy=HEADINGS[1], color="bg-green"),)
    (block,) = merge(BASE[:1], vault, space).blocks
    assert block == replace(vault[0], hierarchy=HEADINGS[1], color="bg-green")


def test_of_two_dresses_the_local_one_is_worn() -> None:
    vault = (replace(BASE[0], todo=True),)
    space = (replace(BASE[0], todo=False),)
    assert merge(BASE[:1], vault, space) == Merged(vault)


def test_code_merges_by_words_too() -> None:
    base, vault, space = (
        (CodeBlock(text, "python", BlockId("c")),)
        for text in ("a = b + 1", "x = b + 1", "a = b + 2")
    )
    assert merge(base, vault, space).blocks == (CodeBlock("x = b + 2", "python", BlockId("c")),)


def test_two_embeds_for_one_are_a_conflict() -> None:
    base, vault, space = ((EntityBlock(NoteId(n), id=BlockId("e")),) for n in "bvs")
    merged = merge(base, vault, space)
    assert merged.blocks == (*vault, quote(EntityBlock(NoteId("s"))))


def test_a_block_that_became_code_here_and_was_edited_there_is_a_conflict() -> None:
    vault = (CodeBlock("fox", id=BlockId("a")),)
    space = (para("the lazy fox", "a", para("child", "c")),)
    merged = merge(BASE[:1], vault, space)
    assert merged.blocks == (*vault, quote(para("the lazy fox")), para("child", "c"))


@pytest.mark.parametrize(
    "made",
    [
        pytest.param(lambda text: CodeBlock(text, id=BlockId("x")), id="code"),
        pytest.param(lambda text: MathBlock(text, id=BlockId("x")), id="a formula"),
        pytest.param(lambda text: EntityBlock(NoteId(text), id=BlockId("x")), id="an embed"),
        pytest.param(lambda text: para(text, "x"), id="a paragraph"),
    ],
)
def test_two_versions_of_any_kind_without_a_base_are_a_conflict(
    made: Callable[[str], Block],
) -> None:
    merged = merge((), (made("one"),), (made("two"),))
    assert merged.blocks == (made("one"), quote(replace(made("two"), id=None)))


def test_an_emptied_block_takes_the_words_of_the_other_side() -> None:
    """Nothing never beats something that both sides changed."""
    for vault, space in (("", "edited"), ("edited", "")):
        merged = merge((para("a", "a"),), (para(vault, "a"),), (para(space, "a"),))
        assert merged == Merged((para("edited", "a"),))


def test_a_rule_that_both_sides_made_something_else_stays_the_local_one() -> None:
    rule = HorizontalLineBlock(BlockId("r"))
    vault, space = GroupBlock((), "bullet", id=BlockId("r")), GroupBlock((), id=BlockId("r"))
    assert merge((rule,), (vault,), (space,)) == Merged((vault,))


def test_a_conflict_between_blocks_without_words_is_named_by_the_other_side() -> None:
    base, vault = (HorizontalLineBlock(BlockId("r")),), (GroupBlock(id=BlockId("r")),)
    (found,) = merge(base, vault, (CodeBlock("c", id=BlockId("r")),)).conflicts
    assert found.where == "c"


def test_a_link_that_shows_its_target_s_title_counts_as_said() -> None:
    base, vault, space = (
        (replace(para("", "a"), tokens=(LinkToken("", entity=NoteId(name)),)),) for name in "bvs"
    )
    once = merge(base, vault, space)
    assert [each.where for each in once.conflicts] == ["v"]
    assert merge(base, anonymous(once.blocks, base), space).conflicts == ()


def test_a_conflict_that_is_already_shown_is_not_shown_again() -> None:
    """The file already holds it, under an older stamp; the space has not heard of it."""
    vault = (
        para("slow", "a"),
        replace(quote(para("lazy")), tokens=(TextToken("[!conflict] Space, then"),)),
    )
    merged = merge((para("quick", "a"),), vault, (para("lazy", "a"),))
    assert merged == Merged(vault)


def test_a_settled_conflict_does_not_hide_a_new_one() -> None:
    """The person removed the quote; the space then takes up what it showed."""
    shown = replace(quote(para("lazy", "d")), id=BlockId("c"))
    base = (para("quick", "a"), shown)
    merged = merge(base, (para("slow", "a"),), (para("lazy", "a"), shown))
    assert merged.blocks == (para("slow", "a"), quote(para("lazy")))


def test_a_long_conflict_is_named_by_its_beginning() -> None:
    base, vault, space = ((para(f"{word} " * 40, "a"),) for word in "bvs")
    (found,) = merge(base, vault, space).conflicts
    assert len(found.where) == 60
    assert found.where.startswith("v v v")
