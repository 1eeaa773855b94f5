"""The sandbox: the whole Capacities service as a function from request to response.

`Sandbox.handle` is all a server or a test transport needs. Around it are what
only tests need: the log, the violations, the trouble to come, and the app's
hand (see `hand` and `hand_types`).
"""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Self

from capsync.clock import Clock
from capsync.sandbox.faults import ConnectionDropped, Fault, Faults, Trouble, failure
from capsync.sandbox.hand_types import AppTypesHand
from capsync.sandbox.message import Handled, Request, Response
from capsync.sandbox.options import Options
from capsync.sandbox.service import Service
from capsync.sandbox.space import Space
from capsync.sandbox.store import Store

__all__ = ["ConnectionDropped", "Handled", "Request", "Response", "Sandbox"]


LOG_LENGTH = 100_000
"""Requests the log remembers, so that a sandbox can run for weeks."""


class Sandbox(AppTypesHand):
    """One space, its service, and a hand in its app.

    Safe to share between threads: one lock serves one request at a time.
    """

    def __init__(
        self,
        options: Options = Options(),  # noqa: B008  (frozen)
        *,
        db: str = ":memory:",
        clock: Clock,
        ids: Callable[[], str] | None = None,
    ) -> None:
        """
        Args:
            db: File that keeps the space; made if it does not exist.
            clock: Decides about quotas, time stamps and everything that comes late.
            ids: Makes UUIDs; random ones if None. They must never repeat.
        """
        self.options = options
        self._lock = threading.RLock()
        self._space = Space(options, Store(db), clock, ids)
        self._service = Service(self._space)
        self._faults = Faults()
        self._log: list[Handled] = []

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def close(self) -> None:
        """Close the database."""
        with self._lock:
            self._space.store.close()

    def handle(self, request: Request) -> Response:
        """Serve one request.

        Raises:
            ConnectionDropped: A fault said so; there is no answer.
        """
        with self._lock:
            for callback in self._faults.callbacks(request):
                callback()
            try:
                response = self._served(request, self._faults.take(request))
            except ConnectionDropped:
                self._log.append(Handled(request.method, request.path, 0))
                raise
            self._log.append(Handled(request.method, request.path, response.status))
            del self._log[:-LOG_LENGTH]
            self._vanish(response)
            return response

    def _served(self, request: Request, fault: Fault | None) -> Response:
        match fault.trouble if fault else None:
            case Trouble.ANSWER:
                assert fault is not None  # noqa: S101  (for mypy)
                return fault.response
            case Trouble.DROP_BEFORE:
                raise ConnectionDropped(applied=False)
            case Trouble.DROP_AFTER:
                self._service.answer(request)
                raise ConnectionDropped(applied=True)
            case Trouble.NO_EFFECT:
                return self._service.answer(request, keep=False)
            case _:
                return self._service.answer(request)

    def _vanish(self, response: Response) -> None:
        named = {each for each in self._faults.vanishing if each.encode() in response.body}
        for object_id in named:
            self._faults.vanishing.discard(object_id)
            self.app_trash(object_id)

    @property
    def log(self) -> list[Handled]:
        """The requests handled so far, oldest first; clear it to count afresh."""
        return self._log

    @property
    def violations(self) -> list[str]:
        """What requests did that no careful client does, one line each; clear it at will."""
        return self._space.violations

    @property
    def space_id(self) -> str:
        """The id of the space."""
        return self._space.store.meta("space") or ""

    def fail_next(
        self,
        status: int,
        *,
        code: str | None = None,
        path: str | None = None,
        method: str | None = None,
        times: int = 1,
        html: bool = False,
        message: str = "The sandbox was told to fail.",
    ) -> None:
        """Answer the next requests with an error and do nothing.

        Args:
            code: The error's code; None for the one that goes with *status*.
            path: Only requests to this path; None for any. Likewise *method*.
            html: Answer with a proxy's page instead of JSON.
        """
        answer = failure(status, code, message, as_page=html)
        self._plan(Fault(Trouble.ANSWER, method, path, times, answer))

    def drop_next(
        self, *, applied: bool, path: str | None = None, method: str | None = None, times: int = 1
    ) -> None:
        """Drop the connection of the next request, before or after it was carried out."""
        trouble = Trouble.DROP_AFTER if applied else Trouble.DROP_BEFORE
        self._plan(Fault(trouble, method, path, times))

    def ignore_next(
        self, *, path: str | None = None, method: str | None = None, times: int = 1
    ) -> None:
        """Answer the next request as if it had been carried out, without effect."""
        self._plan(Fault(Trouble.NO_EFFECT, method, path, times))

    def before_next(
        self,
        callback: Callable[[], object],
        *,
        path: str | None = None,
        method: str | None = None,
        times: int = 1,
    ) -> None:
        """Run *callback* just before the next request is served: an edit from elsewhere."""
        self._plan(Fault(callback, method, path, times))

    def vanish_when_listed(self, object_id: str) -> None:
        """Trash an object as soon as an answer has named it."""
        with self._lock:
            self._faults.vanishing.add(object_id)

    def calm(self) -> None:
        """Forget all trouble that is still to come."""
        with self._lock:
            self._faults.clear()

    def _plan(self, fault: Fault) -> None:
        with self._lock:
            self._faults.add(fault)

    @contextmanager
    def using_ids(self, ids: Callable[[], str]) -> Iterator[None]:
        """Make ids with *ids* for a while."""
        with self._lock:
            usual, self._space.ids = self._space.ids, ids
            try:
                yield
            finally:
                self._space.ids = usual

    @contextmanager
    def _turn(self) -> Iterator[None]:
        with self._lock, self._space.store.transaction():
            yield
