"""The 652 examples of the CommonMark specification: read right, and kept through a round trip.

Our inline syntax (``==``, ``$``, ``[[``, ``~~``) is off where reading is judged. Of our
blocks (``:::``, ``$$``, tables, to-dos, callouts) none is in the way of an example.
"""

from __future__ import annotations

from collections import Counter

import pytest
from markdown_it import MarkdownIt

from capsync.markdown.links import NoNames
from capsync.markdown.reader import read_blocks
from capsync.markdown.writer import write_body
from tests.markdown.html import as_html, normalised
from tests.spec.reference import Example, read_examples

NAMES = NoNames()
COMMONMARK = MarkdownIt("commonmark")

LOSSES: dict[str, tuple[int, ...]] = {
    "raw HTML becomes literal text, line by line": (
        31, 148, 149, 150, 151, 153, 154, 155, 156, 157, 158, 160, 161, 162, 163, 164, 165,
        166, 169, 170, 171, 172, 173, 174, 178, 179, 180, 182, 185, 186, 188, 189, 190, 191,
        615, 616, 625, 642, 643,
    ),
    "a link's title has no home in the space": (
        22, 23, 32, 33, 192, 193, 194, 195, 196, 202, 217, 482, 505, 506, 509, 510, 527,
        539, 542, 543, 553, 554, 555, 556, 557, 558, 559, 561, 593,
    ),
    "an image is a link until media come": (
        517, 520, 531, 572, 573, 574, 575, 576, 577, 578, 579, 580, 581, 582, 583, 584, 585,
        586, 587, 588, 589, 591,
    ),
    "the service has three ranks of headings": (62, 72,),
    "lists begin at one": (265, 267, 268, 271, 296, 297, 299,),
    "neighbouring lists of one kind are one": (301, 302,),
    "a style inside itself says nothing": (
        369, 373, 389, 407, 408, 409, 417, 418, 425, 426, 427, 432, 461, 463, 464, 465, 466,
        468,
    ),
    "a link has no style of its own": (404, 419, 422, 433, 516, 519, 530, 533,),
    "code has no style of its own": (478, 479,),
    "a line feed by its number is a line break": (39,),
    "<del> is our strikethrough, which CommonMark does not know": (168,),
    "markdown-it-py takes an address over two lines for one": (491,),
}  # fmt: skip
"""What Markdown -> blocks -> Markdown changes in the examples: why, and in which."""


@pytest.fixture(scope="module")
def examples() -> list[Example]:
    return read_examples()


def test_the_specification_is_whole(examples: list[Example]) -> None:
    assert len(examples) == 652


def test_every_example_is_read_as_the_specification_says(examples: list[Example]) -> None:
    wrong = [
        each.number
        for each in examples
        if normalised(as_html(each.markdown)) != normalised(each.html)
    ]
    assert wrong == []


def written_again(markdown: str) -> str:
    return write_body(read_blocks(markdown, NAMES), NAMES)


def test_every_example_survives_a_round_trip_or_is_a_known_loss(examples: list[Example]) -> None:
    """Both ways: an example that no longer differs has to leave the table."""
    differing = {
        each.number
        for each in examples
        if normalised(COMMONMARK.render(written_again(each.markdown))) != normalised(each.html)
    }
    known = {number for numbers in LOSSES.values() for number in numbers}
    assert differing - known == set()
    assert known - differing == set()


def test_no_example_is_lost_for_two_reasons() -> None:
    counts = Counter(number for numbers in LOSSES.values() for number in numbers)
    assert [number for number, count in counts.items() if count > 1] == []


def test_a_second_round_trip_changes_nothing(examples: list[Example]) -> None:
    for each in examples:
        once = written_again(each.markdown)
        assert written_again(once) == once, each.number
