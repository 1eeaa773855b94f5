"""The service's JSON to the model and back, losing nothing.

`decode_note` followed by `encode_note` gives the JSON back as it was, key
order aside: fields nobody knows stay in `extra`, blocks, tokens and values of
unknown or malformed shape become opaque and keep their whole JSON. This is
the *readable* shape of the contract; what may be sent is decided elsewhere.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping
from typing import Any

from capsync.model.block import (
    BASE,
    Block,
    BlockId,
    Blocks,
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
from capsync.model.codec_values import (
    MOMENT_FIELDS,
    Json,
    canonical,
    decode_moment,
    decode_property,
    decode_tokens,
    encode_moment,
    encode_property,
    encode_tokens,
    extra_of,
    with_extra,
)
from capsync.model.note import Note, StructureId
from capsync.model.property import PropertyId
from capsync.model.token import NoteId


def decode_note(raw: Json) -> Note:
    """Read an object as the service sends it.

    Raises:
        KeyError, TypeError: It has no id or no structure, so it is no object at all.
    """
    blocks = raw.get("blocks")
    return Note(
        id=NoteId(str(raw["id"])),
        structure=StructureId(str(raw["structureId"])),
        properties={
            PropertyId(key): decode_property(value)
            for key, value in (raw.get("properties") or {}).items()
        },
        sections={
            PropertyId(key): decode_blocks(value)
            for key, value in (blocks if isinstance(blocks, Mapping) else {}).items()
        },
        collections=tuple(raw.get("collections") or ()),
        complete=isinstance(blocks, Mapping),
        extra=extra_of(raw, "id", "structureId", "properties", "blocks", "collections"),
    )


def encode_note(note: Note) -> dict[str, Any]:
    """Write a note in the shape `decode_note` reads."""
    raw: dict[str, Any] = {
        "id": note.id,
        "structureId": note.structure,
        "collections": list(note.collections),
        "properties": {key: encode_property(value) for key, value in note.properties.items()},
    }
    if note.complete:
        raw["blocks"] = {key: encode_blocks(blocks) for key, blocks in note.sections.items()}
    return with_extra(raw, note.extra)


def decode_blocks(raw: Iterable[Json]) -> Blocks:
    """Read a list of blocks."""
    return tuple(decode_block(each) for each in raw)


def encode_blocks(blocks: Blocks) -> list[dict[str, Any]]:
    """Write a list of blocks."""
    return [encode_block(each) for each in blocks]


def decode_block(raw: Json) -> Block:
    """Read one block; what is unknown or malformed becomes an `OpaqueBlock`."""
    try:
        block = _decode_known(raw, str(raw.get("type")))
    except (AttributeError, KeyError, TypeError, ValueError):
        block = None
    return block or _opaque(raw)


def _decode_known(raw: Json, kind: str) -> Block | None:
    name = BlockId(raw["id"]) if "id" in raw else None
    match kind:
        case "TextBlock":
            return _decode_text(raw, name)
        case "GroupBlock":
            return GroupBlock(
                blocks=decode_blocks(raw.get("blocks") or ()),
                **_dress(raw),
                alignment=raw.get("textAlignment"),
                id=name,
                extra=extra_of(raw, *_GROUP_FIELDS, **_DRESS),
            )
        case "GridBlock":
            return GridBlock(
                columns=tuple(decode_blocks(column) for column in raw.get("columns") or ()),
                dividers=tuple(raw["dividers"]),
                layout=raw.get("gridLayout"),
                color=raw.get("colorTheme"),
                id=name,
                extra=extra_of(
                    raw, "id", "type", "columns", "dividers", "gridLayout", "colorTheme"
                ),
            )
        case "CodeBlock":
            return CodeBlock(
                _text(raw["text"]),
                _text(raw["lang"]),
                name,
                extra_of(raw, "id", "type", "text", "lang"),
            )
        case "MathBlock":
            known = ("id", "type", "text", "colorTheme")
            return MathBlock(_text(raw["text"]), raw.get("colorTheme"), name, extra_of(raw, *known))
        case "EntityBlock":
            date = raw.get("date")
            return EntityBlock(
                entity=raw["entityId"],
                date=None if date is None else decode_moment(date),
                id=name,
                extra=extra_of(raw, "id", "type", "entityId", date=MOMENT_FIELDS),
            )
        case "HorizontalLineBlock":
            return HorizontalLineBlock(name, extra_of(raw, "id", "type"))
        case _:
            return None


_DRESS: dict[str, tuple[str, ...]] = {
    "list": ("type",),
    "todo": ("isDone",),
    "toggle": ("isOpen",),
}
_TEXT_DRESS = _DRESS | {"hierarchy": ("key", "val"), "quote": ("layout",)}
_GROUP_FIELDS = ("id", "type", "blocks", "colorTheme", "textAlignment")
_TEXT_FIELDS = (*_GROUP_FIELDS, "tokens", "highlight")


def _decode_text(raw: Json, name: BlockId | None) -> TextBlock:
    rank, quote, highlight = raw.get("hierarchy"), raw.get("quote"), raw.get("highlight")
    return TextBlock(
        tokens=decode_tokens(raw.get("tokens") or ()),
        blocks=decode_blocks(raw.get("blocks") or ()),
        hierarchy=BASE if rank is None else Hierarchy(_text(rank["key"]), rank["val"]),
        quote=None if quote is None else quote["layout"],
        highlight=None if highlight is None else canonical(highlight),
        alignment=raw.get("textAlignment"),
        **_dress(raw),
        id=name,
        extra=extra_of(raw, *_TEXT_FIELDS, **_TEXT_DRESS),
    )


def _dress(raw: Json) -> dict[str, Any]:
    """Read what text blocks and groups share."""
    kind, todo, toggle = raw.get("list"), raw.get("todo"), raw.get("toggle")
    return {
        "list": None if kind is None else kind["type"],
        "todo": None if todo is None else bool(todo["isDone"]),
        "toggle": None if toggle is None else bool(toggle["isOpen"]),
        "color": raw.get("colorTheme"),
    }


def _opaque(raw: Json) -> OpaqueBlock:
    kind = raw.get("blockType") if raw.get("type") == "unsupported" else raw.get("type")
    rest = {key: value for key, value in raw.items() if key != "id"}
    name = kind if isinstance(kind, str) and kind else "unknown"
    return OpaqueBlock(name, canonical(rest), BlockId(raw["id"]) if "id" in raw else None)


def _text(value: object) -> str:
    if not isinstance(value, str):
        raise TypeError(f"expected text, got {type(value).__name__}")
    return value


def encode_block(block: Block) -> dict[str, Any]:
    """Write one block in the shape `decode_block` reads."""
    raw: dict[str, Any] = {} if block.id is None else {"id": block.id}
    if isinstance(block, OpaqueBlock):
        return with_extra(raw, block.payload)
    raw["type"] = type(block).__name__
    match block:
        case TextBlock():
            raw |= {
                "tokens": encode_tokens(block.tokens),
                "blocks": encode_blocks(block.blocks),
                "hierarchy": {"key": block.hierarchy.key, "val": block.hierarchy.val},
            } | _undress(block)
            if block.quote is not None:
                raw["quote"] = {"layout": block.quote}
            if block.highlight is not None:
                raw["highlight"] = json.loads(block.highlight)
        case GroupBlock():
            raw |= {"blocks": encode_blocks(block.blocks)} | _undress(block)
        case GridBlock():
            raw |= {
                "columns": [encode_blocks(column) for column in block.columns],
                "dividers": list(block.dividers),
            }
            raw |= _some(gridLayout=block.layout, colorTheme=block.color)
        case CodeBlock():
            raw |= {"lang": block.lang, "text": block.text}
        case MathBlock():
            raw |= {"text": block.text} | _some(colorTheme=block.color)
        case EntityBlock():
            raw["entityId"] = block.entity
            if block.date is not None:
                raw["date"] = encode_moment(block.date)
        case HorizontalLineBlock():
            pass
    return with_extra(raw, block.extra)


def _undress(block: TextBlock | GroupBlock) -> dict[str, Any]:
    return _some(
        list=None if block.list is None else {"type": block.list},
        todo=None if block.todo is None else {"isDone": block.todo},
        toggle=None if block.toggle is None else {"isOpen": block.toggle},
        colorTheme=block.color,
        textAlignment=block.alignment,
    )


def _some(**fields: object) -> dict[str, Any]:
    return {key: value for key, value in fields.items() if value is not None}
