"""What of Markdown has no home in the space: named, in the right line, and as documented."""

from __future__ import annotations

import re
from pathlib import Path
from time import perf_counter

import pytest
from hypothesis import given, strategies as st

from capsync.markdown.inline import DEEPEST
from capsync.markdown.links import NoNames
from capsync.markdown.losses import KINDS, LONGEST, find_losses, new_losses
from capsync.markdown.reader import read_blocks
from capsync.markdown.writer import write_body
from capsync.model.token import NoteId

ADA = NoteId("11111111-1111-4111-8111-111111111111")
DOC = (Path(__file__).parents[2] / "docs" / "markdown.md").read_text(encoding="utf-8")


class OnlyAda(NoNames):
    """One note is known."""

    def resolve(self, name: str) -> NoteId | None:
        return ADA if name.partition("#")[0] == "Ada" else None

    def name_of(self, note: NoteId) -> str:
        return "Ada" if note == ADA else note


NAMES = OnlyAda()

SPARSE = "|a" * 100 + "|\n" + "|-" * 100 + "|\n" + "|1|\n" * 60
DEEP = "*a " * (DEEPEST + 1) + "a*" * (DEEPEST + 1)

#: What is written, the line, the kind, what is named of it, and what the space then shows.
CASES: list[tuple[str, int, str, str, str]] = [
    ("a claim[^1]", 1, "footnote", "[^1]", "a claim[^1]\n"),
    ("[^1]: its source", 1, "footnote", "[^1]:", "[^1]: its source\n"),
    ("a ^[said inline]", 1, "footnote", "^[said inline]", "a ^[said inline]\n"),
    ("<div>\nx\n</div>", 1, "HTML", "<div> x </div>", "\\<div>\\\nx\\\n\\</div>\n"),
    ("a\n<span>b</span>", 2, "HTML", "<span>", "a <span>b</span>\n"),
    ("a</span>", 1, "HTML", "</span>", "a</span>\n"),
    ("a <b>b", 1, "HTML", "<b>", "a <b>b\n"),
    ("<!-- to do -->", 1, "HTML comment", "<!-- to do -->", "\\<!-- to do -->\n"),
    ("a <!-- b --> c", 1, "HTML comment", "<!-- b -->", "a <!-- b --> c\n"),
    ("a %%hidden%% b", 1, "comment", "%%hidden%%", "a %%hidden%% b\n"),
    ("%%\na\n\nb\n%%", 1, "comment", "%%", "%% a\n\nb %%\n"),
    ("- a ^id-1", 1, "block id", "^id-1", "- a ^id-1\n"),
    ("|a|b|\n|:-:|-|\n|c|d|", 2, "table alignment", "|:-:|-|",
     "| a | b |\n| --- | --- |\n| c | d |\n"),
    ("|a|\n|-|\n|b|", 1, "one-column table", "|a|", "|a|\\\n|b|\n"),
    ("|a|b|\n|-|-|\n|c|d|\n|e|", 4, "uneven table", "|e|",
     "| a | b |\n| --- | --- |\n| c | d |\n| e |  |\n"),
    (SPARSE, 1, "sparse table", "|a" * 23 + "|…", "|a" * 100 + "|" + " |1|" * 60 + "\n"),
    (DEEP, 1, "deep emphasis", "*a",
     "\\*a *" + "a " * DEEPEST + "a" * DEEPEST + "*a\\*\n"),
    ("> #### Deep", 1, "deep heading", "> #### Deep", "> ### Deep\n"),
    ("> [!toggle]- #### Deep", 1, "deep heading", "Deep", "> [!toggle]- ### Deep\n"),
    ("![a cat](cat.png)", 1, "image", "a cat", "[a cat](cat.png)\n"),
    ("[![build](b.svg)](https://ci)", 1, "linked image", "build", "[build](https://ci)\n"),
    ("**[a](https://b)**", 1, "styled link", "a", "[a](https://b)\n"),
    ("*see [[Ada]]*", 1, "styled link", "[[Ada]]", "*see* [[Ada]]\n"),
    ("[*a*](https://b)", 1, "styled link", "a", "[a](https://b)\n"),
    ("<u>`a`</u>", 1, "styled code", "a", "`a`\n"),
    ("==$a$==", 1, "styled formula", "a", "$a$\n"),
    ('[a](https://b "T")', 1, "link title", "T", "[a](https://b)\n"),
    ('a\n\n[c]\n\n[c]: https://b "T"', 3, "link title", "T", "a\n\n[c](https://b)\n"),
    ("a\n\n[b]: https://c", 3, "unused definition", "[b]: https://c", "a\n"),
    ("3. a\n4. b", 1, "list number", "3.", "1. a\n2. b\n"),
    ("[[Nobody]]", 1, "unknown link", "[[Nobody]]", "[[Nobody]]\n"),
    ("![[cat.png]]", 1, "unknown link", "![[cat.png]]", "![[cat.png]]\n"),
    ("[[Ada#Life]]", 1, "heading link", "[[Ada#Life]]", "[[Ada|Ada#Life]]\n"),
    ("see ![[Ada]]", 1, "embed in text", "![[Ada]]", "see ![[Ada]]\n"),
    ("> [!tip]- A\n> b", 1, "callout", "[!tip]-", "> [!tip]- A\n> b\n"),
    ("::: grid\na\n:::", 1, "grid without columns", "::: grid", "::: group\na\n:::\n"),
    ("[a](capacities://date/2026-3-1)", 1, "date link", "capacities://date/2026-3-1",
     "[a](capacities://date/2026-3-1)\n"),
]  # fmt: skip

