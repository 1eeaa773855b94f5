"""The model in the shape the service accepts.

What may be written is less than what can be read: no ids, no unsupported
blocks, no highlights of reading apps, links with exactly one target. What was
read back by `capsync.model.codec` must therefore not be sent back; this module
says what can be, and raises rather than lose anything on the way.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Any

from capsync.errors import Unconvertible
from capsync.model.block import (
    Block,
    Blocks,
    CodeBlock,
    EntityBlock,
    GridBlock,
    GroupBlock,
    HorizontalLineBlock,
    MathBlock,
    OpaqueBlock,
    TextBlock,
)
from capsync.model.codec_values import encode_property
from capsync.model.property import (
    AliasesValue,
    DateValue,
    LabelValue,
    OpaqueValue,
    PropertyId,
    PropertyValue,
    RichTextValue,
    Scalar,
)
from capsync.model.token import (
    PLAIN,
    CodeToken,
    LinkToken,
    MathToken,
    Moment,
    OpaqueToken,
    Style,
    TextToken,
    Token,
    Tokens,
)

JsonObject = dict[str, Any]

MOST_ALIASES = 8
FEWEST_COLUMNS = 2
LONGEST_LABEL = 20
_STYLES = ("bold", "italic", "strikethrough", "underline")


def can_write(value: PropertyValue) -> bool:
    """Say whether the service would take *value* as it is, losing nothing of it."""
    match value:
        case OpaqueValue() | Scalar(kind="lastUpdatedAt") | Scalar(kind="createdAt", value=None):
            return False
        case AliasesValue(names=names):
            return len(names) <= MOST_ALIASES
        case RichTextValue(tokens=tokens):
            return not any(isinstance(token, OpaqueToken) for token in tokens)
        case _:
            return True


def writable_properties(properties: Mapping[PropertyId, PropertyValue]) -> JsonObject:
    """Write property values.

    Raises:
        Unconvertible: One of them is read-only, unknown, or has too many aliases.
    """
    return {key: writable_property(value) for key, value in properties.items()}


def writable_property(value: PropertyValue) -> JsonObject:
    """Write one property value.

    Raises:
        Unconvertible: It is read-only, of an unknown kind, or has too many aliases.
    """
    match value:
        case OpaqueValue() | Scalar(kind="lastUpdatedAt") | Scalar(kind="createdAt", value=None):
            kind = value.kind
            raise Unconvertible(f"a property of type {kind} cannot be set", note="")
        case AliasesValue(names=names) if len(names) > MOST_ALIASES:
            raise Unconvertible(
                f"{len(names)} aliases, the service takes {MOST_ALIASES}; remove some", note=""
            )
        case DateValue(moment=moment):
            return {"type": "date", "date": _date(moment)}
        case LabelValue(options=options):
            chosen = [{"id": option.id, "name": option.name} for option in options]
            return {"type": "label", "label": chosen}
        case RichTextValue(tokens=tokens):
            return {"type": "richText", "richText": {"value": writable_tokens(tokens)}}
        case _:
            return encode_property(value)


def writable_tokens(tokens: Tokens) -> list[JsonObject]:
    """Write the tokens of a text; those without text and meaning are left out."""
    written = (_token(token) for token in tokens)
    return [each for each in written if each is not None]


def writable_blocks(blocks: Blocks) -> list[JsonObject]:
    """Write blocks with all that is nested in them, to be made anew.

    Raises:
        Unconvertible: One of them cannot be made through the API.
    """
    return [writable_block(block, with_children=True) for block in blocks]


def writable_block(block: Block, *, with_children: bool) -> JsonObject:
    """Write one block, to be made anew.

    Raises:
        Unconvertible: It cannot be made through the API: a block we know nothing of, an
            embedded day, a grid of fewer than two columns.
    """
    match block:
        case TextBlock():
            return _text_block(block, with_children=with_children)
        case GroupBlock():
            raw = {"type": "GroupBlock"} | _looks(block)
            return raw | ({"blocks": writable_blocks(block.blocks)} if with_children else {})
        case GridBlock():
            return _grid_block(block, with_children=with_children)
        case CodeBlock():
            return {"type": "CodeBlock", "lang": block.lang, "text": block.text}
        case MathBlock():
            return {"type": "MathBlock", "text": block.text} | _some(colorTheme=block.color)
        case EntityBlock(entity=str() as entity, date=None):
            return {"type": "EntityBlock", "entityId": entity}
        case HorizontalLineBlock():
            return {"type": "HorizontalLineBlock"}
        case EntityBlock():
            raise Unconvertible("an embedded day cannot be made through the API", note="")
        case OpaqueBlock():
            raise Unconvertible(f"a {block.kind} cannot be made through the API", note="")


def replacing_block(block: Block, *, with_children: bool) -> JsonObject:
    """Write one block, to take the place of what a block of the same type holds.

    Nobody knows whether the service keeps or resets what is not named, so all
    is named that can be. A to-do, a quote, a colour or a highlight cannot be
    named as absent.

    Args:
        with_children: Whether to replace what is nested too; otherwise it stays.

    Raises:
        Unconvertible: See `writable_block`.
    """
    raw = writable_block(block, with_children=with_children)
    return (
        {"list": None, "toggle": None} | raw if isinstance(block, TextBlock | GroupBlock) else raw
    )


def _text_block(block: TextBlock, *, with_children: bool) -> JsonObject:
    raw: JsonObject = {
        "type": "TextBlock",
        "tokens": writable_tokens(block.tokens),
        "hierarchy": {"key": block.hierarchy.key, "val": block.hierarchy.val},
    } | _looks(block)
    if block.quote is not None:
        raw["quote"] = {"layout": block.quote}
    if (highlight := _highlight(block.highlight)) is not None:
        raw["highlight"] = highlight
    if with_children:
        raw["blocks"] = writable_blocks(block.blocks)
    return raw


def _grid_block(block: GridBlock, *, with_children: bool) -> JsonObject:
    raw: JsonObject = {"type": "GridBlock", "dividers": list(block.dividers)}
    raw |= _some(gridLayout=block.layout, colorTheme=block.color)
    if with_children:
        if len(block.columns) < FEWEST_COLUMNS:
            raise Unconvertible("a grid needs at least two columns", note="")
        raw["columns"] = [writable_blocks(column) for column in block.columns]
    return raw


def _looks(block: TextBlock | GroupBlock) -> JsonObject:
    return _some(
        list=None if block.list is None else {"type": block.list},
        todo=None if block.todo is None else {"isDone": block.todo},
        toggle=None if block.toggle is None else {"isOpen": block.toggle},
        colorTheme=block.color,
        textAlignment=block.alignment,
    )


def _highlight(payload: str | None) -> JsonObject | None:
    """Write a highlight if it is of the kind everyone may write; None for all others."""
    if payload is None:
        return None
    raw = json.loads(payload)
    if not isinstance(raw, dict) or raw.get("type") != "custom":
        return None
    if not 1 <= len(str(raw.get("label") or "")) <= LONGEST_LABEL:
        return None
    fields = ("type", "label", "location", "url", "color")
    return {key: raw[key] for key in fields if raw.get(key) is not None}


def _token(token: Token) -> JsonObject | None:
    match token:
        case TextToken():
            return _text_token(token.text, token.style, token.color)
        case LinkToken():
            target = _target(token)
            if target is None:
                return _text_token(token.text)
            return {"type": "LinkToken", "text": token.text} | target
        case MathToken():
            return {"type": "MathToken", "text": token.text}
        case CodeToken():
            return {"type": "CodeToken", "text": token.text}
        case OpaqueToken():
            text = json.loads(token.payload).get("text")
            return _text_token(text) if isinstance(text, str) else None


def _text_token(text: str, style: Style = PLAIN, color: str | None = None) -> JsonObject | None:
    if not text:
        return None
    marks = {name: True for name in _STYLES if getattr(style, name)}
    return {"type": "TextToken", "text": text, "style": marks} | _some(color=color)


def _target(link: LinkToken) -> JsonObject | None:
    """Write the one target a link may have; None where it has none."""
    if link.entity:
        return {"entityId": link.entity}
    if link.url:
        return {"url": link.url}
    if link.date is not None and link.date.start is not None:
        return {"date": _date(link.date)}
    return None


def _date(moment: Moment) -> JsonObject:
    if moment.start is None:
        return {"start": None}
    return {
        "dateResolution": moment.resolution,
        "start": moment.start,
        "end": moment.end,
    }


def _some(**fields: object) -> JsonObject:
    return {key: value for key, value in fields.items() if value is not None}
