"""``capsync log``: what happened, for people and for programs."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from capsync.clock import ManualClock
from capsync.state.activity import Activity
from capsync.state.place import state_path
from capsync.vault.vault import read_config
from tests.cli.world import Person, person


class ClockWithPlans(ManualClock):
    """Does something each time someone sleeps on it; Ctrl-C when nothing is left."""

    def __init__(self, *plans: Callable[[], object]) -> None:
        super().__init__()
        self.plans = list(plans)

    def sleep(self, seconds: float) -> None:
        if not self.plans:
            raise KeyboardInterrupt
        self.plans.pop(0)()


@pytest.fixture
def someone(tmp_path: Path) -> Iterator[Person]:
    with person(tmp_path) as found:
        yield found.connected()


@pytest.fixture
def activity(someone: Person) -> Activity:
    state = state_path(read_config(someone.vault).vault, someone.app.environ)
    return Activity.beside(state, someone.clock)


def test_an_empty_log_says_so(someone: Person) -> None:
    result = someone.types("log")
    assert (result.stdout, result.exit_code) == ("", 0)
    assert "Nothing is in the log yet" in result.stderr


def test_a_person_reads_a_line_each(someone: Person, activity: Activity) -> None:
    activity.add("push", path="Pages/Plan.md", text="2 blocks")
    activity.add("offline", text="no answer")
    first, second = someone.types("log").stdout.splitlines()
    assert first.endswith("  push       Pages/Plan.md: 2 blocks")
    assert second.endswith("  offline    no answer")


def test_nothing_in_the_log_steers_the_terminal(someone: Person, activity: Activity) -> None:
    activity.add("push", path="\x1b[2J\u202egpj.md")
    assert "\\x1b[2J\\u202egpj.md" in someone.types("log").stdout


def test_as_many_as_asked_for_are_shown(someone: Person, activity: Activity) -> None:
    for number in range(30):
        activity.add("push", path=f"{number}.md")
    assert len(someone.types("log").stdout.splitlines()) == 20
    lines = someone.types("log", "-n", "2", "--json").stdout.splitlines()
    assert [json.loads(each)["path"] for each in lines] == ["28.md", "29.md"]
    assert someone.types("log", "-n", "0").stdout == ""


@pytest.mark.parametrize("count", [0, 1])
def test_following_shows_what_comes_until_ctrl_c(
    someone: Person, activity: Activity, count: int
) -> None:
    activity.add("push", path="older.md")
    activity.add("push", path="before.md")
    someone.app.clock = ClockWithPlans(
        lambda: activity.add("pull", path="1.md"),
        lambda: None,
        lambda: activity.add("pull", path="2.md"),
        lambda: activity.add("pull", path="3.md"),
    )
    result = someone.types("log", "-f", "--json", "-n", str(count))
    shown = [json.loads(line)["path"] for line in result.stdout.splitlines()]
    assert shown == [*["before.md"][:count], "1.md", "2.md", "3.md"]
    assert result.exit_code == 0


def test_outside_a_vault_there_is_no_log(tmp_path: Path) -> None:
    with person(tmp_path) as someone:
        someone.app.vault = tmp_path
        assert someone.types("log").exit_code == 2
