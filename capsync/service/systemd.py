"""The service as a unit of systemd's manager of the user, one file for each vault.

Titles and paths are a stranger's: all of them are escaped as systemd.syntax(7)
has it, and the colon before the program keeps ``$`` what it is. The hardening is
what a manager without privileges can do everywhere: nothing that needs a
namespace of its own, which many systems refuse, and then the unit would not
start at all. Nothing is restricted that a file in the vault could be missing
afterwards.
"""

from __future__ import annotations

import getpass
import re
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from capsync.service.job import Job
from capsync.service.manager import MISSING, NoManager, Ran, Run, State, number, required

HELPLESS = (2, 4, 5)
"""Exit codes that starting again cannot help: configuration, a guard, no token."""
_BACKS_OFF = 254
"""The first systemd that waits longer each time it starts a service again."""
_UNSAFE = re.compile(r"""['"\\]""")
"""What systemd does not take in the name of a program, however it is escaped."""

UNIT = """\
# Written by: capsync service install
[Unit]
Description={description}
{limit}

[Service]
Type=notify
NotifyAccess=main
ExecStart={command}
ExecReload=/bin/sh -c 'kill -HUP "$$MAINPID"'
{environment}Restart=on-failure
{restart}
RestartPreventExitStatus={helpless}
SuccessExitStatus=130 143
TimeoutStartSec=2min
TimeoutStopSec=20s
WatchdogSec=3min
KillMode=mixed
Slice=background.slice
SyslogIdentifier=capsync

NoNewPrivileges=yes
LockPersonality=yes
RestrictRealtime=yes
RestrictSUIDSGID=yes
RestrictNamespaces=yes
RestrictAddressFamilies=AF_UNIX AF_INET AF_INET6 AF_NETLINK
SystemCallArchitectures=native
SystemCallFilter=@system-service
SystemCallErrorNumber=EPERM

[Install]
WantedBy=default.target
"""


def unit(job: Job, version: int = 0) -> str:
    """Write the unit.

    Args:
        version: Of systemd; 0 if it is not known.
    """
    backs_off = version >= _BACKS_OFF
    return UNIT.format(
        description=_specifiers(f"capsync keeps “{job.title}” and {job.root} the same"),
        limit="StartLimitIntervalSec=0"
        if backs_off
        else "StartLimitIntervalSec=1h\nStartLimitBurst=30",
        restart="RestartSec=5s\nRestartSteps=8\nRestartMaxDelaySec=10min"
        if backs_off
        else "RestartSec=10s",
        command=command_line((*job.program, "-m", "capsync", *job.words)),
        environment="".join(
            f"Environment={quoted(f'{name}={value}')}\n" for name, value in job.environ
        ),
        helpless=" ".join(map(str, HELPLESS)),
    )


def command_line(words: tuple[str, ...]) -> str:
    """Write a command so that the program gets exactly *words*."""
    if _UNSAFE.search(words[0]):
        words = ("/bin/sh", "-c", 'exec "$0" "$@"', *words)
    return ":" + " ".join(map(quoted, words))


def quoted(word: str) -> str:
    """Write one word as systemd reads it back."""
    escaped = word.replace("\\", "\\\\").replace('"', '\\"')
    return f'"{_specifiers(escaped)}"'


def _specifiers(text: str) -> str:
    return text.replace("%", "%%")


