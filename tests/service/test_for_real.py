"""The unit under a real systemd: installed, started, reloaded, killed, hung, taken away."""

from __future__ import annotations

import json
import os
import signal
import sys
from collections.abc import Callable, Iterator
from pathlib import Path
from time import monotonic, sleep
from typing import Any

import pytest

from capsync.service.job import Job, job_for
from capsync.service.manage import install, is_outdated, remedy, uninstall
from capsync.service.manager import State
from capsync.service.systemd import HELPLESS, Systemd, manager_version
from capsync.vault.vault import VaultConfig
from tests.service.user_manager import UserManager, user_manager, why_not

pytestmark = pytest.mark.skipif(bool(why_not()), reason=why_not() or "it can run")

STAND_IN = Path(__file__).with_name("stand_in.py")
ODD = "my  100% $HOME ${X} \"odd\" \\ 'ünï %h' %% ; notes"
TITLE = 'Ann\'s "100%"\nExecStartPre=/bin/false\\'
LONG = 60.0


def eventually(holds: Callable[[], object]) -> None:
    end = monotonic() + LONG
    while not holds():
        assert monotonic() < end, "it never came to be so"
        sleep(0.02)


@pytest.fixture(scope="module")
def session() -> Iterator[UserManager]:
    with user_manager() as started:
        if isinstance(started, str):
            pytest.skip(f"no manager of systemd starts here: {started}")
        yield started


class Service:
    """A service of one vault in that session."""

    def __init__(self, session: UserManager, root: Path, job: Job, folder: Path) -> None:
        self.session, self.job, self.folder, self.root = session, job, folder, root
        self.systemd = Systemd(session.home / ".config", manager_version(session.run))
        self.unit = f"{job.name}.service"

    def state(self) -> State:
        return self.systemd.state(self.job, self.session.run)

    def seen(self) -> dict[str, Any]:
        found: dict[str, Any] = json.loads((self.folder / "seen.json").read_text())
        return found

    def install(self, **faster: str) -> Any:
        """Install it, with other times than people have."""
        beside = self.systemd.file(self.job).with_name(f"{self.unit}.d") / "times.conf"
        beside.parent.mkdir(parents=True, exist_ok=True)
        lines = {"RestartSec": "50ms", **faster}
        text = "".join(f"{name}={value}\n" for name, value in lines.items())
        beside.write_text(f"[Unit]\nStartLimitBurst=5\n[Service]\n{text}")
        return install(self.systemd, self.job, self.session.run)

    def systemctl(self, *words: str) -> str:
        return self.session.run(["systemctl", "--user", *words]).out.strip()

    def kill(self, how: signal.Signals) -> None:
        self.systemctl("kill", f"--signal={how.name}", self.unit)


@pytest.fixture
def service(session: UserManager, request: pytest.FixtureRequest) -> Iterator[Service]:
    home = session.home / request.node.name / ODD
    (home / "vault" / ".capsync").mkdir(parents=True)
    folder = home / "state"
    folder.mkdir()
    number = abs(hash(request.node.name)) % 10**12
    config = VaultConfig(f"00000000-0000-4000-8000-{number:012}", "space", TITLE)
    environ = {"CAPSYNC_STATE_DIR": str(folder), "CAPSYNC_API_URL": "http://127.0.0.1:1/100%"}
    job = job_for(home / "vault", config, environ, (sys.executable, str(STAND_IN)))
    made = Service(session, home / "vault", job, folder)
    yield made
    made.systemctl("stop", made.unit)
    uninstall(made.systemd, job, session.run)


def test_it_is_installed_started_and_told_everything_as_it_is(service: Service) -> None:
    done = service.install()
    assert (done.changed, done.said) == (True, "")
    state = service.state()
    assert state.installed
    assert state.running
    assert state.says == "watching 3 notes"
    assert state.since is not None
    assert remedy(state, outdated=False, log="") == ""
    seen = service.seen()
    assert seen["argv"] == ["-m", "capsync", "-C", str(service.root), "watch"]
    assert seen["environ"]["CAPSYNC_STATE_DIR"] == str(service.folder)
    assert seen["environ"]["CAPSYNC_API_URL"] == "http://127.0.0.1:1/100%"
    assert seen["interval"] == 90.0
    assert not seen["privileges"]
    assert (service.root / "written.md").exists()
    described = service.systemctl("show", "--property=Description", "--value", service.unit)
    assert TITLE.replace("\n", " ") in described
    assert str(service.root) in described
    assert service.systemctl("is-enabled", service.unit) == "enabled"


