"""Quotas as values: what the headers say of them, and when the next request fits.

The service counts requests per method and path in a window of time; nobody
says whether the window slides. A log of the last requests that is never
fuller than the limit is right for both kinds. What the headers say comes on top:
another limit, or fewer requests left than the log thinks, since others
may be using the same token.

Arithmetic only: whoever sleeps is in `limits`.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass, replace

WINDOW = 60.0
"""Seconds, where nothing says otherwise."""

LONGEST = 86_400.0
"""Seconds; a wait longer than a day is a time stamp someone mistook for a wait."""


@dataclass(frozen=True, slots=True)
class Quota:
    """What an answer says of its quota; None for what it does not say."""

    limit: int | None = None
    """Requests a window allows."""
    remaining: int | None = None
    """Requests still allowed before *reset*."""
    reset: float | None = None
    """Seconds until there are more."""
    window: float | None = None
    """Length of the window, in seconds."""


def read_quota(headers: Mapping[str, str]) -> Quota:
    """Read the quota from an answer's headers, in any of the spellings in use.

    ``RateLimit: limit=30, remaining=29, reset=41`` (the service's own),
    ``RateLimit: "default";r=29;t=41`` with ``RateLimit-Policy: "default";q=30;w=60``,
    and ``RateLimit-Limit``, ``-Remaining``, ``-Reset``, ``-Policy: 120;w=60``.

    Args:
        headers: Names in lower case.
    """
    policies = _items(headers.get("ratelimit-policy", ""))
    items = _items(headers.get("ratelimit", ""))
    if not items:
        return _legacy(headers, policies)
    if any("=" in name for name, _ in items):
        return _flat(items, policies)
    return _structured(items, policies)


def read_retry_after(headers: Mapping[str, str]) -> float | None:
    """Read ``Retry-After`` where it is given in seconds."""
    return _seconds(headers.get("retry-after"))


_Items = list[tuple[str, dict[str, str]]]


def _items(field: str) -> _Items:
    """Split a field into its comma-separated items, each with its ``;key=value`` parameters."""
    items = []
    for part in field.split(","):
        name, *rest = (piece.strip() for piece in part.split(";"))
        if name:
            pairs = (piece.partition("=") for piece in rest)
            items.append((name.strip('"'), {key.strip(): value.strip() for key, _, value in pairs}))
    return items


def _flat(items: _Items, policies: _Items) -> Quota:
    found: dict[str, str] = {}
    for name, params in items:
        key, _, value = name.partition("=")
        found |= {key.strip().lower(): value.strip()} | params
    return Quota(
        limit=_limit(found.get("limit")),
        remaining=_whole(found.get("remaining")),
        reset=_seconds(found.get("reset")),
        window=_seconds(found.get("w")) or _window(policies),
    )


def _structured(items: _Items, policies: _Items) -> Quota:
    """Pick the policy with the least left; it is the one that will bite."""
    name, params = min(items, key=lambda item: _whole(item[1].get("r")) or 0)
    policy = dict(policies).get(name, {})
    return Quota(
        limit=_limit(policy.get("q")),
        remaining=_whole(params.get("r")),
        reset=_seconds(params.get("t")),
        window=_seconds(policy.get("w")) or None,
    )


def _legacy(headers: Mapping[str, str], policies: _Items) -> Quota:
    limit = _items(headers.get("ratelimit-limit", "")) or policies
    return Quota(
        limit=_limit(limit[0][0]) if limit else None,
        remaining=_whole(headers.get("ratelimit-remaining")),
        reset=_seconds(headers.get("ratelimit-reset")),
        window=_window(policies),
    )


def _window(policies: _Items) -> float | None:
    return (_seconds(policies[0][1].get("w")) or None) if policies else None


def _whole(value: str | None) -> int | None:
    return int(value) if value is not None and re.fullmatch(r"\s*\d{1,9}\s*", value) else None


def _limit(value: str | None) -> int | None:
    return _whole(value) or None


def _seconds(value: str | None) -> float | None:
    if value is None or not re.fullmatch(r"\s*\d{1,12}(\.\d{1,9})?\s*", value, re.ASCII):
        return None
    seconds = float(value)
    return seconds if seconds <= LONGEST else None


@dataclass(frozen=True, slots=True)
class Bucket:
    """What is known of one method and path at one instant; times are clock readings in seconds."""

    limit: int
    """Requests a window allows."""
    window: float = WINDOW
    """Seconds."""
    sent: tuple[float, ...] = ()
    """When requests were sent, oldest first; those out of the window may be missing."""
    left: int | None = None
    """Requests the service allows before *until*, by its own count; None where it did not say."""
    until: float = 0.0
    shut: float = 0.0
    """Nothing may be sent before."""

    def recent(self, now: float) -> tuple[float, ...]:
        """Give the requests that are still in the window."""
        return tuple(at for at in self.sent if at + self.window > now)

    def delay(self, now: float, spare: int = 0) -> float:
        """Give the seconds until one more request fits, 0.0 where it does now.

        Args:
            spare: Requests that have to fit behind it at once.
        """
        recent, limit = self.recent(now), max(1, self.limit - spare)
        full = recent[-limit] + self.window if len(recent) >= limit else 0.0
        spent = self.until if self.left is not None and self.left <= spare else 0.0
        return max(0.0, full - now, spent - now, self.shut - now)

    def take(self, now: float) -> Bucket:
        """Count a request that is sent *now*."""
        left = self.left if now < self.until else None
        return replace(
            self,
            sent=(*self.recent(now), now),
            left=None if left is None else max(0, left - 1),
        )

    def answered(self, now: float) -> Bucket:
        """Count the last request as one of *now*: the service may have got it as late as that."""
        return replace(self, sent=(*self.sent[:-1], now)) if self.sent else self

    def learn(self, quota: Quota, now: float) -> Bucket:
        """Take over what an answer said; what it did not say stays as it was."""
        bucket = replace(self, limit=quota.limit or self.limit, window=quota.window or self.window)
        if quota.remaining is None:
            return bucket
        reset = bucket.rest(now) if quota.reset is None else quota.reset
        return replace(bucket, left=quota.remaining, until=now + reset)

    def missing(self, quota: Quota, now: float) -> int | None:
        """Say how much less an answer says is left than our own requests explain, if it tells."""
        if quota.remaining is None or self.left is None or now >= self.until:
            return None
        return self.left - quota.remaining

    def rest(self, now: float) -> float:
        """Give the seconds until the oldest request leaves the window, or all of an empty one."""
        recent = self.recent(now)
        return recent[0] + self.window - now if recent else self.window

    def close(self, now: float, seconds: float) -> Bucket:
        """Let nothing through for *seconds*."""
        return replace(self, shut=max(self.shut, now + seconds))

    def merge(self, other: Bucket) -> Bucket:
        """Join with what somebody else knows of the same bucket; the stricter word counts.

        A request both know of, recognised by its time, counts once.
        """
        mine_is_newer = self.until >= other.until
        return Bucket(
            limit=other.limit,
            window=other.window,
            sent=tuple(sorted((Counter(self.sent) | Counter(other.sent)).elements())),
            left=self.left if mine_is_newer else other.left,
            until=max(self.until, other.until),
            shut=max(self.shut, other.shut),
        )
