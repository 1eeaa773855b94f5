"""Stored objects as answers: what a client gets to see, under all the switches.

Text alignment is never shown. Label options carry the name and colour they
have now, and links, if the switch says so, the title their target has now.
"""

from __future__ import annotations

from typing import Any

from capsync.sandbox import dates, tree
from capsync.sandbox.message import Json
from capsync.sandbox.properties import EMPTY
from capsync.sandbox.space import Space
from capsync.sandbox.store import Record, Row

EXTRA: Json = {"sandboxExtra": {"note": "no schema lists this"}}
STYLES = ("bold", "italic", "strikethrough", "underline")
FILE_LIFE = 3600.0
"""Seconds a signed file address works."""


def shown(space: Space, record: Record, *, after_write: bool = False) -> Json:
    """Give an object as the service answers it."""
    answer: Json = {
        "id": record.id,
        "structureId": record.structure_id,
        "collections": record.collections,
        "properties": _properties(space, record),
    }
    if after_write and space.options.answers_with_empty_blocks:
        answer["blocks"] = {}
    elif not (after_write and space.options.answers_without_blocks):
        answer["blocks"] = _bodies(space, record)
    if record.files:
        expires = dates.spelled(space.clock.now() + FILE_LIFE)
        answer["files"] = [_file(each, expires) for each in record.files]
    return answer | (EXTRA if space.options.extra_fields else {})


def row(space: Space, entry: Row) -> Json:
    """Give an object as lists and the search answer it."""
    answer: Json = {"id": entry[0], "structureId": entry[1], "title": entry[2]}
    return answer | (EXTRA if space.options.extra_fields else {})


def _file(file: Json, expires: str) -> Json:
    signed = f"{file['url']}?expires={expires}&signature=sandbox"
    return {"url": signed, "fileType": file["fileType"], "expirationDate": expires}


def _properties(space: Space, record: Record) -> dict[str, Json]:
    shown_values = {}
    for definition in space.structure_of(record).definitions:
        key, name = definition["id"], definition["type"]
        value = _payload(space, record, definition)
        if value is not None:
            entry = {"type": name, name: value}
            shown_values[key] = entry | (EXTRA if space.options.extra_fields else {})
    return shown_values


def _payload(space: Space, record: Record, definition: Json) -> Any:
    key, name = definition["id"], definition["type"]
    if name == "createdAt":
        return {"value": record.created}
    if name == "lastUpdatedAt":
        return {"value": record.updated}
    if key not in record.properties:
        shows = space.options.show_unset_properties or name == "title"
        return EMPTY.get(name) if shows else None
    payload = record.properties[key][name]
    if name == "label":
        chosen = {option["id"] for option in payload}
        known = {option["id"]: option for option in definition["labelSet"]}
        return [known[option["id"]] for option in payload if option["id"] in chosen & known.keys()]
    if name == "richText":
        titles = _link_titles(space, payload["value"])
        return {"value": [_token(space, token, titles) for token in payload["value"]]}
    return payload


def _bodies(space: Space, record: Record) -> dict[str, list[Json]]:
    tokens = [
        token
        for body in record.blocks.values()
        for spot in tree.spots(body)
        for token in spot.block.get("tokens", ())
    ]
    titles = _link_titles(space, tokens)
    return {
        key: _blocks(space, body, titles)
        for key, body in record.blocks.items()
        if body or not space.options.omit_empty_sections
    }


def _link_titles(space: Space, tokens: list[Json]) -> dict[str, str]:
    if not space.options.refresh_link_titles:
        return {}
    return space.store.titles(token["entityId"] for token in tokens if "entityId" in token)


def _blocks(space: Space, blocks: list[Json], titles: dict[str, str]) -> list[Json]:
    return [_block(space, block, titles) for block in blocks]


def _block(space: Space, block: Json, titles: dict[str, str]) -> Json:
    answer = {key: value for key, value in block.items() if key != "textAlignment"}
    if block["type"] == "TextBlock":
        answer["tokens"] = [_token(space, token, titles) for token in block["tokens"]]
    if block["type"] in ("TextBlock", "GroupBlock"):
        answer["blocks"] = _blocks(space, block["blocks"], titles)
        if space.options.explicit_nulls:
            answer = {"list": None, "toggle": None} | answer
    if block["type"] == "GridBlock":
        answer["columns"] = [_blocks(space, column, titles) for column in block["columns"]]
    return answer | (EXTRA if space.options.extra_fields else {})


def _token(space: Space, token: Json, titles: dict[str, str]) -> Json:
    answer = dict(token)
    if token["type"] == "TextToken" and space.options.explicit_styles:
        answer["style"] = dict.fromkeys(STYLES, False) | token["style"]
    if token.get("entityId") in titles:
        answer["text"] = titles[token["entityId"]]
    return answer | (EXTRA if space.options.extra_fields else {})