HARMLESS = [
    "# a\n\na\n=\n\n### b ###",
    "* a\n+ b\n1) c",
    "- [ ] a\n- [x] b",
    "**a** __b__ ~~c~~ <u>d</u> <b>e</b> ==f== g<br>h",
    "> a\n\n> [!quote]\n> b\n\n> [!toggle]+ c\n> d\n\n> [!conflict] Space\n> e",
    "```python\n<div> [^1] %%a%% ^id\n```\n\n    [[b]]\n\n$$\n[[a]]\n$$\n\n---",
    "`[^1]` `<i>` `[[a]]` $[^1]$",
    "| a | b |\n| --- | --- |\n| c \\| d | `e` |",
    "[a](https://b) <https://c> [d][e] [[Ada]] [[Ada|her]]\n\n[e]: https://f",
    "![[Ada]]\n\n[a](capacities://date/2026-03-01)",
    "::: grid\n::: column\na\n:::\n::: column\nb\n:::\n:::\n\n::: indent\nc\n:::",
    "<!-- capacities: SimpleTable 1a2b3c4d -->",
    r"\[^1] \[[Nobody]] \%%a%% \\ \<b> [\[a]] \^a",
    "100%% sure, and 5%% more; 2^10 and a[^ b]",
    "---\nkey: <b>[^1]</b>\n---\n\na",
]


@pytest.mark.parametrize(("text", "line", "kind", "what", "space"), CASES)
def test_each_loss_is_named_once_with_its_line(
    text: str, line: int, kind: str, what: str, space: str
) -> None:
    assert [(loss.line, loss.kind, loss.what) for loss in find_losses(text, NAMES)] == [
        (line, kind, what)
    ]


@pytest.mark.parametrize(("text", "line", "kind", "what", "space"), CASES)
def test_the_space_gets_the_stand_in(
    text: str, line: int, kind: str, what: str, space: str
) -> None:
    assert write_body(read_blocks(text, NAMES), NAMES) == space


@pytest.mark.parametrize("text", HARMLESS)
def test_what_has_a_home_is_no_loss_however_it_is_written(text: str) -> None:
    assert find_losses(text, NAMES) == ()


def test_every_kind_has_a_case_and_is_in_the_documentation() -> None:
    assert {kind for _, _, kind, _, _ in CASES} == set(KINDS)
    rows = re.findall(r"^\| \*([^*]+)\* \| .+ \| (.+) \|$", DOC, re.MULTILINE)
    assert dict(rows) == dict(KINDS)


@pytest.mark.parametrize("newline", ["\n", "\r\n", "\r"])
@pytest.mark.parametrize("head", ["", "---\na: b\n# c\n---\n", "\ufeff", "\ufeff---\na: 1\n---\n"])
def test_lines_are_counted_as_an_editor_counts_them(head: str, newline: str) -> None:
    """Past front matter, wrapped paragraphs, wrapped code, escapes, quotes and tables."""
    body = [
        "one\\", r"t\*w\*o [^1]", "three [^2] `a", "b` [^3]", "", "> a", "> [^4]", "lazy [^5]", "",
        "- a", "", "  1. b", "     [^6]", "", "| a | b |", "|---|---|", "| c | [^7] |", "",
        "[a", "b](https://c) [^8]",
    ]  # fmt: skip
    text = (head + "\n".join(body)).replace("\n", newline)
    lines = (head + "\n".join(body)).split("\n")
    losses = find_losses(text, NAMES)
    assert [loss.what for loss in losses] == [f"[^{number}]" for number in range(1, 9)]
    for loss in losses:
        assert loss.what in lines[loss.line - 1]


def test_a_loss_is_said_in_one_short_line() -> None:
    (loss,) = find_losses("<!--\n" + "long " * 100 + "\n-->", NAMES)
    assert len(loss.what) == LONGEST
    assert str(loss) == f"line 1: HTML comment “{loss.what}”: goes as text that everybody sees"
    assert "\n" not in str(loss)


def test_what_was_lost_before_is_not_said_again() -> None:
    before = "a[^1]\n\n#### b\n"
    assert new_losses(before, before, NAMES) == ()
    assert new_losses("more\n\n" + before, before, NAMES) == ()
    (loss,) = new_losses("x[^1]\n\n" + before, before, NAMES)
    assert loss.kind == "footnote"
    assert new_losses(before, "", NAMES) == find_losses(before, NAMES)


@given(st.lists(st.sampled_from([*(case[0] for case in CASES), *HARMLESS]), max_size=6))
def test_any_mixture_is_looked_at_and_each_loss_is_in_the_file(texts: list[str]) -> None:
    text = "\n\n".join(texts)
    lines = text.split("\n")
    for loss in find_losses(text, NAMES):
        assert 1 <= loss.line <= len(lines)
        assert loss.kind in KINDS


@pytest.mark.parametrize("piece", ["\\[^1] ", "^[", "[[a", "<b>", "`a\nb` \\* c ", "%%\n\n", "%%"])
def test_a_hostile_file_costs_time_in_line_with_its_size(piece: str) -> None:
    begun = perf_counter()
    find_losses(piece * (100_000 // len(piece)), NAMES)
    assert perf_counter() - begun < 10
