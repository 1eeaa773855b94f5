"""The service's JSON to the model and back, losing nothing."""

from __future__ import annotations

import json
from dataclasses import replace
from typing import Any

import pytest
from hypothesis import given, strategies as st

from capsync.model.block import OpaqueBlock, TextBlock
from capsync.model.codec import decode_block, decode_note, encode_block, encode_note
from capsync.model.codec_values import (
    canonical,
    decode_property,
    decode_token,
    encode_property,
    encode_token,
)
from capsync.model.note import Note
from capsync.model.property import OpaqueValue
from capsync.model.token import OpaqueToken
from tests.strategies import notes, tokens, values, writable_bodies


def through_json(raw: Any) -> Any:
    return json.loads(json.dumps(raw))


@given(notes(writable_bodies))
def test_a_note_that_was_encoded_decodes_to_itself(note: Note) -> None:
    assert decode_note(through_json(encode_note(note))) == note


@given(notes())
def test_json_that_was_decoded_encodes_to_itself(note: Note) -> None:
    raw = through_json(encode_note(note))
    assert encode_note(decode_note(raw)) == raw


@given(values)
def test_a_value_that_was_encoded_decodes_to_itself(value: Any) -> None:
    assert decode_property(through_json(encode_property(value))) == value


@given(tokens)
def test_a_token_that_was_encoded_decodes_to_itself(token: Any) -> None:
    assert decode_token(through_json(encode_token(token))) == token


TEXT = {"type": "TextBlock", "tokens": [], "blocks": [], "hierarchy": {"key": "Base", "val": 0}}

#: JSON that is as documented, or has more to it, and must come back as it is.
BLOCKS: dict[str, dict[str, Any]] = {
    "text": {"id": "a", **TEXT},
    "text with everything": {
        "id": "a",
        **TEXT,
        "list": {"type": "roman"},
        "todo": {"isDone": True},
        "toggle": {"isOpen": False},
        "quote": {"layout": "standout"},
        "colorTheme": "bg-green",
        "highlight": {"type": "webhighlights", "color": "yellow"},
        "textAlignment": "center",
    },
    "an unknown heading": {"id": "a", **TEXT, "hierarchy": {"key": "H9", "val": 9}},
    "an unknown field": {"id": "a", **TEXT, "comments": [{"id": 1}], "z": None},
    "an unknown field inside": {
        **TEXT,
        "id": "a",
        "tokens": [{"type": "TextToken", "text": "a", "style": {"bold": True}, "ref": 3}],
    },
    "an unknown block": {"id": "a", "type": "KanbanBlock", "columns": [[1], 2], "tokens": "x"},
    "an unsupported block": {"id": "a", "type": "unsupported", "blockType": "RootSimpleTable"},
    "an unknown block inside": {"id": "a", **TEXT, "blocks": [{"id": "b", "type": "New"}]},
    "a block without a type": {"id": "a"},
    "a block without an id": TEXT,
    "text that is a number": {"id": "a", "type": "CodeBlock", "lang": "py", "text": 5},
    "code without a language": {"id": "a", "type": "CodeBlock", "text": "x"},
    "tokens that are a number": {"id": "a", **TEXT, "tokens": 5},
    "tokens that are text": {"id": "a", **TEXT, "tokens": "abc"},
    "a rank without a value": {"id": "a", **TEXT, "hierarchy": {"key": "H1"}},
    "a list without a kind": {"id": "a", **TEXT, "list": {}},
    "a grid without dividers": {"id": "a", "type": "GridBlock", "columns": []},
    "an embed without a note": {"id": "a", "type": "EntityBlock"},
    "a group": {"id": "a", "type": "GroupBlock", "blocks": [{"id": "b", **TEXT}]},
    "a group with a quote": {"id": "a", "type": "GroupBlock", "blocks": [], "quote": {"x": 1}},
    "a list with more to it": {"id": "a", **TEXT, "list": {"type": "bullet", "start": 4}},
    "a quote with more to it": {"id": "a", **TEXT, "quote": {"layout": "normal", "by": "me"}},
    "a to-do with more to it": {"id": "a", **TEXT, "todo": {"isDone": True, "at": "now"}},
    "a toggle with more to it": {"id": "a", **TEXT, "toggle": {"isOpen": True, "x": 1}},
    "a rank with more to it": {"id": "a", **TEXT, "hierarchy": {"key": "H1", "val": 1, "x": 1}},
    "a style with more to it": {
        **TEXT,
        "id": "a",
        "tokens": [{"type": "TextToken", "text": "a", "style": {"code": True}}],
    },
    "a date with more to it": {
        "id": "a",
        "type": "EntityBlock",
        "entityId": None,
        "date": {"dateResolution": "day", "start": "2026-03-01", "end": None, "zone": "UTC"},
    },
}


@pytest.mark.parametrize("raw", BLOCKS.values(), ids=BLOCKS.keys())
def test_a_block_survives_decoding(raw: dict[str, Any]) -> None:
    assert encode_block(decode_block(raw)) == raw


@pytest.mark.parametrize("name", [name for name in BLOCKS if "that is a number" in name])
def test_a_malformed_block_becomes_opaque(name: str) -> None:
    block = decode_block(BLOCKS[name])
    assert isinstance(block, OpaqueBlock)
    assert block.kind == BLOCKS[name]["type"]


def test_an_unsupported_block_goes_by_its_own_name() -> None:
    block = decode_block(BLOCKS["an unsupported block"])
    assert isinstance(block, OpaqueBlock)
    assert (block.kind, block.id) == ("RootSimpleTable", "a")
    assert "id" not in json.loads(block.payload)


