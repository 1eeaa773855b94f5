"""Takes the daemon's place in a service: tells systemd of itself, and does what it is told.

    python stand_in.py ARGUMENT…

It is given a folder in CAPSYNC_STATE_DIR. There it writes what it was started
with, and there a file named ``exit`` has the code to end with at once, and one
named ``hang`` keeps it from saying that it is alive.
"""

from __future__ import annotations

import json
import os
import signal
import socket
import sys
from pathlib import Path
from threading import Event

sys.path.insert(0, str(Path(__file__).parents[2]))

from capsync.service.notify import notifier, now_ns, watchdog_interval

folder = Path(os.environ["CAPSYNC_STATE_DIR"])
stop, tell = Event(), notifier()


def end(number: int, frame: object) -> None:
    tell.stopping("done")
    stop.set()


def reload(number: int, frame: object) -> None:
    tell.reloading(now_ns())
    (folder / "reloaded").touch()
    tell.ready("read again")


def has_privileges() -> bool:
    """Whether the address families that a daemon does not need are open to it."""
    try:
        socket.socket(socket.AF_PACKET, socket.SOCK_RAW).close()
    except OSError as exc:
        return exc.errno not in {97, 1}  # EAFNOSUPPORT is the filter's, EPERM the kernel's
    return True


if (folder / "exit").exists():
    sys.exit(int((folder / "exit").read_text()))
signal.signal(signal.SIGTERM, end)
signal.signal(signal.SIGHUP, reload)
vault = Path(sys.argv[-2])
(vault / "written.md").write_text("by the service\n")
seen = {
    "argv": sys.argv[1:],
    "pid": os.getpid(),
    "interval": watchdog_interval(),
    "environ": dict(os.environ),
    "privileges": has_privileges(),
}
(folder / "seen.new").write_text(json.dumps(seen))
(folder / "seen.new").replace(folder / "seen.json")
tell.ready("watching 3 notes")
while not stop.wait(0.05):
    if not (folder / "hang").exists():
        tell.alive()
if (folder / "end").exists():
    sys.exit(int((folder / "end").read_text()))
