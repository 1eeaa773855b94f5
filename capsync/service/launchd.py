"""The service as a launch agent of macOS, one property list for each vault.

launchd starts a program again unless it succeeded, and knows no exit codes that
starting again cannot help. So the agent runs `capsync.cli.launched`, which ends
with 0 for those.
"""

from __future__ import annotations

import plistlib
import re
from dataclasses import dataclass
from pathlib import Path

from capsync.service.job import Job
from capsync.service.manager import MISSING, NoManager, Ran, Run, State, number, required

LAUNCHED = "capsync.cli.launched"
_NOT_LOADED = {3, 36, 113}
"""What launchctl ends with for a service that is not there: ESRCH, and its own."""


def agent(job: Job, log: Path) -> bytes:
    """Write the property list.

    Args:
        log: Where what the daemon prints goes.
    """
    return plistlib.dumps(
        {
            "Label": job.name,
            "ProgramArguments": [*job.program, "-m", LAUNCHED, *job.words],
            "EnvironmentVariables": dict(job.environ),
            "RunAtLoad": True,
            "KeepAlive": {"SuccessfulExit": False},
            "ThrottleInterval": 30,
            "ExitTimeOut": 20,
            "ProcessType": "Background",
            "StandardOutPath": str(log),
            "StandardErrorPath": str(log),
        }
    )


@dataclass(frozen=True, slots=True)
class Launchd:
    """The manager of macOS."""

    home: Path
    user: int
    """The user's number."""
    kind = "launchd"

    def file(self, job: Job) -> Path:
        return self.home / "Library" / "LaunchAgents" / f"{job.name}.plist"

    def content(self, job: Job) -> bytes:
        return agent(job, self._log(job))

    def log(self, job: Job) -> str:
        return f"tail -f '{self._log(job)}'"

    def check(self, run: Run) -> None:
        ran = run(("launchctl", "print", f"gui/{self.user}"))
        if ran.code == MISSING:
            raise NoManager("there is no launchctl here; have something else run: capsync watch")
        if ran.code:
            raise NoManager(
                "launchd has no session for you; log in at the screen, or run it yourself:"
                " capsync watch"
            )

    def start(self, job: Job, run: Run, *, changed: bool) -> Ran:
        required(run(("launchctl", "enable", self._target(job))))
        if self.state(job, run).running and not changed:
            return Ran(0)
        self._unload(job, run)
        return required(run(("launchctl", "bootstrap", f"gui/{self.user}", str(self.file(job)))))

    def stop(self, job: Job, run: Run) -> Ran:
        return self._unload(job, run)

    def forget(self, job: Job, run: Run) -> None:
        """There is nothing left to forget."""

    def state(self, job: Job, run: Run) -> State:
        ran = run(("launchctl", "print", self._target(job)))
        return state_of(ran.out if ran.code == 0 else "", is_file_there=self.file(job).exists())

    def _unload(self, job: Job, run: Run) -> Ran:
        ran = run(("launchctl", "bootout", self._target(job)))
        return Ran(0) if ran.code in _NOT_LOADED else required(ran)

    def _target(self, job: Job) -> str:
        return f"gui/{self.user}/{job.name}"

    def _log(self, job: Job) -> Path:
        return self.home / "Library" / "Logs" / f"{job.name}.log"


def state_of(shown: str, *, is_file_there: bool) -> State:
    """Read what ``launchctl print`` says; it is made for people, so only what is sure is taken."""
    lines = re.findall(r"^\t(state|pid|runs|last exit code) = (.*)$", shown, re.MULTILINE)
    has = dict(lines)
    code = number(has.get("last exit code", "").partition(":")[0])
    runs = number(has.get("runs")) or 1
    return State(
        installed=is_file_there,
        running=has.get("state") == "running",
        pid=number(has.get("pid")),
        restarts=max(runs - 1, 0),
        exit_code=code,
        ended="" if code is None else f"exit code {code}",
        failed=bool(has) and has.get("state") != "running",
    )
