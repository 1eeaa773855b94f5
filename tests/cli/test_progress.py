"""How far a sync is, as a person sees it."""

from __future__ import annotations

import io
from collections.abc import Callable
from dataclasses import dataclass, field

import pytest
from hypothesis import given, strategies as st

from capsync.capacities.limits import Usage
from capsync.cli.progress import PATIENCE, Screen, line, tightest, time_to_go
from capsync.clock import ManualClock


def quota(used: int, limit: int = 30, path: str = "/object") -> Usage:
    return Usage("GET", path, used, limit, 60.0, 0.0)


class Terminal(io.StringIO):
    def isatty(self) -> bool:
        return True


@dataclass
class Bell:
    """An alarm that goes off when the test says so."""

    actions: list[Callable[[], None]] = field(default_factory=list)
    started: int = 0

    def __call__(self, seconds: float, action: Callable[[], None]) -> Bell:
        assert seconds == PATIENCE
        self.actions.append(action)
        return self

    def start(self) -> None:
        self.started += 1

    def cancel(self) -> None:
        self.started -= 1


@pytest.mark.parametrize(
    ("given", "text"),
    [
        (line("starting", 0, 0), "starting"),
        (line("reading", 3, 40), "reading 3/40"),
        (line("reading", 4, 40, to_go=0.4), "reading 4/40"),
        (line("reading", 3, 40, to_go=59.6), "reading 3/40 · about 60 s to go"),
        (line("reading", 3, 40, to_go=3000.0), "reading 3/40 · about 50 min to go"),
        (line("reading", 3, 40, to_go=9000.0), "reading 3/40 · about 2.5 h to go"),
        (line("reading", 3, 40, quota=quota(12)), "reading 3/40 · 18 of 30 left of GET /object"),
        (
            line("reading", 3, 40, quota=quota(30), wait=23.2),
            "reading 3/40 · waiting 23 s for the quota of GET /object",
        ),
    ],
)
def test_the_line_says_what_matters(given: str, text: str) -> None:
    assert given == text


def test_the_quota_decides_how_long_it_takes() -> None:
    assert time_to_go(10, 100, 2.0, quota(10)) == pytest.approx(140.0)
    assert time_to_go(10, 30, 2.0, quota(10)) == pytest.approx(4.0)
    assert time_to_go(0, 30, 2.0, None) is None
    assert time_to_go(30, 30, 2.0, quota(30)) is None


@given(st.integers(0, 500), st.integers(0, 500), st.floats(0, 1e5), st.integers(0, 60))
def test_the_time_to_go_is_never_negative(done: int, total: int, elapsed: float, used: int) -> None:
    left = time_to_go(done, total, elapsed, quota(used))
    assert left is None or left >= 0


def test_the_quota_shown_is_the_one_that_runs_out_first() -> None:
    assert tightest([quota(0), quota(9, path="/a"), quota(4, 10, "/b")]) == quota(4, 10, "/b")
    assert tightest([quota(0)]) is None


def test_a_screen_follows_stages_notes_and_waits() -> None:
    clock = ManualClock()
    screen = Screen(clock, Terminal(), Bell())
    screen.usage = lambda: (quota(30), quota(1, 10, "/space"))
    screen.stage("reading", 40)
    screen.advance()
    screen.waiting(23.0, "GET", "/object")
    clock.sleep(3.0)
    assert screen.text() == (
        "reading 1/40 · about 117 s to go · waiting 20 s for the quota of GET /object"
    ).replace("117 s", "2 min")
    clock.sleep(20.0)
    assert "0 of 30 left of GET /object" in screen.text()
    screen.stage("writing", 0)
    assert screen.text().startswith("writing · ")


def test_nothing_is_drawn_without_a_terminal() -> None:
    bell = Bell()
    with Screen(ManualClock(), io.StringIO(), bell) as screen:
        assert bell.started == 0
        screen.stage("reading", 3)


def test_a_terminal_is_drawn_on_after_a_second_and_left_clean(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setenv("TERM", "xterm")
    monkeypatch.setenv("NO_COLOR", "1")
    terminal, bell = Terminal(), Bell()
    with Screen(ManualClock(), terminal, bell) as screen:
        screen.stage("reading", 3)
        assert (bell.started, terminal.getvalue()) == (1, "")
        bell.actions[0]()
        screen.advance()
    assert "reading 1/3" in terminal.getvalue()
    assert "\x1b[3" not in terminal.getvalue()  # no colours
    assert bell.started == 0


def test_an_alarm_that_comes_too_late_draws_nothing() -> None:
    terminal, bell = Terminal(), Bell()
    with Screen(ManualClock(), terminal, bell):
        pass
    bell.actions[0]()
    assert terminal.getvalue() == ""
