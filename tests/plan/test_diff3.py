"""Three-way merge of sequences and of words: the laws, then the phrases."""

from __future__ import annotations

import pytest
from hypothesis import given, strategies as st

from capsync.model.normal import normal_tokens
from capsync.model.token import CodeToken, LinkToken, Style, TextToken, plain_text
from capsync.plan.diff3 import hunks, matches, merged
from capsync.plan.words import LONGEST, merge_text, merge_tokens
from tests.strategies import texts, token_lists

letters = st.text("abcd ", max_size=10)


@given(letters, letters)
def test_matches_are_equal_units_in_order(old: str, new: str) -> None:
    pairs = matches(old, new)
    assert all(old[i] == new[j] for i, j in pairs)
    assert pairs == sorted(set(pairs))
    assert len({i for i, _ in pairs}) == len({j for _, j in pairs}) == len(pairs)


@given(letters, letters)
def test_hunks_turn_one_into_the_other(old: str, new: str) -> None:
    text, at = "", 0
    for hunk in hunks(old, new):
        text += old[at : hunk.start] + "".join(hunk.new)
        at = hunk.end
    assert text + old[at:] == new


@given(letters, letters)
def test_a_side_that_did_nothing_leaves_the_other_alone(base: str, other: str) -> None:
    assert merge_text(base, other, base) == merge_text(base, base, other) == other
    assert merge_text(base, other, other) == other


@given(letters, letters, letters)
def test_swapping_sides_gives_the_same(base: str, vault: str, space: str) -> None:
    assert merge_text(base, vault, space) == merge_text(base, space, vault)


@given(letters, letters, letters)
def test_every_letter_added_stays(base: str, vault: str, space: str) -> None:
    both = merged(base, vault.upper(), space)
    if both is not None:
        added = [unit for hunk in hunks(base, space) for unit in hunk.new]
        kept = "".join(both)
        assert all(kept.count(unit) >= added.count(unit) for unit in set(added))


@given(token_lists, token_lists)
def test_tokens_obey_the_laws_in_normal_form(base: object, other: object) -> None:
    assert merge_tokens(base, other, base) == normal_tokens(other)  # type: ignore[arg-type]
    assert merge_tokens(base, base, other) == normal_tokens(other)  # type: ignore[arg-type]


@given(texts)
def test_no_character_falls_between_two_words(text: str) -> None:
    assert merge_text(text, text, text) == text


@pytest.mark.parametrize(
    ("base", "vault", "space", "wanted"),
    [
        pytest.param("a b c", "x b c", "a b y", "x b y", id="words apart"),
        pytest.param("a b", "x b", "a y", "x y", id="neighbouring words"),
        pytest.param("a b c", "a c", "a b y", "a y", id="one dropped beside one changed"),
        pytest.param("a b c", "x b c", "x b y", "x b y", id="one of two made on both sides"),
        pytest.param("a b", "x y", "a\nb", "x\ny", id="a line broken between changed words"),
        pytest.param("a", "x", "y", None, id="the same word"),
        pytest.param("a b c", "x y z", "a b c d", None, id="rewritten here, continued there"),
        pytest.param("a b c", "x y z", "a q c", None, id="rewritten here, corrected there"),
        pytest.param("a b c", "a c", "a q c", None, id="dropped here, corrected there"),
        pytest.param("a", "a b", "a c", None, id="continued twice"),
        pytest.param("日本語", "日本人", "全日本語", "全日本人", id="without spaces"),
        pytest.param("hello, world", "hi, world", "hello, earth", "hi, earth", id="with signs"),
        pytest.param("cafe\u0301 x", "cafe\u0301 y", "the x", "the y", id="with combining marks"),
    ],
)
def test_phrases_merge_word_by_word(base: str, vault: str, space: str, wanted: str | None) -> None:
    assert merge_text(base, vault, space) == wanted
    tokens = merge_tokens((TextToken(base),), (TextToken(vault),), (TextToken(space),))
    normal = None if wanted is None else normal_tokens([TextToken(wanted)])
    assert tokens == normal


def test_styles_and_links_travel_with_their_words() -> None:
    base = (TextToken("see the page now"),)
    vault = (TextToken("see the "), LinkToken("page", url="https://a.example"), TextToken(" now"))
    space = (TextToken("see", Style(bold=True)), TextToken(" the page "), CodeToken("now"))
    both = merge_tokens(base, vault, space)
    assert both == (space[0], TextToken(" the "), vault[1], TextToken(" "), space[2])
    assert plain_text(both or ()) == "see the page now"


def test_a_very_long_text_merges_line_by_line() -> None:
    lines = [f"line {n}\n" for n in range(LONGEST // 10)]
    base = "".join(lines)
    vault, space = f"first\n{base}", f"{base}last\n"
    assert merge_text(base, vault, space) == f"first\n{base}last\n"
    assert (
        merge_text(base, base.replace("line 7\n", "one 7\n"), base.replace("line 7\n", "line 8\n"))
        is None
    )
