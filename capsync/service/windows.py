"""The service as a scheduled task of Windows, one for each vault, from logging in on.

A task has no environment of its own, and no exit codes that starting again cannot
help. So it runs `capsync.cli.launched`, which takes the variables as arguments and
ends with 0 where trying again is of no use.
"""

from __future__ import annotations

import json
import subprocess
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from xml.etree import ElementTree as Xml  # only writes here

from capsync.service.job import Job, without_window
from capsync.service.launchd import LAUNCHED
from capsync.service.manager import MISSING, NoManager, Ran, Run, State, required

NAMESPACE = "http://schemas.microsoft.com/windows/2004/02/mit/task"
_RUNNING = 4
_NEVER_RAN, _IS_RUNNING, _ENDED = 0x41303, 0x41301, 0x41306
"""Results that are no exit codes: SCHED_S_TASK_HAS_NOT_RUN, _RUNNING, _TERMINATED."""

_ASK = (
    "$ErrorActionPreference='Stop';"
    "$t=Get-ScheduledTask -TaskPath '\\' -TaskName '{name}';$i=$t|Get-ScheduledTaskInfo;"
    "ConvertTo-Json @{{state=[int]$t.State;result=$i.LastTaskResult;"
    "at=$(if($i.LastRunTime){{$i.LastRunTime.ToUniversalTime().ToString('o')}})}}"
)


def task(job: Job, user: str) -> bytes:
    """Write the task, in UTF-16 as the scheduler wants it.

    Args:
        user: At whose login it starts, and as whom it runs, as in ``DOMAIN\\name``.
    """
    job = without_window(job)
    variables = (f"{name}={value}" for name, value in job.environ)
    words = (*job.program[1:], "-m", LAUNCHED, *variables, *job.words)
    root = Xml.Element("Task", version="1.2", xmlns=NAMESPACE)
    _add(root, "RegistrationInfo", Description=f"Keeps “{job.title}” and {job.root} the same.")
    trigger = Xml.SubElement(root, "Triggers")
    _add(trigger, "LogonTrigger", Enabled="true", UserId=user)
    principals = Xml.SubElement(root, "Principals")
    principal = _add(
        principals,
        "Principal",
        UserId=user,
        LogonType="InteractiveToken",
        RunLevel="LeastPrivilege",
    )
    principal.set("id", "Author")
    settings = _add(
        root, "Settings",
        MultipleInstancesPolicy="IgnoreNew",
        DisallowStartIfOnBatteries="false",
        StopIfGoingOnBatteries="false",
        StartWhenAvailable="true",
        ExecutionTimeLimit="PT0S",
        Priority="7",
    )  # fmt: skip
    _add(settings, "RestartOnFailure", Interval="PT1M", Count="255")
    actions = Xml.SubElement(root, "Actions", Context="Author")
    _add(actions, "Exec", Command=job.program[0], Arguments=subprocess.list2cmdline(words))
    Xml.indent(root)
    text = Xml.tostring(root, encoding="unicode")
    return f'<?xml version="1.0" encoding="UTF-16"?>\n{text}\n'.encode("utf-16")


def _add(parent: Xml.Element, name: str, **texts: str) -> Xml.Element:
    made = Xml.SubElement(parent, name)
    for child, text in texts.items():
        Xml.SubElement(made, child).text = text
    return made


@dataclass(frozen=True, slots=True)
class Windows:
    """The task scheduler."""

    folder: Path
    """Where the file that the task was made from is kept."""
    user: str
    kind = "windows"

    def file(self, job: Job) -> Path:
        return self.folder / job.vault / "service.xml"

    def content(self, job: Job) -> bytes:
        return task(job, self.user)

    def log(self, job: Job) -> str:  # noqa: ARG002  (it goes by the vault)
        return "capsync log"

    def check(self, run: Run) -> None:
        if run(("schtasks", "/?")).code == MISSING:
            raise NoManager("there is no schtasks here; have something else run: capsync watch")

    def start(self, job: Job, run: Run, *, changed: bool) -> Ran:
        if not changed and self.state(job, run).running:
            return Ran(0)
        run(("schtasks", "/End", "/TN", job.name))  # fails where it does not run
        made = ("schtasks", "/Create", "/TN", job.name, "/XML", str(self.file(job)), "/F")
        required(run(made))
        return required(run(("schtasks", "/Run", "/TN", job.name)))

    def stop(self, job: Job, run: Run) -> Ran:
        run(("schtasks", "/End", "/TN", job.name))
        if not self._asked(job, run):
            return Ran(0)  # there is no such task
        return required(run(("schtasks", "/Delete", "/TN", job.name, "/F")))

    def forget(self, job: Job, run: Run) -> None:
        """There is nothing left to forget."""

    def state(self, job: Job, run: Run) -> State:
        return state_of(self._asked(job, run), is_file_there=self.file(job).exists())

    def _asked(self, job: Job, run: Run) -> str:
        words = ("powershell", "-NoProfile", "-NonInteractive", "-Command")
        ran = run((*words, _ASK.format(name=job.name)))
        return ran.out if ran.code == 0 else ""


def state_of(shown: str, *, is_file_there: bool) -> State:
    """Read what PowerShell says of the task, as JSON; empty where there is no such task."""
    try:
        has = json.loads(shown)
        running, result = has["state"] == _RUNNING, int(has["result"])
        since = datetime.fromisoformat(has["at"]).timestamp() if has.get("at") else None
    except (ValueError, TypeError, KeyError):
        return State(installed=False, ended="the task is not there" if is_file_there else "")
    code = None if result in {_NEVER_RAN, _IS_RUNNING, _ENDED} else result
    return State(
        installed=is_file_there,
        running=running,
        since=since if running else None,
        exit_code=code,
        ended="" if code is None else f"exit code {code}",
        failed=not running,
    )
