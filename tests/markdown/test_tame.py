"""What is written without being read back is what reading it back would have chosen."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import example, given, settings, strategies as st

from capsync.markdown.escape import SPELLINGS, spell
from capsync.markdown.inline import MARK, nobody, parse_body
from capsync.markdown.links import Names, NoNames
from capsync.markdown.own_view import view_one
from capsync.markdown.reader import read_blocks
from capsync.markdown.view import view, without_ids
from capsync.markdown.writer import Writer
from capsync.model.block import BASE, HEADINGS, Block, Blocks, GridBlock, TextBlock
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
from tests.markdown.fuzz import INLINE, SAID, WORDS
from tests.markdown.test_escape import ugly
from tests.strategies import bodies, sentences

often = settings(max_examples=200, deadline=None)
A, B = (
    NoteId("0a4d3b8e-9c1f-4a53-8a3e-6b7f1d2c3e44"),
    NoteId("1" * 8 + "-1111-4111-8111-111111111111"),
)


class Two(NoNames):
    """A space of two notes, one of them with a name that is not easy to write."""

    def resolve(self, name: str) -> NoteId | None:
        return {"Note": A, "a": A, "c#d": B, "1.": B}.get(name) or super().resolve(name)

    def name_of(self, note: NoteId) -> str:
        return {A: "Note", B: "c#d"}.get(note, note)

    def title_of(self, note: NoteId) -> str | None:
        return {A: "Note", B: "c#d"}.get(note)


class Slow(Writer):
    """A writer that is sure of nothing."""

    def surely(self, block: TextBlock, line_break: str, care: int) -> str | None:
        return None

    def sure_table(self, block: GridBlock) -> list[str] | None:
        return None

    def carefully(self, block: TextBlock, marker: str, line_break: str) -> list[str]:
        lines: list[str] = []
        for how in SPELLINGS:
            text = spell(block.tokens, self.names, how, line_break=line_break)
            lines = self.layout(block, text, marker)
            if self.reads_back(lines, block):
                break
        return lines


def is_raw(tokens: list[dict[str, Any]]) -> bool:
    return any(token["type"] == "html" or is_raw(token.get("children", [])) for token in tokens)


PIECES = (
    *(
        "word",
        "two words",
        "x_y",
        "日本",
        "「",
        "“q”",
        "\u00a0",
        "\ufeff",
        "e\u0301",
        "9",
        " ",
        ", ",
    ),
    *("$5", " $x", "$x$", "US$", "~~", " ~~ ", "~", "==", " == ", "=", "**", " ** ", "*", "_", "`"),
    *("[", "[[", "]", "]]", "](", "](u)", "[a]", "[^a]", "[^1]: ", "[a]: /u", "[x] ", "![", "!"),
    *("[!note] ", "[!note]- ", "[!quote]", "[!toggle]+ ", "[[a]]", "[[a|b]]", "[[q]]", "![[a]]"),
    *("<", "<b>", "</b>", "<kbd>", "<p>", "<div>", "<a>", "<u>", "<br>", "<!-- c -->", "<http:x>"),
    *('<a name="x"></a>', '<img src="x">', '<i alt="==">', "<1@b.c>", "<2", "<% x %>", "Array<X>"),
    *(
        "&",
        "&amp;",
        "&#35;",
        "; ",
        "&copy",
        "\\",
        "\\*",
        "\\a",
        "\\ ",
        "\n",
        "\n- ",
        "\n# ",
        "\n1. ",
    ),
    *(
        "\n---",
        "\n===",
        "\n|-|-|",
        "|",
        "a|b",
        "\n[^a]: ",
        "- ",
        "-",
        "---",
        "-- p",
        "+ ",
        "1. ",
        "1)",
    ),
    *("1234567890. ", "#", "# ", "#tag", ":::", "::: group", ":", "> ", "$$", "$$a$$", "~~~", "^b"),
)
texts = st.one_of(
    ugly,
    st.lists(st.sampled_from((*PIECES, *INLINE, *WORDS, *SAID)), min_size=1, max_size=6).map(
        "".join
    ),
    sentences,
)
styles = st.sampled_from((
    *(PLAIN, PLAIN, PLAIN, Style(bold=True), Style(italic=True), Style(bold=True, italic=True)),
    *(Style(strikethrough=True), Style(underline=True), Style(bold=True, strikethrough=True)),
))  # fmt: skip
urls = st.sampled_from((
    *("https://a.b/c_d", "http://a.b?x=1&y=2", "https://a.b/(c)", "mailto:a@b", "../a.md", ""),
    *("a&b;", "&amp;", "https://a.b/$x", "a~~b", "a==b", "a*b*", "a b", ")", "((a))", "<x>"),
    *("a\\b", "#a", "capacities://date/2026-01-01", "capacities://token/1", "a:b"),
    f"capacities://note/{A}",
))  # fmt: skip
tokens: st.SearchStrategy[Token] = st.one_of(
    st.builds(TextToken, texts, styles, st.sampled_from((None, None, None, MARK))),
    st.builds(TextToken, texts),
    st.builds(TextToken, st.sampled_from((" ", " and ", ", ", " (", ") "))),
    st.builds(CodeToken, texts | st.sampled_from(("x", "a|b", "a$", "$", "\\", "[x]"))),
    st.builds(MathToken, texts | st.sampled_from(("x", "\\frac{a}{b}", "a\\", "\\$", "1"))),
    st.builds(LinkToken, texts | st.sampled_from(("t", "x_y", " $x", "!")), url=urls),
    urls.map(lambda url: LinkToken(url, url=url)),
    st.builds(LinkToken, texts | st.just(""), entity=st.sampled_from((A, B))),
    st.just(LinkToken("day", date=Moment("2026-03-01T00:00:00.000Z"))),
)
lines: st.SearchStrategy[Tokens] = st.lists(tokens, min_size=1, max_size=5).map(tuple)
ranks = st.sampled_from((BASE, BASE, BASE, *HEADINGS))
cells = lines.map(TextBlock) | st.just(TextBlock())
blocks: st.SearchStrategy[Block] = st.one_of(
    st.builds(TextBlock, lines, hierarchy=ranks),
    st.builds(TextBlock, lines, hierarchy=ranks, list=st.sampled_from(("bullet", "numerical"))),
    st.builds(TextBlock, lines, todo=st.booleans()),
    st.builds(TextBlock, lines, hierarchy=ranks, toggle=st.booleans()),
    st.builds(TextBlock, lines, hierarchy=ranks, quote=st.sampled_from(("normal", "standout"))),
    st.tuples(cells, cells).map(lambda row: GridBlock(tuple((cell,) for cell in row))),
)
names = st.sampled_from((NoNames(), Two()))


@often
@given(blocks, names)
@example(TextBlock((TextToken("- [x] a"),)), NoNames())
@example(TextBlock((TextToken("$a\n$b"),), hierarchy=HEADINGS[0]), NoNames())
@example(TextBlock((TextToken("a $x "), CodeToken("b$"))), NoNames())
@example(TextBlock((LinkToken("a $x", url="u"), TextToken(","), MathToken("m"))), NoNames())
@example(TextBlock((LinkToken("a $5", url="https://a.b/$x"),)), NoNames())
@example(TextBlock((TextToken("<u>"),), quote="standout"), NoNames())
@example(TextBlock((TextToken("a <"), TextToken("b@c.d>", Style(bold=True)))), NoNames())
@example(TextBlock((TextToken('a <i alt="b==c"> d', color=MARK),)), NoNames())
@example(TextBlock((TextToken("[a"), LinkToken("", entity=A), TextToken("]"))), Two())
def test_what_is_surely_right_is_what_reading_back_finds(block: Block, names: Names) -> None:
    seen = view((block,), names)
    assert Writer(names).siblings(seen) == Slow(names).siblings(seen)


@often
@given(blocks, names, st.sampled_from((0, 1)))
def test_what_is_surely_right_reads_back(block: Block, names: Names, care: int) -> None:
    """Also the second spelling, wherever the first is no good."""
    writer = Writer(names)
    for seen in view((block,), names):
        if not isinstance(seen, TextBlock) or not seen.tokens:
            continue
        line_break = writer.line_break(seen)
        text = writer.surely(seen, line_break, care)
        if text is not None:
            assert text == spell(seen.tokens, names, SPELLINGS[care], line_break=line_break)
            marker = "1." if seen.list == "numerical" else "-"
            markdown = "\n".join(writer.layout(seen, text, marker))
            assert read_blocks(markdown, names) == (without_ids(seen),)
            assert not is_raw(parse_body(markdown, nobody))


SURE = (
    *("Words, and more: so (it's) 50 % off!", "snake_case, 2 * 3 = 6, a < b > c & d", "1984 was"),
    *(
        "$HOME and $PATH, $5 and US$5",
        "C:\\dir\\file, AT&T",
        "#tag and #another",
        "-- a dash",
        "[y]",
    ),
    *("<https://a.b/c>", "[a link](https://a.b/c?d=1&e=2), so", "`code` and `more`", "**b** first"),
    *(
        "*i*, **b**, ***both***, ~~s~~, ==m==, <u>u</u>.",
        "中**文**字",
        "so $x_1$ it",
        "[^1]: A note",
    ),
    *("[[no note]] and [a] [b]", "H<sub>2</sub>O, Array<String>", "“**quoted**”", "a\\\nb"),
    *(
        "- `item` of *a* list",
        "12. **b**: text",
        "> *quoted*",
        "# `code` in a heading",
        "- [x] # done",
    ),
    *("> [!note] A title", "> [!toggle]- **Title**", "| a | `b|c` |\n| --- | --- |\n| *d* |  |"),
    *("1\\. no list, \\*no emphasis\\*", "\\<div>", "\\<!-- c -->"),
)


@pytest.mark.parametrize("line", SURE)
def test_ordinary_text_is_not_read_back(line: str, monkeypatch: pytest.MonkeyPatch) -> None:
    """Only text that needs a backslash is: to see whether it does without."""
    body = read_blocks(line.replace("b|c", "b\\|c"), NoNames())
    read: list[str] = []

    def unheard(text: str, names: Names) -> Blocks:
        read.append(text)
        return read_blocks(text, names)

    monkeypatch.setattr("capsync.markdown.writer.read_blocks", unheard)
    assert "\n".join(Writer(NoNames()).siblings(body)).count("\\") <= line.count("\\") + 1
    assert not read or line.startswith("1\\.")


@often
@given(bodies, blocks, names)
def test_what_passes_for_its_own_view_is(body: Blocks, block: Block, names: Names) -> None:
    for each in (*body, block, *view((*body, block), names)):
        assert view_one(each, names) == view((each,), names)
