"""What people do to a file: an edited, moved, parted or joined block, one example each."""

from __future__ import annotations

from dataclasses import replace

from capsync.model.block import (
    HEADINGS,
    BlockId,
    CodeBlock,
    TextBlock,
)
from capsync.model.token import (
    LinkToken,
    MathToken,
    OpaqueToken,
    Style,
    TextToken,
)
from tests.markdown.people import (
    edit,
    names,
    para,
    red,
    rewrite,
    said,
    shown,
)

RICH = TextBlock(
    (TextToken("plain "), red("coloured"), TextToken(" end")),
    list="alphabetical",
    color="bg-green",
    highlight='{"color":"yellow"}',
    alignment="center",
    id=BlockId("rich"),
    extra='{"future":1}',
)


# What Markdown cannot say.


def test_everything_stays_when_another_block_is_edited() -> None:
    body = (RICH, para("other"))
    result = edit(body, ("other", "another"))
    assert result[0] == RICH
    assert result[1] == replace(body[1], tokens=(TextToken("another"),))


def test_everything_stays_when_the_block_itself_is_edited() -> None:
    [result] = edit((RICH,), ("end", "the end"))
    tokens = (TextToken("plain "), red("coloured"), TextToken(" the end"))
    assert result == replace(RICH, tokens=tokens)
    assert isinstance(result, TextBlock)
    assert result.extra == RICH.extra


def test_a_word_typed_into_a_coloured_run_takes_its_colour() -> None:
    body = (para((TextToken("a "), red("red wine"), TextToken(" b"))),)
    [result] = edit(body, ("red wine", "red old wine"))
    assert result == replace(
        body[0], tokens=(TextToken("a "), red("red old wine"), TextToken(" b"))
    )


def test_a_word_typed_beside_a_coloured_run_does_not() -> None:
    body = (para((TextToken("a "), red("red"), TextToken(" b"))),)
    [result] = edit(body, (" b", " and b"))
    assert result == replace(body[0], tokens=(TextToken("a "), red("red"), TextToken(" and b")))


def test_a_coloured_word_that_is_made_bold_keeps_its_colour() -> None:
    body = (para((TextToken("a "), red("red"), TextToken(" b"))),)
    [result] = edit(body, ("red", "**red**"))
    bold = TextToken("red", Style(bold=True), "text-red")
    assert result == replace(body[0], tokens=(TextToken("a "), bold, TextToken(" b")))


def test_a_mark_that_is_taken_away_is_gone() -> None:
    body = (para((TextToken("a "), TextToken("b", color="bg-yellow"))),)
    assert edit(body, ("==b==", "b")) == (replace(body[0], tokens=(TextToken("a b"),)),)


def test_a_link_keeps_what_it_points_to_when_its_text_changes() -> None:
    link = LinkToken("here", url="https://a.example/é", extra='{"future":1}')
    [result] = edit((para((link, TextToken(" it is"))),), ("here", "there"))
    assert isinstance(result, TextBlock)
    token = result.tokens[0]
    assert isinstance(token, LinkToken)
    assert (token.text, token.url, token.extra) == ("there", link.url, link.extra)


def test_an_unknown_token_lives_through_an_edit_beside_it() -> None:
    token = OpaqueToken("FutureToken", '{"a":1,"type":"FutureToken"}')
    body = (para((TextToken("a "), token, TextToken(" b"))),)
    [result] = edit(body, (" b", " c"))
    assert result == replace(body[0], tokens=(TextToken("a "), token, TextToken(" c")))


def test_a_formula_beside_an_edit_stays() -> None:
    body = (para((TextToken("a "), MathToken("x^2"), TextToken(" b"))),)
    [result] = edit(body, ("a ", "one "))
    expected = (TextToken("one "), MathToken("x^2"), TextToken(" b"))
    assert result == replace(body[0], tokens=expected)


def test_a_to_do_on_an_alphabetical_list_can_be_ticked() -> None:
    body = (para("milk", list="alphabetical", todo=False, color="bg-green"),)
    assert edit(body, ("[ ]", "[x]")) == (replace(body[0], todo=True),)


