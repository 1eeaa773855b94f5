"""``capsync service`` at the command line; what systemd makes of it is in tests/service."""

from __future__ import annotations

import json
import plistlib
import subprocess
import sys
from collections.abc import Sequence
from pathlib import Path

import pytest

from capsync.cli import service as module
from capsync.config import keep_token
from capsync.service import manage
from capsync.service.manager import MISSING, Ran
from capsync.vault.vault import read_config
from tests.cli.world import Person, person

ACTIVE = "ActiveState=active\nMainPID=7\nActiveEnterTimestamp=@1763800000\nStatusText=ready\n"
FAILED = "ActiveState=failed\nResult=exit-code\nExecMainCode=1\nExecMainStatus=5\n"


class System:
    """Plays systemctl; what it says of the unit can be changed."""

    def __init__(self) -> None:
        self.ran: list[str] = []
        self.shows = ACTIVE
        self.starts = Ran(0)
        self.is_there = True

    def __call__(self, words: Sequence[str]) -> Ran:
        self.ran.append(" ".join(words[2:]))
        if not self.is_there:
            return Ran(MISSING)
        match words[2]:
            case "show" if words[3] == "--property=Version":
                return Ran(0, "252\n")
            case "show":
                return Ran(0, self.shows)
            case "start" | "restart":
                return self.starts
            case _:
                return Ran(0)


@pytest.fixture
def system(monkeypatch: pytest.MonkeyPatch) -> System:
    plays = System()
    monkeypatch.setattr(module, "run_here", plays)
    monkeypatch.setattr(module, "kind_here", lambda: "systemd")
    monkeypatch.setattr(manage, "kind_here", lambda _: "systemd")
    return plays


@pytest.fixture
def ann(tmp_path: Path, system: System) -> Person:
    """Someone with a vault, whose token is kept."""
    with person(tmp_path) as someone:
        someone.connected()
        environ = dict(someone.app.environ) | {"HOME": str(tmp_path)}
        keep_token("cap-api-sandbox", read_config(someone.vault), environ)
        someone.app.environ = environ
        return someone


def file_of(ann: Person) -> Path:
    vault = read_config(ann.vault).vault
    return ann.home / ".config/systemd/user" / f"capsync-{vault}.service"


def test_installing_says_what_was_done_and_where_the_log_is(ann: Person, system: System) -> None:
    done = ann.types("service", "install")
    assert done.exit_code == 0, done.output
    assert file_of(ann).exists()
    assert str(file_of(ann)) in done.stdout
    assert "journalctl --user -u capsync-" in done.stdout
    assert "loginctl enable-linger" in done.stdout
    assert any(each.startswith("enable") for each in system.ran)
    assert "cap-api-sandbox" not in file_of(ann).read_text()
    again = ann.types("service", "install")
    assert again.exit_code == 0
    assert "Already there" in again.stdout


@pytest.mark.parametrize("token", ["cap-api-sandbox", None])
def test_a_token_that_a_service_does_not_see_is_refused(
    ann: Person, system: System, token: str | None
) -> None:
    state = ann.home / "other state"
    environ = dict(ann.app.environ) | {"CAPSYNC_STATE_DIR": str(state)}
    del environ["CAPSYNC_TOKEN"]
    ann.app.environ = environ | ({"CAPSYNC_TOKEN": token} if token else {})
    done = ann.types("service", "install")
    assert done.exit_code == 5
    assert "capsync login" in done.stderr
    assert ("CAPSYNC_TOKEN, which a service does not see" in done.stderr) == bool(token)
    assert not file_of(ann).exists()


def test_one_that_does_not_start_says_why_and_what_helps(ann: Person, system: System) -> None:
    system.starts, system.shows = Ran(1, err="Job failed."), FAILED
    done = ann.types("service", "install")
    assert done.exit_code == 2
    assert "exit code 5" in done.stderr
    assert "capsync login" in done.stderr


def test_status_says_how_it_is_and_what_to_do(ann: Person, system: System) -> None:
    system.shows = ""
    assert "run: capsync service install" in ann.types("service", "status").stdout
    ann.types("service", "install")
    system.shows = ACTIVE
    told = ann.types("service", "status").stdout
    assert "running    yes since 2025-11-2" in told
    assert "(pid 7)" in told
    assert "says       ready" in told
    assert "to do" not in told
    file_of(ann).write_text("older")
    assert "installed from elsewhere" in ann.types("service", "status").stdout


def test_status_in_json_has_it_all(ann: Person, system: System) -> None:
    ann.types("service", "install")
    system.shows = FAILED
    told = json.loads(ann.types("service", "status", "--json").stdout)
    assert told["kind"] == "systemd"
    assert (told["installed"], told["running"], told["failed"]) == (True, False, True)
    assert (told["exit_code"], told["since"], told["outdated"]) == (5, None, False)
    assert "capsync login" in told["remedy"]
    system.is_there = False
    told = json.loads(ann.types("service", "status", "--json").stdout)
    assert not told["installed"]
    assert "capsync watch" in told["remedy"]


def test_uninstalling_says_what_was_done(ann: Person, system: System) -> None:
    ann.types("service", "install")
    assert "removed" in ann.types("service", "uninstall").stdout
    assert not file_of(ann).exists()
    assert "no service" in ann.types("service", "uninstall").stdout


def test_without_systemd_nothing_is_written(ann: Person, system: System) -> None:
    system.is_there = False
    done = ann.types("service", "install")
    assert done.exit_code == 2
    assert "capsync watch" in done.stderr
    assert not file_of(ann).exists()


def test_printing_installs_nothing(ann: Person, system: System) -> None:
    unit = ann.types("service", "install", "--print")
    assert unit.exit_code == 0
    assert "[Service]" in unit.stdout
    agent = ann.types("service", "install", "--print", "--for", "launchd")
    assert str(ann.vault) in plistlib.loads(agent.stdout_bytes)["ProgramArguments"]
    task = ann.types("service", "install", "--print", "--for", "windows")
    assert "<LogonTrigger>" in task.stdout
    assert system.ran == []
    assert not file_of(ann).exists()


def test_for_without_print_is_a_usage_error(ann: Person) -> None:
    done = ann.types("service", "install", "--for", "launchd")
    assert done.exit_code == 2
    assert "--print" in done.stderr


def launched(*words: str, **environ: str) -> subprocess.CompletedProcess[str]:
    command = [sys.executable, "-P", "-m", "capsync.cli.launched", *words]
    return subprocess.run(command, capture_output=True, text=True, check=False)


def test_what_launchd_and_windows_start_ends_well_where_trying_again_cannot_help(
    tmp_path: Path,
) -> None:
    done = launched("-C", str(tmp_path), "status")
    assert done.returncode == 0
    assert "is in no vault" in done.stderr
    assert launched("--version").stdout.startswith("capsync ")


def test_a_task_is_given_its_environment_as_arguments(tmp_path: Path) -> None:
    done = launched(f"CAPSYNC_VAULT={tmp_path}", "status")
    assert f"{tmp_path} is in no vault" in done.stderr
