"""What may be written: the tables of tokens, blocks and properties, and the laws."""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Any

import pytest

from capsync.capacities.encode import (
    can_write,
    replacing_block,
    writable_block,
    writable_blocks,
    writable_properties,
    writable_property,
    writable_tokens,
)
from capsync.errors import Unconvertible
from capsync.model.block import (
    HEADINGS,
    Block,
    BlockId,
    CodeBlock,
    EntityBlock,
    GridBlock,
    GroupBlock,
    Hierarchy,
    HorizontalLineBlock,
    MathBlock,
    OpaqueBlock,
    TextBlock,
)
from capsync.model.property import (
    AliasesValue,
    DateValue,
    EntityValue,
    IconValue,
    LabelOption,
    LabelValue,
    OpaqueValue,
    PropertyId,
    PropertyValue,
    RichTextValue,
    Scalar,
)
from capsync.model.token import (
    CodeToken,
    LinkToken,
    MathToken,
    Moment,
    NoteId,
    OpaqueToken,
    Style,
    TextToken,
    Token,
)

Json = dict[str, Any]
TARGET = NoteId("0a4d3b8e-9c1f-4a53-8a3e-6b7f1d2c3e44")
DAY = "2026-11-03T00:00:00.000Z"
DATE = {"dateResolution": "day", "start": DAY, "end": None}


def plain(text: str) -> Json:
    return {"type": "TextToken", "text": text, "style": {}}


TOKENS: Mapping[str, tuple[Token, Json | None]] = {
    "text": (TextToken("a", extra='{"new":1}'), plain("a")),
    "styled": (
        TextToken("a", Style(bold=True, underline=True), "bg-yellow"),
        {
            "type": "TextToken",
            "text": "a",
            "style": {"bold": True, "underline": True},
            "color": "bg-yellow",
        },
    ),
    "empty text": (TextToken(""), None),
    "url": (
        LinkToken("a", url="https://x.org"),
        {"type": "LinkToken", "text": "a", "url": "https://x.org"},
    ),
    "entity": (LinkToken("", entity=TARGET), {"type": "LinkToken", "text": "", "entityId": TARGET}),
    "date": (LinkToken("a", date=Moment(DAY)), {"type": "LinkToken", "text": "a", "date": DATE}),
    "two targets": (
        LinkToken("a", url="https://x.org", entity=TARGET),
        {"type": "LinkToken", "text": "a", "entityId": TARGET},
    ),
    "no target": (LinkToken("a"), plain("a")),
    "blank targets": (LinkToken("a", url="", entity=NoteId(""), date=Moment(None)), plain("a")),
    "no target, no text": (LinkToken(""), None),
    "math": (MathToken("x^2", extra='{"new":1}'), {"type": "MathToken", "text": "x^2"}),
    "code": (CodeToken("x"), {"type": "CodeToken", "text": "x"}),
    "opaque with text": (OpaqueToken("New", '{"text":"a","type":"New"}'), plain("a")),
    "opaque without text": (OpaqueToken("New", '{"text":5,"type":"New"}'), None),
}


@pytest.mark.parametrize(("token", "written"), TOKENS.values(), ids=TOKENS.keys())
def test_tokens_follow_the_table(token: Token, written: Json | None) -> None:
    assert writable_tokens((token,)) == ([] if written is None else [written])


BASE = {"key": "Base", "val": 0}
TEXT: Json = {"type": "TextBlock", "tokens": [], "hierarchy": BASE, "blocks": []}
CUSTOM = {"type": "custom", "label": "mine", "location": "p. 3", "color": "blue"}
ID = BlockId("c1d2e3f4-2222-4b5c-8d7e-8f9a0b1c2d3e")


def highlighted(**raw: object) -> TextBlock:
    return TextBlock(highlight=json.dumps(raw))


