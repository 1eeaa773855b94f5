"""What other processes ask of the daemon of a vault.

One thread accepts connections, reads one request from each and puts it on a
queue. It decides nothing and waits for nobody: every socket is non-blocking and
every peer has a deadline, so one that is slow, silent or talks nonsense delays
neither the daemon nor the others. The daemon's own thread takes the requests
from the queue, does what they ask, and answers.

    with Control.open(place, wake=loop.wake) as control:
        asked = control.asked.get()
        asked.say({"note": "Trip plan.md"})
        asked.done({"pushed": 1})

Lines of JSON: first the request, ``{"ask": "sync", …}``. Then the answers: any
number of ``{"said": {…}}`` and one last ``{"done": {…}}`` or ``{"failed":
{"message": …, "exit_code": n}}``. One connection is for one request.
"""

from __future__ import annotations

import logging
import secrets
import selectors
import socket
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass, field
from pathlib import Path
from queue import Queue
from threading import Event, Thread
from types import TracebackType
from typing import Any, Self

from capsync.clock import Clock, SystemClock
from capsync.daemon.address import Listening, TokenBytes, listen
from capsync.daemon.peer import Malformed, Peer, Stage, failure
from capsync.errors import ConfigError

PATIENCE = 10.0
"""Seconds a peer has to ask, and again to read what it is sent."""
PARTING = 2.0
"""Seconds the last answers have to be sent in, when the daemon stops."""
MOST_PEERS = 64
STOPPED = 130
"""Exit code for who asked something that was not done before the daemon stopped."""
_BREATHER = 0.1
"""Seconds until the next try when the system has no connection to give."""

log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class Asked:
    """A request, and the way to whoever made it. Nothing here waits or fails."""

    request: dict[str, Any]
    """Has a string under ``ask``; the rest is not checked."""
    _peer: Peer = field(repr=False)
    _poke: Callable[[], None] = field(repr=False)

    @property
    def gone(self) -> bool:
        """Whether nobody waits for the answer any more."""
        return self._peer.stage is Stage.GONE

    def say(self, progress: dict[str, Any]) -> None:
        """Tell how far it is; left out for a peer that does not read."""
        self._peer.say({"said": progress})
        self._poke()

    def done(self, result: dict[str, Any]) -> None:
        """Give the last answer: it is done."""
        self._peer.answer({"done": result})
        self._poke()

    def failed(self, message: str, exit_code: int) -> None:
        """Give the last answer: it is not done, and the process that asked should end so."""
        self._peer.answer(failure(message, exit_code))
        self._poke()


