"""The limiter: its laws under any load, and what it does with what it is told."""

from __future__ import annotations

from itertools import pairwise
from threading import Thread

import pytest
from hypothesis import given, strategies as st

from capsync.capacities.limits import BLIND, Limiter
from capsync.capacities.quota import Quota
from capsync.clock import ManualClock
from capsync.errors import RateLimited

GET = ("GET", "/object")


class Waits(list[tuple[float, str, str]]):
    """Remembers the waits that were announced."""

    def __call__(self, seconds: float, method: str, path: str) -> None:
        self.append((seconds, method, path))


def send(limiter: Limiter, times: int, key: tuple[str, str] = GET) -> None:
    for _ in range(times):
        limiter.wait(*key)


def most_in_a_window(times: list[float], window: float) -> int:
    return max((sum(start <= at < start + window for at in times) for start in times), default=0)


@given(
    limit=st.integers(1, 40),
    window=st.floats(0.5, 120),
    gaps=st.lists(st.floats(0, 30), max_size=80),
    pace=st.sampled_from([0.0, 0.2, 3.0]),
)
def test_no_window_ever_holds_more_requests_than_the_rate_allows(
    limit: int, window: float, gaps: list[float], pace: float
) -> None:
    clock = ManualClock()
    limiter = Limiter(clock, pace)
    limiter.learn(*GET, Quota(limit=limit, window=window))
    times = []
    for gap in gaps:
        clock.sleep(gap)
        limiter.wait(*GET)
        times.append(clock.now())
    # Sums of floats near 1.7e9 are off by up to a microsecond.
    assert most_in_a_window(times, window - 1e-5) <= limit
    assert all(later - at >= pace - 1e-5 for at, later in pairwise(times))


def test_a_request_counts_from_when_it_was_answered() -> None:
    """It may have been on its way for a while before the service counted it."""
    clock = ManualClock()
    limiter = Limiter(clock, 0.0)
    limiter.learn(*GET, Quota(limit=1))
    limiter.wait(*GET)
    clock.sleep(5.0)
    limiter.learn(*GET, Quota())
    assert limiter.delay(*GET) == pytest.approx(60.0)


@given(
    limit=st.integers(1, 30),
    others=st.lists(st.booleans(), min_size=1, max_size=90),
    slides=st.booleans(),
)
def test_a_service_that_says_what_is_left_never_has_to_turn_us_away(
    limit: int, others: list[bool], slides: bool
) -> None:
    """Somebody else uses the token too; fixed and sliding windows alike."""
    clock = ManualClock()
    limiter = Limiter(clock, 0.0)
    limiter.learn(*GET, Quota(limit=limit))
    used: list[float] = []
    opened = clock.now()

    def take() -> int:
        nonlocal opened
        now = clock.now()
        if slides:
            used[:] = [at for at in used if at + 60.0 > now]
        elif now >= opened + 60.0:
            opened = now
            used.clear()
        used.append(now)
        return limit - len(used)

    for somebody in others:
        limiter.wait(*GET)
        left = take()
        assert left >= 0
        if somebody and left:
            left = take()
        reset = max(0.0, (used[0] if slides else opened) + 60.0 - clock.now())
        limiter.learn(*GET, Quota(limit, left, reset))


def test_thirty_go_at_once_and_the_next_waits_out_the_minute() -> None:
    clock = ManualClock(0.0)
    limiter = Limiter(clock, 0.0)
    send(limiter, 65)
    assert clock.time == 120.0


@pytest.mark.parametrize(
    "key", [("GET", "/space"), ("GET", "/space/structures"), ("POST", "/object/url")]
)
def test_the_documented_exceptions_get_ten(key: tuple[str, str]) -> None:
    clock = ManualClock(0.0)
    limiter = Limiter(clock, 0.0)
    send(limiter, 10, key)
    assert clock.time == 0.0
    send(limiter, 1, key)
    assert clock.time == 60.0


def test_buckets_do_not_share() -> None:
    clock = ManualClock(0.0)
    limiter = Limiter(clock, 0.0)
    send(limiter, 30)
    send(limiter, 30, ("PATCH", "/object"))
    assert clock.time == 0.0


def test_a_bigger_limit_lets_us_go_faster() -> None:
    clock = ManualClock(0.0)
    limiter = Limiter(clock, 0.0)
    limiter.learn(*GET, Quota(limit=120))
    send(limiter, 120)
    assert clock.time == 0.0


def test_a_smaller_limit_slows_us_down() -> None:
    clock = ManualClock(0.0)
    limiter = Limiter(clock, 0.0)
    limiter.learn(*GET, Quota(limit=5))
    send(limiter, 6)
    assert clock.time == 60.0


def test_an_answer_without_headers_changes_nothing() -> None:
    clock = ManualClock(0.0)
    limiter = Limiter(clock, 0.0)
    limiter.learn(*GET, Quota(limit=5))
    limiter.learn(*GET, Quota())
    assert limiter.usage()[0].limit == 5


def test_nothing_left_waits_for_the_reset_that_was_said() -> None:
    clock, waits = ManualClock(0.0), Waits()
    limiter = Limiter(clock, 0.2, waits)
    send(limiter, 1)
    limiter.learn(*GET, Quota(30, 0, 42.0))
    send(limiter, 1)
    assert clock.time == 42.0
    assert waits == [(42.0, *GET)]


