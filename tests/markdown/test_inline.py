"""What a line of Markdown says, kind by kind."""

from __future__ import annotations

from dataclasses import replace

import pytest
from hypothesis import given, strategies as st

from capsync.markdown.inline import (
    DATE_LINK,
    MARK,
    NOTE_LINK,
    parse_inline,
    read_date_link,
    write_date_link,
)
from capsync.model.token import (
    PLAIN,
    CodeToken,
    LinkToken,
    MathToken,
    Moment,
    NoteId,
    Style,
    TextToken,
    Token,
    Tokens,
)
from tests.strategies import moments

HOME = NoteId("0a4d3b8e-9c1f-4a53-8a3e-6b7f1d2c3e44")
DAY = Moment("2026-03-01T00:00:00.000Z")


def resolve(name: str) -> NoteId | None:
    return HOME if name in ("Home", "My/Home", "Home#Past", HOME) else None


def read(text: str) -> Tokens:
    return parse_inline(text, resolve)


def t(text: str, *styles: str, color: str | None = None) -> TextToken:
    return TextToken(text, replace(PLAIN, **dict.fromkeys(styles, True)), color)


def url(text: str, address: str) -> LinkToken:
    return LinkToken(text, url=address)


def home(text: str = "") -> LinkToken:
    return LinkToken(text, entity=HOME)