def test_only_the_malformed_block_becomes_opaque() -> None:
    block = decode_block({"id": "a", **TEXT, "blocks": [{"type": "CodeBlock"}, TEXT]})
    assert isinstance(block, TextBlock)
    assert [type(child) for child in block.blocks] == [OpaqueBlock, TextBlock]


TOKENS: list[dict[str, Any]] = [
    {"type": "TextToken", "text": "a", "style": {}},
    {"type": "TextToken", "text": "a", "style": {"bold": True, "underline": True}, "color": "red"},
    {"type": "LinkToken", "text": "a", "url": "http://a.b"},
    {"type": "LinkToken", "text": "", "entityId": "x", "future": [1]},
    {"type": "MathToken", "text": "x", "future": 1},
    {"type": "CodeToken", "text": "x"},
    {"type": "MentionToken", "text": "x", "user": {"id": 1}},
    {"type": "TextToken", "text": 5},
    {"type": "TextToken"},
    {"text": "a"},
]


@pytest.mark.parametrize("raw", TOKENS)
def test_a_token_survives_decoding(raw: dict[str, Any]) -> None:
    assert encode_token(decode_token(raw)) == raw


@pytest.mark.parametrize("raw", TOKENS[6:])
def test_an_unknown_or_malformed_token_becomes_opaque(raw: dict[str, Any]) -> None:
    assert decode_token(raw) == OpaqueToken(str(raw.get("type")), canonical(raw))


VALUES: list[dict[str, Any]] = [
    {"type": "title", "title": {"value": "a"}},
    {"type": "number", "number": {"value": 1.5}},
    {"type": "boolean", "boolean": {"value": False}},
    {"type": "date", "date": {"dateResolution": "day", "start": None, "end": None}},
    {"type": "label", "label": [{"id": "a", "name": "A", "color": "red"}]},
    {"type": "entity", "entity": [{"id": "a"}]},
    {"type": "aliases", "aliases": {"value": ["a"]}},
    {"type": "icon", "icon": {"value": None}},
    {"type": "icon", "icon": {"value": {"type": "emoji", "val": "🦊"}}},
    {"type": "richText", "richText": {"value": [{"type": "CodeToken", "text": "x"}]}},
    {"type": "rating", "rating": {"value": 5}},
    {"type": "number", "number": 5},
    {"type": "label", "label": [{"name": "no id"}]},
    {"type": "date"},
    {"type": "icon", "icon": {"value": "fox"}},
]


@pytest.mark.parametrize("raw", VALUES)
def test_a_value_survives_decoding(raw: dict[str, Any]) -> None:
    assert encode_property(decode_property(raw)) == raw


@pytest.mark.parametrize("raw", VALUES[10:])
def test_an_unknown_or_malformed_value_becomes_opaque(raw: dict[str, Any]) -> None:
    assert decode_property(raw) == OpaqueValue(raw["type"], canonical(raw))


def test_fields_of_a_note_that_nobody_knows_stay() -> None:
    raw = {
        "id": "a",
        "structureId": "RootPage",
        "properties": {},
        "blocks": {"notes": []},
        "collections": ["c"],
        "file": {"size": 3},
    }
    assert encode_note(decode_note(raw)) == raw


def test_a_note_without_its_body_is_incomplete_and_stays_so() -> None:
    raw = {"id": "a", "structureId": "RootPage", "properties": {}, "collections": []}
    note = decode_note(raw)
    assert not note.complete
    assert encode_note(note) == raw


@pytest.mark.parametrize("missing", ["id", "structureId"])
def test_what_has_no_id_or_structure_is_no_note(missing: str) -> None:
    raw = {"id": "a", "structureId": "b"}
    del raw[missing]
    with pytest.raises(KeyError):
        decode_note(raw)


json_values = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text("ab", max_size=3),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text("ab"), inner, max_size=3),
    max_leaves=5,
)


@given(
    st.sampled_from(sorted(BLOCKS)),
    st.sampled_from(["type", "tokens", "blocks", "hierarchy", "list", "quote", "text", "columns"]),
    json_values,
)
def test_no_block_is_refused_whatever_stands_in_it(name: str, field: str, value: Any) -> None:
    raw = {**BLOCKS[name], field: value}
    again = encode_block(decode_block(raw))
    assert decode_block(again) == decode_block(raw)


@pytest.mark.parametrize(
    "raw",
    [
        TEXT,
        {"type": "GroupBlock", "blocks": []},
        {"type": "GridBlock", "columns": [[], []], "dividers": [0.5]},
        {"type": "CodeBlock", "lang": "py", "text": "x"},
        {"type": "MathBlock", "text": "x"},
        {"type": "EntityBlock", "entityId": "n"},
        {"type": "HorizontalLineBlock"},
    ],
    ids=lambda raw: str(raw["type"]),
)
def test_an_unknown_field_of_any_block_stays(raw: dict[str, Any]) -> None:
    raw = {"id": "a", **raw, "future": {"list": [1]}}
    block = decode_block(raw)
    assert not isinstance(block, OpaqueBlock)
    assert encode_block(block) == raw


def test_what_stood_in_a_list_goes_with_the_list() -> None:
    block = decode_block(BLOCKS["a list with more to it"])
    assert isinstance(block, TextBlock)
    assert "list" not in encode_block(replace(block, list=None))
    assert encode_block(replace(block, list="roman"))["list"] == {"type": "roman", "start": 4}
