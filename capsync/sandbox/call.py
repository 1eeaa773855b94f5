"""A request that has been let in: checked, and ready for its endpoint."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from capsync.sandbox.check import Check, Findings, spelled
from capsync.sandbox.message import Request, bad_input
from capsync.sandbox.space import Space


@dataclass(frozen=True, slots=True)
class Call:
    """What an endpoint is given."""

    name: str
    """Method and path, such as ``"GET /object"``."""
    query: Mapping[str, Any]
    body: Any
    """The checked JSON; None where the endpoint takes none."""
    raw: bytes
    """The body as it came."""


def checked(space: Space, name: str, schema: Check, value: Any) -> Any:
    """Hold *value* to *schema* and note the fields it drops.

    Raises:
        Refusal: 400, with every issue.
    """
    found = Findings()
    clean = schema(value, (), found)
    for place in found.dropped:
        space.violation(f"{name}: unknown field {spelled(place)}")
    found.verdict()
    return clean


def parsed(request: Request) -> Any:
    """Read a request's body as JSON.

    Raises:
        Refusal: 400, it is not JSON.
    """
    try:
        value = json.loads(request.body, parse_constant=_refuse)
    except (ValueError, RecursionError) as exc:
        raise bad_input("Invalid JSON in request body") from exc
    return _whole(value) if rb"\ud" in request.body.lower() else value


def _refuse(constant: str) -> None:
    raise ValueError(constant)


def _whole(value: Any) -> Any:
    """Put the replacement character where half a surrogate pair stood."""
    match value:
        case str():
            return value.encode("utf-16", "surrogatepass").decode("utf-16", "replace")
        case list():
            return [_whole(entry) for entry in value]
        case dict():
            return {_whole(key): _whole(entry) for key, entry in value.items()}
        case _:
            return value