#: Markdown and the tokens it says.
CASES: dict[str, tuple[str, list[Token]]] = {
    "nothing": ("", []),
    "plain": ("a b", [t("a b")]),
    # Styles
    "bold": ("a **b** c", [t("a "), t("b", "bold"), t(" c")]),
    "bold with lines": ("__b__", [t("b", "bold")]),
    "italic": ("*a*", [t("a", "italic")]),
    "italic with lines": ("_a_", [t("a", "italic")]),
    "both": ("***a***", [t("a", "bold", "italic")]),
    "italic in bold": ("**a *b***", [t("a ", "bold"), t("b", "bold", "italic")]),
    "bold in a word": ("a**b**c", [t("a"), t("b", "bold"), t("c")]),
    "lines in a word": ("snake_case_name", [t("snake_case_name")]),
    "stars among blanks": ("2 * 3 * 4", [t("2 * 3 * 4")]),
    "strike": ("~~a~~", [t("a", "strikethrough")]),
    "strike around bold": ("~~**a**~~", [t("a", "bold", "strikethrough")]),
    "one tilde": ("~a~", [t("~a~")]),
    "underline": ("<u>a</u>", [t("a", "underline")]),
    "underline around bold": (
        "<u>a **b**</u>",
        [t("a ", "underline"), t("b", "bold", "underline")],
    ),
    "tags": ("<b>a</b><i>b</i><s>c</s>", [
        t("a", "bold"), t("b", "italic"), t("c", "strikethrough"),
    ]),
    "other names of tags": ("<strong>a</strong><em>b</em><del>c</del>", [
        t("a", "bold"), t("b", "italic"), t("c", "strikethrough"),
    ]),
    "a tag in its like": ("<u>a<u>b</u>c</u>", [t("abc", "underline")]),
    "a tag without an end": ("<u>a", [t("<u>a")]),
    "an end without a tag": ("a</u>", [t("a</u>")]),
    "another tag": ("<kbd>a</kbd>", [t("<kbd>a</kbd>")]),
    "a tag with attributes": ('<u id="x">a</u>', [t('<u id="x">a</u>')]),
    # Marks
    "mark": ("==a==", [t("a", color=MARK)]),
    "mark by tag": ("<mark>a</mark>", [t("a", color=MARK)]),
    "bold in a mark": ("==a **b**==", [t("a ", color=MARK), t("b", "bold", color=MARK)]),
    "mark in bold": ("**a ==b==**", [t("a ", "bold"), t("b", "bold", color=MARK)]),
    "equations": ("a==b and c==d", [t("a==b and c==d")]),
    "a row of signs": ("==========", [t("==========")]),
    "a mark with blanks": ("== a ==", [t("== a ==")]),
    # Links to notes
    "wiki link": ("[[Home]]", [home()]),
    "wiki link with blanks": ("[[ Home ]]", [home()]),
    "wiki link by path": ("[[My/Home]]", [home()]),
    "wiki link with a text": ("[[Home|here]]", [home("here")]),
    "wiki link to a heading": ("[[Home#Past]]", [home("Home#Past")]),
    "wiki link to nobody": ("[[Nobody]]", [t("[[Nobody]]")]),
    "wiki link escaped": (r"\[[Home]]", [t("[[Home]]")]),
    "wiki link in code": ("`[[Home]]`", [CodeToken("[[Home]]")]),
    "wiki link in bold": ("**a [[Home]]**", [t("a ", "bold"), home()]),
    "wiki link in a link": ("[[[Home]]](http://a.b)", [url("[[Home]]", "http://a.b")]),
    "embed in a line": ("a ![[Home]]", [t("a !"), home()]),
    "embed of nobody": ("![[Nobody]]", [t("![[Nobody]]")]),
    "note link": (f"[a]({NOTE_LINK}{HOME})", [home("a")]),
    "note link to no id": (f"[a]({NOTE_LINK}x)", [url("a", f"{NOTE_LINK}x")]),
    # Other links
    "link": ("[a](http://b.c)", [url("a", "http://b.c")]),
    "link with a title": ('[a](http://b.c "d")', [url("a", "http://b.c")]),
    "link with brackets": ("[a](http://b/c_(d))", [url("a", "http://b/c_(d)")]),
    "link with styled text": ("[a **b**](http://c)", [url("a b", "http://c")]),
    "link in angles": ("<http://a.b/é>", [url("http://a.b/é", "http://a.b/%C3%A9")]),
    "mail": ("<a@b.c>", [url("a@b.c", "mailto:a@b.c")]),
    "image": ("![a](http://b/c.png)", [url("a", "http://b/c.png")]),
    "image without a text": ("![](http://b/c.png)", [url("http://b/c.png", "http://b/c.png")]),
    "link to a day": (f"[a]({DATE_LINK}2026-03-01)", [LinkToken("a", date=DAY)]),
    "link to a span": (f"[a]({DATE_LINK}2026-03-01/2026-03-02)", [
        LinkToken("a", date=replace(DAY, end="2026-03-02T00:00:00.000Z")),
    ]),
    "link to an instant": (f"[a]({DATE_LINK}2026-03-01T09:30:00.000Z)", [
        LinkToken("a", date=Moment("2026-03-01T09:30:00.000Z", resolution="time")),
    ]),
    "link to no day": (f"[a]({DATE_LINK}soon)", [url("a", f"{DATE_LINK}soon")]),
    "bare address": ("see http://a.b", [t("see http://a.b")]),
    "brackets": ("[a] [b][c]", [t("[a] [b][c]")]),
    # Formulas
    "formula": ("$x^2$", [MathToken("x^2")]),
    "formula in a word": ("a$x$b", [t("a"), MathToken("x"), t("b")]),
    "formula with a dollar": (r"$a\$b$", [MathToken(r"a\$b")]),
    "formula with stars": ("$a*b*c$", [MathToken("a*b*c")]),
    "formula in ticks": ("$`a$b`$", [MathToken("a$b")]),
    "formula with a blank inside": ("$` a `$", [MathToken("a")]),
    "variables": ("$HOME and $PATH", [t("$HOME and $PATH")]),
    "prices": ("$5 and $6", [t("$5 and $6")]),
    "prices with a unit": ("US$5 to US$6", [t("US$5 to US$6")]),
    "a dollar escaped": (r"\$x$", [t("$x$")]),
    # Code
    "code": ("`a`", [CodeToken("a")]),
    "code with stars": ("`*a*`", [CodeToken("*a*")]),
    "code with ticks": ("`` a`b ``", [CodeToken("a`b")]),
    "code of blanks": ("`  `", [CodeToken("  ")]),
    "code keeps entities": ("`&amp;`", [CodeToken("&amp;")]),
    "code and code": ("`a``b`", [CodeToken("a``b")]),
    "an open tick": ("`a", [t("`a")]),
    # Characters
    "entities": ("&amp; &eacute; &#233; &#xe9;", [t("& é é é")]),
    "an unknown entity": ("&nope; & &", [t("&nope; & &")]),
    "an entity escaped": (r"\&amp;", [t("&amp;")]),
    "escapes": (r"\* \_ \` \[ \\", [t("* _ ` [ \\")]),
    "a backslash that escapes nothing": (r"C:\dir", [t(r"C:\dir")]),
    "no-break space": ("a&nbsp;b", [t("a\u00a0b")]),
    "a comment": ("a <!-- b --> c", [t("a <!-- b --> c")]),
    # Line ends
    "a soft break": ("a\nb", [t("a b")]),
    "a soft break with blanks": ("a \n   b", [t("a b")]),
    "a break by backslash": ("a\\\nb", [t("a\nb")]),
    "a break by blanks": ("a  \nb", [t("a\nb")]),
    "a break by tag": ("a<br>b<br/>c<br />d", [t("a\nb\nc\nd")]),
    "a break in bold": ("**a\\\nb**", [t("a\nb", "bold")]),
    "a soft break in code": ("`a\nb`", [CodeToken("a b")]),
    # Scripts
    "bold in Chinese": ("中**文**字", [t("中"), t("文", "bold"), t("字")]),
    "bold before a bracket": ("**「粗体」**中文", [t("**「粗体」**中文")]),
    "bold by tag before a bracket": ("<b>「粗体」</b>中文", [t("「粗体」", "bold"), t("中文")]),
    "right to left": ("**שלום** a", [t("שלום", "bold"), t(" a")]),
    "composed": ("e\u0301", [t("é")]),
    "emoji": ("*👩‍👩‍👧*", [t("👩‍👩‍👧", "italic")]),
}  # fmt: skip


