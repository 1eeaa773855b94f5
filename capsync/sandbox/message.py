"""Requests and answers as plain values, and the one way to refuse.

The service is a function from `Request` to `Response`; everything else in this
package works on checked values. Whoever finds that a request cannot be served
raises `Refusal`, which becomes an error answer in one place.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, TypeAlias

Json: TypeAlias = dict[str, Any]
"""A JSON object."""

CODES = {
    400: "cap_invalid_input",
    401: "cap_not_authenticated",
    403: "cap_scope_insufficient",
    404: "cap_not_found",
    413: "cap_invalid_input",
    429: "cap_rate_limit_exceeded",
    503: "cap_service_unavailable",
    555: "cap_service_unavailable",
}
"""The code that goes with a status where nothing else is said; others are server errors."""


@dataclass(frozen=True, slots=True)
class Request:
    """What a client sent."""

    method: str
    """Upper case, such as ``"GET"``."""
    path: str
    """Without the query, such as ``"/object"``."""
    query: Mapping[str, str] = field(default_factory=dict)
    headers: Mapping[str, str] = field(default_factory=dict)
    """Names in lower case."""
    body: bytes = b""


@dataclass(frozen=True, slots=True)
class Response:
    """What the service answers."""

    status: int
    headers: Mapping[str, str] = field(default_factory=dict)
    body: bytes = b""

    def json(self) -> Any:
        """Read the body as JSON; None where there is none."""
        return json.loads(self.body) if self.body else None


@dataclass(frozen=True, slots=True)
class Handled:
    """One line of the log: a request the service has dealt with."""

    method: str
    path: str
    status: int
    """HTTP status; 0 where the connection was dropped."""


@dataclass(eq=False)
class Refusal(Exception):
    """The request cannot be served; becomes an error answer."""

    status: int
    message: str
    code: str = ""
    details: Json | None = field(default=None)

    def __str__(self) -> str:
        return f"{self.status} {self.message}"

    def response(self) -> Response:
        """Give the error answer: code, message and, for some codes, details."""
        body: Json = {"code": self.code or code_for(self.status), "message": self.message}
        if self.details is not None:
            body["details"] = self.details
        return as_json(self.status, body)


def code_for(status: int) -> str:
    """Name the error code that usually comes with *status*."""
    return CODES.get(status, "cap_server_error")


def as_json(status: int, body: object) -> Response:
    """Make a JSON answer; None makes an empty one."""
    if body is None:
        return Response(status)
    text = json.dumps(body, ensure_ascii=False, separators=(",", ":"))
    return Response(
        status, {"content-type": "application/json; charset=utf-8"}, text.encode("utf-8")
    )


def bad_input(message: str, at: str = "") -> Refusal:
    """Make a 400 in the words of the real service's validation."""
    return Refusal(400, f"✖ {message}\n  → at {at}" if at else f"✖ {message}")


def not_found(what: str) -> Refusal:
    """Make a 404; a trashed object gets the same one."""
    return Refusal(404, f"{what} not found")
