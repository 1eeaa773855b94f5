"""Ask the daemon of a vault.

    for answer in ask(place, {"ask": "sync", "notes": []}):
        match answer:
            case {"said": progress}: ...
            case {"done": result}: ...
            case {"failed": {"message": message, "exit_code": code}}: ...

The lines are described in `capsync.daemon.control`. Whatever ends the loop closes
the connection, and the daemon sees that nobody waits any more.
"""

from __future__ import annotations

import json
import secrets
import socket
from collections.abc import Iterator
from pathlib import Path
from types import TracebackType
from typing import Any, Self

from capsync.daemon.address import Lines, NoDaemon, TokenBytes, as_line, connect
from capsync.errors import RunError

__all__ = ["Answers", "NoAnswer", "NoDaemon", "ask"]


class NoAnswer(RunError):
    """The daemon was asked, and its last answer did not come: whether it was done is unknown."""


def ask(
    place: Path,
    request: dict[str, Any],
    *,
    timeout: float | None = None,
    token_bytes: TokenBytes = secrets.token_bytes,
) -> Answers:
    """Ask the daemon of the vault whose state is in the folder *place*.

    The request is sent at once; the answers come as they are asked for.

    Args:
        request: With what is wanted under ``ask``; at most 1 MB of JSON.
        timeout: Seconds without any answer after which to give up; None for never.

    Raises:
        NoDaemon: Nobody listens; nothing was asked.
        NoAnswer: The daemon went away.
    """
    try:
        theirs = connect(place, token_bytes=token_bytes)
    except TimeoutError as exc:
        raise NoAnswer("capsync keeps this vault in sync but takes no requests just now") from exc
    try:
        theirs.settimeout(timeout)
        theirs.sendall(as_line(request))
    except TimeoutError as exc:
        theirs.close()
        raise _silent(timeout) from exc
    except OSError:
        pass  # it may have said why before it closed the connection
    except BaseException:
        theirs.close()
        raise
    return Answers(theirs, timeout)


class Answers(Iterator[dict[str, Any]]):
    """The answers to one request; the last one has ``done`` or ``failed``."""

    def __init__(self, theirs: socket.socket, timeout: float | None) -> None:
        self._socket = theirs
        self._lines = Lines(theirs)
        self._timeout = timeout
        self._is_over = False

    def __next__(self) -> dict[str, Any]:
        """Wait for the next answer.

        Raises:
            NoAnswer: The daemon went away, or said nothing for too long.
        """
        if self._is_over:
            raise StopIteration
        try:
            answer = self._next()
        except BaseException:  # Ctrl-C most of all: the daemon should see it at once
            self.close()
            raise
        if "done" in answer or "failed" in answer:
            self.close()
        return answer

    def _next(self) -> dict[str, Any]:
        try:
            answer = json.loads(self._lines.next())
        except TimeoutError as exc:
            raise _silent(self._timeout) from exc
        except (OSError, ValueError) as exc:
            raise NoAnswer("capsync watch ended before it answered; see its log") from exc
        if not isinstance(answer, dict):
            raise NoAnswer("capsync watch answered with something unknown; is it another version?")
        return answer

    def close(self) -> None:
        """Wait no longer."""
        self._is_over = True
        self._socket.close()

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        exc: BaseException | None,
        traceback: TracebackType | None,
    ) -> None:
        self.close()

    def __del__(self) -> None:
        self._socket.close()


def _silent(timeout: float | None) -> NoAnswer:
    return NoAnswer(f"capsync watch has said nothing for {timeout:g} s; see its log")
