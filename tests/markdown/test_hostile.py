"""Markdown that was made to hurt: it is read, it loses nothing, and what is too much stays text.

How long it takes is measured by tests/benchmarks/hostile.py.
"""

from __future__ import annotations

from collections.abc import Callable

import pytest

from capsync.markdown.inline import DEEPEST, nobody, parse_inline
from capsync.markdown.links import NoNames
from capsync.markdown.reader import read_blocks, read_body
from capsync.markdown.scanner import MOST_HOLES
from capsync.markdown.writer import write_body
from capsync.model.block import GridBlock, TextBlock
from capsync.model.token import CodeToken, TextToken
from tests.markdown.hazards import HAZARDS

NAMES = NoNames()


@pytest.mark.parametrize("shape", HAZARDS.values(), ids=HAZARDS.keys())
def test_every_shape_is_read(shape: Callable[[int], str]) -> None:
    text = shape(300)
    pieces = read_body(text, NAMES)
    lines = text.replace("\r", "\n").count("\n") + 1
    assert all(0 <= piece.start < piece.end <= lines for piece in pieces)


def test_emphasis_that_goes_too_deep_stays_text_outside() -> None:
    deeper = DEEPEST + 5
    tokens = parse_inline("**a " * deeper + "a**" * deeper, nobody)
    text = "".join(token.text for token in tokens if isinstance(token, TextToken))
    assert text == "**a " * 5 + "a " * DEEPEST + "a" * (DEEPEST + 1) + "**a" * 4 + "**"
    assert [token.style.bold for token in tokens if isinstance(token, TextToken)] == [
        False, True, False,
    ]  # fmt: skip


def test_much_emphasis_is_still_emphasis() -> None:
    """Ten thousand bold words in one paragraph are strange but fine."""
    assert len(parse_inline("**a** b " * 10_000, nobody)) == 20_000


def test_emphasis_that_never_ends_is_text_and_code_in_it_is_code() -> None:
    tokens = parse_inline("**a " * 200 + "`b`", nobody)
    assert tokens == (TextToken("**a " * 200), CodeToken("b"))


def test_text_with_too_much_emphasis_reads_back() -> None:
    blocks = read_blocks("**a " * (DEEPEST + 5) + "a**" * (DEEPEST + 5) + "\n", NAMES)
    assert read_blocks(write_body(blocks, NAMES), NAMES) == blocks


def test_a_table_of_holes_is_text() -> None:
    """A hundred columns and ten thousand empty rows would be a million cells."""
    wide, tall = 100, MOST_HOLES // 20
    text = "|a" * wide + "|\n" + "|-" * wide + "|\n" + "|1|\n" * tall
    [block] = read_blocks(text, NAMES)
    assert isinstance(block, TextBlock)
    again = read_blocks(write_body((block,), NAMES), NAMES)
    assert again == (block,)


def test_a_table_with_some_holes_is_a_table() -> None:
    [block] = read_blocks("|a|b|c|\n|-|-|-|\n" + "|1|\n" * 300, NAMES)
    assert isinstance(block, GridBlock)
    assert [len(column) for column in block.columns] == [301, 301, 301]


#: What other programs understand and the service does not: it is written as it was read.
THEIRS = (
    "a [^1] b",
    "[^1]: The note, *with* style.",
    "2*3*4 = 24 [^note-2] \\*",
    "\\*a\\* %%not shown%% b",
    "%%a whole comment%%",
    "A thought. ^abc-1",
    "\\*A\\* thought. ^abc",
    "^abc",
    "- an item ^abc",
    "# A heading ^abc",
    "> a quote [^1] %%why%% ^abc",
    "a [^1]\n\n[^1]: One.\n\n[^2]: Two.",
)


@pytest.mark.parametrize("text", THEIRS)
def test_footnotes_comments_and_block_ids_are_text_without_backslashes(text: str) -> None:
    blocks = read_blocks(text, NAMES)
    written = write_body(blocks, NAMES)
    assert read_blocks(written, NAMES) == blocks
    assert not {"\\[", "\\]", "\\^", "\\%"} & {written[at : at + 2] for at in range(len(written))}
    for part in ("[^1]", "[^1]: ", "[^note-2]", "%%", "^abc"):
        assert written.count(part) == text.count(part)


def test_a_comment_over_several_blocks_keeps_its_signs() -> None:
    blocks = read_blocks("%%\na\n\nb\n%%\n", NAMES)
    assert write_body(blocks, NAMES) == "%% a\n\nb %%\n"


def test_footnotes_on_neighbouring_lines_stay_two() -> None:
    blocks = read_blocks("a\n[^1]: One\n[^2]: Two\n", NAMES)
    assert write_body(blocks, NAMES) == "a\n\n[^1]: One\n\n[^2]: Two\n"


def test_a_line_of_text_that_looks_like_a_footnote_stays_in_its_paragraph() -> None:
    block = TextBlock((TextToken("a\n[^1]: b"),))
    assert read_blocks(write_body((block,), NAMES), NAMES) == (block,)