class Control:
    """The daemon's ear. `asked` is a queue of what was heard."""

    def __init__(
        self,
        listening: Listening,
        *,
        wake: Callable[[], None] | None = None,
        token_bytes: TokenBytes = secrets.token_bytes,
        clock: Clock | None = None,
        patience: float = PATIENCE,
    ) -> None:
        """
        Args:
            wake: Called after something was put on the queue, in the thread that heard it.
            patience: Seconds a peer has to ask, and again to read what it is sent.
        """
        self.asked: Queue[Asked] = Queue()
        self._listening = listening
        self._wake = wake
        self._token_bytes = token_bytes
        self._clock = clock or SystemClock()
        self._patience = patience
        self._peers: set[Peer] = set()
        self._parting: float | None = None
        self._stop = Event()
        self._selector = selectors.DefaultSelector()
        self._poked, self._poker = socket.socketpair()
        for each in (listening.socket, self._poked, self._poker):
            each.settimeout(0)
        self._selector.register(listening.socket, selectors.EVENT_READ, self._accept)
        self._selector.register(self._poked, selectors.EVENT_READ, self._drain)
        self._thread = Thread(target=self._serve, name="capsync-control", daemon=True)
        self._thread.start()

    @classmethod
    def open(
        cls,
        place: Path,
        *,
        token_bytes: TokenBytes = secrets.token_bytes,
        unix: bool | None = None,
        wake: Callable[[], None] | None = None,
        clock: Clock | None = None,
        patience: float = PATIENCE,
    ) -> Self:
        """Listen for the vault whose state is in the folder *place*.

        Args:
            unix: Whether to use a Unix socket; None for wherever one is possible.

        Raises:
            RunError: A daemon listens there already, or the folder cannot be used.
        """
        listening = listen(place, token_bytes=token_bytes, unix=unix)
        return cls(listening, wake=wake, token_bytes=token_bytes, clock=clock, patience=patience)

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        exc: BaseException | None,
        traceback: TracebackType | None,
    ) -> None:
        self.close()

    def close(self) -> None:
        """Stop listening; who still waits for an answer is told that none will come."""
        self._stop.set()
        self._poke()
        self._thread.join()

    def _poke(self) -> None:
        """Have the thread look around; from any thread."""
        with suppress(OSError):  # full of pokes, or closed: it looks around anyway
            self._poker.send(b"\0")

    # the rest is for the thread

    def _serve(self) -> None:
        try:
            while not self._is_over():
                for key, _ in self._selector.select(self._nap()):
                    if key.fileobj in self._selector.get_map():  # else dropped just now
                        key.data()
                for peer in tuple(self._peers):
                    self._tend(peer)
                if self._stop.is_set() and self._parting is None:
                    self._part()
        finally:
            self._listening.close()
            for peer in tuple(self._peers):
                self._drop(peer)
            self._selector.close()
            self._poked.close()
            self._poker.close()

    def _is_over(self) -> bool:
        if self._parting is None:
            return False
        return not self._peers or self._clock.monotonic() >= self._parting

    def _nap(self) -> float | None:
        deadlines = [each.deadline for each in self._peers if each.deadline is not None]
        if self._parting is not None:
            deadlines.append(self._parting)
        return max(0.0, min(deadlines) - self._clock.monotonic()) if deadlines else None

    def _drain(self) -> None:
        with suppress(BlockingIOError):
            while self._poked.recv(4096):
                pass

    def _accept(self) -> None:
        try:
            theirs, _ = self._listening.socket.accept()
        except (BlockingIOError, InterruptedError, ConnectionError):
            return
        except OSError as exc:
            log.warning("no connection can be taken: %s", exc)
            self._stop.wait(_BREATHER)
            return
        if len(self._peers) >= MOST_PEERS and not self._make_room():
            theirs.close()
            return
        peer = Peer(theirs, self._listening.secret, self._token_bytes, self._later())
        self._peers.add(peer)
        self._selector.register(theirs, selectors.EVENT_READ, lambda: self._hear(peer))

    def _make_room(self) -> bool:
        """Drop the peer that has been idle for longest, unless all wait for us."""
        idle = [(each.deadline, each) for each in self._peers if each.deadline is not None]
        if idle:
            self._drop(min(idle, key=lambda pair: pair[0])[1])
        return bool(idle)

    def _hear(self, peer: Peer) -> None:
        """Read from a peer; a request that is whole goes on the queue."""
        try:
            request = peer.receive()
        except Malformed as exc:
            peer.answer(failure(str(exc), ConfigError.exit_code))
            return
        except OSError:
            self._drop(peer)
            return
        if request is not None:
            self.asked.put(Asked(request, peer, self._poke))
            if self._wake:
                self._wake()

    def _tend(self, peer: Peer) -> None:
        """Send a peer what it takes, and see to its deadline."""
        before = peer.stage
        try:
            took = peer.has_unsent and peer.send()
        except OSError:
            self._drop(peer)
            return
        if peer.is_answered and (took or peer.deadline is None or peer.stage is not before):
            peer.deadline = self._later()
        elif peer.deadline is not None and self._clock.monotonic() >= peer.deadline:
            if peer.is_answered:
                self._drop(peer)
                return
            peer.answer(failure("nothing was asked in time", ConfigError.exit_code))
            peer.deadline = self._later()
        self._selector.modify(
            peer.socket,
            selectors.EVENT_READ | (selectors.EVENT_WRITE if peer.has_unsent else 0),
            lambda: self._hear(peer),
        )

    def _drop(self, peer: Peer) -> None:
        self._peers.discard(peer)
        with suppress(KeyError, ValueError):
            self._selector.unregister(peer.socket)
        peer.close()

    def _part(self) -> None:
        """Listen no more; answer who waits, and give what is on its way a moment."""
        self._selector.unregister(self._listening.socket)
        self._listening.close()
        self._parting = self._clock.monotonic() + min(PARTING, self._patience)
        for peer in tuple(self._peers):
            if peer.stage in {Stage.ASKED, Stage.ANSWERED, Stage.SENT}:
                peer.answer(failure("capsync was stopped before it could do this", STOPPED))
                self._tend(peer)
            else:
                self._drop(peer)

    def _later(self) -> float:
        return self._clock.monotonic() + self._patience
