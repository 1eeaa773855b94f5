"""Property values: which may be written where, and how they are stored.

Labels are stored as option ids and shown with the name the option has now.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from typing import Any

from capsync.sandbox import dates, tree
from capsync.sandbox.message import Json, bad_input
from capsync.sandbox.space import Space
from capsync.sandbox.store import Record
from capsync.sandbox.structures import Structure

EMPTY: Mapping[str, Any] = {
    **{name: {"value": None} for name in ("title", "text", "number", "boolean", "url", "icon")},
    "date": {"dateResolution": "day", "start": None, "end": None},
    "label": [],
    "entity": [],
    "aliases": {"value": []},
    "richText": {"value": []},
}
"""What an unset property looks like, where it is shown at all."""


def write(space: Space, record: Record, values: Mapping[str, Json]) -> None:
    """Replace the named properties of an object.

    Raises:
        Refusal: 400, a property is unknown, not writable, of another type or
            has an impossible value; nothing has changed then.
    """
    structure = space.structure_of(record)
    stored = {key: _checked(space, structure, key, value) for key, value in values.items()}
    created = [key for key, value in stored.items() if value["type"] == "createdAt"]
    for key in created:
        record.created = stored.pop(key)["createdAt"]["value"]
    record.properties |= stored


def _checked(space: Space, structure: Structure, key: str, value: Json) -> Json:
    place = f"properties.{key}"
    definition = structure.definition(key)
    if definition is None:
        raise bad_input(f"Unknown property for structure {structure.title}", place)
    if not definition["writable"]:
        raise bad_input("This property is read-only", place)
    name = definition["type"]
    if value["type"] != name:
        raise bad_input(f"Invalid property type: expected {name}, received {value['type']}", place)
    normal = NORMAL.get(name)
    return {
        "type": name,
        name: normal(space, definition, value[name], place) if normal else value[name],
    }


def _label(_: Space, definition: Json, chosen: list[Json], place: str) -> list[Json]:
    known = {option["id"] for option in definition["labelSet"]}
    unique = list(dict.fromkeys(option["id"] for option in chosen))
    for option in unique:
        if option not in known:
            raise bad_input(f"Unknown label option {option}", place)
    return [{"id": option} for option in (unique if definition["multiple"] else unique[:1])]


def _entity(space: Space, definition: Json, targets: list[Json], place: str) -> list[Json]:
    allowed = definition.get("allowedStructures")
    for target in targets:
        record = space.store.record(target["id"])
        if record is None or record.trashed:
            raise bad_input(f"Unknown object {target['id']}", place)
        if allowed and record.structure_id not in allowed:
            raise bad_input(f"Objects of type {record.structure_id} cannot be linked here", place)
    return [{"id": target["id"].lower()} for target in targets]


def _date(_: Space, __: Json, date: Json, ___: str) -> Json:
    bare = date["start"] is not None and re.fullmatch(r"\d{4}-\d\d-\d\d", date["start"])
    return tree.normal_date(date, default="day" if bare else "time")


def _icon(_: Space, __: Json, payload: Json, place: str) -> Json:
    icon = payload["value"]
    if icon is not None and icon["type"] == "iconify":
        styled = re.search(r"-(duotone|fill|bold|light|thin)$", icon["val"])
        if styled or not re.fullmatch(r"ph-[a-z0-9-]+", icon["val"]):
            raise bad_input("Only regular Phosphor icons (`ph-name`) are accepted", place)
    return payload


def _created(_: Space, __: Json, payload: Json, place: str) -> Json:
    moment = dates.normal(payload["value"], day=False)
    if moment is None:
        raise bad_input("Invalid ISO 8601 date", place)
    return {"value": moment}


def _rich(space: Space, _: Json, payload: Json, __: str) -> Json:
    return {"value": tree.normal_tokens(payload["value"], merge=space.options.merge_tokens)}


NORMAL: Mapping[str, Callable[[Space, Json, Any, str], Any]] = {
    "label": _label,
    "entity": _entity,
    "date": _date,
    "icon": _icon,
    "createdAt": _created,
    "richText": _rich,
}


def collections(structure: Structure, ids: list[str]) -> list[str]:
    """Check the collections an object shall be in.

    Raises:
        Refusal: 400, the structure has no such collection.
    """
    known = {each["id"] for each in structure.collections}
    wanted = list(dict.fromkeys(each.lower() for each in ids))
    for each in wanted:
        if each not in known:
            raise bad_input(f"Unknown collection {each}", "collections")
    return wanted
