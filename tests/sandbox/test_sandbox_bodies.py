"""Bodies: appending anywhere, changing one block, taking blocks away."""

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
    grid,
    group,
    h,
    listing,
    p,
)

NOBODY = "7d2e7f8a-4c3b-4e1d-9f0a-123456789abc"
Block = dict[str, Any]


class Desk:
    """A page with three paragraphs, a group and a grid, named by their text."""

    def __init__(self, **switches: Any) -> None:
        self.sandbox = Sandbox(Options(quota_scale=0, **switches), clock=ManualClock())
        self.service = Caller(self.sandbox)
        body = [p("one"), p("two", blocks=[p("child")]), group(p("grouped"))]
        self.page = self.sandbox.app_create(
            "RootPage", "A page", blocks=[*body, grid([p("left")], [p("right")])]
        )
        self.before = self.ids()

    def body(self) -> list[Block]:
        blocks: list[Block] = next(
            iter(self.service.ok("GET /object", id=self.page)["blocks"].values())
        )
        return blocks

    def ids(self) -> dict[str, str]:
        return {text(block) or block["type"]: block["id"] for block in walk(self.body())}

    def append(self, *blocks: Block, **place: Any) -> str:
        body = {"id": self.page, "blocks": list(blocks), **place}
        self.service.ok("POST /blocks/append", body)
        return outline(self.body())

    def patch(self, name: str, block: Block) -> Block:
        block_id = self.before[name]
        body = {"id": self.page, "blockId": block_id, "block": block}
        self.service.ok("PATCH /blocks/block", body)
        return next(each for each in walk(self.body()) if each["id"] == block_id)


def walk(blocks: list[Block]) -> Iterator[Block]:
    for block in blocks:
        yield block
        yield from walk(block.get("blocks", []))
        for column in block.get("columns", []):
            yield from walk(column)


def text(block: Block) -> str:
    return "".join(token["text"] for token in block.get("tokens", []))


def outline(blocks: list[Block]) -> str:
    """Write a body as ``one two(child) Group(grouped) Grid(left|right)``."""
    parts = []
    for block in blocks:
        name = text(block) or block["type"].removesuffix("Block")
        inside = "|".join(outline(column) for column in block.get("columns", []))
        inside = inside or outline(block.get("blocks", []))
        parts.append(f"{name}({inside})" if inside else name)
    return " ".join(parts)


def after(block_id: str) -> dict[str, Any]:
    return {"type": "after_block", "after_block": {"id": block_id}}


WHOLE = "one two(child) Group(grouped) Grid(left|right)"


def test_blocks_go_to_the_end_unless_told_otherwise() -> None:
    desk = Desk()
    assert desk.append(p("x"), p("y")) == WHOLE + " x y"


@pytest.mark.parametrize(
    ("place", "result"),
    [
        ({"position": {"type": "end"}}, WHOLE + " x"),
        ({"position": {"type": "start"}}, "x " + WHOLE),
        ({"position": after("one")}, "one x two(child) Group(grouped) Grid(left|right)"),
        ({"position": after("child")}, "one two(child x) Group(grouped) Grid(left|right)"),
        ({"position": after("grouped")}, "one two(child) Group(grouped x) Grid(left|right)"),
        ({"position": after("left")}, "one two(child) Group(grouped) Grid(left x|right)"),
        ({"parentBlockId": "two"}, "one two(child x) Group(grouped) Grid(left|right)"),
        ({"parentBlockId": "one"}, "one(x) two(child) Group(grouped) Grid(left|right)"),
        (
            {"parentBlockId": "GroupBlock", "position": {"type": "start"}},
            "one two(child) Group(x grouped) Grid(left|right)",
        ),
    ],
)
def test_blocks_go_where_they_are_told(place: dict[str, Any], result: str) -> None:
    desk = Desk()
    named: dict[str, Any] = {}
    for key, value in place.items():
        if isinstance(value, str):
            named[key] = desk.before[value]
        elif "after_block" in value:
            named[key] = after(desk.before[value["after_block"]["id"]])
        else:
            named[key] = value
    assert desk.append(p("x"), **named) == result
    assert desk.before.items() <= desk.ids().items()


