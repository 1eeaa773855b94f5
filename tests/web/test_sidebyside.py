"""Two texts beside each other: nothing is left out, and what is alike stands opposite."""

from __future__ import annotations

import pytest
from hypothesis import given, strategies as st

from capsync.web.sidebyside import Line, Pair, side_by_side, words

texts = st.lists(st.text("ab -", max_size=6), max_size=12).map("\n".join)


def said(line: Line | None) -> str | None:
    return None if line is None else "".join(each.text for each in line.pieces)


def rows(before: str, after: str) -> list[tuple[str | None, str | None]]:
    return [(said(each.old), said(each.new)) for each in side_by_side(before, after, context=None)]


def marked(line: Line | None) -> list[str]:
    assert line is not None
    return [each.text for each in line.pieces if each.differs]


@given(texts, texts)
def test_each_side_reads_as_its_text(before: str, after: str) -> None:
    pairs = side_by_side(before, after, context=None)
    for text, lines in (
        (before, [each.old for each in pairs if each.old]),
        (after, [each.new for each in pairs if each.new]),
    ):
        assert [each.number for each in lines] == list(range(1, len(lines) + 1))
        assert "\n".join(map(str, map(said, lines))) == text.removesuffix("\n")


@given(texts, texts)
def test_what_is_the_same_is_the_same(before: str, after: str) -> None:
    for pair in side_by_side(before, after, context=None):
        assert pair.old or pair.new
        if pair.same:
            assert said(pair.old) == said(pair.new)


@given(texts, texts, st.integers(0, 3))
def test_what_is_left_out_is_counted_and_unchanged(before: str, after: str, context: int) -> None:
    whole = side_by_side(before, after, context=None)
    folded = side_by_side(before, after, context=context)
    assert sum(each.hidden or 1 for each in folded) == len(whole)
    assert [each for each in folded if not each.same] == [each for each in whole if not each.same]


@given(texts)
def test_a_text_beside_itself_has_nothing_to_show(text: str) -> None:
    assert all(each.same for each in side_by_side(text, text))


@given(st.text(max_size=30), st.text(max_size=30))
def test_marking_words_changes_none(before: str, after: str) -> None:
    for text, pieces in zip((before, after), words(before, after), strict=True):
        assert "".join(each.text for each in pieces) == text


def test_the_words_that_differ_are_marked() -> None:
    (pair,) = side_by_side("We take the early train.", "We take the very late train!")
    assert marked(pair.old) == ["early", "."]
    assert marked(pair.new) == ["very late ", "!"]


def test_lines_that_are_alike_stand_opposite_each_other() -> None:
    before = "the first line here\nthe second line there"
    after = "something quite other\nthe second line was there"
    assert rows(before, after) == [
        ("the first line here", "something quite other"),
        ("the second line there", "the second line was there"),
    ] or rows(before, after)[-1] == ("the second line there", "the second line was there")


def test_what_has_nothing_in_common_is_not_compared_word_by_word() -> None:
    (pair,) = side_by_side("entirely different", "words all new")
    assert marked(pair.old) == []
    assert not pair.same


@pytest.mark.parametrize("end", ["\r\n", "\r", "\n"])
def test_only_line_ends_part_lines(end: str) -> None:
    assert rows(f"a\u2028b\x0bc{end}d{end}", "") == [("a\u2028b\x0bc", None), ("d", None)]


def test_long_stretches_are_left_out() -> None:
    text = "\n".join(map(str, range(100)))
    shown = side_by_side(text, text.replace("\n50\n", "\nfifty\n"), context=2)
    assert [each.hidden for each in shown] == [48, 0, 0, 0, 0, 0, 47]
    assert shown[0] == Pair(same=True, hidden=48)


def test_large_texts_do_not_take_forever() -> None:
    before = "\n".join(f"line {n}" for n in range(30_000))
    after = "\n".join(f"row {n}" for n in range(30_000))
    assert len(side_by_side(before, after)) == 30_000
    assert len(words("x " * 100_000, "y " * 100_000)[0]) == 1
