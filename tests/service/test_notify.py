"""What the daemon tells systemd, and when it tells nothing."""

from __future__ import annotations

import socket
import sys
import tempfile
from collections.abc import Iterator
from pathlib import Path
from uuid import uuid4

import pytest

from capsync.service.notify import Notifier, notifier, now_ns, watchdog_interval

pytestmark = pytest.mark.skipif(sys.platform == "win32", reason="systemd is not there")


@pytest.fixture(params=["a file", "abstract"])
def listens(request: pytest.FixtureRequest) -> Iterator[tuple[str, socket.socket]]:
    """A name for NOTIFY_SOCKET, and what listens there."""
    if request.param == "abstract" and sys.platform != "linux":
        pytest.skip("only Linux has abstract sockets")
    with tempfile.TemporaryDirectory() as folder:
        path = str(Path(folder) / "notify")
        name = path if request.param == "a file" else f"@capsync-{uuid4()}"
        with socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM) as ours:
            ours.bind(name.replace("@", "\0", 1))
            ours.settimeout(5)
            yield name, ours


def test_everything_said_arrives(listens: tuple[str, socket.socket]) -> None:
    name, ours = listens
    tells = notifier({"NOTIFY_SOCKET": name})
    assert tells.is_heard
    tells.ready("watching 3 notes")
    tells.status("one\nREADY=0 line")
    tells.alive()
    tells.reloading(5_000_999)
    tells.ready()
    tells.stopping("half a surrogate \ud800")
    assert [ours.recv(4096) for _ in range(6)] == [
        b"READY=1\nSTATUS=watching 3 notes",
        b"STATUS=one READY=0 line",
        b"WATCHDOG=1",
        b"RELOADING=1\nMONOTONIC_USEC=5000",
        b"READY=1",
        b"STOPPING=1\nSTATUS=half a surrogate ?",
    ]


@pytest.mark.parametrize("environ", [{}, {"NOTIFY_SOCKET": ""}, {"NOTIFY_SOCKET": "vsock:2:1"}])
def test_nobody_is_told_where_nobody_asked(environ: dict[str, str]) -> None:
    tells = notifier(environ)
    assert not tells.is_heard
    said: list[bytes] = []
    Notifier(tells.address, lambda _, message: said.append(message)).ready()
    assert said == []


def test_a_socket_that_is_gone_does_no_harm() -> None:
    notifier({"NOTIFY_SOCKET": "/nowhere/at/all"}).ready()
    notifier({"NOTIFY_SOCKET": "@" + "x" * 500}).ready()


@pytest.mark.parametrize(
    ("environ", "interval"),
    [
        ({}, None),
        ({"WATCHDOG_USEC": "3000000"}, 1.5),
        ({"WATCHDOG_USEC": "3000000", "WATCHDOG_PID": "7"}, 1.5),
        ({"WATCHDOG_USEC": "3000000", "WATCHDOG_PID": "8"}, None),
        ({"WATCHDOG_USEC": "0"}, None),
        ({"WATCHDOG_USEC": "-5"}, None),
        ({"WATCHDOG_USEC": "soon"}, None),
        ({"WATCHDOG_USEC": "²"}, None),
    ],
)
def test_it_is_alive_twice_as_often_as_it_must(
    environ: dict[str, str], interval: float | None
) -> None:
    assert watchdog_interval(environ, 7) == interval


def test_the_clock_is_the_one_systemd_compares_with() -> None:
    assert now_ns() <= now_ns()
