"""The service's JSON of tokens, dates and property values, to the model and back.

The smaller half of `capsync.model.codec`; the same rule holds: what is
unknown is carried, never dropped.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping
from typing import Any, TypeAlias

from capsync.model.property import (
    SCALARS,
    AliasesValue,
    DateValue,
    EntityValue,
    IconValue,
    LabelOption,
    LabelValue,
    OpaqueValue,
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
    Tokens,
)

Json: TypeAlias = Mapping[str, Any]


def canonical(value: object) -> str:
    """Write JSON the one way: sorted keys, no spaces, text as it is."""
    return json.dumps(value, sort_keys=True, separators=(",", ":"), ensure_ascii=False)


def extra_of(raw: Json, *known: str, **inside: tuple[str, ...]) -> str:
    """Give the fields of *raw* that are not *known*, as canonical JSON; empty if none.

    Args:
        inside: Fields that are known objects, and what is known in them; what is not
            goes by the field's name with a dot, such as ``list.``.
    """
    rest = {key: value for key, value in raw.items() if key not in known and key not in inside}
    for key, names in inside.items():
        held = raw.get(key)
        if isinstance(held, Mapping):
            more = {name: value for name, value in held.items() if name not in names}
            rest |= {f"{key}.": more} if more else {}
    return canonical(rest) if rest else ""


def with_extra(raw: dict[str, Any], extra: str) -> dict[str, Any]:
    """Put back what `extra_of` took out; what was inside an object that is gone goes with it."""
    for key, value in (json.loads(extra) if extra else {}).items():
        if not key.endswith("."):
            raw[key] = value
        elif isinstance(raw.get(key[:-1]), dict):
            raw[key[:-1]] = value | raw[key[:-1]]
    return raw


MOMENT_FIELDS = ("start", "end", "dateResolution")


def decode_moment(raw: Json) -> Moment:
    """Read a date payload."""
    return Moment(raw.get("start"), raw.get("end"), raw.get("dateResolution") or "day")


def encode_moment(moment: Moment) -> dict[str, Any]:
    """Write a date payload."""
    return {"dateResolution": moment.resolution, "start": moment.start, "end": moment.end}


def decode_tokens(raw: Iterable[Json]) -> Tokens:
    """Read the tokens of a text."""
    return tuple(decode_token(each) for each in raw)


def encode_tokens(tokens: Tokens) -> list[dict[str, Any]]:
    """Write the tokens of a text."""
    return [encode_token(each) for each in tokens]


_STYLES = ("bold", "italic", "strikethrough", "underline")


def decode_token(raw: Json) -> Token:
    """Read one token; what is unknown or malformed becomes an `OpaqueToken`."""
    kind, text = raw.get("type"), raw.get("text")
    if not isinstance(text, str):
        return OpaqueToken(str(kind), canonical(raw))
    match kind:
        case "TextToken":
            style = raw.get("style") or {}
            return TextToken(
                text,
                Style(*(bool(style.get(name)) for name in _STYLES)),
                raw.get("color"),
                extra_of(raw, "type", "text", "color", style=_STYLES),
            )
        case "LinkToken":
            date = raw.get("date")
            return LinkToken(
                text,
                url=raw.get("url"),
                entity=raw.get("entityId"),
                date=None if date is None else decode_moment(date),
                extra=extra_of(raw, "type", "text", "url", "entityId", date=MOMENT_FIELDS),
            )
        case "MathToken":
            return MathToken(text, extra_of(raw, "type", "text"))
        case "CodeToken":
            return CodeToken(text, extra_of(raw, "type", "text"))
        case _:
            return OpaqueToken(str(kind), canonical(raw))


def encode_token(token: Token) -> dict[str, Any]:
    """Write one token."""
    if isinstance(token, OpaqueToken):
        return with_extra({}, token.payload)
    raw: dict[str, Any] = {"type": type(token).__name__, "text": token.text}
    match token:
        case TextToken():
            raw["style"] = {name: True for name in _STYLES if getattr(token.style, name)}
            if token.color is not None:
                raw["color"] = token.color
        case LinkToken():
            if token.url is not None:
                raw["url"] = token.url
            if token.entity is not None:
                raw["entityId"] = token.entity
            if token.date is not None:
                raw["date"] = encode_moment(token.date)
        case MathToken() | CodeToken():
            pass
    return with_extra(raw, token.extra)


def decode_property(raw: Json) -> PropertyValue:
    """Read one property value; what is unknown or malformed becomes an `OpaqueValue`."""
    kind = str(raw.get("type"))
    try:
        value = _decode_known(kind, raw[kind])
    except (AttributeError, KeyError, TypeError):
        value = None
    return value or OpaqueValue(kind, canonical(raw))


def _decode_known(kind: str, payload: Any) -> PropertyValue | None:
    if kind in SCALARS:
        return Scalar(kind, payload["value"])
    match kind:
        case "date":
            return DateValue(decode_moment(payload))
        case "label":
            return LabelValue(
                tuple(
                    LabelOption(each["id"], each.get("name", ""), each.get("color"))
                    for each in payload
                )
            )
        case "entity":
            return EntityValue(tuple(NoteId(each["id"]) for each in payload))
        case "aliases":
            return AliasesValue(tuple(payload["value"]))
        case "icon":
            icon = payload["value"]
            return IconValue(None) if icon is None else IconValue(icon["type"], icon["val"])
        case "richText":
            return RichTextValue(decode_tokens(payload["value"]))
        case _:
            return None


def encode_property(value: PropertyValue) -> dict[str, Any]:
    """Write one property value."""
    match value:
        case Scalar():
            return {"type": value.kind, value.kind: {"value": value.value}}
        case DateValue():
            return {"type": "date", "date": encode_moment(value.moment)}
        case LabelValue():
            return {"type": "label", "label": [_encode_option(each) for each in value.options]}
        case EntityValue():
            return {"type": "entity", "entity": [{"id": each} for each in value.targets]}
        case AliasesValue():
            return {"type": "aliases", "aliases": {"value": list(value.names)}}
        case IconValue():
            icon = None if value.kind is None else {"type": value.kind, "val": value.value}
            return {"type": "icon", "icon": {"value": icon}}
        case RichTextValue():
            return {"type": "richText", "richText": {"value": encode_tokens(value.tokens)}}
        case OpaqueValue():
            return with_extra({}, value.payload)


def _encode_option(option: LabelOption) -> dict[str, Any]:
    raw = {"id": option.id, "name": option.name}
    return raw if option.color is None else raw | {"color": option.color}