def test_installing_again_leaves_it_running(service: Service) -> None:
    service.install()
    before = service.seen()["pid"]
    again = service.install()
    assert (again.changed, again.state.running) == (False, True)
    assert service.seen()["pid"] == before


def test_a_unit_that_changed_is_started_anew(service: Service) -> None:
    service.install()
    before = service.seen()["pid"]
    service.systemd.file(service.job).write_text("[Service]\n")
    assert is_outdated(service.systemd, service.job)
    assert service.install().changed
    assert service.seen()["pid"] != before
    assert not is_outdated(service.systemd, service.job)


def test_reload_is_followed_until_it_is_done(service: Service) -> None:
    service.install()
    before = service.seen()["pid"]
    service.systemctl("reload", service.unit)
    eventually((service.folder / "reloaded").exists)
    eventually(lambda: service.state().says == "read again")
    assert service.state().running
    assert service.seen()["pid"] == before


def test_a_killed_one_is_started_again(service: Service) -> None:
    service.install()
    before = service.seen()["pid"]
    service.kill(signal.SIGKILL)
    eventually(lambda: service.seen()["pid"] != before and service.state().running)
    assert service.state().restarts == 1


def test_one_that_hangs_is_started_again(service: Service) -> None:
    service.install(WatchdogSec="300ms")
    before = service.seen()["pid"]

    def heard() -> int:
        name = "--property=WatchdogTimestampMonotonic"
        return int(service.systemctl("show", name, "--value", service.unit))

    first = heard()
    eventually(lambda: heard() > first + 600_000)
    assert service.seen()["pid"] == before, "it said that it was alive, and was not heard"
    (service.folder / "hang").touch()
    eventually(lambda: service.seen()["pid"] != before)
    assert service.seen()["interval"] == 0.15


@pytest.mark.parametrize("code", HELPLESS)
def test_what_starting_again_cannot_help_is_not_started_again(service: Service, code: int) -> None:
    (service.folder / "exit").write_text(str(code))
    done = service.install()
    assert "failed" in done.said
    assert (done.state.exit_code, done.state.failed, done.state.restarts) == (code, True, 0)
    assert "capsync service install" in remedy(done.state, outdated=False, log="")
    (service.folder / "exit").unlink()
    assert service.install().state.running


def test_any_other_failure_is_tried_again_and_then_given_up(service: Service) -> None:
    (service.folder / "exit").write_text("1")
    service.install(RestartSec="1ms")
    eventually(lambda: service.state().failed)
    state = service.state()
    assert state.restarts >= 4
    assert "log" in remedy(state, outdated=False, log="the log")


@pytest.mark.parametrize("code", [130, 143])
def test_an_end_by_a_signal_is_a_clean_one(service: Service, code: int) -> None:
    service.install()
    (service.folder / "end").write_text(str(code))
    service.kill(signal.SIGTERM)
    eventually(lambda: service.state().exit_code == code)
    state = service.state()
    assert (state.running, state.failed, state.restarts) == (False, False, 0)


def test_stopping_is_clean(service: Service) -> None:
    service.install()
    service.systemctl("stop", service.unit)
    state = service.state()
    assert (state.running, state.failed, state.exit_code) == (False, False, 0)


def test_uninstalling_undoes_all(service: Service) -> None:
    service.install()
    pid, file = service.seen()["pid"], service.systemd.file(service.job)
    assert uninstall(service.systemd, service.job, service.session.run)
    left = [each for each in file.parent.rglob("*") if each.name == file.name]
    assert left == []
    assert service.session.run(["kill", "-0", str(pid)]).code != 0
    assert service.state() == State(installed=False, ended="")
    assert not uninstall(service.systemd, service.job, service.session.run)


def test_a_program_with_quotes_in_its_path_runs_too(service: Service) -> None:
    odd = service.folder / "py 'th\" o\\n % $X"
    odd.symlink_to(os.path.realpath(sys.executable))
    (changed,) = (
        Job(service.job.vault, "t", service.root, (str(odd), str(STAND_IN)), service.job.environ),
    )
    service.job = changed
    assert service.install().state.running
    assert service.seen()["argv"][-2:] == [str(service.root), "watch"]
