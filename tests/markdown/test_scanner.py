"""Blocks and the lines they stand on; then the same documents as another parser reads them."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from typing import Any

import pytest
from hypothesis import given, strategies as st
from markdown_it import MarkdownIt

from capsync.markdown.inline import nobody, parse_body, read_tokens
from capsync.markdown.links import NoNames
from capsync.markdown.reader import Piece, read_body
from capsync.markdown.scanner import DEEPEST
from capsync.model.token import plain_text
from tests.markdown.fuzz import sane, wild
from tests.markdown.hazards import HAZARDS
from tests.markdown.html import as_html, normalised

COMMONMARK = MarkdownIt("commonmark")


def blocks(text: str) -> list[dict[str, Any]]:
    return parse_body(text, nobody)


def spans(text: str) -> list[tuple[str, int, int]]:
    return [(token["type"], token["line"], token["end"]) for token in blocks(text)]


def inside(tokens: list[dict[str, Any]]) -> Iterator[dict[str, Any]]:
    """Yield the tokens that know lines, parents before children."""
    for token in tokens:
        if "line" in token:
            yield token
            yield from inside(token.get("children", []))


#: A document and its top-level blocks with their lines.
SPANS: dict[str, tuple[str, list[tuple[str, int, int]]]] = {
    "nothing": ("", []),
    "blank lines": ("\n \n\t\n", []),
    "a paragraph over two lines": ("a\nb\n", [("paragraph", 0, 2)]),
    "no line end at the end": ("a\n\nb", [("paragraph", 0, 1), ("paragraph", 2, 3)]),
    "blank lines before and after": ("\n\na\n\n\n", [("paragraph", 2, 3)]),
    "headings": ("# a\nb\n---\n", [("heading", 0, 1), ("heading", 1, 3)]),
    "a rule after a blank line": ("a\n\n---\n", [("paragraph", 0, 1), ("rule", 2, 3)]),
    "a fence with its marks": ("```\na\n\n```\nb\n", [("fence", 0, 4), ("paragraph", 4, 5)]),
    "a fence that nobody closed": ("~~~\na\n\n", [("fence", 0, 3)]),
    "indented code ends before the blank line": ("    a\n\n    b\n\n", [("indented", 0, 3)]),
    "a list ends before the blank line": ("- a\n- b\n\nc\n", [("list", 0, 2), ("paragraph", 3, 4)]),
    "a loose list": ("- a\n\n- b\n", [("list", 0, 3)]),
    "another bullet is another list": ("- a\n* b\n", [("list", 0, 1), ("list", 1, 2)]),
    "a lazy line belongs to the quote": ("> a\nb\n", [("quote", 0, 2)]),
    "order stays": ("> a\n- b\n# c\n", [("quote", 0, 1), ("list", 1, 2), ("heading", 2, 3)]),
    "an empty item takes no paragraph": ("-\na\n", [("list", 0, 1), ("paragraph", 1, 2)]),
    "html to the blank line": ("<div>\na\n\nb\n", [("html", 0, 2), ("paragraph", 3, 4)]),
    "a comment to its end": ("<!--\n\n-->\nb\n", [("html", 0, 3), ("paragraph", 3, 4)]),
    "a definition": ("[a]: /u\n\n[a]\n", [("definition", 0, 1), ("paragraph", 2, 3)]),
    "a definition above text": ("[a]: /u\nb\n", [("paragraph", 1, 2)]),
    "a footnote is text": ("[^1]: a\n", [("paragraph", 0, 1)]),
    "a footnote under text": ("a\n[^1]: b\nc\n", [("paragraph", 0, 1), ("paragraph", 1, 3)]),
    "a footnote under a quote": ("> a\n[^1]: b\n", [("quote", 0, 1), ("paragraph", 1, 2)]),
    "a tag is no block under a quote's text": ("> a\n<b>\n", [("quote", 0, 2)]),
    "a ragged table": ("|a|b|\n|-|-|\n|1|\n", [("table", 0, 3)]),
    "a table": ("|a|b|\n|-|-|\n|1|2|\n\nc\n", [("table", 0, 3), ("paragraph", 4, 5)]),
    "a table under text": ("t\na|b\n-|-\n", [("paragraph", 0, 1), ("table", 1, 3)]),
    "a row of dashes of another width": ("a|b\n-|-|-\n", [("paragraph", 0, 2)]),
    "a formula": ("$$\nx\n\ny\n$$\n", [("math", 0, 5)]),
    "a formula on one line": ("$$x$$\na\n", [("math", 0, 1), ("paragraph", 1, 2)]),
    "a container": ("::: group\na\n\n- b\n:::\nc\n", [("directive", 0, 5), ("paragraph", 5, 6)]),
    "a container in another": ("::: group\n::: indent\na\n:::\n:::\n", [("directive", 0, 5)]),
    "a container that nobody closed": ("::: group\na\n\n", [("directive", 0, 2)]),
    "an unknown container is text": ("::: warning\na\n:::\n", [("paragraph", 0, 3)]),
    "a closing line of nothing is text": ("a\n\n:::\n", [("paragraph", 0, 1), ("paragraph", 2, 3)]),
    "a container around a fence": ("::: group\n```\n:::\n```\n:::\n", [("directive", 0, 5)]),
}  # fmt: skip


@pytest.mark.parametrize(("text", "expected"), SPANS.values(), ids=SPANS.keys())
def test_blocks_know_their_lines(text: str, expected: list[tuple[str, int, int]]) -> None:
    assert spans(text) == expected


#: A document and the prefix of the innermost paragraph: what a line added there begins with.
PREFIXES = {
    "top": ("a\n", ""),
    "bullet": ("- a\n", "  "),
    "number": ("10. a\n", "    "),
    "wide bullet": ("-   a\n", "    "),
    "indented bullet": ("  - a\n", "    "),
    "quote": ("> a\n", "> "),
    "quote without a blank": (">a\n", "> "),
    "bullet in a quote": ("> - a\n", ">   "),
    "quote in a bullet": ("- > a\n", "  > "),
    "bullet in a bullet": ("- - a\n", "    "),
    "container in a bullet": ("- ::: group\n  a\n  :::\n", "  "),
    "container in a quote": ("> ::: group\n> a\n> :::\n", "> "),
}


@pytest.mark.parametrize(("text", "expected"), PREFIXES.values(), ids=PREFIXES.keys())
def test_blocks_know_how_a_line_inside_them_begins(text: str, expected: str) -> None:
    *_, innermost = (token for token in inside(blocks(text)) if token["type"] == "paragraph")
    assert innermost["prefix"] == expected


def attrs(text: str) -> dict[str, Any]:
    found: dict[str, Any] = blocks(text)[0]["attrs"]
    return found


@pytest.mark.parametrize(
    ("text", "name", "fold", "title", "level"),
    [
        ("> [!quote]\n> a\n", "quote", "", "", 0),
        ("> [!toggle]- Title\n> a\n", "toggle", "-", "Title", 0),
        ("> [!toggle]+ ## Title\n", "toggle", "+", "Title", 2),
        ("> [!note] ## Title\n", "note", "", "## Title", 0),
        ("> [!my-note]\n", "my-note", "", "", 0),
    ],
)
def test_callouts_are_quotes_with_a_name(
    text: str, name: str, fold: str, title: str, level: int
) -> None:
    expected = {"name": name, "fold": fold, "title": title, "level": level}
    assert attrs(text)["callout"] == expected


@pytest.mark.parametrize("text", ["> [!]\n", "> [!note]a\n", "> a\n> [!note]\n", "> \\[!note]\n"])
def test_other_quotes_are_no_callouts(text: str) -> None:
    assert "callout" not in attrs(text)


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("- [ ] a\n", False),
        ("- [x] a\n", True),
        ("* [X] a\n", True),
        ("1. [ ] a\n", False),
        ("- [ ]\n", False),
        ("- [ ]a\n", None),
        ("- [y] a\n", None),
        ("- [x](u)\n", None),
        ("- a [x]\n", None),
    ],
)
def test_items_with_a_box_are_to_dos(text: str, expected: bool | None) -> None:
    assert blocks(text)[0]["children"][0]["attrs"].get("task") is expected


@pytest.mark.parametrize(
    ("row", "expected"),
    [
        ("|a|b|", ["a", "b"]),
        ("a | b", ["a", "b"]),
        ("| a \\| b | c |", ["a | b", "c"]),
        ("| | b |", ["", "b"]),
        ("| a | |", ["a", ""]),
    ],
)
def test_rows_are_split_at_their_pipes(row: str, expected: list[str]) -> None:
    [table] = blocks(f"{row}\n|-|-|\n")
    head = table["children"][0]["children"]
    assert [plain_text(read_tokens(cell["children"])) for cell in head] == expected


def test_definitions_serve_links_before_and_after_them() -> None:
    [before, _, after] = blocks("[a]\n\n[a]: /u 'title'\n\n[b][A]\n")
    links = [token["children"][0]["attrs"]["url"] for token in (before, after)]
    assert links == ["/u", "/u"]


def test_lists_deeper_than_anyone_writes_become_text() -> None:
    """mistune stops at twenty levels; 200 levels make it raise RecursionError."""
    tokens = blocks("- " * (DEEPEST + 50) + "a\n")
    depth = 0
    while tokens and tokens[0]["type"] in ("list", "item"):
        depth += 1
        tokens = tokens[0]["children"]
    assert depth >= DEEPEST - 1
    assert tokens[0]["type"] == "paragraph"


# The laws of lines.


scraps = st.sampled_from(
    (
        *("a", "b", "", "", "- a", "  b", "* c", "1. d", "2) e", "> q", ">", "> - r", "# h", "==="),
        *("---", "```", "~~~", "    x", "\tt", "::: group", "::: indent", ":::", "$$", "$$x$$"),
        *("|a|b|", "|-|-|", "> [!toggle]- t", "- [ ] t", "<div>", "<!-- c", "-->", "[a]: /u"),
        *("  ::: grid", "  ::: column", "  :::", "> ```", ">     x", "-", "- ```", "  ```"),
    )
)
documents = st.lists(scraps, max_size=14).map(lambda lines: "\n".join(lines) + "\n")


def check_lines(tokens: list[dict[str, Any]], start: int, end: int) -> None:
    """Check that siblings follow one another and stay inside their parent."""
    at = start
    for token in tokens:
        if "line" not in token:
            continue
        assert at <= token["line"] < token["end"] <= end
        at = token["end"]
        if isinstance(token.get("children"), list):
            check_lines(token["children"], token["line"], token["end"])


@given(documents)
def test_blocks_follow_one_another_and_nest(text: str) -> None:
    check_lines(blocks(text), 0, text.count("\n"))


def says_something(line: str) -> bool:
    return bool(line.strip(" \t\n>"))


@given(documents)
def test_spans_and_gaps_make_up_the_file_and_gaps_say_nothing(text: str) -> None:
    lines, at = text.splitlines(keepends=True), 0
    rebuilt: list[str] = []
    for token in blocks(text):
        gap = lines[at : token["line"]]
        assert not [line for line in gap if says_something(line) and not line.startswith("[a]:")]
        rebuilt += gap + lines[token["line"] : token["end"]]
        at = token["end"]
    rest = [line for line in lines[at:] if says_something(line)]
    assert not rest
    assert "".join(rebuilt + lines[at:]) == text


@given(documents)
def test_a_block_alone_reads_as_it_did_in_its_place(text: str) -> None:
    lines = text.splitlines(keepends=True)
    pieces = read_body(text, NoNames())
    if any(line.startswith(("[a]:", "  ::: column", "::: indent")) for line in lines):
        return  # what these mean depends on what stands around them
    for piece in pieces:
        alone = read_body("".join(lines[piece.start : piece.end]), NoNames())
        assert [each.block for each in alone] == [piece.block]


def check_pieces(pieces: tuple[Piece, ...], start: int, end: int) -> None:
    at = start
    for piece in pieces:
        assert at <= piece.start <= piece.end <= end
        at = piece.end
        if piece.children:
            assert piece.start <= piece.text_end <= piece.children[0].start
            check_pieces(piece.children, piece.text_end, piece.end)


@given(documents)
def test_pieces_follow_one_another_and_nest(text: str) -> None:
    check_pieces(read_body(text, NoNames()), 0, text.count("\n"))


# As another parser reads them.


def differing(make: Callable[[int], str], count: int) -> list[str]:
    documents = [make(seed) for seed in range(count)]
    return [
        text
        for text in documents
        if normalised(as_html(text)) != normalised(COMMONMARK.render(text))
    ]


def test_notes_read_as_commonmark_reads_them() -> None:
    assert differing(sane, 400) == []


def test_scraps_read_as_commonmark_reads_them_nearly_always() -> None:
    """markdown-it-py itself differs from the reference in one of two hundred."""
    assert len(differing(wild, 600)) <= 6


@pytest.mark.parametrize("shape", HAZARDS.values(), ids=HAZARDS.keys())
def test_shapes_that_hurt_parsers_are_read(shape: Callable[[int], str]) -> None:
    for size in (1, 7, 150):
        text = shape(size)
        assert as_html(text) is not None
        check_pieces(read_body(text, NoNames()), 0, len(re.split("\r|\n", text)))
