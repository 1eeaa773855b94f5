"""Waiting for an editor: nothing is forgotten, nothing comes early, nothing late."""

from __future__ import annotations

from dataclasses import dataclass
from itertools import pairwise

import pytest
from hypothesis import given, strategies as st

from capsync.plan import quiet as quiet_module
from capsync.plan.quiet import Due, Quiet, Waiting

PERIOD, TYPING, LONGEST = 1.0, 2.5, 10.0


@dataclass(frozen=True)
class Touch:
    gap: float
    """Seconds since the one before."""
    path: str
    """Empty for everything."""


anything = st.builds(
    Touch,
    gap=st.sampled_from([0.0, 0.3, 0.9, 1.0, 1.1, 2.0, 2.6, 9.0, 30.0]),
    path=st.sampled_from(["a", "b", "c", ""]),
)
typing = st.builds(Touch, gap=st.sampled_from([0.3, 0.9, 2.0]), path=st.sampled_from(["a", ""]))
touches = st.lists(anything, max_size=40) | st.lists(typing, min_size=10, max_size=60)


def play(quiet: Quiet, story: list[Touch]) -> list[tuple[float, str]]:
    """Play touches, waking up exactly when the quiet says, and tell what was due when."""
    woken: list[tuple[float, str]] = []

    def wake(until: float) -> None:
        while (at := quiet.next_due()) is not None and at <= until:
            due = quiet.due(at)
            assert due, "it said that something was due"
            woken.extend((at, path) for path in (*due.paths, *([""] if due.everything else [])))

    now = 0.0
    for touch in story:
        now += touch.gap
        wake(now)
        if touch.path:
            quiet.touched(touch.path, now)
        else:
            quiet.everything(now)
    wake(float("inf"))
    return woken


def times(story: list[Touch]) -> list[tuple[float, str]]:
    now, told = 0.0, []
    for touch in story:
        now += touch.gap
        told.append((now, touch.path))
    return told


@given(touches)
def test_nothing_that_was_touched_is_forgotten(story: list[Touch]) -> None:
    woken = play(Quiet(PERIOD, LONGEST, typing=TYPING), story)
    for at, path in times(story):
        assert any(due >= at and path == each for due, each in woken)


@given(touches)
def test_nothing_is_due_before_it_has_been_quiet_unless_it_is_late(story: list[Touch]) -> None:
    woken = play(Quiet(PERIOD, LONGEST, typing=TYPING), story)
    told = times(story)
    for due, path in woken:
        earlier = [at for at, each in told if each == path and at < due]
        before = max((at for at, each in woken if each == path and at < due), default=-1.0)
        first = min(at for at in earlier if at >= before)
        assert due - max(earlier) >= PERIOD - 1e-9 or due == first + LONGEST


@given(touches)
def test_nothing_waits_longer_than_the_longest(story: list[Touch]) -> None:
    woken = play(Quiet(PERIOD, LONGEST, typing=TYPING), story)
    for at, path in times(story):
        assert min(due for due, each in woken if each == path and due >= at) <= at + LONGEST


@given(touches)
def test_nothing_is_due_that_was_not_touched_and_nothing_twice(story: list[Touch]) -> None:
    woken = play(Quiet(PERIOD, LONGEST, typing=TYPING), story)
    told = times(story)
    for path in ("a", "b", "c", ""):
        dues = [-1.0, *(at for at, each in woken if each == path)]
        for before, due in pairwise(dues):
            assert any(before <= at <= due for at, each in told if each == path)


@given(touches)
def test_what_waits_is_told_in_order_and_is_what_comes(story: list[Touch]) -> None:
    quiet = Quiet(PERIOD, LONGEST, typing=TYPING)
    for at, path in times(story):
        quiet.touched(path, at) if path else quiet.everything(at)
    waiting = quiet.waiting
    assert [each.until for each in waiting] == sorted(each.until for each in waiting)
    assert quiet.next_due() == (waiting[0].until if waiting else None)
    due = quiet.due(float("inf"))
    assert {each.path for each in waiting} == {*due.paths, *([""] if due.everything else [])}


