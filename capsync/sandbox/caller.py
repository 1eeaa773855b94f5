"""A caller without a port: requests straight into `Sandbox.handle`, for tests.

It sends what a correct client sends (token, version, JSON) unless told
otherwise, and says what came back in the fewest words.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from capsync.sandbox.core import Request, Response, Sandbox

VERSION = "1.0.0"


@dataclass(frozen=True, slots=True)
class Caller:
    """Someone with a token who calls a sandbox."""

    sandbox: Sandbox
    token: str = "cap-api-sandbox"  # noqa: S105  (nothing real is behind it)

    def send(
        self,
        name: str,
        body: object = None,
        *,
        query: Mapping[str, str] | None = None,
        headers: Mapping[str, str] | None = None,
        raw: bytes | None = None,
    ) -> Response:
        """Send one request and give the answer, whatever it is.

        Args:
            name: Method and path, ``"GET /space"``.
            body: Sent as JSON; None for no body.
            headers: Added to the usual ones; an empty value takes one away.
            raw: Sent as it is, in place of *body*.
        """
        method, _, path = name.partition(" ")
        usual = {
            "authorization": f"Bearer {self.token}",
            "x-capacities-api-version": VERSION,
            "content-type": "application/json" if body is not None else "",
        }
        sent = {key: value for key, value in {**usual, **(headers or {})}.items() if value}
        payload = b"" if body is None else json.dumps(body).encode()
        return self.sandbox.handle(
            Request(method, path, query or {}, sent, payload if raw is None else raw)
        )

    def ok(self, name: str, body: object = None, **query: str) -> Any:
        """Send a request that must succeed and give its JSON.

        Raises:
            AssertionError: It did not; the message has the answer.
        """
        answer = self.send(name, body, query=query)
        if answer.status != 200:
            raise AssertionError(f"{name}: {answer.status} {answer.body.decode()}")
        return answer.json()

    def refused(self, name: str, body: object = None, **query: str) -> tuple[int, str, str]:
        """Send a request that must fail and give status, code and message.

        Raises:
            AssertionError: It succeeded.
        """
        answer = self.send(name, body, query=query)
        if answer.status < 400:
            raise AssertionError(f"{name}: {answer.status} {answer.body.decode()}")
        error = answer.json()
        return answer.status, error["code"], error["message"]
