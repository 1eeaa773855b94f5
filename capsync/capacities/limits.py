"""Staying inside the quotas: the thin shell that sleeps.

One bucket per method and path, since that is how the service counts, plus a
pace for everything together, because a proxy in front of it turns bursts away
whatever the quota says. `capsync.capacities.quota` does the arithmetic.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass, replace
from threading import Lock
from typing import TypeAlias

from capsync.capacities.quota import Bucket, Quota
from capsync.capacities.sharing import Key, Sharing
from capsync.clock import Clock
from capsync.errors import RateLimited

OnWait: TypeAlias = Callable[[float, str, str], None]
"""Told (seconds, method, path) before a wait that is more than the pace."""

DEFAULT_LIMIT = 30
"""Requests a minute, where neither the contract nor a header says otherwise."""

LIMITS: dict[Key, int] = {
    ("GET", "/space"): 10,
    ("GET", "/space/structures"): 10,
    ("POST", "/object/url"): 10,
}

EVERYTHING: Key = ("*", "*")
"""The bucket that holds every request; shut when a proxy turned one away."""

SHORTEST = 1.0
"""Seconds a bucket stays shut after a 429 at least, whatever was said."""

BLIND = 30.0
"""Seconds to stay away when a proxy turns us away without saying for how long."""

TICK = 0.001
"""Seconds slept at least; less could get lost in the rounding of clock readings, for ever."""

FAR = 3600.0
"""Seconds; what another process remembers never holds us longer, clocks being what they are."""


@dataclass(frozen=True, slots=True)
class Usage:
    """How much of one bucket is used now."""

    method: str
    path: str
    used: int
    limit: int
    window: float
    """Seconds."""
    free_in: float
    """Seconds until the next request fits."""


@dataclass(frozen=True, slots=True)
class BucketRecord:
    """One bucket as other processes can read it: plain values, times since the epoch in seconds."""

    method: str
    path: str
    limit: int
    window: float
    sent: tuple[float, ...]
    left: int | None
    until: float
    shut: float


class Limiter:
    """Holds callers back until the service would let them through; safe between threads."""

    def __init__(
        self,
        clock: Clock,
        pace: float = 0.2,
        on_wait: OnWait | None = None,
        *,
        patience: float = 150.0,
    ) -> None:
        """
        Args:
            pace: Seconds between any two requests at least; 0 for no pace.
            on_wait: Told of waits before they begin.
            patience: Longest wait for one request, in seconds.
        """
        self.patience = patience
        self._clock = clock
        self._pace = pace
        self._on_wait = on_wait
        self._lock = Lock()
        self._buckets: dict[Key, Bucket] = {}
        self._sharing = Sharing()
        self._last = float("-inf")
        self._epoch = clock.now() - clock.monotonic()

    def wait(self, method: str, path: str) -> None:
        """Return when one more request may be sent, and count it.

        Raises:
            RateLimited: That would take longer than the patience; nothing was sent.
        """
        while True:
            with self._lock:
                seconds = self._delay(method, path)
                if seconds <= 0.0:
                    self._take(method, path)
                    return
            if seconds > self.patience:
                raise RateLimited(f"{method} {path}: the quota is used up", after=seconds)
            if seconds > self._pace + TICK and self._on_wait is not None:
                self._on_wait(seconds, method, path)
            self._clock.sleep(max(seconds, TICK))

    def delay(self, method: str, path: str, spare: int = 0) -> float:
        """Give the seconds the next request would have to wait.

        Args:
            spare: Requests that have to fit behind it at once, for what is more urgent.
        """
        with self._lock:
            return self._delay(method, path, spare)

    def limit(self, method: str, path: str) -> float:
        """Give the requests a minute that are allowed, as far as is known."""
        with self._lock:
            bucket = self._bucket((method, path))
            return bucket.limit / bucket.window * 60.0

    def share(self, one: Key, other: Key) -> bool:
        """Say whether two endpoints seem to draw on one quota."""
        with self._lock:
            return other in self._sharing.partners(one)

    def learn(self, method: str, path: str, quota: Quota) -> None:
        """Take note of an answer, and take over what its headers said."""
        with self._lock:
            key, now = (method, path), self._now()
            bucket = self._bucket(key)
            self._sharing.answered(key, bucket.missing(quota, now))
            self._buckets[key] = bucket.answered(now).learn(quota, now)

    def turned_away(
        self, method: str, path: str, after: float | None, *, everywhere: bool = False
    ) -> None:
        """Shut the bucket after a 429.

        Args:
            after: Seconds the service asked for; None for the rest of the window.
            everywhere: Whether a proxy said it, which counts all requests alike.
        """
        with self._lock:
            now = self._now()
            key = EVERYTHING if everywhere else (method, path)
            bucket = self._bucket(key)
            if after is None:
                after = BLIND if everywhere else bucket.rest(now)
            self._buckets[key] = bucket.close(now, max(after, SHORTEST))

    def hold(self, method: str, path: str, seconds: float) -> None:
        """Let nothing of this method and path through for *seconds*."""
        with self._lock:
            key = (method, path)
            self._buckets[key] = self._bucket(key).close(self._now(), seconds)

    def usage(self) -> tuple[Usage, ...]:
        """Say how much of each bucket in use is used."""
        with self._lock:
            now = self._now()
            return tuple(
                Usage(*key, len(each.recent(now)), each.limit, each.window, each.delay(now))
                for key, each in sorted(self._buckets.items())
                if key != EVERYTHING
            )

    def snapshot(self) -> tuple[BucketRecord, ...]:
        """Give all that is known, for `restore` in another process."""
        with self._lock:
            now = self._now()
            return tuple(
                BucketRecord(
                    *key,
                    limit=each.limit,
                    window=each.window,
                    sent=tuple(self._since_epoch(at) for at in each.recent(now)),
                    left=each.left,
                    until=self._since_epoch(each.until),
                    shut=self._since_epoch(each.shut),
                )
                for key, each in sorted(self._buckets.items())
            )

    def restore(self, records: Iterable[BucketRecord]) -> None:
        """Add what a snapshot knows to what is known; doing so twice changes nothing."""
        with self._lock:
            now = self._now()
            for record in records:
                key = (record.method, record.path)
                other = Bucket(
                    limit=record.limit,
                    window=record.window,
                    sent=tuple(at for at in map(self._reading, record.sent) if at <= now),
                    left=record.left,
                    until=min(self._reading(record.until), now + FAR),
                    shut=min(self._reading(record.shut), now + FAR),
                )
                mine = self._bucket(key)
                mine = replace(
                    mine, sent=tuple(self._reading(self._since_epoch(at)) for at in mine.sent)
                )
                self._buckets[key] = mine.merge(other)
                self._last = max((self._last, *other.sent))

    def _delay(self, method: str, path: str, spare: int = 0) -> float:
        now = self._now()
        return max(
            self._bucket((method, path)).delay(now, spare),
            self._bucket(EVERYTHING).delay(now),
            self._last + self._pace - now,
        )

    def _take(self, method: str, path: str) -> None:
        self._last = now = self._now()
        key = (method, path)
        self._sharing.sent(key)
        for each in (key, *self._sharing.partners(key)):
            self._buckets[each] = self._bucket(each).take(now)

    def _bucket(self, key: Key) -> Bucket:
        return self._buckets.get(key) or Bucket(LIMITS.get(key, DEFAULT_LIMIT))

    def _now(self) -> float:
        return self._clock.monotonic()

    def _since_epoch(self, reading: float) -> float:
        """Milliseconds are enough, and make the same request the same number everywhere."""
        return round(reading + self._epoch, 3)

    def _reading(self, since_epoch: float) -> float:
        return since_epoch - self._epoch
