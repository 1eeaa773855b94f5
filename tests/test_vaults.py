"""Whole vaults, as people write them, through the space and into a second vault."""

from __future__ import annotations

from functools import cache

import pytest

from tests.benchmarks._vaults import files_of, grew_only_an_id, visible_words, words_of
from tests.benchmarks.roundtrip import VAULTS, Result, roundtrip

STYLES = ("obsidian", "logseq", "zettlr", "readme")

found = cache(roundtrip)
each_style = pytest.mark.parametrize("style", STYLES)


def result_of(style: str) -> Result:
    return found(VAULTS / style)


@each_style
def test_every_file_of_a_vault_is_synced(style: str) -> None:
    result = result_of(style)
    assert result.files >= 8
    assert result.set_aside == {}


@each_style
def test_no_words_are_lost_beyond_one_in_a_thousand(style: str) -> None:
    result = result_of(style)
    assert result.words > 250
    assert result.words_lost * 1000 <= result.words, result.lost
    assert result.words_lost_converting * 1000 <= result.words, result.lost


@each_style
def test_no_body_is_rewritten_by_a_push(style: str) -> None:
    assert result_of(style).bodies_rewritten == []


@each_style
def test_second_syncs_are_silent_and_the_clone_of_the_clone_is_the_clone(style: str) -> None:
    assert result_of(style).failures == []


def test_the_vaults_have_what_makes_bytes_fragile() -> None:
    readme = files_of(VAULTS / "readme")
    assert any(b"\r\n" in content for content in readme.values())
    assert any(content.startswith(b"\xef\xbb\xbf") for content in readme.values())
    assert any(content and not content.endswith(b"\n") for content in readme.values())


def test_words_are_counted_without_the_punctuation_of_markdown() -> None:
    assert words_of("1. a **b** \\*c\\* &amp; d_e") == words_of("- a b c d e")
    assert visible_words("[a](x.md) ![b](y.png 'z')") == visible_words("a b")
    assert visible_words("[a][r] [[Note|c]]\n\n[r]: https://example.org 'd'") == words_of("a c")


@pytest.mark.parametrize(
    ("before", "after", "fine"),
    [
        (b"text\n", b"text\n", True),
        (b"text\n", b"---\ncapacities-id: 1\n---\n\ntext\n", True),
        (b"\n text", b"---\ncapacities-id: 1\n---\n\n text", True),
        (b"---\na: 1\n---\ntext\n", b"---\na: 1\ncapacities-id: 1\n---\ntext\n", True),
        (b"text\n", b"---\ncapacities-id: 1\n---\n\ntext", False),
        (b"* text\n", b"---\ncapacities-id: 1\n---\n\n- text\n", False),
        (b"---\na: 1\n---\ntext\n", b"---\na: '1'\ncapacities-id: 1\n---\ntext\n", False),
    ],
)
def test_a_rewritten_body_is_noticed(before: bytes, after: bytes, fine: bool) -> None:
    assert grew_only_an_id(before, after) is fine
