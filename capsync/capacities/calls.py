"""One call from start to end: wait, send, learn, judge, and repeat where that is safe.

What may be repeated: whatever the service turned away unread (429), and
reads that failed. A write that failed any other way may have been carried out;
its error says so in `maybe_done` and the caller looks before trying again.

stamina counts the attempts, but it can only sleep on the machine's clock. So
its waits are always zero, and the wait it would have made is put into the
limiter's bucket: every second spent in here passes through the limiter's
clock, and a test with a `ManualClock` never sleeps.
"""

from __future__ import annotations

import logging
import random
from collections import Counter
from collections.abc import Callable, Mapping
from types import TracebackType
from typing import Any, Self, TypeVar

import stamina

from capsync.capacities.faults import error_for, is_page, is_read, seconds_to_wait, unreadable
from capsync.capacities.http import Answer, Http, parsed
from capsync.capacities.limits import Limiter
from capsync.capacities.quota import read_quota
from capsync.capacities.sharing import Key
from capsync.errors import RateLimited, RetryError, Unconvertible

T = TypeVar("T")

logger = logging.getLogger(__name__)

ATTEMPTS = 4
"""Times one request is sent at most."""


def wait_before_retry(
    error: RetryError, *, safe: bool, attempt: int, jitter: float
) -> float | None:
    """Say how long to wait before sending a request again.

    Args:
        error: What the last attempt raised.
        safe: Whether carrying the request out twice is harmless.
        attempt: Attempts made so far, from 1.
        jitter: A number from 0 to 1, drawn by the caller.

    Returns:
        Seconds, or None to give up.
    """
    if not (safe or isinstance(error, RateLimited)):
        return None
    if error.after is not None:
        return error.after
    return min(60.0, 2.0 ** (attempt - 1)) * (0.5 + jitter / 2)


class Calls:
    """Sends requests in the service's own time, and counts them.

    Safe to share between threads; use it as a context manager.
    """

    def __init__(
        self,
        http: Http,
        limiter: Limiter,
        *,
        attempts: int = ATTEMPTS,
        jitter: Callable[[], float] = random.random,
    ) -> None:
        """
        Args:
            attempts: Times one request is sent at most; 1 for never again.
            jitter: Draws a number from 0 to 1.
        """
        self.http = http
        self.limiter = limiter
        self.calls: Counter[Key] = Counter()
        """Requests sent per method and path, repetitions included."""
        self._attempts = attempts
        self._jitter = jitter

    def __repr__(self) -> str:
        return f"{type(self).__name__}({self.http!r}, requests={self.requests})"

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self.close()

    def close(self) -> None:
        """Let go of the connection."""
        self.http.close()

    @property
    def requests(self) -> int:
        """Requests sent so far, repetitions included."""
        return sum(self.calls.values())

    def _call(
        self,
        decode: Callable[[Any], T],
        method: str,
        path: str,
        *,
        note: str = "",
        query: Mapping[str, str] | None = None,
        json: object = None,
        content: bytes | None = None,
    ) -> T:
        """Carry out one request and read its answer.

        Args:
            decode: Reads the answer's JSON.
            note: The note it is about, for errors.

        Raises:
            AuthError: The token is not accepted, or not for this.
            RetryError: It did not work now; `maybe_done` says whether it may have.
            NoteError: The service refused it, does not have it, or it cannot be sent.
        """

        def read(answer: Answer) -> T:
            try:
                return decode(parsed(answer.body))
            except (KeyError, TypeError, ValueError, AttributeError, RecursionError) as exc:
                detail = f"{type(exc).__name__}: {exc}" if answer.body else "no content"
                raise unreadable(detail, method=method, path=path) from exc

        return self._repeat(read, method, path, note=note, query=query, json=json, content=content)

    def _do(
        self,
        method: str,
        path: str,
        *,
        note: str = "",
        query: Mapping[str, str] | None = None,
        json: object = None,
        content: bytes | None = None,
    ) -> None:
        """Carry out one request whose answer says nothing.

        Raises:
            AuthError, RetryError, NoteError: As in `_call`.
        """
        self._repeat(
            lambda _: None, method, path, note=note, query=query, json=json, content=content
        )

    def _repeat(
        self,
        read: Callable[[Answer], T],
        method: str,
        path: str,
        *,
        note: str,
        query: Mapping[str, str] | None,
        json: object,
        content: bytes | None,
    ) -> T:
        again = _Again(self.limiter, method, path, self._attempts, self._jitter)
        for attempt in stamina.retry_context(on=again, attempts=self._attempts, timeout=None):
            with attempt:
                self.limiter.wait(method, path)
                self.calls[method, path] += 1
                try:
                    answer = self.http.send(method, path, query=query, json=json, content=content)
                except ValueError as exc:
                    raise Unconvertible(
                        f"it holds a character or number that cannot be sent ({exc})", note=note
                    ) from exc
                return read(self._judged(answer, method, path, note))
        raise AssertionError("stamina returns or raises")

    def _judged(self, answer: Answer, method: str, path: str, note: str) -> Answer:
        """Learn from an answer; give it back if it is a success.

        Raises:
            CapsyncError: It is none.
        """
        self.limiter.learn(method, path, read_quota(answer.headers))
        if 200 <= answer.status < 300:
            return answer
        if answer.status == 429:
            self.limiter.turned_away(
                method, path, seconds_to_wait(answer), everywhere=is_page(answer)
            )
        raise error_for(answer, note=note, method=method, path=path)


class _Again:
    """Tells stamina whether to send a request again, and makes the limiter do the waiting."""

    def __init__(
        self,
        limiter: Limiter,
        method: str,
        path: str,
        attempts: int,
        jitter: Callable[[], float],
    ) -> None:
        self._limiter = limiter
        self._method = method
        self._path = path
        self._attempts = attempts
        self._jitter = jitter
        self._made = 0
        self._waited = 0.0

    def __call__(self, error: Exception) -> bool | float:
        self._made += 1
        if not isinstance(error, RetryError) or self._made >= self._attempts:
            return False
        seconds = wait_before_retry(
            error,
            safe=is_read(self._method, self._path),
            attempt=self._made,
            jitter=self._jitter(),
        )
        if seconds is None:
            return False
        seconds = max(seconds, self._limiter.delay(self._method, self._path))
        if self._waited + seconds > self._limiter.patience:
            return False
        logger.info("%s; trying again in %.1f s", error, seconds)
        self._waited += seconds
        self._limiter.hold(self._method, self._path, seconds)
        return 0.0