def test_a_save_that_stands_alone_is_due_after_the_period() -> None:
    assert play(Quiet(), [Touch(0.0, "a")]) == [(1.0, "a")]


def test_a_burst_is_one() -> None:
    ((at, path),) = play(Quiet(), [Touch(0.01, "a")] * 20)
    assert path == "a"
    assert at == pytest.approx(1.2)


def test_typing_without_a_pause_is_due_after_ten_seconds() -> None:
    woken = play(Quiet(), [Touch(0.5, "a")] * 40)
    assert [round(at, 3) for at, _ in woken] == [10.5, 20.5]


def test_saving_by_itself_every_two_seconds_is_folded() -> None:
    """Obsidian saves every two seconds: in a minute seven pushes, not thirty."""
    woken = play(Quiet(), [Touch(2.0, "a")] * 30)
    assert len(woken) == 7
    assert woken[0] == (3.0, "a"), "the first save is as quick as any"


def test_a_second_save_after_a_pause_is_as_quick_as_the_first() -> None:
    assert play(Quiet(), [Touch(0.0, "a"), Touch(2.6, "a")]) == [(1.0, "a"), (3.6, "a")]


def test_a_note_does_not_wait_for_another() -> None:
    woken = play(Quiet(), [Touch(0.0, "a"), Touch(0.8, "b"), Touch(0.8, "b")])
    assert woken == [(1.0, "a"), (2.6, "b")]


def test_a_moved_file_wakes_both_its_names() -> None:
    quiet = Quiet()
    quiet.touched("from", 0.0)
    quiet.touched("to", 0.0)
    assert quiet.due(1.0) == Due(("from", "to"))


def test_what_waits_is_known_by_name() -> None:
    quiet = Quiet()
    quiet.touched("a", 0.0)
    quiet.everything(0.0)
    assert "a" in quiet
    assert "b" not in quiet
    assert "" not in quiet
    assert quiet.waiting == (Waiting("", 1.0), Waiting("a", 1.0))


def test_a_scan_that_has_taken_over_leaves_nothing_waiting() -> None:
    quiet = Quiet()
    quiet.touched("a", 0.0)
    quiet.everything(0.0)
    quiet.clear()
    assert (quiet.waiting, quiet.next_due(), quiet.due(100.0)) == ((), None, Due())


def test_a_clock_that_stands_still_or_goes_back_makes_nothing_early() -> None:
    quiet = Quiet()
    quiet.touched("a", 5.0)
    quiet.touched("a", 1.0)
    assert not quiet.due(5.5)
    assert quiet.due(6.0) == Due(("a",))


def test_a_period_longer_than_the_longest_is_cut() -> None:
    assert play(Quiet(30.0, 10.0), [Touch(0.0, "a")]) == [(10.0, "a")]


@pytest.mark.parametrize("count", [5_000, 50_000])
def test_a_burst_of_thousands_loses_none_and_stays_small(count: int) -> None:
    quiet = Quiet()
    for number in range(count):
        quiet.touched(f"{number}.md", number / count)
        quiet.next_due()
        assert len(quiet) <= quiet_module.MOST + 1
    due = quiet.due(100.0)
    assert due.everything or len(due.paths) == count
    assert due.everything == (count > quiet_module.MOST)
    assert quiet.next_due() is None


def test_a_burst_too_large_is_due_no_later_than_its_first_note(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(quiet_module, "MOST", 3)
    quiet = Quiet()
    for number in range(100):
        quiet.touched(f"{number}.md", number * 0.2)
        if due := quiet.due(number * 0.2):
            assert due.everything
            assert number * 0.2 == pytest.approx(10.0)
            return
    pytest.fail("nothing was due")


def test_what_was_typed_in_long_ago_is_not_remembered() -> None:
    quiet = Quiet()
    for number in range(1000):
        quiet.touched(f"{number}.md", number * 1.0)
        quiet.due(number * 1.0)
    assert len(quiet._past) < 10
