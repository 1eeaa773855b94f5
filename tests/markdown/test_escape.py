"""Text becomes Markdown that reads back as that text and nothing else, with few backslashes."""

from __future__ import annotations

from dataclasses import replace
from itertools import pairwise
from unicodedata import normalize

import pytest
from hypothesis import example, given, strategies as st

from capsync.markdown.escape import SPELLINGS, fence_for, spell
from capsync.markdown.inline import MARK, parse_inline
from capsync.markdown.links import NoNames
from capsync.markdown.reader import read_blocks
from capsync.markdown.tame import spell_tame
from capsync.markdown.view import view, without_ids
from capsync.markdown.view_tokens import view_tokens
from capsync.markdown.writer import write_body
from capsync.model.block import (
    HEADINGS,
    Block,
    CodeBlock,
    GridBlock,
    GroupBlock,
    MathBlock,
    TextBlock,
)
from capsync.model.token import CodeToken, LinkToken, MathToken, Style, TextToken, Token, Tokens
from tests.markdown.fuzz import INLINE, WORDS
from tests.strategies import UGLY, letters, token_lists

NAMES = NoNames()
ugly = st.one_of(
    st.lists(st.sampled_from((*UGLY, *INLINE, *WORDS)), max_size=8).map("".join),
    st.text(st.sampled_from("*_`[]()<>!#+-=.:|~$\\&;1a \n\"'^"), max_size=14),
    st.text(letters, max_size=12),
)
"""Texts that look like Markdown and are none."""


def said(block: Block) -> str:
    """Write a block, check that it reads back, and give the Markdown."""
    seen = view((block,), NAMES)
    text = write_body(seen, NAMES)
    assert read_blocks(text, NAMES) == tuple(map(without_ids, seen))
    return text


@given(ugly)
@example("a\n\n---")
@example("[foo]: /url")
@example("a\n===")
@example("    code")
@example("<!-- capacities: X 1234 -->")
@example("![[0a4d3b8e-9c1f-4a53-8a3e-6b7f1d2c3e44]]")
@example("::: group")
@example("a|b\n-|-")
@example("$$")
@example("[x] done")
@example("\u00a0")
@example("&nbsp;")
def test_any_text_reads_back_in_any_kind_of_block(text: str) -> None:
    tokens = (TextToken(text),)
    for block in (
        TextBlock(tokens),
        TextBlock(tokens, hierarchy=HEADINGS[1]),
        TextBlock(tokens, list="bullet"),
        TextBlock(tokens, list="numerical"),
        TextBlock(tokens, todo=True),
        TextBlock(tokens, quote="normal"),
        TextBlock(tokens, quote="standout"),
        TextBlock(tokens, toggle=False),
        GridBlock((((TextBlock(tokens)),), ((TextBlock((TextToken("b"),))),))),
    ):
        said(block)


@given(ugly)
def test_any_text_reads_back_in_any_kind_of_token(text: str) -> None:
    for tokens in (
        (TextToken("a "), TextToken(text, Style(bold=True)), TextToken("b")),
        (TextToken("a"), TextToken(text, Style(italic=True, strikethrough=True)), TextToken("b")),
        (TextToken(text, Style(underline=True)), TextToken(text, color=MARK)),
        (CodeToken(text), TextToken(text)),
        (TextToken(text), MathToken(text)),
        (LinkToken(text, url="https://a.b/(c"), TextToken(text)),
    ):
        said(TextBlock(tokens))


@given(ugly)
def test_any_code_and_any_formula_read_back(text: str) -> None:
    said(CodeBlock(text, "py"))
    said(MathBlock(text))
    said(TextBlock(blocks=(CodeBlock(text), MathBlock(text)), list="bullet"))
    said(TextBlock(blocks=(CodeBlock(text),), quote="normal"))


@given(token_lists)
def test_any_tokens_read_back(tokens: Tokens) -> None:
    said(TextBlock(tokens))


@given(token_lists)
def test_the_most_careful_spelling_always_reads_back_on_a_line(tokens: Tokens) -> None:
    seen = view((TextBlock((TextToken("a"), *tokens, TextToken("z"))),), NAMES)
    assert isinstance(seen[0], TextBlock)
    text = spell(seen[0].tokens, NAMES, SPELLINGS[-1], line_break="<br>")
    assert parse_inline(text, NAMES.resolve) == seen[0].tokens


SANE = (
    "Plain words, with commas; and a colon: so.",
    "it's (really) \"quoted\", isn't it? 50 % off!",
    "snake_case_name and 2 * 3 = 6, a < b > c",
    "an e-mail to a@b.example and http://a.example/x_y",
    "$HOME and $PATH, $5 and $6, US$5",
    "C:\\dir\\file & co., AT&T",
    "#tag at the start, and #another",
    "1984 was a year. 12.5 too",
    "- no, - not a list",
    "a ~ b, x == y, a|b",
    "中文「粗体」，日本語。",
    "[x] [y] arr[0] f(x)",
)


