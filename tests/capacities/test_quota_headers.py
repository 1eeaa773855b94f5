"""The spellings of the quota headers, and the arithmetic of a bucket."""

from __future__ import annotations

from collections.abc import Mapping

import pytest
from hypothesis import given, strategies as st

from capsync.capacities.quota import Bucket, Quota, read_quota, read_retry_after

HEADERS: Mapping[str, tuple[Mapping[str, str], Quota]] = {
    "draft 8 as documented": (
        {"ratelimit": "limit=30, remaining=29, reset=41"},
        Quota(30, 29, 41.0),
    ),
    "draft 8, other case and blanks": (
        {"ratelimit": " Limit = 30 ,Remaining= 29,  RESET=41"},
        Quota(30, 29, 41.0),
    ),
    "draft 8 with semicolons": (
        {"ratelimit": "limit=30;remaining=29;reset=41"},
        Quota(30, 29, 41.0),
    ),
    "draft 8 with policy": (
        {"ratelimit": "limit=30, remaining=29, reset=41", "ratelimit-policy": "30;w=10"},
        Quota(30, 29, 41.0, 10.0),
    ),
    "structured": ({"ratelimit": '"default";r=29;t=41'}, Quota(None, 29, 41.0)),
    "structured with policy": (
        {"ratelimit": '"default";r=29;t=41', "ratelimit-policy": '"default";q=30;w=60'},
        Quota(30, 29, 41.0, 60.0),
    ),
    "structured, the tightest of two": (
        {
            "ratelimit": '"burst";r=2;t=1, "default";r=29;t=41',
            "ratelimit-policy": '"burst";q=5;w=1, "default";q=30;w=60',
        },
        Quota(5, 2, 1.0, 1.0),
    ),
    "legacy": (
        {
            "ratelimit-limit": "120",
            "ratelimit-remaining": "119",
            "ratelimit-reset": "60",
            "ratelimit-policy": "120;w=60",
        },
        Quota(120, 119, 60.0, 60.0),
    ),
    "legacy, limit with window": (
        {"ratelimit-limit": "120, 120;w=60", "ratelimit-remaining": "0"},
        Quota(120, 0),
    ),
    "legacy, policy alone": ({"ratelimit-policy": "120;w=60"}, Quota(120, None, None, 60.0)),
    "nothing": ({}, Quota()),
    "garbage": ({"ratelimit": ";;=,=;,-3,x=y"}, Quota()),
    "garbage in numbers": ({"ratelimit": "limit=many, remaining=-1, reset=soon"}, Quota()),
    "no requests at all is no limit": ({"ratelimit": "limit=0, remaining=0"}, Quota(None, 0)),
    "reset as a time stamp": (
        {"ratelimit": "limit=30, remaining=0, reset=1795341600"},
        Quota(30, 0, None),
    ),
}


@pytest.mark.parametrize(("headers", "quota"), HEADERS.values(), ids=HEADERS.keys())
def test_quota_headers_are_read_in_every_spelling(headers: Mapping[str, str], quota: Quota) -> None:
    assert read_quota(headers) == quota


@given(
    st.dictionaries(
        st.sampled_from(["ratelimit", "ratelimit-policy", "ratelimit-limit", "retry-after"]),
        st.text(st.sampled_from('limt=0123;,"rwq -²٣.')),
    )
)
def test_no_header_can_break_the_reading(headers: Mapping[str, str]) -> None:
    quota = read_quota(headers)
    assert quota.limit is None or quota.limit > 0
    assert (read_retry_after(headers) or 0.0) >= 0.0


def test_a_full_bucket_frees_when_its_oldest_request_leaves_the_window() -> None:
    bucket = Bucket(limit=2).take(0.0).take(10.0)
    assert bucket.delay(10.0) == 50.0
    assert bucket.delay(60.0) == 0.0


def test_three_left_means_three_and_then_the_wait_that_was_said() -> None:
    bucket = Bucket(limit=30).take(0.0).learn(Quota(30, 3, 42.0), 0.0)
    for _ in range(3):
        assert bucket.delay(0.0) == 0.0
        bucket = bucket.take(0.0)
    assert bucket.delay(0.0) == 42.0
    assert bucket.delay(42.0) == 0.0


def test_more_left_than_we_count_is_not_believed() -> None:
    bucket = Bucket(limit=2).take(0.0).take(1.0).learn(Quota(2, 2, 5.0), 1.0)
    assert bucket.delay(1.0) == 59.0


def test_none_left_without_a_reset_lasts_for_the_rest_of_the_window() -> None:
    assert Bucket(limit=9).take(0.0).learn(Quota(remaining=0), 20.0).delay(20.0) == 40.0


def test_a_shut_bucket_is_never_opened_by_a_shorter_word() -> None:
    bucket = Bucket(limit=9).close(0.0, 50.0).close(0.0, 5.0)
    assert bucket.delay(10.0) == 40.0