BLOCKS: Mapping[str, tuple[Block, Json]] = {
    "empty text": (TextBlock(id=ID, extra='{"new":1}'), TEXT),
    "heading": (
        TextBlock((TextToken("a"),), hierarchy=HEADINGS[1]),
        TEXT | {"tokens": [plain("a")], "hierarchy": {"key": "H2", "val": 2}},
    ),
    "unknown rank": (
        TextBlock(hierarchy=Hierarchy("Small", 0.5)),
        TEXT | {"hierarchy": {"key": "Small", "val": 0.5}},
    ),
    "list": (TextBlock(list="roman"), TEXT | {"list": {"type": "roman"}}),
    "to-do": (TextBlock(todo=False), TEXT | {"todo": {"isDone": False}}),
    "toggle": (TextBlock(toggle=False), TEXT | {"toggle": {"isOpen": False}}),
    "quote": (TextBlock(quote="standout"), TEXT | {"quote": {"layout": "standout"}}),
    "colour": (TextBlock(color="text-red"), TEXT | {"colorTheme": "text-red"}),
    "alignment": (TextBlock(alignment="center"), TEXT | {"textAlignment": "center"}),
    "own highlight": (highlighted(**CUSTOM, new=1), TEXT | {"highlight": CUSTOM}),
    "own highlight, bare": (
        highlighted(type="custom", label="x", url=None),
        TEXT | {"highlight": {"type": "custom", "label": "x"}},
    ),
    "highlight without label": (highlighted(type="custom"), TEXT),
    "highlight, label too long": (highlighted(type="custom", label="x" * 21), TEXT),
    "readwise": (highlighted(type="readwise", label="x"), TEXT),
    "kindle": (highlighted(type="kindle-import", location="3"), TEXT),
    "webhighlights": (highlighted(type="webhighlights", label="x"), TEXT),
    "nested": (
        TextBlock(blocks=(TextBlock(id=ID), HorizontalLineBlock(id=ID))),
        TEXT | {"blocks": [TEXT, {"type": "HorizontalLineBlock"}]},
    ),
    "group": (
        GroupBlock((CodeBlock("x"),), "bullet", True, True, "bg-sky", "right", ID),
        {
            "type": "GroupBlock",
            "blocks": [{"type": "CodeBlock", "lang": "Text", "text": "x"}],
            "list": {"type": "bullet"},
            "todo": {"isDone": True},
            "toggle": {"isOpen": True},
            "colorTheme": "bg-sky",
            "textAlignment": "right",
        },
    ),
    "grid": (
        GridBlock(((TextBlock(id=ID),), ()), (0.5,), "columns", "bg-sky", ID),
        {
            "type": "GridBlock",
            "columns": [[TEXT], []],
            "dividers": [0.5],
            "gridLayout": "columns",
            "colorTheme": "bg-sky",
        },
    ),
    "code": (CodeBlock("x", "python", ID), {"type": "CodeBlock", "lang": "python", "text": "x"}),
    "math": (
        MathBlock("x", "bg-sky", ID),
        {"type": "MathBlock", "text": "x", "colorTheme": "bg-sky"},
    ),
    "embed": (EntityBlock(TARGET, id=ID), {"type": "EntityBlock", "entityId": TARGET}),
    "rule": (HorizontalLineBlock(ID), {"type": "HorizontalLineBlock"}),
}


@pytest.mark.parametrize(("block", "written"), BLOCKS.values(), ids=BLOCKS.keys())
def test_blocks_follow_the_table(block: Block, written: Json) -> None:
    assert writable_blocks((block,)) == [written]


@pytest.mark.parametrize("block", [case[0] for case in BLOCKS.values()], ids=BLOCKS.keys())
def test_children_are_left_out_when_they_are_to_stay(block: Block) -> None:
    assert not {"blocks", "columns"} & writable_block(block, with_children=False).keys()


UNWRITABLE: Mapping[str, Block] = {
    "unsupported": OpaqueBlock("RootSimpleTable", '{"blockType":"RootSimpleTable"}'),
    "embedded day": EntityBlock(None, Moment(DAY)),
    "embedded day and note": EntityBlock(TARGET, Moment(DAY)),
    "embedded nothing": EntityBlock(None),
    "grid of one": GridBlock(((),), ()),
    "deep inside": TextBlock(blocks=(GroupBlock((OpaqueBlock("New", "{}"),)),)),
}


