"""Markdown as the service writes it: reduced, good for prose, not for a round trip.

Front matter with the type and the properties, then the title as a heading,
then every section. Colours, alignment, toggles and grids are flattened.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, TypeAlias

from capsync.sandbox import tree
from capsync.sandbox.message import Json
from capsync.sandbox.render import shown
from capsync.sandbox.space import Space
from capsync.sandbox.store import Record

Titles: TypeAlias = Callable[[str], str]


def document(space: Space, record: Record) -> str:
    """Write an object as Markdown."""
    structure = space.structure_of(record)
    answer = shown(space, record)

    def title_of(object_id: str) -> str:
        return space.store.titles([object_id]).get(object_id, object_id)

    lines = ["---", f"type: {structure.title}", f"title: {record.title}"]
    for definition in structure.definitions[1:]:
        value = answer["properties"].get(definition["id"])
        if value is not None and (text := _value(value, title_of)):
            lines.append(f"{definition['name'].lower()}: {text}")
    parts = ["\n".join([*lines, "---"])]
    if record.title:
        parts.append(f"# {record.title}")
    space_id = space.store.meta("space")
    for body in record.blocks.values():
        parts += _blocks(body, f"https://app.capacities.io/{space_id}", title_of, depth=0)
    return "\n\n".join(parts) + "\n"


def _value(value: Json, title_of: Titles) -> str:
    payload: Any = value[value["type"]]
    match value["type"]:
        case "label":
            return _listed(option["name"] for option in payload)
        case "entity":
            return _listed(title_of(target["id"]) for target in payload)
        case "date":
            start: str = payload["start"] or ""
            return start[:10] if payload["dateResolution"] == "day" else start
        case "aliases":
            return _listed(payload["value"])
        case "icon":
            return str(payload["value"]["val"]) if payload["value"] else ""
        case "richText":
            return "".join(_token(token, "", title_of) for token in payload["value"])
        case "boolean":
            return {True: "true", False: "false"}.get(payload["value"], "")
        case _:
            return "" if payload["value"] is None else str(payload["value"])


def _listed(names: Any) -> str:
    joined = ", ".join(names)
    return f"[{joined}]" if joined else ""


def _blocks(blocks: list[Json], home: str, title_of: Titles, *, depth: int) -> list[str]:
    parts = []
    for block in blocks:
        text = _block(block, home, title_of)
        indent = "    " * depth
        if text:
            parts.append("\n".join(indent + line for line in text.split("\n")))
        below = depth + 1 if block.get("list") or block.get("todo") else depth
        for children in tree.lists_in(block):
            parts += _blocks(children, home, title_of, depth=below)
    return parts


def _block(block: Json, home: str, title_of: Titles) -> str:
    match block["type"]:
        case "TextBlock":
            text = "".join(_token(token, home, title_of) for token in block["tokens"])
            return _prefix(block) + text if text else ""
        case "CodeBlock":
            return f"```{block['lang']}\n{block['text']}\n```"
        case "MathBlock":
            return f"$$\n{block['text']}\n$$"
        case "EntityBlock" if block["entityId"]:
            return f"[{title_of(block['entityId'])}]({home}/{block['entityId']})"
        case "HorizontalLineBlock":
            return "---"
        case _:
            return ""


def _prefix(block: Json) -> str:
    hierarchy = block["hierarchy"]
    if hierarchy["key"].startswith("H"):
        return "#" * int(hierarchy["val"]) + " "
    if todo := block.get("todo"):
        return "- [x] " if todo["isDone"] else "- [ ] "
    if kind := block.get("list"):
        return "- " if kind["type"] == "bullet" else "1. "
    return "> " if block.get("quote") else ""


def _token(token: Json, home: str, title_of: Titles) -> str:
    text: str = token["text"]
    match token:
        case {"type": "CodeToken"}:
            return f"`{text}`"
        case {"type": "MathToken"}:
            return f"${text}$"
        case {"url": url}:
            return f"[{text}]({url})"
        case {"entityId": target}:
            return f"[{text or title_of(target)}]({home}/{target})"
        case {"style": style}:
            marks = (("bold", "**"), ("italic", "*"), ("strikethrough", "~~"))
            around = "".join(mark for name, mark in marks if style.get(name))
            return around + text + around[::-1]
        case _:
            return text
