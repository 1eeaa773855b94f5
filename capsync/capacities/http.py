"""One request over the wire: the only module that knows httpx.

`Http` sends once and gives back whatever the service said, or raises
`Unreachable`. It does not judge statuses, wait or repeat. To move to httpx's
maintained fork, change the import below.
"""

from __future__ import annotations

import json as jsonlib
import sys
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from types import TracebackType
from typing import Any, Self, TypeAlias
from urllib.parse import urlsplit

# httpx brings a command line, and with it a library to draw on terminals, which takes as long
# to load as all the rest of it; it does without where there is none.
sys.modules.setdefault("httpx._main", None)  # type: ignore[arg-type]  # means: cannot be imported

import httpx  # noqa: E402

from capsync import __version__  # noqa: E402
from capsync.errors import AuthError, ConfigError, Unreachable  # noqa: E402

API = "https://api.capacities.io"
API_VERSION = "1.0.0"
JSON_TYPE = "application/json"
BYTES_TYPE = "application/octet-stream"

Transport: TypeAlias = httpx.BaseTransport
"""What carries requests; named here so that nobody else imports httpx."""

Service: TypeAlias = Callable[
    [str, str, Mapping[str, str], Mapping[str, str], bytes], tuple[int, Mapping[str, str], bytes]
]
"""A whole service as one function.

Takes method, path, query, headers (names in lower case) and body; gives status, headers and body.
"""

_NEVER_SENT = (
    httpx.ConnectError,
    httpx.ConnectTimeout,
    httpx.PoolTimeout,
    httpx.ProxyError,
    httpx.UnsupportedProtocol,
    httpx.LocalProtocolError,
)


@dataclass(frozen=True, slots=True)
class Answer:
    """What the service answered."""

    status: int
    headers: Mapping[str, str]
    """Names in lower case."""
    body: bytes


class Http:
    """A connection to the service under one token; use it as a context manager.

    Safe to share between threads.
    """

    def __init__(
        self,
        token: str,
        *,
        base_url: str = API,
        timeout: float = 30.0,
        transport: Transport | None = None,
    ) -> None:
        """
        Args:
            token: Personal API token; it reaches exactly one space.
            base_url: Where the API lives; the sandbox's address in tests.
            timeout: Seconds to wait for connecting, sending and each piece of the answer.
            transport: Replaces the network, for tests.

        Raises:
            AuthError: *token* cannot be a token.
            ConfigError: *base_url* is no address a token may be sent to.
        """
        self._token = _checked_token(token)
        self.base_url = base_url.rstrip("/")
        self._client = httpx.Client(
            base_url=self.base_url,
            headers={
                "Authorization": f"Bearer {self._token}",
                "X-Capacities-Api-Version": API_VERSION,
                "User-Agent": f"capsync/{__version__}",
                "Accept": JSON_TYPE,
            },
            timeout=timeout,
            transport=transport,
            trust_env=not _is_loopback(_checked_host(base_url)),
        )

    def __repr__(self) -> str:
        return f"Http({self.base_url!r})"

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self.close()

    def close(self) -> None:
        """Let go of the connection."""
        self._client.close()

    def send(
        self,
        method: str,
        path: str,
        *,
        query: Mapping[str, str] | None = None,
        json: object = None,
        content: bytes | None = None,
    ) -> Answer:
        """Send one request, once.

        Args:
            json: The body as JSON; None for no JSON body.
            content: The body as raw bytes, instead of *json*.

        Raises:
            Unreachable: No answer came; `maybe_done` tells whether the request may have arrived.
            ValueError: *json* holds something that cannot be written as JSON in UTF-8.
        """
        headers = {}
        if json is not None:
            content = jsonlib.dumps(
                json, ensure_ascii=False, separators=(",", ":"), allow_nan=False
            ).encode()
            headers["Content-Type"] = JSON_TYPE
        elif content is not None:
            headers["Content-Type"] = BYTES_TYPE
        try:
            response = self._client.request(
                method, path, params=query, content=content, headers=headers
            )
        except httpx.HTTPError as exc:
            raise self._unreachable(exc, method, path) from exc
        return Answer(response.status_code, dict(response.headers), response.content)

    def _unreachable(self, exc: httpx.HTTPError, method: str, path: str) -> Unreachable:
        detail = " ".join(str(exc).replace(self._token, "***").split())
        what = "no answer in time" if isinstance(exc, httpx.TimeoutException) else "no connection"
        sent = not isinstance(exc, _NEVER_SENT)
        if sent and not isinstance(exc, httpx.TimeoutException):
            what = "the connection was cut"
        place = urlsplit(self.base_url).netloc
        return Unreachable(
            f"{method} {path}: {what} ({detail or type(exc).__name__}); is {place} reachable?",
            maybe_done=sent,
        )


def transport_of(service: Service) -> Transport:
    """Make a transport of a plain function, so that tests need no network and no httpx.

    To act out trouble the function raises `ConnectionRefusedError` (never
    arrived), `TimeoutError` or any other `ConnectionError` (arrived, perhaps).
    """

    def handle(request: httpx.Request) -> httpx.Response:
        query = dict(request.url.params.items())
        headers = {key.lower(): value for key, value in request.headers.items()}
        try:
            status, answer_headers, body = service(
                request.method, request.url.path, query, headers, request.content
            )
        except ConnectionRefusedError as exc:
            raise httpx.ConnectError(str(exc), request=request) from exc
        except TimeoutError as exc:
            raise httpx.ReadTimeout(str(exc), request=request) from exc
        except ConnectionError as exc:
            raise httpx.RemoteProtocolError(str(exc), request=request) from exc
        return httpx.Response(status, headers=dict(answer_headers), content=body)

    return httpx.MockTransport(handle)


def _checked_token(token: str) -> str:
    """Refuse what would break the header, without ever showing it."""
    token = token.strip()
    if not token or not token.isascii() or not token.isprintable() or " " in token:
        raise AuthError(
            "the token is empty or has characters no token has; copy it again from"
            " Settings > Capacities API"
        )
    return token


def _checked_host(base_url: str) -> str:
    parts = urlsplit(base_url)
    host = parts.hostname or ""
    secure = parts.scheme == "https" or (parts.scheme == "http" and _is_loopback(host))
    if not host or not secure:
        raise ConfigError(
            f"{base_url!r} is no address to send a token to; use https://…"
            " (http only for this machine)"
        )
    return host


def _is_loopback(host: str) -> bool:
    return host in ("localhost", "::1") or host.startswith("127.")


def parsed(body: bytes) -> Any:
    """Read a body as JSON.

    Raises:
        ValueError: It is not JSON, is cut short, or is nested absurdly deep.
    """
    try:
        return jsonlib.loads(body)
    except RecursionError as exc:
        raise ValueError("nested too deep") from exc