@pytest.mark.parametrize("block", UNWRITABLE.values(), ids=UNWRITABLE.keys())
def test_what_cannot_be_made_again_is_never_sent(block: Block) -> None:
    with pytest.raises(Unconvertible):
        writable_block(block, with_children=True)


def test_a_replacement_names_the_absence_of_list_and_toggle() -> None:
    assert replacing_block(TextBlock(), with_children=False) == {
        "type": "TextBlock",
        "tokens": [],
        "hierarchy": BASE,
        "list": None,
        "toggle": None,
    }
    kept = replacing_block(GroupBlock(list="bullet", toggle=True), with_children=True)
    assert kept["list"] == {"type": "bullet"}
    assert kept["toggle"] == {"isOpen": True}
    assert replacing_block(CodeBlock("x"), with_children=False) == BLOCKS["code"][1] | {
        "lang": "Text"
    }


def scalar(kind: str, value: object) -> Json:
    return {"type": kind, kind: {"value": value}}


PROPERTIES: Mapping[str, tuple[PropertyValue, Json]] = {
    "title": (Scalar("title", "a"), scalar("title", "a")),
    "no text": (Scalar("text", None), scalar("text", None)),
    "number": (Scalar("number", 1.5), scalar("number", 1.5)),
    "boolean": (Scalar("boolean", False), scalar("boolean", False)),
    "url": (Scalar("url", "https://x.org"), scalar("url", "https://x.org")),
    "createdAt": (Scalar("createdAt", DAY), scalar("createdAt", DAY)),
    "day": (DateValue(Moment(DAY)), {"type": "date", "date": DATE}),
    "span": (
        DateValue(Moment(DAY, DAY, "time")),
        {"type": "date", "date": {"dateResolution": "time", "start": DAY, "end": DAY}},
    ),
    "no date": (DateValue(Moment(None, DAY)), {"type": "date", "date": {"start": None}}),
    "label": (
        LabelValue((LabelOption("main", "Main", "orange"),)),
        {"type": "label", "label": [{"id": "main", "name": "Main"}]},
    ),
    "no label": (LabelValue(()), {"type": "label", "label": []}),
    "entity": (EntityValue((TARGET,)), {"type": "entity", "entity": [{"id": TARGET}]}),
    "aliases": (AliasesValue(("a", "b")), scalar("aliases", ["a", "b"])),
    "icon": (IconValue("emoji", "🌱"), scalar("icon", {"type": "emoji", "val": "🌱"})),
    "no icon": (IconValue(None), scalar("icon", None)),
    "rich text": (
        RichTextValue((TextToken("a"), LinkToken("b"))),
        scalar("richText", [plain("a"), plain("b")]),
    ),
}


@pytest.mark.parametrize(("value", "written"), PROPERTIES.values(), ids=PROPERTIES.keys())
def test_properties_follow_the_table(value: PropertyValue, written: Json) -> None:
    assert can_write(value)
    assert writable_property(value) == written
    assert writable_properties({PropertyId("x"): value}) == {"x": written}


READ_ONLY: Mapping[str, PropertyValue] = {
    "lastUpdatedAt": Scalar("lastUpdatedAt", DAY),
    "createdAt without value": Scalar("createdAt", None),
    "unknown": OpaqueValue("rollup", '{"type":"rollup"}'),
    "nine aliases": AliasesValue(tuple("abcdefghi")),
}


@pytest.mark.parametrize("value", READ_ONLY.values(), ids=READ_ONLY.keys())
def test_what_cannot_be_set_is_never_sent(value: PropertyValue) -> None:
    assert not can_write(value)
    with pytest.raises(Unconvertible):
        writable_property(value)


def test_rich_text_with_an_unknown_token_would_lose_it() -> None:
    assert not can_write(RichTextValue((OpaqueToken("New", '{"text":"a"}'),)))
