"""A service installed, taken away, and looked at: the file written, the programs run."""

from __future__ import annotations

import getpass
import os
import subprocess
import sys
from collections.abc import Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path

from capsync.errors import RunError
from capsync.service.job import Job
from capsync.service.launchd import Launchd
from capsync.service.manager import MISSING, Manager, Ran, Run, State
from capsync.service.systemd import Systemd, manager_version
from capsync.service.windows import Windows
from capsync.state.place import state_folder

KINDS = ("systemd", "launchd", "windows")
PATIENCE = 180.0
"""Seconds one of the system's programs may take; starting waits until the daemon is ready."""

REMEDIES: Mapping[int, str] = {
    2: "its configuration or its vault is not usable; see: capsync watch",
    4: "a sync would delete or overwrite much; look at it: capsync sync --dry-run,"
    " and let it: capsync sync --allow-deletes",
    5: "it is not signed in; run: capsync login",
}
"""What helps where starting again does not, by exit code."""
AGAIN = "then: capsync service install"


@dataclass(frozen=True, slots=True)
class Installed:
    """What came of installing."""

    file: Path
    changed: bool
    """Whether the file is another than before."""
    state: State
    said: str
    """What the system said to starting it, if it refused."""


def kind_here(platform: str = sys.platform) -> str:
    """Say which manager of services a platform has."""
    return {"darwin": "launchd", "win32": "windows"}.get(platform, "systemd")


def manager_of(kind: str, environ: Mapping[str, str], version: int = 0) -> Manager:
    """Give a manager as the person's environment has it.

    Args:
        version: Of systemd; 0 if it is not known.
    """
    home = Path(environ.get("HOME") or Path.home())
    if kind == "launchd":
        return Launchd(home, os.getuid() if sys.platform != "win32" else 0)
    if kind == "windows":
        user = (environ.get("USERDOMAIN", ""), environ.get("USERNAME") or getpass.getuser())
        return Windows(state_folder(environ), "\\".join(filter(None, user)))
    given = environ.get("XDG_CONFIG_HOME", "")
    return Systemd(Path(given) if given.startswith("/") else home / ".config", version)


def manager_here(environ: Mapping[str, str], run: Run, platform: str = sys.platform) -> Manager:
    """Give the manager of this machine.

    Raises:
        NoManager: It is not there, or not for us.
    """
    kind = kind_here(platform)
    if kind == "systemd":
        return manager_of(kind, environ, manager_version(run))
    manager = manager_of(kind, environ)
    manager.check(run)
    return manager


def install(manager: Manager, job: Job, run: Run) -> Installed:
    """Have *manager* keep *job* running; once more does no harm.

    Raises:
        RunError: The file cannot be written, or the system refuses.
    """
    file, content = manager.file(job), manager.content(job)
    changed = _read(file) != content
    if changed:
        _write(file, content)
    ran = manager.start(job, run, changed=changed)
    return Installed(file, changed, manager.state(job, run), ran.said if ran.code else "")


def uninstall(manager: Manager, job: Job, run: Run) -> bool:
    """Undo `install`; say whether there was anything to undo.

    Raises:
        RunError: The file cannot be removed, or the system refuses.
    """
    file = manager.file(job)
    if not file.exists():
        return False
    manager.stop(job, run)
    try:
        file.unlink(missing_ok=True)
    except OSError as exc:
        raise RunError(f"{file}: cannot be removed ({exc.strerror})") from exc
    manager.forget(job, run)
    return True


def is_outdated(manager: Manager, job: Job) -> bool:
    """Say whether installing now would write another file than is there."""
    return _read(manager.file(job)) not in {None, manager.content(job)}


def remedy(state: State, *, outdated: bool, log: str) -> str:
    """Say what a person should do about a service; nothing where all is well."""
    if not state.installed:
        return "run: capsync service install"
    if state.starting:
        return f"it is started again by itself; see its log: {log}" if state.ended else ""
    if not state.running and (known := REMEDIES.get(state.exit_code or 0)):
        return f"{known}; {AGAIN}"
    if not state.running:
        return f"see its log: {log}; {AGAIN}" if state.ended else "run: capsync service install"
    return "it was installed from elsewhere; run: capsync service install" if outdated else ""


def run_here(words: Sequence[str]) -> Ran:
    """Run a program of the system to its end."""
    try:
        done = subprocess.run(  # noqa: S603  (ours, and found as a shell would)
            words,
            stdin=subprocess.DEVNULL,
            capture_output=True,
            encoding="utf-8",
            errors="replace",
            timeout=PATIENCE,
            check=False,
        )
    except (FileNotFoundError, PermissionError):
        return Ran(MISSING, err=f"there is no {words[0]}")
    except subprocess.TimeoutExpired:
        return Ran(124, err=f"{words[0]} did not end within {PATIENCE:g} s")
    return Ran(done.returncode, done.stdout, done.stderr)


def _read(file: Path) -> bytes | None:
    try:
        return file.read_bytes()
    except OSError:
        return None


def _write(file: Path, content: bytes) -> None:
    """Put a file in its place, whole or not at all."""
    beside = file.with_name(f".{file.name}.{os.getpid()}")
    try:
        file.parent.mkdir(parents=True, exist_ok=True)
        with beside.open("xb") as opened:
            opened.write(content)
            opened.flush()
            os.fsync(opened.fileno())
        beside.replace(file)
    except OSError as exc:
        raise RunError(f"{file}: cannot be written ({exc.strerror})") from exc
    finally:
        with suppress(OSError):
            beside.unlink()
