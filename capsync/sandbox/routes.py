"""The table of endpoints: what each costs, needs, checks and runs."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

from capsync.sandbox import (
    on_blocks,
    on_lists,
    on_markdown,
    on_media,
    on_objects,
    schema_requests as schemas,
)
from capsync.sandbox.call import Call
from capsync.sandbox.check import Check, shape
from capsync.sandbox.space import Space

nothing = shape({})


def anything(value: Any, *_: object) -> Any:
    """Let any query through: the endpoint checks it itself."""
    return value


@dataclass(frozen=True, slots=True)
class Route:
    """One endpoint."""

    quota: int
    """Requests per minute and token."""
    run: Callable[[Space, Call], Any]
    query: Check = nothing
    body: Check | None = None
    """Checks the JSON body; None where none is read."""
    writes: bool = True
    """Whether a read-only token is refused."""
    raw: bool = False
    """Whether the body is bytes rather than JSON."""


def _read(quota: int, run: Callable[[Space, Call], Any], query: Check = nothing) -> Route:
    return Route(quota, run, query, writes=False)


ROUTES: Mapping[tuple[str, str], Route] = {
    ("GET", "/space"): _read(10, on_objects.get_space),
    ("GET", "/space/structures"): _read(10, on_objects.get_structures),
    ("GET", "/object"): _read(30, on_objects.get_object, schemas.by_id),
    ("POST", "/object"): Route(30, on_objects.create_object, body=schemas.create_object),
    ("PATCH", "/object"): Route(30, on_objects.patch_object, body=schemas.patch_object),
    ("DELETE", "/object"): Route(30, on_objects.delete_object, schemas.delete_object),
    ("POST", "/object/url"): Route(10, on_objects.create_from_url, body=schemas.create_from_url),
    ("GET", "/object/markdown"): _read(30, on_markdown.export, schemas.by_id),
    ("POST", "/object/markdown"): Route(30, on_markdown.create, body=schemas.create_markdown),
    ("PATCH", "/object/markdown"): Route(30, on_markdown.patch, body=schemas.patch_markdown),
    ("POST", "/objects/search"): Route(30, on_lists.search, body=schemas.search, writes=False),
    ("GET", "/objects/structure"): _read(30, on_lists.listing("structure"), anything),
    ("GET", "/objects/collection"): _read(30, on_lists.listing("collection"), anything),
    ("GET", "/objects/tag"): _read(30, on_lists.listing("tag"), anything),
    ("POST", "/blocks/append"): Route(30, on_blocks.append, body=schemas.append),
    ("POST", "/blocks/daily-note/append"): Route(
        30, on_blocks.append_daily, body=schemas.append_daily
    ),
    ("PATCH", "/blocks/block"): Route(30, on_blocks.patch_block, body=schemas.patch_block),
    ("DELETE", "/block"): Route(30, on_blocks.delete_block, schemas.delete_block),
    ("POST", "/object/media/upload"): Route(30, on_media.start, body=schemas.start_upload),
    ("PUT", "/object/media/upload/part"): Route(30, on_media.part, schemas.upload_part, raw=True),
    ("POST", "/object/media/upload/complete"): Route(30, on_media.complete, body=schemas.by_id),
    ("POST", "/object/media/upload/abort"): Route(30, on_media.abort, body=schemas.by_id),
}