@pytest.mark.parametrize(("text", "expected"), CASES.values(), ids=CASES.keys())
def test_a_line_is_read_by_the_table(text: str, expected: list[Token]) -> None:
    assert read(text) == tuple(expected)


@given(moments)
def test_a_link_to_a_moment_reads_back(moment: Moment) -> None:
    address = write_date_link(moment)
    assert read_date_link(address) == moment
    [link] = read(f"[a]({address})")
    assert link == LinkToken("a", date=moment)


@pytest.mark.parametrize(
    "address",
    [
        "http://a.b",
        DATE_LINK,
        f"{DATE_LINK}2026-3-1",
        f"{DATE_LINK}2026-03-01/",
        f"{DATE_LINK}2026-03-01x",
    ],
)
def test_other_addresses_are_no_days(address: str) -> None:
    assert read_date_link(address) is None


scraps = st.sampled_from(
    (
        *("a", " ", "*", "**", "_", "~~", "==", "`", "``", "$", "[", "]", "(", ")", "[[Home]]"),
        *("![", "](", "<u>", "</u>", "<b>", "</b>", "<br>", "\\", "\n", "  \n", "&amp;", "é", "|"),
        *("<", ">", "<!--", "-->", "[[", "]]", "http://a.b", "$`", "`$", "!", "<mark>", "</mark>"),
    )
)


@given(st.lists(scraps, max_size=20).map("".join))
def test_any_line_is_read_and_text_is_never_empty(text: str) -> None:
    for token in read(text):
        assert not isinstance(token, TextToken) or token.text


def test_styles_nest_as_deep_as_anyone_writes() -> None:
    """mistune stops at twenty."""
    assert read("<u>" * 50 + "a" + "</u>" * 50) == (TextToken("a", Style(underline=True)),)
