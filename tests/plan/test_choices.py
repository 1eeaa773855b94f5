"""Choosing between two versions: what stays, what goes, and in whose place."""

from __future__ import annotations

from dataclasses import replace

import pytest

from capsync.model.block import Block, BlockId, CodeBlock, GridBlock, GroupBlock, TextBlock
from capsync.model.token import LinkToken, OpaqueToken, Style, TextToken
from capsync.plan.choices import Choice, choose, find
from capsync.plan.conflicts import callout, found_at, versions_in
from tests.plan.people import para

STAMP = "2026-11-22 10:04"
A, B = para("a", "a"), para("b", "b")
MINE, THEIRS = para("mine", "m"), para("theirs")


def quote(*theirs: Block, name: str = "q") -> TextBlock:
    return replace(callout(theirs[0], STAMP), blocks=theirs, id=BlockId(name))


@pytest.mark.parametrize(
    ("choice", "wanted"),
    [
        (Choice.MINE, (A, MINE, B)),
        (Choice.THEIRS, (A, replace(THEIRS, id=BlockId("m")), B)),
        (Choice.BOTH, (A, MINE, THEIRS, B)),
    ],
)
def test_a_choice_leaves_everything_else_alone(choice: Choice, wanted: tuple[Block, ...]) -> None:
    body = (A, MINE, quote(THEIRS), B)
    (found,) = find(body, body)
    assert (found.local, found.theirs) == (MINE, (THEIRS,))
    assert choose(body, [(found, choice)]) == wanted
    assert choose(body, []) == body


def test_what_is_nested_in_the_local_block_stays_nested_in_theirs() -> None:
    body = (replace(MINE, blocks=(A,)), quote(THEIRS))
    (block,) = choose(body, [(find(body)[0], Choice.THEIRS)])
    assert block == replace(THEIRS, id=BlockId("m"), blocks=(A,))


def test_what_is_nested_follows_a_version_that_can_hold_nothing() -> None:
    code = CodeBlock("theirs")
    body = (replace(MINE, blocks=(A,)), quote(code))
    assert choose(body, [(find(body)[0], Choice.THEIRS)]) == (code, A)


def test_all_versions_of_the_space_come_when_there_are_several() -> None:
    body = (MINE, quote(THEIRS, B))
    assert choose(body, [(find(body)[0], Choice.THEIRS)]) == (
        replace(THEIRS, id=BlockId("m")),
        B,
    )


def test_an_empty_quote_takes_nobody_s_place() -> None:
    body = (MINE, replace(quote(THEIRS), blocks=()))
    for choice in Choice:
        assert choose(body, [(find(body)[0], choice)]) == (MINE,)


def test_the_local_block_is_found_where_it_went() -> None:
    base = (MINE, quote(THEIRS), A)
    body = (A, quote(THEIRS), replace(B, blocks=(MINE,)))
    (found,) = find(body, base)
    assert found.local == MINE
    assert choose(body, [(found, Choice.THEIRS)]) == (
        A,
        replace(B, blocks=(replace(THEIRS, id=BlockId("m")),)),
    )


def test_a_local_block_that_is_gone_leaves_its_neighbour_alone() -> None:
    base, body = (A, MINE, quote(THEIRS)), (A, quote(THEIRS))
    (found,) = find(body, base)
    assert found.local is None
    assert choose(body, [(found, Choice.THEIRS)]) == (A, THEIRS)


def test_without_a_base_the_quote_is_about_the_block_before_it() -> None:
    assert [each.local for each in find((quote(THEIRS), A, quote(B, name="r")))] == [None, A]


def test_conflicts_are_found_wherever_they_are_and_under_their_heading() -> None:
    heading = replace(para("Chapter", "h"), hierarchy=replace(A.hierarchy, key="H1", val=1))
    inner = (MINE, quote(THEIRS))
    body = (A, heading, GroupBlock(inner), GridBlock(((A,), (B, quote(THEIRS, name="r")))))
    found = find(body)
    assert [(each.local, each.under) for each in found] == [(MINE, "Chapter"), (B, "Chapter")]
    settled = choose(body, [(each, Choice.MINE) for each in found])
    assert settled == (A, heading, GroupBlock((MINE,)), GridBlock(((A,), (B,))))


def test_the_head_of_a_quote_tells_when_and_is_no_content() -> None:
    assert found_at(quote(A)) == "2026-11-22T10:04:00Z"
    assert versions_in(quote(A)) == (A,)
    bare = replace(quote(A), tokens=(TextToken("[!conflict]"),))
    assert (found_at(bare), versions_in(bare)) == (None, (A,))


def test_words_beside_the_mark_are_content_with_all_their_dress() -> None:
    tokens = (
        TextToken(f"[!conflict] Space, {STAMP} and ", Style()),
        TextToken("bold", Style(bold=True)),
        OpaqueToken("Future", "{}"),
        LinkToken("link", url="https://a.example"),
    )
    beside, rest = versions_in(replace(quote(A), tokens=tokens))
    assert beside == TextBlock((TextToken("and "), *tokens[1:]))
    assert rest == A
