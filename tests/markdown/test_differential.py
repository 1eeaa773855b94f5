"""The same documents as other parsers read them: what differs is a bug of ours or theirs.

The reference implementation commonmark.js judges, where there is Node;
markdown-it-py always has a say, but has mistakes of its own. The whole set is
``python -m tests.markdown.test_differential``.
"""

from __future__ import annotations

import sys
from collections.abc import Callable, Iterable, Sequence

import pytest
from markdown_it import MarkdownIt

from tests.markdown.fuzz import sane, wild
from tests.markdown.html import as_html, normalised
from tests.spec.reference import commonmark_js

WHOLE = {"wild": 20_000, "sane": 5_000}
PART = {"wild": 3_000, "sane": 1_000}
MAKERS: dict[str, Callable[[int], str]] = {"wild": wild, "sane": sane}
ALLOWED = 0.001
"""The share of the wild documents that may differ from the reference."""
ALLOWED_OF_THE_OTHER = 0.01
"""Likewise from markdown-it-py, which differs from the reference in one of two hundred."""


def markdown_it(documents: Sequence[str]) -> list[str]:
    """Render documents by markdown-it-py."""
    render = MarkdownIt("commonmark").render
    return [str(render(text)) for text in documents]


def made(kind: str, count: int) -> list[str]:
    """Make *count* documents, each from a seed of its own."""
    return [MAKERS[kind](seed) for seed in range(count)]


def differing(documents: Sequence[str], theirs: Iterable[str]) -> list[str]:
    """Give the documents that we read in another way than *theirs*."""
    return [
        text
        for text, other in zip(documents, theirs, strict=True)
        if normalised(as_html(text)) != normalised(other)
    ]


@pytest.mark.parametrize("theirs", [commonmark_js, markdown_it])
def test_notes_read_as_others_read_them(theirs: Callable[[Sequence[str]], list[str]]) -> None:
    documents = made("sane", PART["sane"])
    assert differing(documents, theirs(documents)) == []


def test_scraps_read_as_the_reference_reads_them_nearly_always() -> None:
    documents = made("wild", PART["wild"])
    assert len(differing(documents, commonmark_js(documents))) <= ALLOWED * len(documents)


def test_scraps_read_as_markdown_it_reads_them_nearly_always() -> None:
    documents = made("wild", PART["wild"])
    allowed = ALLOWED_OF_THE_OTHER * len(documents)
    assert len(differing(documents, markdown_it(documents))) <= allowed


def test_a_difference_would_be_seen() -> None:
    documents = made("wild", 20)
    assert differing(documents, markdown_it(documents[::-1]))


def main() -> int:
    """Compare the whole set and print what differs from the reference."""
    failed = 0
    for kind, count in WHOLE.items():
        documents = made(kind, count)
        wrong = differing(documents, commonmark_js(documents))
        other = differing(documents, markdown_it(documents))
        failed += len(wrong) > (ALLOWED * count if kind == "wild" else 0)
        sys.stdout.write(
            f"{kind}: of {count} differ {len(wrong)} from commonmark.js"
            f" and {len(other)} from markdown-it-py\n"
        )
        sys.stdout.writelines(f"  {text!r}\n" for text in wrong)
    return failed


if __name__ == "__main__":
    sys.exit(main())
