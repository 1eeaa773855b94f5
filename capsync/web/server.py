"""The page on a port of this machine, and of this machine only."""

from __future__ import annotations

import contextlib
import socket
import threading
from collections.abc import Callable, Iterator
from dataclasses import dataclass

import uvicorn

from capsync.errors import ConfigError
from capsync.web.app import app
from capsync.web.door import Door
from capsync.web.hands import Hands
from capsync.web.jobs import PATIENCE
from capsync.web.place import Place

LOOPBACK = "127.0.0.1"


@dataclass(frozen=True, slots=True)
class Served:
    """What is being served."""

    door: Door
    stop: Callable[[], None]


def bound(port: int) -> socket.socket:
    """Take a port of this machine; 0 takes any free one.

    Raises:
        ConfigError: The port is taken.
    """
    # Named TCP, because asyncio sends small answers at once only on sockets that say so.
    listener = socket.socket(socket.AF_INET, socket.SOCK_STREAM, socket.IPPROTO_TCP)
    listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    try:
        listener.bind((LOOPBACK, port))
        listener.listen(128)
    except OSError as exc:
        listener.close()
        raise ConfigError(f"port {port} cannot be used; choose another with --port") from exc
    return listener


class _Server(uvicorn.Server):
    """A server that says when it is ready."""

    def __init__(self, place: Place, hands: Hands, door: Door, patience: float = PATIENCE) -> None:
        super().__init__(
            uvicorn.Config(
                app(place, hands, door, closing=lambda: self.should_exit, patience=patience),
                http="h11",
                log_level="critical",
                access_log=False,
                lifespan="off",
                ws="none",
                proxy_headers=False,
                server_header=False,
                limit_concurrency=200,
                timeout_keep_alive=30,
                timeout_graceful_shutdown=3,
            )
        )
        self.ready = threading.Event()

    async def startup(self, sockets: list[socket.socket] | None = None) -> None:
        await super().startup(sockets)
        self.ready.set()


def serve_on(
    listener: socket.socket, place: Place, hands: Hands, announce: Callable[[str], None]
) -> None:
    """Serve on a port that was taken with `bound`, until interrupted.

    Args:
        announce: Told the link that lets a browser in, and the next one when that is spent.
    """
    door = Door(listener.getsockname()[1], announce=announce)
    server = _Server(place, hands, door)
    announce(door.link)
    with contextlib.suppress(KeyboardInterrupt):
        server.run(sockets=[listener])


@contextlib.contextmanager
def running(place: Place, hands: Hands, *, patience: float = PATIENCE) -> Iterator[Served]:
    """Serve in a thread on a free port.

    Args:
        patience: Seconds an action is waited for before its page is shown.
    """
    with bound(0) as listener:
        door = Door(listener.getsockname()[1])
        server = _Server(place, hands, door, patience)
        thread = threading.Thread(
            target=server.run, kwargs={"sockets": [listener]}, name="web", daemon=True
        )
        thread.start()
        try:
            server.ready.wait(10)

            def stop() -> None:
                server.should_exit = True

            yield Served(door, stop)
        finally:
            server.should_exit = True
            thread.join(10)
