"""Blocks: each comes back as it was written, but for what the service fills in or hides."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest

from capsync.clock import ManualClock
from capsync.sandbox.caller import Caller
from capsync.sandbox.core import Sandbox
from capsync.sandbox.options import Options
from capsync.sandbox.seed_words import (
    RULE,
    code,
    day,
    embed,
    formula,
    grid,
    group,
    h,
    item,
    listing,
    math,
    p,
    t,
    to,
    todo,
    url,
)

NOBODY = "7d2e7f8a-4c3b-4e1d-9f0a-123456789abc"
Block = dict[str, Any]


class Desk:
    """An empty page."""

    def __init__(self) -> None:
        self.sandbox = Sandbox(Options(quota_scale=0), clock=ManualClock())
        self.service = Caller(self.sandbox)
        self.page = self.sandbox.app_create("RootPage", "A page", blocks=[])

    def body(self) -> list[Block]:
        answer = self.service.ok("GET /object", id=self.page)
        blocks: list[Block] = next(iter(answer["blocks"].values()))
        return blocks

    def append(self, *blocks: Block) -> None:
        self.service.ok("POST /blocks/append", {"id": self.page, "blocks": list(blocks)})


def walk(blocks: list[Block]) -> Iterator[Block]:
    for block in blocks:
        yield block
        yield from walk(block.get("blocks", []))
        for column in block.get("columns", []):
            yield from walk(column)


EVERY = [
    p(),
    h(1, t("a", "bold", "italic", "strikethrough", "underline", color="bg-lime"), " b\nc "),
    p(url("a", "b"), to(NOBODY), math("x"), code("y"), hierarchy={"key": "Small", "val": 7}),
    item("roman", "a", blocks=[item("alphabetical", "b")]),
    todo("a", done=True),
    p("a", toggle={"isOpen": False}, quote={"layout": "standout"}, colorTheme="text-sky"),
    p("a", highlight={"type": "custom", "label": "l", "location": "p", "url": "u", "color": "red"}),
    group(p("a"), list={"type": "bullet"}, todo={"isDone": False}, toggle={"isOpen": True}),
    grid([p("a")], [], [RULE], gridLayout="grid", colorTheme="bg-red"),
    listing("Text", "a\n\tb\n"),
    formula("x", colorTheme="bg-blue"),
    embed(None),
    embed(NOBODY),
    RULE,
]


def bare(block: Block) -> Block:
    """Drop ids and the fields a server fills in."""
    full: dict[str, Block] = {
        "TextBlock": {"tokens": [], "blocks": []},
        "GroupBlock": {"blocks": []},
    }
    base = {"hierarchy": {"key": "Base", "val": 0}} if block["type"] == "TextBlock" else {}
    clean = {**full.get(block["type"], {}), **base, **block}
    clean.pop("id", None)
    if "blocks" in clean:
        clean["blocks"] = [bare(each) for each in clean["blocks"]]
    if "columns" in clean:
        clean["columns"] = [[bare(each) for each in column] for column in clean["columns"]]
    return clean


@pytest.mark.parametrize("index", range(len(EVERY)))
def test_every_block_comes_back_as_it_was_written(index: int) -> None:
    desk, block = Desk(), EVERY[index]
    desk.append(block)
    assert bare(desk.body()[-1]) == bare(block)


def test_every_block_at_any_depth_has_an_id_of_its_own() -> None:
    desk = Desk()
    desk.append(*EVERY)
    ids = [block["id"] for block in walk(desk.body())]
    assert len(set(ids)) == len(ids)


def test_text_alignment_is_kept_but_never_shown() -> None:
    desk = Desk()
    desk.append(p("centred", textAlignment="center"))
    stored = next(iter(desk.sandbox.app_get(desk.page)["blocks"].values()))[-1]
    assert stored["textAlignment"] == "center"
    assert "textAlignment" not in desk.body()[-1]


def test_null_takes_a_list_or_a_toggle_away() -> None:
    desk = Desk()
    desk.append(p("a", list=None, toggle=None))
    assert not {"list", "toggle"} & desk.body()[-1].keys()


def test_the_date_of_a_link_is_a_day_in_full_spelling() -> None:
    desk = Desk()
    desk.append(p(day("a", "2026-03-01T10:00:00Z")))
    start = "2026-03-01T00:00:00.000Z"
    token = desk.body()[-1]["tokens"][0]
    assert token["date"] == {"dateResolution": "day", "start": start, "end": None}


def test_the_id_of_a_written_block_is_dropped_and_noted() -> None:
    desk = Desk()
    desk.append({**p("a"), "id": NOBODY})
    assert desk.body()[-1]["id"] != NOBODY
    assert desk.sandbox.violations == ["POST /blocks/append: unknown field blocks[0].id"]


def test_highlights_of_webhighlights_are_not_for_everyone() -> None:
    desk = Desk()
    body = {"id": desk.page, "blocks": [p("a", highlight={"type": "webhighlights"})]}
    status, _, message = desk.service.refused("POST /blocks/append", body)
    assert (status, "reserved" in message) == (400, True)
