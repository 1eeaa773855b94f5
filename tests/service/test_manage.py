"""Installing, taking away and looking, with the system's programs played by a table."""

from __future__ import annotations

import sys
from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path

import pytest

from capsync.errors import RunError
from capsync.service.job import Job
from capsync.service.launchd import Launchd, state_of as launchd_state
from capsync.service.manage import (
    install,
    is_outdated,
    kind_here,
    manager_here,
    manager_of,
    remedy,
    run_here,
    uninstall,
)
from capsync.service.manager import MISSING, Manager, NoManager, Ran, State
from capsync.service.systemd import Systemd, state_of as systemd_state
from capsync.service.windows import Windows, state_of as windows_state

JOB = Job("0a4d3b8e-9c1f-4a53-8a3e-6b7f1d2c3e44", "Notes", Path("/notes"), ("/bin/python",))


@dataclass(slots=True)
class System:
    """Answers by the first words that fit, and remembers what was run."""

    answers: dict[str, Ran] = field(default_factory=dict)
    ran: list[str] = field(default_factory=list)

    def __call__(self, words: Sequence[str]) -> Ran:
        command = " ".join(words)
        self.ran.append(command)
        fits = (answer for start, answer in self.answers.items() if command.startswith(start))
        return next(fits, Ran(0))


@pytest.fixture(params=["systemd", "launchd", "windows"])
def manager(request: pytest.FixtureRequest, tmp_path: Path) -> Manager:
    managers: dict[str, Manager] = {
        "systemd": Systemd(tmp_path),
        "launchd": Launchd(tmp_path, 501),
        "windows": Windows(tmp_path, "HOME\\ann"),
    }
    return managers[str(request.param)]


def test_installing_writes_the_file_whole_and_repeating_it_leaves_it(manager: Manager) -> None:
    first = install(manager, JOB, System())
    assert first.changed
    assert first.file.read_bytes() == manager.content(JOB)
    assert [each.name for each in first.file.parent.iterdir()] == [first.file.name]
    written = first.file.stat().st_ino
    assert not install(manager, JOB, System()).changed
    assert first.file.stat().st_ino == written


def test_a_file_of_another_capsync_is_outdated_and_replaced(manager: Manager) -> None:
    file = install(manager, JOB, System()).file
    assert not is_outdated(manager, JOB)
    file.write_bytes(b"older")
    assert is_outdated(manager, JOB)
    assert install(manager, JOB, System()).changed
    assert not is_outdated(manager, JOB)


def test_uninstalling_stops_it_and_removes_the_file(manager: Manager) -> None:
    assert not uninstall(manager, JOB, System())
    file = install(manager, JOB, System()).file
    assert uninstall(manager, JOB, System())
    assert not file.exists()
    assert not uninstall(manager, JOB, System())


def test_systemd_reads_the_unit_before_it_starts_it(tmp_path: Path) -> None:
    system = System()
    install(Systemd(tmp_path), JOB, system)
    assert [each.split()[2] for each in system.ran] == [
        "daemon-reload", "enable", "reset-failed", "restart", "show",
    ]  # fmt: skip
    assert f"{JOB.name}.service" in system.ran[-2]


def test_systemd_forgets_a_unit_that_is_gone(tmp_path: Path) -> None:
    install(Systemd(tmp_path), JOB, System())
    system = System()
    uninstall(Systemd(tmp_path), JOB, system)
    assert [each.split()[2] for each in system.ran] == ["disable", "daemon-reload", "reset-failed"]


def test_what_the_system_refuses_is_passed_on(tmp_path: Path) -> None:
    system = System({"systemctl --user enable": Ran(1, err="Unit is masked.\nMore.")})
    with pytest.raises(RunError, match="Unit is masked"):
        install(Systemd(tmp_path), JOB, system)