def test_a_roman_item_that_becomes_a_bullet_is_one() -> None:
    body = (para("one", list="roman"),)
    assert rewrite(body, "- one\n") == (replace(body[0], list="bullet"),)


def test_a_roman_item_keeps_its_kind_when_its_number_changes() -> None:
    body = (para("one", list="roman"), para("two", list="roman"))
    assert rewrite(body, "3. one\n4. two\n") == body


def test_a_deep_heading_keeps_its_rank_until_it_is_changed() -> None:
    deep = replace(HEADINGS[2], key="H5", val=5)
    body = (para("a", hierarchy=deep),)
    assert edit(body, ("a", "b"))[0] == replace(body[0], tokens=(TextToken("b"),))
    assert edit(body, ("### a", "## a"))[0] == replace(body[0], hierarchy=HEADINGS[1])


def test_the_language_of_code_stays_when_the_code_changes() -> None:
    body = (CodeBlock("x = 1", "python", BlockId("c"), '{"future":1}'),)
    assert edit(body, ("x = 1", "x = 2")) == (replace(body[0], text="x = 2"),)


# Blocks that move, part, join and change their kind.


def test_a_block_that_moves_keeps_everything() -> None:
    body = (RICH, para("one"), para("two"), para("three"))
    text = shown(*body).replace("1. plain coloured end\n\n", "") + "\n1. plain coloured end\n"
    assert rewrite(body, text) == (*body[1:], RICH)


def test_two_blocks_that_change_places_keep_their_ids() -> None:
    body = (para("the first of them"), para("the second of them"))
    assert rewrite(body, "the second of them\n\nthe first of them\n") == body[::-1]


def test_a_block_that_moves_and_is_edited_keeps_its_id() -> None:
    body = (para("a long enough sentence about cats"), para("one"), para("two"), para("three"))
    result = rewrite(body, "one\n\ntwo\n\nthree\n\na long enough sentence about dogs\n")
    assert names(result) == names((*body[1:], body[0]))


def test_a_block_that_is_parted_gives_its_id_to_one_half() -> None:
    body = (para("before"), para("the first half of it. And the second"), para("after"))
    result = edit(body, ("it. And", "it.\n\nAnd"))
    assert [said(block) for block in result] == [
        "before",
        "the first half of it.",
        "And the second",
        "after",
    ]
    assert [block.id for block in result] == [body[0].id, body[1].id, None, body[2].id]


def test_two_blocks_that_are_joined_keep_one_id() -> None:
    body = (para("before"), para("the first half of it."), para("And more"), para("after"))
    result = edit(body, ("it.\n\nAnd", "it. And"))
    assert [block.id for block in result] == [body[0].id, body[1].id, body[3].id]
    assert said(result[1]) == "the first half of it. And more"


def test_a_paragraph_that_becomes_something_else_keeps_its_id_and_colour() -> None:
    body = (para("before"), para("a", color="bg-green"), para("after"))
    for line, expected in {
        "# a": replace(body[1], hierarchy=HEADINGS[0]),
        "- a": replace(body[1], list="bullet"),
        "1. a": replace(body[1], list="numerical"),
        "- [x] a": replace(body[1], todo=True),
        "> a": replace(body[1], quote="normal"),
        "> [!quote]\n> a": replace(body[1], quote="standout"),
        "> [!toggle]- a": replace(body[1], toggle=False),
    }.items():
        assert edit(body, ("\na\n", f"\n{line}\n")) == (body[0], expected, body[2])


def test_a_block_between_two_alike_is_told_from_them() -> None:
    body = (para("same"), para("same"), para("same"))
    assert rewrite(body, "same\n\nsame\n\nother\n\nsame\n")[:2] == body[:2]
    assert names(rewrite(body, "same\n\nsame\n")) == names(body[:2])


def test_a_new_block_has_no_id() -> None:
    body = (para("one"), para("two"))
    assert edit(body, ("one\n", "one\n\nbetween\n")) == (
        body[0],
        TextBlock((TextToken("between"),)),
        body[1],
    )
