"""The page's hands where a daemon is at work, comes or goes."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import ExitStack
from pathlib import Path

import pytest

from capsync.cli.by_daemon import DaemonFailed
from capsync.cli.daemon_hands import FRESH, DaemonHands
from capsync.clock import ManualClock
from capsync.daemon.control import Asked
from capsync.errors import ConfigError
from capsync.state.place import state_path
from capsync.sync.report import Report
from capsync.vault.files import Folder
from capsync.vault.vault import read_config
from tests.cli.daemon import daemon
from tests.cli.world import Person, person
from tests.sync.world import paragraph


@pytest.fixture
def someone(tmp_path: Path) -> Iterator[Person]:
    with person(tmp_path) as found:
        yield found.connected()


def place_of(someone: Person) -> Path:
    return state_path(read_config(someone.vault).vault, someone.app.environ).parent


def later(someone: Person) -> None:
    assert isinstance(someone.clock, ManualClock)
    someone.clock.sleep(FRESH + 0.1)


def test_without_a_daemon_nothing_can_rest_and_a_sync_is_done_here(someone: Person) -> None:
    hands = DaemonHands(someone.app)
    assert hands.paused is None
    for act in (hands.pause, hands.resume):
        with pytest.raises(ConfigError, match="nothing to pause"):
            act()
    assert hands.sync_now().startswith("In sync")


def test_a_daemon_that_comes_and_goes_is_noticed(someone: Person) -> None:
    hands = DaemonHands(someone.app)
    with daemon(place_of(someone), state={"paused": False}) as there:
        assert hands.paused is False
        there.answers["state"] = {"paused": True}
        assert hands.paused is False, "a page asks several times in a moment"
        later(someone)
        assert hands.paused is True
    later(someone)
    assert hands.paused is None


def test_the_daemon_is_asked_to_pause_to_go_on_and_to_sync(someone: Person) -> None:
    hands = DaemonHands(someone.app)
    done = {"report": Report(pushed=2).as_json()}
    with daemon(place_of(someone), pause={}, resume={}, sync=done) as there:
        hands.pause()
        hands.resume()
        assert "2 pushed" in hands.sync_now()
    assert [each["ask"] for each in there.asked] == ["pause", "resume", "sync"]
    assert someone.sandbox.log[-1].path in {"/space", "/space/structures"}, "nobody synced here"


def test_what_the_daemon_cannot_do_is_told_in_its_words(someone: Person) -> None:
    hands = DaemonHands(someone.app)
    failed = daemon(place_of(someone), sync={"failed": "a sync is being done already"})
    with failed, pytest.raises(DaemonFailed, match="a sync is being done already"):
        hands.sync_now()


def test_a_daemon_that_is_busy_is_as_it_was(
    someone: Person, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("capsync.cli.daemon_hands.GLANCE", 0.05)
    hands = DaemonHands(someone.app)
    with daemon(place_of(someone), state={"paused": True}) as there:
        assert hands.paused is True
        del there.answers["state"]
        later(someone)
        assert hands.paused is True


def test_to_bring_a_version_back_the_daemon_steps_aside(someone: Person) -> None:
    note = someone.sandbox.app_create("RootPage", "Plan", blocks=[paragraph("first")])
    someone.types("sync")
    path = someone.vault / "Pages/Plan.md"
    path.write_text(path.read_text().replace("first", "second"))
    for _ in range(60):
        later(someone)
    someone.types("sync")
    for _ in range(60):
        later(someone)
    lock = ExitStack()
    lock.enter_context(Folder(someone.vault).lock())

    def step_aside(asked: Asked) -> None:
        lock.close()
        asked.say({"yours": True})

    with daemon(place_of(someone)) as there:
        there.hear = step_aside  # type: ignore[method-assign]
        said = DaemonHands(someone.app).restore(note, 1)
    assert "Restored Pages/Plan.md" in said
    assert "first" in path.read_text()
