"""Where the daemon of a vault is found: a Unix socket, or a port and a secret.

Both are in the vault's folder of the state, which only its owner can enter. The
socket is taken where there is one and its path is not too long. Otherwise it is
a port of the loopback: `control.json` says which, and holds a secret. Each end
proves to the other that it has read that file, without sending the secret, so
neither a stranger on this machine nor whoever was given the port of a dead
daemon is taken for one of us.
"""

from __future__ import annotations

import hmac
import json
import os
import secrets
import socket
import sys
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from capsync.errors import RunError

SOCKET, PORT = "control.sock", "control.json"
LONGEST_PATH = 100
"""Bytes of a path that every system takes for a socket; the least is 104, with its end."""
CONNECTING = 2.0
"""Seconds a daemon has to take a connection, and to prove itself."""
LONGEST_ANSWER = 16 << 20
"""Bytes of one line from the daemon; a report of very many notes is long."""
LOOPBACK = "127.0.0.1"
_BESIDE = ".new"

TokenBytes = Callable[[int], bytes]
"""Gives that many random bytes."""


class NoDaemon(RunError):
    """Nobody listens for this vault."""

    def __init__(self) -> None:
        super().__init__("no capsync keeps this vault in sync just now; start it: capsync watch")


@dataclass(frozen=True, slots=True)
class Listening:
    """A socket others can connect to, and what tells them of it."""

    socket: socket.socket
    file: Path
    """The socket's own place, or the file that names the port."""
    mark: int | str
    """Tells that file from a later daemon's: its number, which the open socket keeps from being
    used again, or its content."""
    secret: bytes
    """Empty where the place alone keeps others out."""

    def close(self) -> None:
        """Stop listening and take the file away, unless it is another's by now."""
        with suppress(OSError):
            if _mark(self.file) == self.mark:
                self.file.unlink()
        self.socket.close()


def listen(
    place: Path, *, token_bytes: TokenBytes = secrets.token_bytes, unix: bool | None = None
) -> Listening:
    """Listen for the vault whose state is in the folder *place*.

    What a dead daemon left there is replaced.

    Args:
        unix: Whether to use a Unix socket; None for wherever one is possible.

    Raises:
        RunError: A daemon listens there already, or the folder cannot be used.
    """
    if _is_alive(place):
        raise RunError("another capsync keeps this vault in sync already; stop it first")
    try:
        place.mkdir(mode=0o700, parents=True, exist_ok=True)
        if sys.platform != "win32" and place.stat().st_mode & 0o077:
            place.chmod(0o700)  # the socket's own mode is not heeded everywhere
        for name in (SOCKET, PORT):
            (place / name).unlink(missing_ok=True)
        use_unix = fits_unix(place) if unix is None else unix
        return _listen_unix(place) if use_unix else _listen_port(place, token_bytes)
    except OSError as exc:
        raise RunError(f"{place}: the daemon cannot listen there ({exc.strerror or exc})") from exc


def _mark(file: Path) -> int | str:
    return file.lstat().st_ino if file.name == SOCKET else file.read_text(encoding="utf-8")


def fits_unix(place: Path) -> bool:
    """Say whether a Unix socket is possible in a folder."""
    longest = os.fsencode(place / (SOCKET + _BESIDE))
    return hasattr(socket, "AF_UNIX") and len(longest) <= LONGEST_PATH


def _listen_unix(place: Path) -> Listening:
    file, beside = place / SOCKET, place / (SOCKET + _BESIDE)
    beside.unlink(missing_ok=True)
    ours = socket.socket(socket.AF_UNIX, socket.SOCK_STREAM)
    try:
        ours.bind(str(beside))
        beside.chmod(0o600)
        ours.listen()
        beside.replace(file)  # only now can anybody find it
        return Listening(ours, file, _mark(file), b"")
    except BaseException:
        ours.close()
        raise


def _listen_port(place: Path, token_bytes: TokenBytes) -> Listening:
    file, beside = place / PORT, place / (PORT + _BESIDE)
    beside.unlink(missing_ok=True)
    secret = token_bytes(32)
    ours = socket.socket(socket.AF_INET, socket.SOCK_STREAM)
    try:
        ours.bind((LOOPBACK, 0))
        ours.listen()
        said = {"port": ours.getsockname()[1], "secret": secret.hex(), "pid": os.getpid()}
        flags = os.O_WRONLY | os.O_CREAT | os.O_EXCL
        with os.fdopen(os.open(beside, flags, 0o600), "w", encoding="utf-8") as opened:
            json.dump(said, opened)
        beside.replace(file)
        return Listening(ours, file, _mark(file), secret)
    except BaseException:
        ours.close()
        raise


