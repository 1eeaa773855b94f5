"""The sandbox on a port of this machine, and of this machine only.

All the work is in `Sandbox.handle`; this is the thin shell that speaks HTTP.
"""

from __future__ import annotations

import contextlib
import socket
import threading
from collections.abc import Iterator

import uvicorn
from starlette.concurrency import run_in_threadpool
from starlette.middleware.trustedhost import TrustedHostMiddleware
from starlette.requests import Request as HttpRequest
from starlette.responses import Response as HttpResponse
from starlette.types import ASGIApp, Receive, Scope, Send

from capsync.errors import ConfigError
from capsync.sandbox.core import ConnectionDropped, Request, Response, Sandbox

LOOPBACK = ("127.0.0.1", "localhost")


def app(sandbox: Sandbox) -> ASGIApp:
    """Make the ASGI application around a sandbox.

    It answers only to this machine's own names, so that no web page can reach
    it under a name of its own.
    """

    async def serve_one(scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http":
            return
        request = await _read(HttpRequest(scope, receive), sandbox.options.max_body)
        try:
            answer = await run_in_threadpool(sandbox.handle, request)
        except ConnectionDropped:
            await _break_off(send)
            return
        await _http(answer)(scope, receive, send)

    return TrustedHostMiddleware(serve_one, allowed_hosts=["127.0.0.1", "localhost"])


async def _read(request: HttpRequest, limit: int) -> Request:
    body = bytearray()
    async for chunk in request.stream():
        body += chunk
        if len(body) > limit:
            break
    return Request(
        request.method,
        request.url.path,
        dict(request.query_params),
        {name.lower(): value for name, value in request.headers.items()},
        bytes(body),
    )


def _http(answer: Response) -> HttpResponse:
    return HttpResponse(answer.body, answer.status, dict(answer.headers))


async def _break_off(send: Send) -> None:
    """Start an answer and never finish it, which makes uvicorn close the connection."""
    headers = [(b"content-length", b"1000000")]
    await send({"type": "http.response.start", "status": 200, "headers": headers})
    await send({"type": "http.response.body", "body": b"{", "more_body": True})


def bound(host: str, port: int) -> socket.socket:
    """Take a port of this machine; 0 takes any free one.

    Raises:
        ConfigError: The host is not this machine, or the port is taken.
    """
    if host not in LOOPBACK:
        raise ConfigError(f"the sandbox only listens on this machine, not on {host}")
    # Named TCP, because asyncio sends small answers at once only on sockets that say so.
    listener = socket.socket(socket.AF_INET, socket.SOCK_STREAM, socket.IPPROTO_TCP)
    listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    try:
        listener.bind((host, port))
        listener.listen(128)  # from here on a client may connect
    except OSError as exc:
        listener.close()
        raise ConfigError(f"port {port} is in use; choose another with --port") from exc
    return listener


class _Server(uvicorn.Server):
    """A server that says when it is ready."""

    def __init__(self, sandbox: Sandbox) -> None:
        super().__init__(
            uvicorn.Config(
                app(sandbox),
                log_level="critical",
                access_log=False,
                lifespan="off",
                ws="none",
                timeout_graceful_shutdown=2,
                server_header=False,
            )
        )
        self.ready = threading.Event()

    async def startup(self, sockets: list[socket.socket] | None = None) -> None:
        await super().startup(sockets)
        self.ready.set()


def serve(sandbox: Sandbox, host: str = "127.0.0.1", port: int = 8765) -> None:
    """Serve until interrupted.

    Raises:
        ConfigError: The host is not this machine, or the port is taken.
    """
    with bound(host, port) as listener:
        serve_on(sandbox, listener)


def serve_on(sandbox: Sandbox, listener: socket.socket) -> None:
    """Serve on a port that was taken with `bound`, until interrupted."""
    with contextlib.suppress(KeyboardInterrupt):
        _Server(sandbox).run(sockets=[listener])


@contextlib.contextmanager
def running(sandbox: Sandbox) -> Iterator[str]:
    """Serve in a thread on a free port and give the base URL."""
    with bound("127.0.0.1", 0) as listener:
        url = f"http://127.0.0.1:{listener.getsockname()[1]}"
        server = _Server(sandbox)
        thread = threading.Thread(
            target=server.run, kwargs={"sockets": [listener]}, name="sandbox", daemon=True
        )
        thread.start()
        try:
            server.ready.wait(10)
            yield url
        finally:
            server.should_exit = True
            thread.join(10)
