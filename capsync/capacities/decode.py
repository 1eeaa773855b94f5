"""What the service says of spaces, structures and lists, as values.

Objects are read by `capsync.model.codec`; here is the rest, and the rule for
how much of an object an answer can be trusted to hold. Unknown fields and
members are let through or ignored, never refused.
"""

from __future__ import annotations

import html
from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Any

from capsync.model.codec import decode_note
from capsync.model.note import (
    Collection,
    Note,
    PropertyDefinition,
    Row,
    Space,
    Structure,
    StructureId,
)
from capsync.model.property import LabelOption, PropertyId
from capsync.model.token import NoteId

Json = Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class Page:
    """One page of a list."""

    rows: tuple[Row, ...]
    next_cursor: str | None = None
    """What to ask the next page with; None on the last page."""
    cut_short: bool = False
    """True where there is more, or may be, and the service does not say how to get it."""
    total: int | None = None
    """Rows of the whole list, where the service counts them; it is not known to."""


@dataclass(frozen=True, slots=True)
class Upload:
    """An upload that has begun."""

    id: str
    part_size: int
    """Bytes in each part but the last; 0 where the service did not say."""
    part_count: int
    """Parts the service expects, at least 1."""


# Each of these raises KeyError, TypeError, ValueError or AttributeError where the answer has
# another shape; `calls` turns that into ours, in one place.


def decode_space(raw: Json) -> Space:
    """Read a space; its title may come with HTML entities in it."""
    return Space(str(raw["id"]), html.unescape(str(raw.get("title") or "")))


def decode_structures(raw: Json) -> tuple[Structure, ...]:
    """Read the answer about all structures."""
    return tuple(_structure(each) for each in raw["structures"])


def decode_rows(raw: Json) -> tuple[Row, ...]:
    """Read the rows of a search or a list."""
    return tuple(
        Row(
            NoteId(str(each["id"])),
            StructureId(str(each["structureId"])),
            str(each.get("title") or ""),
        )
        for each in raw["results"]
    )


def decode_page(raw: Json) -> Page:
    """Read one page of a list; a cursor on a last page means nothing.

    Without the version header the service has been seen to answer in an older
    shape, always empty. That says nothing about what there is. Neither does a page that
    does not say whether it is the last.
    """
    if "results" not in raw and "objects" in raw:
        return Page((), cut_short=True)
    said, rows = raw.get("hasMore"), decode_rows(raw)
    cursor = raw.get("nextCursor") if said is not False else None
    cut_short = not cursor and (said is True or (bool(rows) and said is not False))
    return Page(rows, str(cursor) if cursor else None, cut_short, _total(raw))


def _total(raw: Json) -> int | None:
    """Read how many rows a list says it has, under the names that are in use for that."""
    counts = [raw.get(key) for key in ("total", "totalCount")]
    return next((each for each in counts if isinstance(each, int) and each is not True), None)


def decode_read(raw: Json) -> Note:
    """Read the answer to a read: what it holds is what there is."""
    return decode_note(raw)


def decode_written(raw: Json) -> Note:
    """Read the answer to a write: without a body, or with an empty one, it is not complete.

    The service is known to answer ``"blocks": {}`` to a change of properties,
    which must never be taken for a body that became empty.
    """
    note = decode_note(raw)
    return note if note.sections else replace(note, complete=False)


def decode_upload(raw: Json) -> Upload:
    """Read the answer to the beginning of an upload."""
    size, count = int(raw.get("partSize") or 0), int(raw.get("partCount") or 1)
    return Upload(str(raw["id"]), max(0, size), max(1, count))


def _structure(raw: Json) -> Structure:
    title = str(raw.get("title") or raw["id"])
    return Structure(
        id=StructureId(str(raw["id"])),
        title=title,
        plural=str(raw.get("pluralName") or title),
        properties=tuple(_definition(each) for each in raw.get("propertyDefinitions") or ()),
        collections=tuple(
            Collection(str(each["id"]), str(each.get("title") or ""))
            for each in raw.get("collections") or ()
        ),
    )


def _definition(raw: Json) -> PropertyDefinition:
    return PropertyDefinition(
        id=PropertyId(str(raw["id"])),
        name=str(raw.get("name") or ""),
        type=str(raw.get("type") or ""),
        writable=raw.get("writable") is not False,
        multiple=raw.get("multiple") is True,
        options=tuple(
            LabelOption(str(each["id"]), str(each.get("name") or ""), each.get("color"))
            for each in raw.get("labelSet") or ()
        ),
        allowed=tuple(StructureId(str(each)) for each in raw.get("allowedStructures") or ()),
    )