def test_a_file_that_cannot_be_written_is_named(tmp_path: Path) -> None:
    (tmp_path / "systemd").write_text("in the way")
    with pytest.raises(RunError, match=JOB.name):
        install(Systemd(tmp_path), JOB, System())


def test_launchd_replaces_an_agent_that_is_loaded(tmp_path: Path) -> None:
    system = System({"launchctl bootout": Ran(3, err="No such process")})
    install(Launchd(tmp_path, 501), JOB, system)
    assert [each.split()[1] for each in system.ran][:4] == [
        "enable", "print", "bootout", "bootstrap",
    ]  # fmt: skip
    again = System({"launchctl print": Ran(0, "\tstate = running\n\tpid = 5\n")})
    install(Launchd(tmp_path, 501), JOB, again)
    assert "bootstrap" not in " ".join(again.ran)


def test_windows_makes_the_task_from_the_file(tmp_path: Path) -> None:
    system = System()
    install(Windows(tmp_path, "HOME\\ann"), JOB, system)
    file = tmp_path / JOB.vault / "service.xml"
    assert f"schtasks /Create /TN {JOB.name} /XML {file} /F" in system.ran
    assert f"schtasks /Run /TN {JOB.name}" in system.ran


@pytest.mark.parametrize(
    ("platform", "kind"),
    [("linux", "systemd"), ("darwin", "launchd"), ("win32", "windows"), ("freebsd14", "systemd")],
)
def test_each_platform_has_its_manager(platform: str, kind: str) -> None:
    assert kind_here(platform) == kind
    assert manager_of(kind, {"HOME": "/home/ann", "USERNAME": "ann"}).kind == kind


def test_the_folder_of_units_is_where_the_person_has_it() -> None:
    for environ, folder in (
        ({"HOME": "/h"}, "/h/.config"),
        ({"HOME": "/h", "XDG_CONFIG_HOME": "/c"}, "/c"),
        ({"HOME": "/h", "XDG_CONFIG_HOME": "relative"}, "/h/.config"),
    ):
        file = manager_of("systemd", environ).file(JOB)
        assert file == Path(folder, "systemd/user", f"{JOB.name}.service")


def test_the_version_of_systemd_is_asked_for() -> None:
    run = System({"systemctl --user show --property=Version": Ran(0, "257.1-1~deb13\n")})
    found = manager_here({"HOME": "/h"}, run, "linux")
    assert isinstance(found, Systemd)
    assert found.version == 257


@pytest.mark.parametrize(
    ("platform", "program", "ran", "says"),
    [
        ("linux", "systemctl", Ran(MISSING), "capsync watch"),
        ("linux", "systemctl", Ran(1, err="No medium found"), "No medium found.*enable-linger"),
        ("darwin", "launchctl", Ran(MISSING), "capsync watch"),
        ("darwin", "launchctl", Ran(112), "log in at the screen"),
        ("win32", "schtasks", Ran(MISSING), "capsync watch"),
    ],
)
def test_where_there_is_no_manager_something_else_helps(
    platform: str, program: str, ran: Ran, says: str
) -> None:
    with pytest.raises(NoManager, match=says):
        manager_here({"HOME": "/h", "USERNAME": "ann"}, System({program: ran}), platform)


def shown(**properties: object) -> str:
    """What ``systemctl show`` prints."""
    usual = {"LoadState": "loaded", "ActiveState": "inactive", "Result": "success", "MainPID": 0}
    return "".join(f"{name}={value}\n" for name, value in (usual | properties).items())


