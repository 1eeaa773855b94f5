"""A process that asks something of the daemon: what it sent, what it is yet to be sent.

Only the thread of `capsync.daemon.control` touches the socket, and never waits
for it. Any thread may hand in what is to be sent. Progress is left out for a
peer that does not read, the last answer never is.
"""

from __future__ import annotations

import json
import socket
from enum import Enum, auto
from threading import Lock
from typing import Any

from capsync.daemon.address import (
    LONGEST_ANSWER,
    TokenBytes,
    as_line,
    is_proof,
    proof,
)
from capsync.errors import ConfigError

LONGEST_REQUEST = 1 << 20
"""Bytes of one line to the daemon."""
UNREAD = 1 << 20
"""Bytes a peer may leave unread before it is told of no more progress."""
_AT_ONCE = 1 << 16


class Stage(Enum):
    """How far a conversation is."""

    STRANGE = auto()
    """It has yet to say hello."""
    GREETED = auto()
    """It has yet to show that it knows the secret."""
    KNOWN = auto()
    """It may ask."""
    ASKED = auto()
    """It waits for the answer."""
    ANSWERED = auto()
    """The last answer is given, and maybe not sent yet."""
    SENT = auto()
    """Everything is sent; it should close the connection."""
    GONE = auto()


class Malformed(Exception):
    """The peer does not speak as it should; the message is for it to read."""


class Peer:
    """One connection."""

    def __init__(
        self, theirs: socket.socket, secret: bytes, token_bytes: TokenBytes, deadline: float
    ) -> None:
        """
        Args:
            deadline: When it must have asked, on the monotonic clock.
        """
        theirs.settimeout(0)
        self.socket = theirs
        self.stage = Stage.STRANGE if secret else Stage.KNOWN
        self.deadline: float | None = deadline
        self._secret = secret
        self._token_bytes = token_bytes
        self._hello = ""
        self._inbox = bytearray()
        self._outbox = bytearray()
        self._lock = Lock()

    @property
    def is_answered(self) -> bool:
        """Whether nothing more can be said to it."""
        return self.stage in {Stage.ANSWERED, Stage.SENT, Stage.GONE}

    @property
    def has_unsent(self) -> bool:
        """Whether something waits to be sent."""
        return bool(self._outbox)

    # for any thread

    def say(self, message: dict[str, Any]) -> None:
        """Send progress, unless the peer is gone or does not read."""
        line = as_line(message)
        with self._lock:
            if not self.is_answered and len(self._outbox) + len(line) <= UNREAD:
                self._outbox += line

    def answer(self, message: dict[str, Any]) -> None:
        """Send the last answer, unless one was given or the peer is gone."""
        line = as_line(message)
        if len(line) > LONGEST_ANSWER:
            line = as_line(failure("the answer is too long to be sent", ConfigError.exit_code))
        with self._lock:
            if not self.is_answered:
                self._outbox += line
                self.stage = Stage.ANSWERED

    # for the thread that has the socket

    def receive(self) -> dict[str, Any] | None:
        """Read what there is; give the request once it is whole.

        Raises:
            Malformed: It is none.
            OSError: The peer is gone.
        """
        try:
            chunk = self.socket.recv(_AT_ONCE)
        except (BlockingIOError, InterruptedError):
            return None
        if not chunk:
            raise ConnectionError("closed")
        if self.is_answered:
            return None  # read all the same, or what was sent last might be lost
        if self.stage is Stage.ASKED:
            raise Malformed("one connection is for one request")
        self._inbox += chunk
        while (end := self._inbox.find(b"\n")) >= 0:
            line = bytes(self._inbox[:end])
            del self._inbox[: end + 1]
            if request := self._understand(line):
                return request
        if len(self._inbox) > LONGEST_REQUEST:
            raise Malformed("the request is too long")
        return None

    def _understand(self, line: bytes) -> dict[str, Any] | None:
        if len(line) > LONGEST_REQUEST:
            raise Malformed("the request is too long")
        message = _parsed(line)
        if self.stage is Stage.STRANGE:
            self._greet(message.get("hello"))
        elif self.stage is Stage.GREETED:
            if not is_proof(message.get("proof"), self._secret, "client", self._hello):
                raise Malformed("this is not the secret")
            self.stage = Stage.KNOWN
        elif not isinstance(message.get("ask"), str):
            raise Malformed('the request does not say what to "ask"')
        elif self._inbox:
            raise Malformed("one connection is for one request")
        else:
            self.stage, self.deadline = Stage.ASKED, None
            return message
        return None

    def _greet(self, hello: object) -> None:
        if not isinstance(hello, str) or not hello.isascii() or len(hello) > 64:
            raise Malformed("this is no greeting")
        self._hello = self._token_bytes(16).hex()
        shown = proof(self._secret, "daemon", hello)
        with self._lock:
            self._outbox += as_line({"proof": shown, "hello": self._hello})
        self.stage = Stage.GREETED

    def send(self) -> bool:
        """Send what the peer takes without waiting; say whether it took any.

        Raises:
            OSError: The peer is gone.
        """
        with self._lock:
            try:
                sent = self.socket.send(memoryview(self._outbox)[:_AT_ONCE]) if self._outbox else 0
            except (BlockingIOError, InterruptedError):
                sent = 0
            del self._outbox[:sent]
            if self.stage is Stage.ANSWERED and not self._outbox:
                self.stage = Stage.SENT
                self.socket.shutdown(socket.SHUT_WR)
        return sent > 0

    def close(self) -> None:
        """Be done with it."""
        with self._lock:
            self.stage = Stage.GONE
            self._outbox.clear()
        self.socket.close()


def failure(message: str, exit_code: int) -> dict[str, Any]:
    """Give the last answer of something that failed."""
    return {"failed": {"message": message, "exit_code": exit_code}}


def _parsed(line: bytes) -> dict[str, Any]:
    try:
        message = json.loads(line)
    except (ValueError, RecursionError) as exc:
        raise Malformed("the request is not JSON") from exc
    if not isinstance(message, dict):
        raise Malformed("the request is not a JSON object")
    return message
