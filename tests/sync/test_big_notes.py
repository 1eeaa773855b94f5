"""Notes that are too large for one request go in several."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.sync.world import World, paragraph

LIMIT = 20_000
"""Bytes a request may have here."""


@pytest.fixture
def small(tmp_path: Path) -> Iterator[World]:
    """A space that takes little at a time."""
    made = World(tmp_path, max_body=LIMIT)
    yield made
    made.close()


def paragraphs(count: int) -> list[str]:
    return [f"Paragraph number {n} of a long note, in its place." for n in range(count)]


def test_a_new_note_that_is_too_large_for_one_request_arrives_whole(small: World) -> None:
    texts = paragraphs(700)
    text = "\n\n".join(texts) + "\n"
    small.write("Long.md", text)
    report = small.sync()
    assert report.troubles == []
    assert small.texts(small.note_at("Long.md")) == texts
    assert small.read("Long.md").endswith(text)
    small.traffic()
    assert small.sync().pushed == 0
    assert small.traffic()[1] == 0


@pytest.mark.parametrize("switch", ["answers_without_blocks", "answers_with_empty_blocks"])
def test_it_does_so_too_where_answers_come_without_the_body(tmp_path: Path, switch: str) -> None:
    world = World(tmp_path, max_body=LIMIT, **{switch: True})
    try:
        texts = paragraphs(300)
        world.write("Long.md", "\n\n".join(texts) + "\n")
        assert world.sync().troubles == []
        assert world.texts(world.note_at("Long.md")) == texts
    finally:
        world.close()


def test_blocks_added_in_the_middle_stay_in_order(small: World) -> None:
    note = small.make("Note", "first", "last")
    small.sync()
    texts = paragraphs(400)
    small.edit("Pages/Note.md", "first\n", "\n\n".join(["first", *texts]) + "\n")
    assert small.sync().troubles == []
    assert small.texts(note) == ["first", *texts, "last"]


def test_items_added_under_an_item_stay_in_order(small: World) -> None:
    inner = [paragraph("there already", list={"type": "bullet"})]
    parent = paragraph("parent", list={"type": "bullet"}, blocks=inner)
    note = small.make("Note", blocks=[parent, paragraph("after", list={"type": "bullet"})])
    small.sync()
    texts = paragraphs(300)
    items = "".join(f"  - {text}\n" for text in texts)
    small.edit("Pages/Note.md", "- parent\n", f"- parent\n{items}")
    assert small.sync().troubles == []
    first, after = small.blocks(note)
    assert after["tokens"][0]["text"] == "after"
    nested = ["".join(t["text"] for t in each["tokens"]) for each in first["blocks"]]
    assert nested == [*texts, "there already"]


def test_a_single_block_that_is_too_large_sets_its_note_aside(small: World) -> None:
    text = "word " * LIMIT
    small.write("Huge.md", text)
    small.write("Good.md", "fine\n")
    report = small.sync()
    (trouble,) = report.troubles
    assert trouble.path == "Huge.md"
    assert "too large" in trouble.message
    assert small.read("Huge.md").endswith(text)
    assert small.texts(small.note_at("Good.md")) == ["fine"]
    again = small.sync()
    assert [each.path for each in again.troubles] == ["Huge.md"]
    assert small.read("Huge.md").endswith(text)
