"""The Markdown endpoints: export, create, and setting properties by front matter."""

from __future__ import annotations

import re
from typing import Any

from capsync.sandbox import markdown_in, markdown_out, properties, render
from capsync.sandbox.call import Call
from capsync.sandbox.message import Json
from capsync.sandbox.on_objects import check_updatable, creatable
from capsync.sandbox.space import Space
from capsync.sandbox.store import Record

NUMBER = re.compile(r"-?\d+(\.\d+)?")


def export(space: Space, call: Call) -> Json:
    record = space.record(call.query["id"])
    answer: Json = {
        "id": record.id,
        "structureId": record.structure_id,
        "markdown": markdown_out.document(space, record),
    }
    return answer | (render.EXTRA if space.options.extra_fields else {})


def create(space: Space, call: Call) -> Json:
    structure = creatable(space, call.body["structureId"])
    keys, body = markdown_in.split(call.body["markdown"])
    title, body = markdown_in.taken_title(body)
    record = space.create(structure)
    record.properties["title"] = {"type": "title", "title": {"value": title or ""}}
    _set(space, record, keys)
    find = markdown_in.linker(space)
    record.blocks = {key: [] for key in structure.sections}
    record.blocks[structure.sections[0]] = space.made(markdown_in.blocks(body, find))
    space.save(record)
    return render.shown(space, record, after_write=True)


def patch(space: Space, call: Call) -> Json:
    record = space.record(call.body["id"])
    check_updatable(space, space.structure_of(record))
    keys, body = markdown_in.split(call.body["markdown"])
    if body.strip():
        space.violation(f"{call.name}: Markdown below the front matter, which is ignored")
    _set(space, record, keys)
    space.save(record)
    return render.shown(space, record, after_write=True)


def _set(space: Space, record: Record, keys: dict[str, str]) -> None:
    """Apply front matter; keys are property ids or names, and unknown ones are ignored."""
    values = {}
    for definition in space.structure_of(record).definitions:
        names = (definition["id"].lower(), definition["name"].lower())
        text = next((keys[name] for name in names if name in keys), None)
        if text is not None and definition["writable"]:
            payload = _payload(space, definition, text.strip("\"'"))
            if payload is not None:
                values[definition["id"]] = {"type": definition["type"], definition["type"]: payload}
    properties.write(space, record, values)


def _payload(space: Space, definition: Json, text: str) -> Any:
    match definition["type"]:
        case "title" | "text" | "url":
            return {"value": text or None}
        case "number":
            return {"value": float(text) if NUMBER.fullmatch(text) else None}
        case "boolean":
            return {"value": {"true": True, "false": False}.get(text.lower())}
        case "date":
            return {"start": text or None}
        case "label":
            named = {name.strip().casefold() for name in text.strip("[]").split(",")}
            return [each for each in definition["labelSet"] if each["name"].casefold() in named]
        case "entity":
            return _one_target(space, definition, text)
        case "aliases":
            return {"value": [each.strip() for each in text.strip("[]").split(",") if each.strip()]}
        case "richText":
            return {"value": list(markdown_in.tokens(text, markdown_in.linker(space)))}
        case _:
            return None


def _one_target(space: Space, definition: Json, text: str) -> list[Json] | None:
    """Find the one object that front matter can link; more names link no more."""
    name = text.strip("[]").split(",")[0].strip().casefold()
    allowed = definition.get("allowedStructures")
    for object_id, structure, title in space.store.rows():
        if title.casefold() == name and (not allowed or structure in allowed):
            return [{"id": object_id}]
    return None
