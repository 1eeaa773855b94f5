"""The laws of writing a changed body onto a file in any style."""

from __future__ import annotations

import re
from dataclasses import replace

from hypothesis import given, settings, strategies as st

from capsync.markdown.lens import compose, get, put
from capsync.markdown.links import NoNames
from capsync.markdown.onto import write_new, write_onto
from capsync.markdown.reader import read_blocks, read_body
from capsync.markdown.view import without_ids
from capsync.model.block import (
    Blocks,
    TextBlock,
)
from capsync.model.property import PropertyId
from capsync.model.token import TextToken
from tests.strategies import bodies, numbered, sentences

NAMES = NoNames()
NOTES = PropertyId("notes")
often = settings(max_examples=150, deadline=None)


def bare(blocks: Blocks) -> Blocks:
    return tuple(map(without_ids, blocks))


def body_of(text: str) -> Blocks:
    """Give the body the space holds for a file, with ids."""
    return numbered(put(text, {NOTES: ()}, NAMES)[NOTES])


def onto(text: str, old: Blocks, new: Blocks) -> str:
    return write_onto(text, {NOTES: old}, {NOTES: new}, NAMES)


def lines(text: str) -> list[str]:
    return re.findall(r"[^\r\n]*(?:\r\n|\r|\n)|[^\r\n]+", text)


scraps = st.sampled_from(
    (
        *("a", "b  ", "c\\", "wrapped", "", "", "* a", "  b", "+ c", "3) d", "4) e", "> q", ">r"),
        *(
            "# h #",
            "===",
            "***",
            "~~~",
            "\tx",
            "    y",
            "::: group",
            "::: indent",
            ":::",
            "- [X] t",
        ),
        *("  * n", "    1. m", "|a|b|", "|-|-|", "> [!toggle]- t", "> * u", "[a]: /u", "_[a]_"),
        *("> [!quote]", "<div>", "$$", "-\tt", "&copy;", "::: grid", "::: column", "  > p"),
    )
)
newlines = st.sampled_from(["\n", "\n", "\r\n"])
texts = st.builds(
    lambda parts, newline, end: newline.join(parts) + (newline if end else ""),
    st.lists(scraps, max_size=14),
    newlines,
    st.booleans(),
)


@st.composite
def remote_edits(draw: st.DrawFn) -> tuple[str, Blocks, Blocks]:
    """Draw a file, its body and what somebody made of the body in the space."""
    text = draw(texts)
    old = body_of(text)
    new = list(old)
    for _ in range(draw(st.integers(1, 3))):
        at = draw(st.integers(0, len(new)))
        match draw(st.sampled_from("dmei")) if at < len(new) else "i":
            case "d":
                del new[at]
            case "m":
                new.insert(draw(st.integers(0, len(new) - 1)), new.pop(at))
            case "e" if isinstance(new[at], TextBlock):
                block = new[at]
                assert isinstance(block, TextBlock)
                new[at] = replace(block, tokens=(TextToken(draw(sentences)),))
            case _:
                new.insert(at, draw(bodies.filter(bool))[0])
    return text, old, tuple(new)


def kept_spans(text: str, new: Blocks) -> list[str]:
    """Give the spans whose blocks are among *new*, each as often as it is on both sides."""
    wanted = list(bare(compose({NOTES: new}, NAMES)))
    rows = lines(text)
    spans = []
    for piece in read_body(text, NAMES):
        if without_ids(piece.block) in wanted:
            wanted.remove(without_ids(piece.block))
            spans.append("".join(rows[piece.start : piece.end]).rstrip("\r\n"))
    return spans


def fits_in(spans: list[str], result: str) -> bool:
    """Say whether every span stands in *result*, each in a place of its own."""
    for span in sorted(spans, key=len, reverse=True):
        if span not in result:
            return False
        result = result.replace(span, "\0", 1)
    return True


@often
@given(remote_edits())
def test_spans_of_blocks_that_did_not_change_stay_byte_for_byte(
    drawn: tuple[str, Blocks, Blocks],
) -> None:
    """The Bytes law."""
    text, old, new = drawn
    result = onto(text, old, new)
    assert [*map(without_ids, read_blocks(result, NAMES))] == [*bare(compose({NOTES: new}, NAMES))]
    if surgical(text, new):
        assert fits_in(kept_spans(text, new), result)


def surgical(text: str, new: Blocks) -> bool:
    """Say whether spans may be set side by side: some Markdown means something else elsewhere.

    A fence or a container that nobody closed takes in what follows it, a list
    takes in indented code, and a definition serves links far away.
    """
    del new
    return not re.search(r"^[ >*+-]*(\t|    |~~~|:::|\$\$|<div>|\[a\]|\|)", text, re.MULTILINE)


@often
@given(texts)
def test_an_unchanged_body_changes_no_byte(text: str) -> None:
    old = body_of(text)
    assert onto(text, old, old) == text


@often
@given(remote_edits())
def test_writing_twice_is_writing_once(drawn: tuple[str, Blocks, Blocks]) -> None:
    text, old, new = drawn
    result = onto(text, old, new)
    assert onto(result, new, new) == result


@often
@given(texts, bodies, bodies)
def test_any_body_can_be_written_onto_any_file(text: str, old: Blocks, new: Blocks) -> None:
    for before in (old, body_of(text)):
        result = onto(text, before, new)
        assert read_blocks(result, NAMES) == bare(compose({NOTES: new}, NAMES))


@often
@given(bodies)
def test_a_new_file_reads_back(body: Blocks) -> None:
    text = write_new({NOTES: body}, NAMES)
    assert text == get({NOTES: body}, NAMES)
