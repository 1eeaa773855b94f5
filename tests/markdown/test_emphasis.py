"""Bold and italic as the reference reads them, whatever stands beside the signs."""

from __future__ import annotations

from random import Random
from time import process_time
from typing import Any

import pytest

from capsync.markdown.emphasis import resolve_emphasis
from tests.markdown.html import as_html, normalised
from tests.spec.reference import commonmark_js

SCRAPS = (
    *("*", "**", "***", "****", "_", "__", "___", "a", "b", " ", " ", ".", "(", ")", "é", "—"),
    *("[x](y)", "`c`", "\\*", "&amp;", "\n"),
)


def made(seed: int) -> str:
    luck = Random(seed)  # noqa: S311
    return "x" + "".join(luck.choice(SCRAPS) for _ in range(luck.randint(1, 30)))


def shape(tokens: list[dict[str, Any]]) -> list[Any]:
    return [
        (token["type"], shape(token["children"])) if "children" in token else token["raw"]
        for token in tokens
    ]


def resolved(text: str, deepest: int = 60) -> list[Any]:
    return shape(resolve_emphasis([{"type": "text", "raw": text}], deepest))


def test_emphasis_is_read_as_the_reference_reads_it() -> None:
    texts = [made(seed) for seed in range(5_000)]
    wrong = [
        text
        for text, other in zip(texts, commonmark_js(texts), strict=True)
        if normalised(as_html(text)) != normalised(other)
    ]
    assert wrong == []


def test_runs_that_are_partly_used_go_on() -> None:
    """mistune 3.4.0 leaves the stars of ``**_*_*`` as they are."""
    assert resolved("**_*_*") == ["*", ("emphasis", [("emphasis", ["*"])])]
    assert resolved("***a** b*") == [("emphasis", [("strong", ["a"]), " b"])]


def test_what_goes_too_deep_is_text_and_says_so() -> None:
    [before, inner, after] = resolve_emphasis([{"type": "text", "raw": "*a *b *c* b* a*"}], 2)
    assert (before["raw"], after["raw"]) == ("*a ", " a*")
    assert before["too_deep"]
    assert shape([inner]) == [("emphasis", ["b ", ("emphasis", ["c"]), " b"])]


def test_an_entity_is_not_made_of_two_texts() -> None:
    literal = {"type": "text", "raw": "*a* &", "_emphasis": False}
    [before, entity, bold] = resolve_emphasis([literal, {"type": "text", "raw": "amp; *b*"}], 60)
    assert (before["raw"], entity["raw"]) == ("*a* &", "amp; ")
    assert bold["type"] == "emphasis"


@pytest.mark.parametrize("piece", ["*a", "*a ", "a**", "*a_ ", "a***b**c* ", "_*", "**a b* "])
def test_time_grows_with_the_text(piece: str) -> None:
    begun = process_time()
    resolved(piece * (300_000 // len(piece)))
    assert process_time() - begun < 10
