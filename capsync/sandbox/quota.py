"""Quotas: so many requests per token, method and path in a fixed minute.

The arithmetic of one window is a value; `Quotas` remembers the windows and
says in headers what is left, in whichever form the options ask for.
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import TypeAlias

from capsync.sandbox.message import Refusal, Response
from capsync.sandbox.options import Options

WINDOW = 60.0
"""Seconds a window lasts, from its first request."""
BURST_WINDOW = 1.0
PENALTY = 10.0
"""Seconds the proxy turns everything away after a burst."""
PAGE_1015 = (
    "<!DOCTYPE html><html><head><title>Access denied | Error 1015</title></head>"
    "<body><h1>Error 1015</h1><p>You are being rate limited</p></body></html>"
)
Key: TypeAlias = tuple[str, str, str]
"""Token, method, path."""


@dataclass(frozen=True, slots=True)
class Window:
    """What was used of a quota since *start*."""

    start: float
    limit: int
    used: int = 0

    @property
    def remaining(self) -> int:
        return max(0, self.limit - self.used)

    def reset(self, now: float) -> int:
        """Whole seconds until the window ends."""
        return max(0, math.ceil(self.start + WINDOW - now))


class Quotas:
    """The windows of all tokens."""

    def __init__(self, options: Options) -> None:
        self._options = options
        self._windows: dict[Key, Window] = {}
        self._recent: list[float] = []
        self._shut_until = 0.0

    def take(self, key: Key, limit: int, now: float) -> Window | None:
        """Count a request; None where quotas are lifted.

        The window that comes back holds more uses than its limit when the
        request must be turned away.
        """
        if not self._options.quota_scale:
            return None
        limit = max(1, round(limit * self._options.quota_scale))
        window = self._windows.get(key)
        if window is None or now >= window.start + WINDOW:
            window = Window(now, limit)
        window = Window(window.start, limit, window.used + 1)
        self._windows[key] = window
        return window

    def bursts(self, now: float) -> bool:
        """Count a request for the proxy in front and say whether it turns it away."""
        limit = self._options.burst_limit
        if not limit:
            return False
        if now < self._shut_until:
            return True
        self._recent = [then for then in self._recent if now - then < BURST_WINDOW] + [now]
        if len(self._recent) > limit:
            self._shut_until = now + PENALTY
        return len(self._recent) > limit

    def headers(self, window: Window | None, now: float) -> dict[str, str]:
        """Say what is left."""
        if window is None or self._options.rate_header == "none":
            return {}
        left, reset = str(window.remaining), str(window.reset(now))
        if self._options.rate_header == "legacy":
            return {
                "ratelimit-policy": f"{window.limit};w={WINDOW:.0f}",
                "ratelimit-limit": str(window.limit),
                "ratelimit-remaining": left,
                "ratelimit-reset": reset,
            }
        return {"ratelimit": f"limit={window.limit}, remaining={left}, reset={reset}"}

    def exceeded(self, window: Window, now: float) -> Response:
        """Give the 429."""
        if self._options.html_429:
            return html(429)
        answer = Refusal(429, "Rate limit exceeded. Please try again later.").response()
        extra = {"retry-after": str(window.reset(now))} if self._options.retry_after else {}
        return Response(429, {**answer.headers, **self.headers(window, now), **extra}, answer.body)


def html(status: int) -> Response:
    """Give the kind of page a proxy puts in the service's place."""
    return Response(status, {"content-type": "text/html; charset=UTF-8"}, PAGE_1015.encode())
