"""What the daemon tells systemd of itself, where systemd has started it.

A datagram to the socket that NOTIFY_SOCKET names, and nothing at all where there
is none. A message that cannot be sent is lost: the daemon has better things to
do than to fail for it. systemd takes the silence of a watchdog as a hang.
"""

from __future__ import annotations

import os
import socket
import time
from collections.abc import Callable, Mapping
from contextlib import suppress
from dataclasses import dataclass

PATIENCE = 0.1
"""Seconds to wait for who started us to take a message; it is not worth more."""
SOCKET, WATCHDOG, WATCHED = "NOTIFY_SOCKET", "WATCHDOG_USEC", "WATCHDOG_PID"

Send = Callable[[str, bytes], None]
"""Sends one datagram to a socket, named as in NOTIFY_SOCKET."""


@dataclass(frozen=True, slots=True)
class Notifier:
    """Tells systemd; or nobody, where nobody asked."""

    address: str | None
    """As in NOTIFY_SOCKET; None where nobody listens."""
    send: Send

    @property
    def is_heard(self) -> bool:
        """Whether somebody listens."""
        return self.address is not None

    def ready(self, status: str = "") -> None:
        """Say that the daemon is up, or has read its configuration again."""
        self._tell("READY=1", _status(status))

    def status(self, status: str) -> None:
        """Say in one line what goes on; ``systemctl status`` shows it."""
        self._tell(_status(status))

    def alive(self) -> None:
        """Say that the daemon does not hang."""
        self._tell("WATCHDOG=1")

    def reloading(self, monotonic_ns: int) -> None:
        """Say that the configuration is being read again; `ready` ends that.

        Args:
            monotonic_ns: The monotonic clock in nanoseconds, which systemd compares with its own.
        """
        self._tell("RELOADING=1", f"MONOTONIC_USEC={monotonic_ns // 1000}")

    def stopping(self, status: str = "") -> None:
        """Say that the daemon is about to end."""
        self._tell("STOPPING=1", _status(status))

    def _tell(self, *lines: str) -> None:
        if self.address is not None:
            message = "\n".join(filter(None, lines))
            self.send(self.address, message.encode("utf-8", "replace"))


def notifier(environ: Mapping[str, str] = os.environ) -> Notifier:
    """Make a notifier for what started this process.

    Only Unix sockets are known; systemd may name others where it runs a machine.
    """
    address = environ.get(SOCKET, "")
    known = address.startswith(("/", "@")) and len(address) > 1 and hasattr(socket, "AF_UNIX")
    return Notifier(address if known else None, send_datagram)


def send_datagram(address: str, message: bytes) -> None:
    """Send a datagram to a Unix socket; ``@`` begins the name of an abstract one."""
    place = f"\0{address[1:]}" if address.startswith("@") else address
    with suppress(OSError), socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM) as ours:
        ours.settimeout(PATIENCE)
        ours.sendto(message, place)


def watchdog_interval(
    environ: Mapping[str, str] = os.environ, pid: int | None = None
) -> float | None:
    """Give the seconds after which to say that we are alive; None if nobody waits for it.

    That is half of what systemd allows.

    Args:
        pid: The process that asks; None for this one.
    """
    meant = environ.get(WATCHED)
    if meant and meant != str(os.getpid() if pid is None else pid):
        return None  # meant for the process that started us
    allowed = environ.get(WATCHDOG, "")
    if not (allowed.isascii() and allowed.isdigit() and int(allowed)):
        return None
    return int(allowed) / 2_000_000


def now_ns() -> int:
    """Give the clock that `Notifier.reloading` wants."""
    return time.clock_gettime_ns(time.CLOCK_MONOTONIC)


def _status(text: str) -> str:
    line = " ".join(text.split())
    return f"STATUS={line}" if line else ""