def test_a_grid_cannot_be_a_parent() -> None:
    desk = Desk()
    body = {"id": desk.page, "markdown": "a", "parentBlockId": desk.before["GridBlock"]}
    status, _, message = desk.service.refused("POST /blocks/append", body)
    assert status == 400
    assert "Only TextBlock and GroupBlock" in message


def test_a_parent_and_a_sibling_exclude_each_other() -> None:
    desk = Desk()
    one = desk.before["one"]
    body = {"id": desk.page, "markdown": "a", "parentBlockId": one, "position": after(one)}
    assert desk.service.refused("POST /blocks/append", body)[0] == 400


@pytest.mark.parametrize("place", [{"parentBlockId": NOBODY}, {"position": after(NOBODY)}])
def test_an_unknown_anchor_is_not_found(place: dict[str, Any]) -> None:
    desk = Desk()
    body = {"id": desk.page, "markdown": "a", **place}
    assert desk.service.refused("POST /blocks/append", body)[:2] == (404, "cap_not_found")


def test_sections_are_named_by_property_id() -> None:
    desk = Desk()
    kind = desk.sandbox.app_add_structure("Meeting", "Meetings", sections=2)
    first, second = desk.sandbox.app_sections(kind)
    meeting = desk.sandbox.app_create(kind, "M", blocks=[])
    for key, words in ((second, "b"), (None, "a")):
        place = {"propertyId": key} if key else {}
        desk.service.ok("POST /blocks/append", {"id": meeting, "markdown": words, **place})
    answer = desk.service.ok("GET /object", id=meeting)
    assert outline(answer["blocks"][first]) == "a"
    assert outline(answer["blocks"][second][1:]) == "b"
    body = {"id": meeting, "markdown": "c", "propertyId": "content"}
    assert desk.service.refused("POST /blocks/append", body)[0] == 400


def test_a_block_in_a_second_section_is_found_without_naming_the_section() -> None:
    desk = Desk()
    kind = desk.sandbox.app_add_structure("Meeting", "Meetings", sections=2)
    _, second = desk.sandbox.app_sections(kind)
    meeting = desk.sandbox.app_create(kind, "M")
    block = desk.sandbox.app_get(meeting)["blocks"][second][0]
    body = {"id": meeting, "blockId": block["id"], "block": p("found")}
    assert outline(desk.service.ok("PATCH /blocks/block", body)["blocks"][second]) == "found"


def test_whitespace_makes_no_blocks() -> None:
    desk = Desk()
    desk.service.ok("POST /blocks/append", {"id": desk.page, "markdown": " \n\t\n"})
    assert outline(desk.body()) == WHOLE


def test_a_changed_block_keeps_its_id_and_its_children() -> None:
    desk = Desk()
    changed = desk.patch("two", h(2, "TWO"))
    assert changed["hierarchy"] == {"key": "H2", "val": 2}
    assert outline(desk.body()) == "one TWO(child) Group(grouped) Grid(left|right)"
    assert desk.ids()["child"] == desk.before["child"]


def test_children_that_are_given_replace_all_children_and_get_new_ids() -> None:
    desk = Desk()
    desk.patch("two", p("two", blocks=[p("child"), p("more")]))
    assert outline(desk.body()) == "one two(child more) Group(grouped) Grid(left|right)"
    assert desk.ids()["child"] != desk.before["child"]
    desk.patch("two", p("two", blocks=[]))
    assert outline(desk.body()) == "one two Group(grouped) Grid(left|right)"