def test_the_pace_is_kept_across_buckets_and_not_announced() -> None:
    clock, waits = ManualClock(0.0), Waits()
    limiter = Limiter(clock, 0.2, waits)
    send(limiter, 3)
    send(limiter, 3, ("PATCH", "/object"))
    assert clock.time == pytest.approx(1.0)
    assert waits == []


def test_a_429_shuts_its_bucket_for_as_long_as_it_says() -> None:
    clock = ManualClock(0.0)
    limiter = Limiter(clock, 0.0)
    send(limiter, 1)
    limiter.turned_away(*GET, 7.0)
    send(limiter, 1, ("PATCH", "/object"))
    assert clock.time == 0.0
    send(limiter, 1)
    assert clock.time == 7.0


def test_a_429_that_says_nothing_shuts_for_the_rest_of_the_window() -> None:
    clock = ManualClock(0.0)
    limiter = Limiter(clock, 0.0)
    send(limiter, 1)
    clock.sleep(25.0)
    limiter.turned_away(*GET, None)
    assert limiter.delay(*GET) == 35.0


def test_a_429_by_a_proxy_shuts_everything() -> None:
    clock = ManualClock(0.0)
    limiter = Limiter(clock, 0.0)
    limiter.turned_away(*GET, None, everywhere=True)
    assert limiter.delay("PATCH", "/object") == BLIND


def test_a_429_without_a_wait_is_not_repeated_at_once() -> None:
    limiter = Limiter(ManualClock(0.0), 0.0)
    limiter.turned_away(*GET, 0.0)
    assert limiter.delay(*GET) == 1.0


def test_a_wait_beyond_patience_is_an_error_and_sends_nothing() -> None:
    clock = ManualClock(0.0)
    limiter = Limiter(clock, 0.0)
    limiter.turned_away(*GET, 3600.0)
    with pytest.raises(RateLimited) as caught:
        limiter.wait(*GET)
    assert caught.value.after == 3600.0
    assert clock.time == 0.0


def test_threads_share_one_limit() -> None:
    clock = ManualClock(0.0)
    limiter = Limiter(clock, 0.0)
    threads = [Thread(target=send, args=(limiter, 6)) for _ in range(5)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert limiter.usage()[0].used == 30
    assert clock.time == 0.0


def test_usage_tells_what_is_used_and_when_more_fits() -> None:
    limiter = Limiter(ManualClock(0.0), 0.0)
    send(limiter, 10, ("GET", "/space"))
    send(limiter, 1)
    used, space = limiter.usage()
    assert (used.method, used.path, used.used, used.limit, used.free_in) == (*GET, 1, 30, 0.0)
    assert (space.path, space.used, space.limit, space.free_in) == ("/space", 10, 10, 60.0)


def test_another_process_goes_on_where_the_first_stopped() -> None:
    first, second = ManualClock(1000.0), OffsetClock(1005.0, uptime=77.0)
    before, after = Limiter(first, 0.0), Limiter(second, 0.0)
    send(before, 30)
    before.learn("GET", "/space", Quota(20, 0, 33.0))
    before.turned_away("POST", "/object", 100.0, everywhere=True)
    after.restore(before.snapshot())
    assert after.delay("GET", "/space") == pytest.approx(95.0)
    assert {each.path: each.limit for each in after.usage()} == {"/object": 30, "/space": 20}
    second.sleep(94.0)
    assert after.delay("GET", "/space") == pytest.approx(1.0)
    assert after.delay(*GET) == pytest.approx(1.0)


def test_restoring_our_own_snapshot_changes_nothing() -> None:
    clock = OffsetClock(1_763_800_000.123_456, uptime=0.000_7)
    limiter = Limiter(clock, 0.0)
    for _ in range(5):
        send(limiter, 3)
        clock.sleep(1.234_567)
    once = limiter.snapshot()
    limiter.restore(once)
    limiter.restore(limiter.snapshot())
    assert limiter.snapshot() == once


def test_two_processes_together_keep_to_the_limit() -> None:
    clock = ManualClock(0.0)
    one, two = Limiter(clock, 0.0), Limiter(clock, 0.0)
    send(one, 20)
    clock.sleep(1.0)
    send(two, 5)
    two.restore(one.snapshot())
    send(two, 5)
    assert clock.time == 1.0
    send(two, 1)
    assert clock.time == 60.0


def test_a_clock_that_was_set_back_does_not_hold_us_for_ever() -> None:
    ahead = Limiter(ManualClock(1_000_000.0), 0.0)
    send(ahead, 30)
    ahead.turned_away(*GET, 40.0)
    now = Limiter(ManualClock(0.0), 0.0)
    now.restore(ahead.snapshot())
    assert now.usage()[0].used == 0
    assert now.delay(*GET) <= 3600.0


class OffsetClock(ManualClock):
    """A machine whose monotonic clock began some time ago."""

    def __init__(self, start: float, *, uptime: float) -> None:
        super().__init__(start)
        self._boot = start - uptime

    def monotonic(self) -> float:
        return self.time - self._boot
