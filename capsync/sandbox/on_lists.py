"""Finding objects: the paged lists and the title search."""

from __future__ import annotations

import base64
import binascii
from collections.abc import Callable

from capsync.sandbox import render, schema_requests as schemas
from capsync.sandbox.call import Call, checked
from capsync.sandbox.message import Json, bad_input, not_found
from capsync.sandbox.space import Space
from capsync.sandbox.store import Row


def listing(kind: str) -> Callable[[Space, Call], Json]:
    """Make the endpoint that lists by structure, by collection or by tag."""

    def run(space: Space, call: Call) -> Json:
        options = space.options
        if not options.lists:
            raise not_found(f"Cannot {call.name}:")
        schema = schemas.listing(options.page_size_max, structure=kind == "structure")
        query = checked(space, call.name, schema, call.query)
        target = _existing(space, kind, query["id"])
        size = query.get("pageSize", options.page_size)
        after = _place(query["cursor"]) if "cursor" in query else 0
        rows = space.store.page(
            kind, target, after=after, limit=size + 1, by_offset=options.offset_pages
        )
        more = len(rows) > size
        answer: Json = {
            "results": [render.row(space, entry) for _, entry in rows[:size]],
            "hasMore": more,
            "nextCursor": _cursor(rows[size - 1][0]) if more else None,
        }
        return answer | (render.EXTRA if options.extra_fields else {})

    return run


def _existing(space: Space, kind: str, target: str) -> str:
    structures = space.structures()
    if kind == "structure":
        known = target in structures or target in schemas.BUILT_IN
        target = target if known else target.lower()
        known = known or target in structures
    else:
        target = target.lower()
        wanted = "RootDatabase" if kind == "collection" else "RootTag"
        record = space.store.record(target)
        known = record is not None and not record.trashed and record.structure_id == wanted
    if not known:
        raise not_found(kind.capitalize())
    return target


def _cursor(place: int) -> str:
    return base64.urlsafe_b64encode(f"after:{place}".encode()).decode()


def _place(cursor: str) -> int:
    try:
        name, _, place = base64.urlsafe_b64decode(cursor).decode().partition(":")
    except (ValueError, binascii.Error):
        name = place = ""
    if name == "after" and place.isascii() and place.isdigit() and len(place) < 16:
        return int(place)
    raise bad_input("Invalid cursor", "cursor")


def search(space: Space, call: Call) -> Json:
    body = call.body
    query = body["query"].casefold()
    wanted = body.get("structureIds")
    found = [
        (rank, entry)
        for entry in space.store.searchable(space.clock.now())
        if (wanted is None or entry[1] in wanted) and (rank := _rank(query, entry)) is not None
    ]
    found.sort(key=lambda each: each[0])
    results = [render.row(space, entry) for _, entry in found[: int(body.get("limit", 20))]]
    return {"results": results} | (render.EXTRA if space.options.extra_fields else {})


def _rank(query: str, entry: Row) -> int | None:
    """Say how well a title answers a query, 0 best; None where a word of it is missing."""
    title = entry[2].casefold()
    if not all(word in title for word in query.split()):
        return None
    return 0 if title == query else 1 if title.startswith(query) else 2 if query in title else 3