def test_ordinary_text_stays_as_it_is() -> None:
    backslashes = [said(TextBlock((TextToken(text),))).count("\\") for text in SANE]
    real = sum(text.count("\\") for text in SANE)
    assert sum(backslashes) - real <= 4
    assert sum(backslashes) - real <= sum(map(len, SANE)) * 0.02


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("*a*", "\\*a\\*"),
        ("2 * 3", "2 * 3"),
        ("a_b_c", "a_b_c"),
        ("# a", "\\# a"),
        ("#a", "#a"),
        ("1. a", "1\\. a"),
        ("1.a", "1.a"),
        ("- a", "\\- a"),
        ("> a", "\\> a"),
        ("$x$", "\\$x$"),
        ("$5", "$5"),
        ("&amp;", "\\&amp;"),
        ("&", "&"),
        ("a\\b", "a\\b"),
        ("[a](b)", "\\[a\\](b)"),
        ("[a]", "[a]"),
        ("---", "\\---"),
        ("a\n- b", "a\\\n\\- b"),
        ("a <b>", "a <b>"),
        ("<b>", "\\<b>"),
        ("<div>", "\\<div>"),
        ("<b>a</b>", "\\<b>a\\</b>"),
    ],
)
def test_text_is_escaped_just_enough(text: str, expected: str) -> None:
    assert said(TextBlock((TextToken(text),))) == f"{expected}\n"


@pytest.mark.parametrize(
    ("tokens", "expected"),
    [
        ((TextToken("「粗体」", Style(bold=True)), TextToken("中文")), "<b>「粗体」</b>中文"),
        ((TextToken("中"), TextToken("文", Style(bold=True)), TextToken("字")), "中**文**字"),
        ((TextToken("注", Style(italic=True)), TextToken("：是")), "*注*：是"),
        ((TextToken("“a”", Style(bold=True)), TextToken("b")), "<b>“a”</b>b"),
    ],
)
def test_emphasis_beside_wide_punctuation_falls_back_to_tags(tokens: Tokens, expected: str) -> None:
    """CommonMark cannot close ``**`` between a bracket and a letter."""
    assert said(TextBlock(tokens)) == f"{expected}\n"


def test_spellings_grow_in_care() -> None:
    assert all((a.escape, a.tags) != (b.escape, b.tags) for a, b in pairwise(SPELLINGS))
    assert SPELLINGS[0].escape == 0
    assert not SPELLINGS[0].tags
    assert SPELLINGS[-1].escape == 2
    assert SPELLINGS[-1].tags


@given(ugly)
def test_harmless_text_needs_no_care_wherever_it_stands(text: str) -> None:
    text = normalize("NFC", text)  # as all texts of a note are
    starts = text[:1].isalpha() and not text.endswith("#") and "\n" not in text
    if starts and text == text.strip() and spell_tame((TextToken(text),), NAMES, "\n") == text:
        for line in (f"- {text}", f"# {text}", f"> {text}", f"a *b* {text} `c`", text):
            [block] = read_blocks(line, NAMES)
            assert isinstance(block, TextBlock)
            assert text in "".join(
                token.text for token in block.tokens if isinstance(token, TextToken)
            )


@given(st.text("`a\n", max_size=12))
def test_a_fence_is_longer_than_any_in_the_text(text: str) -> None:
    fence = fence_for(text, "`", 3)
    assert len(fence) >= 3
    assert fence not in text


def test_text_that_looks_like_html_does_not_swallow_what_follows_it() -> None:
    """It read back alone, but inside a container it took the closing line for its own."""
    tag = TextBlock((TextToken("<div>"),))
    item = replace(tag, list="bullet")
    for block in (
        GroupBlock((tag,)),
        TextBlock((TextToken("a"),), (tag,)),
        replace(item, blocks=(item, tag)),
        replace(tag, quote="normal", blocks=(item,)),
        replace(tag, toggle=True, blocks=(item,)),
    ):
        said(block)


def test_blanks_before_a_line_break_go_whatever_they_wear() -> None:
    """One in bold kept the plain one before it, and an untouched file had changed."""
    bold = Style(bold=True)
    said(TextBlock((TextToken("a "), TextToken(" ", bold), TextToken("\nb"))))


PLAIN_WORDS = st.lists(
    st.sampled_from(["word", "Straße", "2.", "(so)", "a/b", "don't", "日本"]), min_size=1
)
LINES = st.lists(
    st.one_of(
        PLAIN_WORDS.map(lambda words: TextToken(" ".join(words) + " ")),
        st.sampled_from(["x", "two words", "«q»"]).map(
            lambda text: TextToken(text, Style(bold=True))
        ),
        st.sampled_from(["i", "ü b"]).map(lambda text: TextToken(text, Style(italic=True))),
        st.sampled_from(["code", "a*b", "[x]"]).map(CodeToken),
        st.sampled_from(["there", "and so on"]).map(
            lambda text: LinkToken(text, url="https://x.y/z?a=b")
        ),
        st.sampled_from([" ", ", ", ") ", " ("]).map(TextToken),
    ),
    min_size=1,
    max_size=6,
)


@given(LINES)
def test_what_counts_as_tame_reads_back_in_the_cheapest_spelling(line: list[Token]) -> None:
    tokens = view_tokens(tuple(line), NoNames())
    text = spell_tame(tokens, NoNames(), "\\\n") if tokens else None
    if text is not None and (text[0].isalpha() or text[0] == "`"):
        assert text == spell(tokens, NoNames(), SPELLINGS[0])
        for marks in ("", "- ", "- [ ] ", "## ", "> "):
            (block,) = read_blocks(marks + text, NoNames())
            assert isinstance(block, TextBlock)
            assert block.tokens == tokens
