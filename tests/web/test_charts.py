"""Charts: every note is in one bar, and nothing sticks out of the picture."""

from __future__ import annotations

from itertools import pairwise

import pytest
from hypothesis import given, strategies as st

from capsync.capacities.limits import Usage
from capsync.web.charts import HEIGHT, WIDTH, freshness, quotas

ages = st.lists(st.none() | st.floats(0, 1e8))


@given(ages)
def test_every_note_is_counted_once(found: list[float | None]) -> None:
    assert sum(bar.count for bar in freshness(found)) == len(found)


@given(ages)
def test_bars_stay_within_the_picture_and_apart(found: list[float | None]) -> None:
    bars = freshness(found)
    assert bars[-1].x + bars[-1].width <= WIDTH + 0.5
    for bar, after in pairwise(bars):
        assert bar.x + bar.width < after.x
    for bar in bars:
        assert abs(bar.y + bar.height - HEIGHT) < 0.2
        assert 0 <= bar.y <= HEIGHT
        assert bool(bar.height) == bool(bar.count)


@pytest.mark.parametrize(
    ("age", "label"),
    [(0.0, "1 min"), (60.0, "10 min"), (3599.0, "1 h"), (604800.0, "older"), (None, "never")],
)
def test_a_note_is_where_its_age_belongs(age: float | None, label: str) -> None:
    assert [bar.label for bar in freshness([age]) if bar.count] == [label]


def used(number: int, free_in: float = 0.0, limit: int = 30) -> Usage:
    return Usage("GET", f"/{number}", number, limit, 60.0, free_in)


def test_the_fullest_quota_comes_first_and_looks_full() -> None:
    found = quotas([used(3), used(30), used(25), used(1, free_in=4.0), used(99)])
    assert [each.used for each in found] == [1, 30, 99, 25, 3]
    assert [each.level for each in found] == ["full", "full", "full", "high", "low"]
    assert found[0].width == found[2].width == WIDTH
    assert quotas([used(1, limit=0)])[0].level == "full"