def test_a_grid_keeps_its_columns_unless_others_are_given() -> None:
    desk = Desk()
    desk.patch("GridBlock", {"type": "GridBlock", "dividers": [0.25], "colorTheme": "bg-red"})
    assert desk.ids() == desk.before
    assert desk.body()[-1]["dividers"] == [0.25]
    desk.patch("GridBlock", grid([p("left")], [], [p("new")]))
    assert outline(desk.body()).endswith("Grid(left||new)")
    assert desk.ids()["left"] != desk.before["left"]


def test_a_child_and_a_cell_can_be_changed_too() -> None:
    desk = Desk()
    desk.patch("child", p("CHILD"))
    desk.patch("right", p("RIGHT"))
    assert outline(desk.body()) == "one two(CHILD) Group(grouped) Grid(left|RIGHT)"


@pytest.mark.parametrize("block", [listing("js", "x"), group(), RULE], ids=lambda b: str(b["type"]))
def test_the_type_of_a_block_cannot_be_changed(block: Block) -> None:
    desk = Desk()
    body = {"id": desk.page, "blockId": desk.before["one"], "block": block}
    status, code, message = desk.service.refused("PATCH /blocks/block", body)
    assert (status, code) == (400, "cap_invalid_input")
    assert "TextBlock" in message
    assert outline(desk.body()) == WHOLE


def test_an_unsupported_block_cannot_be_changed_but_can_be_deleted() -> None:
    desk = Desk()
    table = {"type": "unsupported", "blockType": "SimpleTable"}
    block_id = desk.sandbox.app_insert(desk.page, table)
    body = {"id": desk.page, "blockId": block_id, "block": table}
    assert desk.service.refused("PATCH /blocks/block", body)[0] == 400
    desk.service.ok("DELETE /block", objectId=desk.page, blockId=block_id)
    assert outline(desk.body()) == WHOLE


@pytest.mark.parametrize("keeps", [True, False])
def test_fields_left_out_of_a_change_are_kept_or_reset(keeps: bool) -> None:
    desk = Desk(patch_keeps_omitted=keeps)
    looks = {"list": {"type": "bullet"}, "quote": {"layout": "normal"}, "colorTheme": "bg-red"}
    desk.append(h(2, "dressed", **looks, textAlignment="right"))
    desk.before = desk.ids()
    plain = desk.patch("dressed", p("plain"))
    stored = next(iter(desk.sandbox.app_get(desk.page)["blocks"].values()))[-1]
    assert text(plain) == "plain"
    assert {key: plain.get(key) for key in looks} == (looks if keeps else dict.fromkeys(looks))
    assert plain["hierarchy"]["key"] == ("H2" if keeps else "Base")
    assert ("textAlignment" in stored) == keeps


def test_deleting_a_block_takes_its_children_along() -> None:
    desk = Desk()
    desk.service.ok("DELETE /block", objectId=desk.page, blockId=desk.before["two"])
    desk.service.ok("DELETE /block", objectId=desk.page, blockId=desk.before["right"])
    assert outline(desk.body()) == "one Group(grouped) Grid(left|)"


def test_deleting_the_last_block_leaves_the_section_empty() -> None:
    desk = Desk()
    for name in ("one", "two", "GroupBlock", "GridBlock"):
        desk.service.ok("DELETE /block", objectId=desk.page, blockId=desk.before[name])
    assert desk.body() == []


def test_a_block_that_is_gone_is_not_found() -> None:
    desk = Desk()
    one = {"objectId": desk.page, "blockId": desk.before["one"]}
    desk.service.ok("DELETE /block", **one)
    assert desk.service.refused("DELETE /block", **one)[:2] == (404, "cap_not_found")
    body = {"id": desk.page, "blockId": desk.before["one"], "block": p("x")}
    assert desk.service.refused("PATCH /blocks/block", body)[:2] == (404, "cap_not_found")


def test_a_block_of_another_object_is_not_found() -> None:
    desk = Desk()
    other = desk.sandbox.app_create("RootPage", "Other")
    query = {"objectId": other, "blockId": desk.before["one"]}
    assert desk.service.refused("DELETE /block", **query)[0] == 404
