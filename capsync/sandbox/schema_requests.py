"""Checks for the query or body of every request, and for property values."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any
from urllib.parse import urlsplit

from capsync.sandbox.check import (
    MISSING,
    UUID,
    Check,
    Findings,
    Place,
    array,
    boolean,
    held_to,
    mapping,
    matching,
    nullable,
    number,
    one_of,
    shape,
    text,
    uuid,
    variant,
    whole,
)
from capsync.sandbox.schema_blocks import any_text, block as one_block, blocks, date, kind, tokens

BUILT_IN = (
    *("RootSpace", "User", "UserPersonal", "RootDatabase", "RootQuery", "RootPage"),
    *("RootStructure", "RootEntity", "RootBlocksTemplate", "MediaImage", "MediaPDF"),
    *("MediaAudio", "MediaVideo", "MediaWebResource", "MediaFile", "MediaTweet"),
    *("RootAIChat", "RootSimpleTable", "RootDailyNote", "RootTag", "UtilDate", "RootTask"),
)
MARKDOWN_MAX = 200_000

structure_id = matching(
    lambda value: value in BUILT_IN or UUID.fullmatch(value) is not None, "Invalid input"
)
some_text = text(low=1)
body_markdown = text(high=MARKDOWN_MAX)
uuids = array(uuid)
sections = mapping(blocks)
icon = shape({"type": one_of("emoji", "iconify"), "val": any_text})
option = shape({"id": any_text, "name": any_text}, {"color": any_text})


def _wrapped(name: str, inner: Check) -> Check:
    return shape({"type": kind, name: shape({"value": inner})})


PROPERTIES: Mapping[str, Check] = {
    **{name: _wrapped(name, nullable(any_text)) for name in ("title", "text", "url")},
    "number": _wrapped("number", nullable(number)),
    "boolean": _wrapped("boolean", nullable(boolean)),
    "date": shape({"type": kind, "date": date}),
    "label": shape({"type": kind, "label": array(option)}),
    "entity": shape({"type": kind, "entity": array(shape({"id": some_text}))}),
    "aliases": _wrapped("aliases", array(any_text, high=8)),
    "icon": _wrapped("icon", nullable(icon)),
    "createdAt": _wrapped("createdAt", any_text),
    "richText": _wrapped("richText", tokens),
}
properties = mapping(variant(lambda: PROPERTIES))


def word(value: Any, place: Place, found: Findings) -> Any:
    """Check a yes-or-no of the query string: the words true and false."""
    if value not in ("true", "false"):
        found.issue("Invalid input: expected boolean, received string", place)
    return value == "true"


def digits(low: int, high: int) -> Check:
    """Check a whole number of the query string."""
    inner = whole(low, high)

    def check(value: Any, place: Place, found: Findings) -> Any:
        if value is MISSING or not re.fullmatch(r"-?\d{1,9}", value):
            found.issue("Invalid input: expected number, received NaN", place)
            return low
        return inner(int(value), place, found)

    return check


def is_url(value: str) -> bool:
    """Say whether *value* is an absolute URL, by any scheme."""
    if re.fullmatch(r"[A-Za-z][A-Za-z0-9+.-]*:(//)?[^\s/].*", value) is None:
        return False
    try:
        urlsplit(value)
    except ValueError:
        return False
    return True


def _exactly_one(body: Any) -> bool:
    return ("blocks" in body) != ("markdown" in body)


ONE_OF_TWO = "Provide exactly one of `blocks` or `markdown`."
content: Mapping[str, Check] = {"blocks": array(one_block, low=1), "markdown": body_markdown}
position = variant(
    lambda: {
        "end": shape({"type": kind}),
        "start": shape({"type": kind}),
        "after_block": shape({"type": kind, "after_block": shape({"id": some_text})}),
    }
)

by_id = shape({"id": uuid})
delete_object = shape({"id": uuid}, {"hardDelete": word})
delete_block = shape({"objectId": uuid, "blockId": uuid})
create_object = shape(
    {"structureId": structure_id},
    {"collections": uuids, "properties": properties, "blocks": sections},
)
patch_object = held_to(
    shape(
        {"id": some_text},
        {
            "collections": uuids,
            "properties": properties,
            "blocks": sections,
            "deleteRequested": boolean,
        },
    ),
    lambda body: len(body) > 1,
    "Provide at least one of `properties`, `collections`, `blocks`, or `deleteRequested`.",
)
create_from_url = held_to(
    shape(
        {"url": matching(is_url, "Invalid URL")},
        {
            "markdown": body_markdown,
            "blocks": sections,
            "properties": shape(
                {}, {"title": PROPERTIES["title"], "description": PROPERTIES["text"]}
            ),
        },
    ),
    lambda body: not ("blocks" in body and "markdown" in body),
    "Provide at most one of `blocks` or `markdown`.",
)
create_markdown = shape({"structureId": structure_id, "markdown": any_text})
patch_markdown = shape({"id": some_text, "markdown": any_text})
search = shape(
    {"query": text(low=1, high=512, trim=True)},
    {"structureIds": array(structure_id, low=1, high=25), "limit": whole(1, 50)},
)
append = held_to(
    shape(
        {"id": uuid},
        {"propertyId": any_text, "parentBlockId": any_text, "position": position, **content},
    ),
    _exactly_one,
    ONE_OF_TWO,
)
append_daily = held_to(
    shape({}, {"date": any_text, "noTimeStamp": boolean, **content}), _exactly_one, ONE_OF_TWO
)
patch_block = shape(
    {"id": uuid, "blockId": some_text, "block": one_block}, {"propertyId": any_text}
)
start_upload = shape(
    {"fileName": text(low=1, high=512), "fileSize": whole(1)},
    {"fileType": some_text, "title": any_text, "collections": uuids},
)
upload_part = shape({"id": uuid, "partNumber": digits(1, 10_000)})


def listing(page_size_max: int, *, structure: bool) -> Check:
    """Check the query of a list."""
    return shape(
        {"id": structure_id if structure else uuid},
        {"pageSize": digits(1, page_size_max), "cursor": any_text},
    )
