"""A systemd manager of a user, for as long as a test runs, out of everybody's way.

It has file systems and processes of its own, a group of its own for whatever it
starts, and no privileges. That takes root and a system that lets a group be made,
so it is not possible everywhere.
"""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Iterator, Sequence
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path
from time import monotonic, sleep

from capsync.service.manager import Ran

SYSTEMD = Path("/lib/systemd/systemd")
NEEDED = ("unshare", "nsenter", "setpriv", "systemctl", "mount")
GROUPS = tuple(Path("/sys/fs/cgroup", name) for name in ("", "systemd", "unified"))
PATIENCE = 30.0

# systemd moves all that is in the group it is started in, so that has to be a new one
SCRIPT = r"""
set -eu
for each in /sys/fs/cgroup /sys/fs/cgroup/systemd /sys/fs/cgroup/unified; do
  if [ -e "$each/cgroup.procs" ]; then
    mkdir "$each/$2"
    echo 0 >"$each/$2/cgroup.procs"
  fi
done
grep -E '^(0:|[0-9]+:name=systemd):' /proc/self/cgroup >"$1/groups"
[ -s "$1/groups" ]
if grep -v ":/.*$2\$" "$1/groups"; then exit 1; fi
mount --make-rprivate /
mount -t tmpfs tmpfs /run
mkdir -p /run/systemd/system /run/user/0
chmod 700 /run/user/0
export XDG_RUNTIME_DIR=/run/user/0 HOME="$1"
setpriv --bounding-set=-all --inh-caps=-all --ambient-caps=-all /lib/systemd/systemd --user &
wait
"""


def why_not() -> str:
    """Say why there can be no manager here; nothing if there can."""
    if sys.platform != "linux" or not SYSTEMD.exists():
        return "systemd is not here"
    if missing := [each for each in NEEDED if shutil.which(each) is None]:
        return f"{missing[0]} is not here"
    if os.geteuid() != 0:
        return "a manager of its own takes root"
    return ""


@dataclass(frozen=True, slots=True)
class UserManager:
    """The manager, and how to run programs beside it."""

    home: Path
    process: int
    """The first one in there, as seen from here."""

    def run(self, words: Sequence[str]) -> Ran:
        """Run a program in the manager's session."""
        inside = ["nsenter", "-t", str(self.process), "-m", "-p"]
        environ = ["env", f"HOME={self.home}", "XDG_RUNTIME_DIR=/run/user/0"]
        done = subprocess.run(
            [*inside, *environ, *words], capture_output=True, text=True, timeout=60, check=False
        )
        return Ran(done.returncode, done.stdout, done.stderr)


@contextmanager
def user_manager() -> Iterator[UserManager | str]:
    """Start a manager; give what was wrong if it does not start."""
    home = Path(tempfile.mkdtemp(prefix="capsync-manager-"))
    own = ["unshare", "--mount", "--pid", "--fork", "--mount-proc", "--kill-child"]
    log = home / "log"
    with log.open("wb") as opened:
        holder = subprocess.Popen(
            [*own, "bash", "-c", SCRIPT, "manager", str(home), home.name],
            stdin=subprocess.DEVNULL,
            stdout=opened,
            stderr=opened,
        )
    try:
        yield _started(holder, home) or log.read_text(errors="replace")[-500:] or "it ended"
    finally:
        holder.kill()  # and with it goes all that it started
        holder.wait()
        _remove_groups(home.name)
        shutil.rmtree(home)


def _started(holder: subprocess.Popen[bytes], home: Path) -> UserManager | None:
    children = Path(f"/proc/{holder.pid}/task/{holder.pid}/children")
    end = monotonic() + PATIENCE
    while holder.poll() is None and monotonic() < end:
        with suppress(OSError, ValueError, IndexError):
            manager = UserManager(home, int(children.read_text().split()[0]))
            if manager.run(["systemctl", "--user", "is-system-running"]).out.strip() == "running":
                return manager
        sleep(0.05)
    return None


def _remove_groups(name: str) -> None:
    for each in GROUPS:
        end = monotonic() + PATIENCE
        while (each / name).exists() and monotonic() < end:
            for folder, _, _ in os.walk(each / name, topdown=False):
                with suppress(OSError):
                    Path(folder).rmdir()
            sleep(0.01)