@pytest.mark.parametrize(
    ("text", "state", "advice"),
    [
        (
            shown(ActiveState="active", ActiveEnterTimestamp="@1763800000", MainPID=7,
                  StatusText="watching a=b", NRestarts=2, ExecMainCode=0),
            State(True, True, since=1763800000.0, pid=7, says="watching a=b", restarts=2),
            "",
        ),
        (
            shown(ActiveState="failed", Result="exit-code", ExecMainCode=1, ExecMainStatus=5),
            State(True, exit_code=5, ended="exit code 5", failed=True),
            "capsync login",
        ),
        (
            shown(ActiveState="failed", Result="exit-code", ExecMainCode=1, ExecMainStatus=4),
            State(True, exit_code=4, ended="exit code 4", failed=True),
            "--allow-deletes",
        ),
        (
            shown(ActiveState="failed", Result="start-limit-hit", ExecMainCode=1,
                  ExecMainStatus=1, NRestarts=30),
            State(True, restarts=30, exit_code=1, failed=True,
                  ended="it ended too often in a short time"),
            "see its log: LOG",
        ),
        (
            shown(ActiveState="activating", Result="watchdog", ExecMainCode=2, ExecMainStatus=6),
            State(True, starting=True, ended="it hung and was stopped"),
            "by itself; see its log: LOG",
        ),
        (shown(ActiveState="activating"), State(True, starting=True), ""),
        (shown(), State(True), "capsync service install"),
    ],
)  # fmt: skip
def test_what_systemd_shows_is_understood(text: str, state: State, advice: str) -> None:
    assert systemd_state(text, is_file_there=True) == state
    found = remedy(state, outdated=False, log="LOG")
    assert advice in found
    assert bool(advice) == bool(found)


def test_a_systemd_that_knows_no_plain_times_is_asked_without(tmp_path: Path) -> None:
    system = System({
        f"systemctl --user show {JOB.name}.service --timestamp": Ran(1, err="Invalid value"),
        f"systemctl --user show {JOB.name}.service": Ran(
            0, shown(ActiveState="active", ActiveEnterTimestamp="Sun 2026-11-22 09:00:00 UTC")
        ),
    })  # fmt: skip
    state = Systemd(tmp_path).state(JOB, system)
    assert (state.running, state.since) == (True, None)


def test_one_that_runs_from_elsewhere_is_to_be_installed_again() -> None:
    assert "again" not in remedy(State(True, True), outdated=False, log="")
    assert "capsync service install" in remedy(State(True, True), outdated=True, log="")
    assert remedy(State(False), outdated=False, log="") == "run: capsync service install"


def test_what_launchd_shows_is_understood() -> None:
    text = "gui/501/x = {\n\tstate = running\n\tpid = 7\n\truns = 3\n\tlast exit code = 1\n}\n"
    assert launchd_state(text, is_file_there=True) == State(
        True, True, pid=7, restarts=2, exit_code=1, ended="exit code 1"
    )
    stopped = "gui/501/x = {\n\tstate = not running\n\tlast exit code = (never exited)\n}\n"
    assert launchd_state(stopped, is_file_there=True) == State(True, failed=True)
    assert launchd_state("", is_file_there=True) == State(True)


def test_what_windows_shows_is_understood() -> None:
    text = '{"state": 4, "result": 267009, "at": "2026-11-22T09:00:00.0000000Z"}'
    assert windows_state(text, is_file_there=True) == State(True, True, since=1795338000.0)
    text = '{"state": 3, "result": 5, "at": null}'
    assert windows_state(text, is_file_there=True) == State(
        True, exit_code=5, ended="exit code 5", failed=True
    )
    assert not windows_state("", is_file_there=True).installed
    assert windows_state("not JSON", is_file_there=True).ended == "the task is not there"


def test_programs_are_run_and_missing_ones_said_so() -> None:
    code = "import sys; print('out'); print('err', file=sys.stderr); sys.exit(3)"
    assert run_here((sys.executable, "-c", code)) == Ran(3, "out\n", "err\n")
    assert run_here(("no-such-program-here",)).code == MISSING


def test_the_first_complaint_is_what_is_said() -> None:
    assert Ran(1, "out", "\nJob failed because.\nSee the log.\n").said == "Job failed because."
    assert Ran(0, "out\n", "").said == "out"
    assert Ran(1).said == ""