@dataclass(frozen=True, slots=True)
class Systemd:
    """The user's manager."""

    config: Path
    """The user's folder of configurations."""
    version: int = 0
    """0 if it is not known."""
    kind = "systemd"

    def file(self, job: Job) -> Path:
        return self.config / "systemd" / "user" / _unit_name(job)

    def content(self, job: Job) -> bytes:
        return unit(job, self.version).encode()

    def log(self, job: Job) -> str:
        return f"journalctl --user -u {job.name}"

    def check(self, run: Run) -> None:
        manager_version(run)

    def start(self, job: Job, run: Run, *, changed: bool) -> Ran:
        name = _unit_name(job)
        required(_systemctl(run, "daemon-reload"))
        required(_systemctl(run, "enable", name))
        _systemctl(run, "reset-failed", name)
        return _systemctl(run, "restart" if changed else "start", name)

    def stop(self, job: Job, run: Run) -> Ran:
        return required(_systemctl(run, "disable", "--now", _unit_name(job)))

    def forget(self, job: Job, run: Run) -> None:
        required(_systemctl(run, "daemon-reload"))
        _systemctl(run, "reset-failed", _unit_name(job))  # fails if it never failed

    def state(self, job: Job, run: Run) -> State:
        asked = (_unit_name(job), f"--property={','.join(_PROPERTIES)}")
        ran = _systemctl(run, "show", asked[0], "--timestamp=unix", asked[1])
        if ran.code:  # before 251 it knows no such times
            ran = required(_systemctl(run, "show", *asked))
        return state_of(ran.out, is_file_there=self.file(job).exists())


def manager_version(run: Run) -> int:
    """Ask the user's manager for its version; 0 if it says something unknown.

    Raises:
        NoManager: There is none, or none for this session.
    """
    ran = _systemctl(run, "show", "--property=Version", "--value")
    if ran.code == MISSING:
        raise NoManager("there is no systemd here; have something else run: capsync watch")
    if ran.code:
        raise NoManager(
            f"systemd's manager for your user cannot be reached ({ran.said});"
            " log in as this user, not with su or sudo, or have it run without a session:"
            f" sudo loginctl enable-linger {_user()}; or run it yourself: capsync watch"
        )
    found = re.search(r"\d+", ran.out)
    return int(found[0]) if found else 0


_PROPERTIES = (
    "LoadState", "ActiveState", "SubState", "MainPID", "ActiveEnterTimestamp", "Result",
    "ExecMainCode", "ExecMainStatus", "NRestarts", "StatusText",
)  # fmt: skip
_EXITED, _KILLED, _DUMPED = "1", "2", "3"
_RESULTS = {
    "watchdog": "it hung and was stopped",
    "timeout": "it did not start or stop in time",
    "start-limit-hit": "it ended too often in a short time",
    "oom-kill": "the memory ran out",
    "protocol": "it ended before it was ready",
    "resources": "the system could not start it",
}


def state_of(shown: str, *, is_file_there: bool) -> State:
    """Read what ``systemctl show`` says."""
    lines = (line.partition("=") for line in shown.splitlines())
    has: Mapping[str, str] = {name: value for name, _, value in lines}
    running = has.get("ActiveState") in {"active", "reloading"}
    since = number(has.get("ActiveEnterTimestamp", "").removeprefix("@"))
    code = number(has.get("ExecMainStatus")) if has.get("ExecMainCode") == _EXITED else None
    return State(
        installed=is_file_there,
        running=running,
        starting=has.get("ActiveState") == "activating",
        since=float(since) if running and since else None,
        pid=number(has.get("MainPID")) or None,
        says=has.get("StatusText", "") if running else "",
        restarts=number(has.get("NRestarts")) or 0,
        exit_code=code,
        ended=_ending(has),
        failed=has.get("ActiveState") == "failed",
    )


def _ending(has: Mapping[str, str]) -> str:
    result, status = has.get("Result", ""), has.get("ExecMainStatus", "")
    if result in _RESULTS:
        return _RESULTS[result]
    if has.get("ExecMainCode") == _EXITED:
        return f"exit code {status}"
    if has.get("ExecMainCode") in {_KILLED, _DUMPED}:
        return f"signal {status}"
    return ""


def _systemctl(run: Run, *words: str) -> Ran:
    return run(("systemctl", "--user", *words))


def _unit_name(job: Job) -> str:
    return f"{job.name}.service"


def _user() -> str:
    try:
        return getpass.getuser()
    except (OSError, KeyError):
        return "$USER"
