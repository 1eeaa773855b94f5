"""Trouble between a machine and the service that the sandbox itself does not make.

The sandbox fails, refuses and drops connections by itself. What is left happens on
the way: requests that never arrive, answers that arrive in part, and lists that
lag behind or leave something out.
"""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from capsync.sandbox.core import Request, Response

LISTS = ("/objects/structure", "/objects/search")
PLACES: tuple[tuple[str | None, str | None], ...] = (
    (None, None),
    ("GET", "/object"),
    ("POST", "/object"),
    ("POST", "/object"),
    ("PATCH", "/object"),
    ("DELETE", "/object"),
    ("PATCH", "/blocks/block"),
    ("POST", "/blocks/append"),
    ("DELETE", "/block"),
    ("GET", "/objects/structure"),
    ("GET", "/space/structures"),
)
"""Which requests trouble may be about: method and path, None for any."""


@dataclass(slots=True)
class Pending:
    """Trouble that waits for requests it fits."""

    kind: str
    """``refused``, ``truncated`` or ``page``."""
    method: str | None
    path: str | None
    times: int


@dataclass(slots=True)
class Weather:
    """The trouble that is still to come, and how much there was."""

    pending: list[Pending] = field(default_factory=list)
    hidden_until: float = 0.0
    """Until when lists leave something out, in seconds of the true time."""
    hidden: tuple[int, ...] = ()
    """Which rows they leave out: those at these places, counted around."""
    met: Counter[str] = field(default_factory=Counter)
    """How often which trouble was met."""

    def take(self, request: Request) -> str:
        """Take the trouble that this request meets; empty for none."""
        for each in self.pending:
            if each.method in (None, request.method) and each.path in (None, request.path):
                each.times -= 1
                if each.times <= 0:
                    self.pending.remove(each)
                self.met[each.kind] += 1
                return each.kind
        return ""

    def on_the_way(self, request: Request, answer: Response, now: float, trouble: str) -> Response:
        """Give what arrives of an answer."""
        if answer.status == 200 and request.path in LISTS and now < self.hidden_until:
            self.met["list with holes"] += 1
            answer = _with_holes(answer, self.hidden)
        if trouble == "truncated":
            return Response(answer.status, answer.headers, answer.body[: len(answer.body) // 2])
        if trouble == "page":
            page = b"<html><title>Sign in to the airport</title></html>"
            return Response(200, {"content-type": "text/html"}, page)
        return answer

    def calm(self) -> None:
        """Forget all trouble that is still to come."""
        self.pending.clear()
        self.hidden_until = 0.0


def _with_holes(answer: Response, hidden: tuple[int, ...]) -> Response:
    body: Any = answer.json()
    rows = body.get("objects", body.get("results")) if isinstance(body, Mapping) else None
    if not isinstance(rows, list) or not rows:
        return answer
    gone = {place % len(rows) for place in hidden} if hidden else set(range(len(rows)))
    rows[:] = [row for place, row in enumerate(rows) if place not in gone]
    return Response(answer.status, answer.headers, json.dumps(body).encode())