def connect(place: Path, *, token_bytes: TokenBytes = secrets.token_bytes) -> socket.socket:
    """Connect to the daemon that listens at *place*.

    Raises:
        NoDaemon: There is none.
        TimeoutError: There is one that takes no more connections.
    """
    if (place / SOCKET).exists() and hasattr(socket, "AF_UNIX"):
        return _connect_unix(place / SOCKET)
    try:
        said = json.loads((place / PORT).read_text(encoding="utf-8"))
        port, secret = int(said["port"]), bytes.fromhex(said["secret"])
    except (OSError, ValueError, TypeError, KeyError) as exc:
        raise NoDaemon from exc
    return _connect_port(port, secret, token_bytes)


def _connect_unix(file: Path) -> socket.socket:
    theirs = socket.socket(socket.AF_UNIX, socket.SOCK_STREAM)
    theirs.settimeout(CONNECTING)
    try:
        theirs.connect(str(file))
    except TimeoutError:
        theirs.close()
        raise
    except BlockingIOError as exc:
        theirs.close()
        raise TimeoutError(*exc.args) from exc
    except OSError as exc:
        theirs.close()
        raise NoDaemon from exc
    except BaseException:
        theirs.close()
        raise
    return theirs


def _connect_port(port: int, secret: bytes, token_bytes: TokenBytes) -> socket.socket:
    try:
        theirs = socket.create_connection((LOOPBACK, port), timeout=CONNECTING)
    except (OSError, OverflowError) as exc:
        raise NoDaemon from exc
    try:
        _introduce(theirs, secret, token_bytes)
    except (OSError, ValueError, TypeError, KeyError) as exc:
        theirs.close()
        raise NoDaemon from exc  # whoever it is has not read the file
    except BaseException:
        theirs.close()
        raise
    return theirs


def _introduce(theirs: socket.socket, secret: bytes, token_bytes: TokenBytes) -> None:
    hello = token_bytes(16).hex()
    theirs.sendall(as_line({"hello": hello}))
    answer = json.loads(Lines(theirs).next())
    if not is_proof(answer["proof"], secret, "daemon", hello):
        raise ValueError("not the daemon")
    theirs.sendall(as_line({"proof": proof(secret, "client", answer["hello"])}))


def proof(secret: bytes, who: str, hello: str) -> str:
    """Show to whoever said *hello* that one knows the secret, without telling it."""
    return hmac.digest(secret, f"{who} {hello}".encode(), "sha256").hex()


def is_proof(shown: object, secret: bytes, who: str, hello: str) -> bool:
    """Say whether *shown* is what `proof` gives."""
    expected = proof(secret, who, hello).encode()
    return isinstance(shown, str) and hmac.compare_digest(
        shown.encode("utf-8", "replace"), expected
    )


def as_line(message: dict[str, Any]) -> bytes:
    """Write one line of JSON."""
    return json.dumps(message).encode("ascii") + b"\n"


class Lines:
    """What a socket sends, line by line."""

    __slots__ = ("_begun", "_socket")

    def __init__(self, theirs: socket.socket) -> None:
        self._socket = theirs
        self._begun = bytearray()

    def next(self) -> bytes:
        """Give the next line.

        Raises:
            OSError: The other end is gone, silent for too long, or sends a line without end.
        """
        searched = 0
        while (end := self._begun.find(b"\n", searched)) < 0:
            searched = len(self._begun)
            if searched > LONGEST_ANSWER:
                raise OSError("the line does not end")
            chunk = self._socket.recv(1 << 16)
            if not chunk:
                raise ConnectionError("the other end closed the connection")
            self._begun += chunk
        line = bytes(self._begun[:end])
        del self._begun[: end + 1]
        return line


def _is_alive(place: Path) -> bool:
    try:
        connect(place).close()
    except NoDaemon:
        return False
    except TimeoutError:
        return True
    return True
