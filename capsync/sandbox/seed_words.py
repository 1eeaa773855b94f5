"""Short words for writable blocks and tokens, so that seed content reads like a note."""

from __future__ import annotations

from typing import Any

from capsync.sandbox.message import Json


def t(text: str, *styles: str, color: str | None = None) -> Json:
    """A run of text, ``t("very", "bold", color="text-red")``."""
    token: Json = {"type": "TextToken", "text": text, "style": dict.fromkeys(styles, True)}
    return token | ({"color": color} if color else {})


def url(text: str, address: str) -> Json:
    """A link to the web."""
    return {"type": "LinkToken", "text": text, "url": address}


def to(object_id: str, text: str = "") -> Json:
    """A link to an object; without text, as tags are."""
    return {"type": "LinkToken", "text": text, "entityId": object_id}


def day(text: str, start: str, **rest: str) -> Json:
    """A link to a date."""
    return {"type": "LinkToken", "text": text, "date": {"start": start, **rest}}


def math(text: str) -> Json:
    return {"type": "MathToken", "text": text}


def code(text: str) -> Json:
    return {"type": "CodeToken", "text": text}


def p(*parts: str | Json, **fields: Any) -> Json:
    """A text block; plain strings become plain tokens."""
    tokens = [t(part) if isinstance(part, str) else part for part in parts]
    return {"type": "TextBlock", "tokens": tokens, **fields}


def h(level: int, *parts: str | Json, **fields: Any) -> Json:
    """A heading, with its children under ``blocks``."""
    return p(*parts, hierarchy={"key": f"H{level}", "val": level}, **fields)


def item(kind: str, *parts: str | Json, **fields: Any) -> Json:
    """An item of a list."""
    return p(*parts, list={"type": kind}, **fields)


def todo(*parts: str | Json, done: bool = False, **fields: Any) -> Json:
    """Something to do."""
    return p(*parts, todo={"isDone": done}, **fields)


def group(*blocks: Json, **fields: Any) -> Json:
    return {"type": "GroupBlock", "blocks": list(blocks), **fields}


def grid(*columns: list[Json], **fields: Any) -> Json:
    """A grid with columns of equal width."""
    width = 1 / len(columns)
    dividers = [round(width * place, 4) for place in range(1, len(columns))]
    return {"type": "GridBlock", "dividers": dividers, "columns": list(columns), **fields}


def listing(lang: str, text: str) -> Json:
    return {"type": "CodeBlock", "lang": lang, "text": text}


def formula(text: str, **fields: Any) -> Json:
    return {"type": "MathBlock", "text": text, **fields}


def embed(object_id: str | None) -> Json:
    """An object shown in place; None for an empty frame."""
    return {"type": "EntityBlock", "entityId": object_id}


RULE: Json = {"type": "HorizontalLineBlock"}


def value(kind: str, payload: object) -> Json:
    """A property value; wraps scalars as the API does."""
    bare = kind in ("label", "entity", "date")
    return {"type": kind, kind: payload if bare else {"value": payload}}


def entities(*ids: str) -> Json:
    return value("entity", [{"id": each} for each in ids])


def labels(*chosen: tuple[str, str]) -> Json:
    return value("label", [{"id": key, "name": name} for key, name in chosen])
