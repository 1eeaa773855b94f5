"""Scripted trouble, for tests: what a network and a busy service do to a client.

Each fault waits for a request it fits and is then used up. Callbacks run
before the request is served and stand for a person editing in the app between
two requests of ours.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from enum import Enum

from capsync.sandbox.message import Refusal, Request, Response
from capsync.sandbox.quota import html


class ConnectionDropped(Exception):
    """The connection broke before an answer came."""

    def __init__(self, *, applied: bool) -> None:
        """
        Args:
            applied: Whether the request was carried out all the same.
        """
        super().__init__("connection dropped " + ("after" if applied else "before") + " the work")
        self.applied = applied


class Trouble(Enum):
    """What happens to a request."""

    ANSWER = "another answer"
    DROP_BEFORE = "dropped before it was carried out"
    DROP_AFTER = "dropped after it was carried out"
    NO_EFFECT = "answered as if carried out"


@dataclass(slots=True)
class Fault:
    """One kind of trouble, for the next requests that fit."""

    trouble: Trouble | Callable[[], object]
    method: str | None
    path: str | None
    times: int
    response: Response = field(default_factory=lambda: Response(500))

    def fits(self, request: Request) -> bool:
        return self.method in (None, request.method) and self.path in (None, request.path)


class Faults:
    """The trouble that is still to come."""

    def __init__(self) -> None:
        self._waiting: list[Fault] = []
        self.vanishing: set[str] = set()
        """Objects that go into the trash once a list or a search has named them."""

    def add(self, fault: Fault) -> None:
        self._waiting.append(fault)

    def clear(self) -> None:
        self._waiting.clear()
        self.vanishing.clear()

    def callbacks(self, request: Request) -> list[Callable[[], object]]:
        """Take what is to run before *request*."""
        due = [f for f in self._waiting if callable(f.trouble) and f.fits(request)]
        for fault in due:
            self._use(fault)
        return [fault.trouble for fault in due if callable(fault.trouble)]

    def take(self, request: Request) -> Fault | None:
        """Take the first trouble that fits *request*."""
        for fault in self._waiting:
            if not callable(fault.trouble) and fault.fits(request):
                self._use(fault)
                return fault
        return None

    def _use(self, fault: Fault) -> None:
        fault.times -= 1
        if fault.times <= 0:
            self._waiting.remove(fault)


def failure(status: int, code: str | None, message: str, *, as_page: bool) -> Response:
    """Make the answer of a service in trouble, as JSON or as a proxy's page."""
    return html(status) if as_page else Refusal(status, message, code or "").response()
