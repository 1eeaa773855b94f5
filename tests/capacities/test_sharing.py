"""Two endpoints on one quota are noticed; others at work with the token are no reason to."""

from __future__ import annotations

import random
from collections.abc import Iterable

import pytest

from capsync.capacities.limits import Limiter
from capsync.capacities.quota import Quota
from capsync.clock import ManualClock

OBJECT, MARKDOWN, SEARCH = ("GET", "/object"), ("GET", "/object/markdown"), ("POST", "/search")
LIMIT = 30


class Service:
    """Counts requests by bucket in fixed or sliding minutes and says what is left."""

    def __init__(self, clock: ManualClock, *, one: Iterable[tuple[str, str]], slides: bool) -> None:
        self.clock, self.one, self.slides = clock, set(one), slides
        self.sent: dict[object, list[float]] = {}

    def bucket(self, key: tuple[str, str]) -> object:
        return "one" if key in self.one else key

    def recent(self, bucket: object) -> list[float]:
        now = self.clock.now()
        since = now - 60.0 if self.slides else now // 60 * 60
        return [
            at
            for at in self.sent.get(bucket, [])
            if at > since or (at == since and not self.slides)
        ]

    def ask(self, key: tuple[str, str]) -> Quota:
        bucket = self.bucket(key)
        recent = self.recent(bucket)
        assert len(recent) < LIMIT, f"turned away: {key}"
        self.sent[bucket] = [*recent, self.clock.now()]
        reset = 60.0 if self.slides else 60.0 - self.clock.now() % 60
        return Quota(limit=LIMIT, remaining=LIMIT - len(recent) - 1, reset=reset)


def used(limiter: Limiter, service: Service, key: tuple[str, str]) -> None:
    limiter.wait(*key)
    limiter.learn(*key, service.ask(key))


def taken_for_one() -> tuple[ManualClock, Limiter, Service]:
    """Use two endpoints until the limiter is sure that they share a quota."""
    clock = ManualClock(1_763_800_020.0)
    limiter = Limiter(clock, 0.0)
    service = Service(clock, one=(OBJECT, MARKDOWN), slides=False)
    for key in (OBJECT, MARKDOWN) * 6:
        used(limiter, service, key)
    return clock, limiter, service


def minutes(limiter: Limiter, service: Service, count: int, *, seed: int = 1) -> None:
    """Use two endpoints in no regular order, as fast as the limiter lets us."""
    pick = random.Random(seed)  # noqa: S311  (no secret)
    begun = service.clock.now()
    while service.clock.now() < begun + 60.0 * count:
        used(limiter, service, pick.choice((OBJECT, MARKDOWN)))
        service.clock.sleep(pick.choice((0.1, 0.5, 2.0)))


@pytest.mark.parametrize("slides", [False, True])
def test_two_endpoints_on_one_quota_are_noticed_and_never_turned_away_after(slides: bool) -> None:
    clock = ManualClock(1_763_800_020.0)
    limiter = Limiter(clock, 0.0)
    service = Service(clock, one=(OBJECT, MARKDOWN), slides=slides)
    for key in (OBJECT, MARKDOWN, OBJECT, OBJECT, MARKDOWN, OBJECT, MARKDOWN, MARKDOWN, OBJECT):
        used(limiter, service, key)
    assert limiter.share(OBJECT, MARKDOWN)
    assert limiter.share(MARKDOWN, OBJECT)
    minutes(limiter, service, 5)
    assert limiter.share(OBJECT, MARKDOWN)


@pytest.mark.parametrize("slides", [False, True])
def test_two_quotas_are_never_taken_for_one(slides: bool) -> None:
    clock = ManualClock(1_763_800_020.0)
    limiter = Limiter(clock, 0.0)
    minutes(limiter, Service(clock, one=(), slides=slides), 5)
    assert not limiter.share(OBJECT, MARKDOWN)


def test_somebody_else_with_the_token_is_not_taken_for_another_endpoint() -> None:
    clock = ManualClock(1_763_800_020.0)
    limiter = Limiter(clock, 0.0)
    service = Service(clock, one=(), slides=False)
    pick = random.Random(3)  # noqa: S311  (no secret)
    for _ in range(20):
        clock.sleep(pick.choice((5.0, 15.0)))
        for _ in range(pick.choice((0, 0, 1, 2))):
            service.ask(OBJECT)
        used(limiter, service, pick.choice((OBJECT, MARKDOWN)))
    assert not limiter.share(OBJECT, MARKDOWN)


def test_what_is_used_of_one_counts_for_its_partner_at_once() -> None:
    _, limiter, service = taken_for_one()
    for _ in range(LIMIT - 12):
        used(limiter, service, OBJECT)
    assert limiter.delay(*MARKDOWN) > 0
    assert limiter.delay(*SEARCH) == 0


def test_two_that_part_again_are_told_apart_again() -> None:
    """What looked like one quota may have been chance, or the service may have changed."""
    clock, limiter, service = taken_for_one()
    service.one.clear()
    clock.sleep(120)
    minutes(limiter, service, 3)
    assert not limiter.share(OBJECT, MARKDOWN)


def test_a_share_is_kept_back_for_what_is_more_urgent() -> None:
    clock = ManualClock()
    limiter = Limiter(clock, 0.0)
    for _ in range(LIMIT - 3):
        limiter.wait(*OBJECT)
    assert limiter.delay(*OBJECT) == 0
    assert limiter.delay(*OBJECT, spare=3) > 0
    limiter.learn(*SEARCH, Quota(limit=LIMIT, remaining=2, reset=40))
    assert limiter.delay(*SEARCH) == 0
    assert limiter.delay(*SEARCH, spare=2) == pytest.approx(40)
