"""What reaches the daemon's one thread from all others: a queue, and waiting for it."""

from __future__ import annotations

import queue
from contextlib import suppress
from dataclasses import dataclass
from enum import Enum
from typing import Protocol, TypeAlias

from capsync.daemon.control import Asked


@dataclass(frozen=True, slots=True)
class Touched:
    """Something happened to a note's file, which may be gone."""

    path: str


@dataclass(frozen=True, slots=True)
class Everything:
    """The whole vault has to be looked at."""

    why: str


class Order(Enum):
    """What a signal means."""

    STOP = "stop"
    RELOAD = "reload"


Event: TypeAlias = Touched | Everything | Order | Asked


class Inbox(Protocol):
    """Where events are taken from."""

    def take(self, seconds: float) -> tuple[Event, ...]:
        """Give what has come, once anything has; nothing if that takes longer than *seconds*."""


class QueueInbox:
    """A queue that any thread, and a signal handler, may put events in."""

    def __init__(self) -> None:
        # A SimpleQueue, since a signal may come while this thread is in `get`.
        self._queue: queue.SimpleQueue[Event | None] = queue.SimpleQueue()
        self._asked: queue.Queue[Asked] | None = None

    def put(self, event: Event) -> None:
        """Add an event."""
        self._queue.put(event)

    def listen(self, asked: queue.Queue[Asked]) -> None:
        """Take what others ask from this queue too, whenever `wake` was called."""
        self._asked = asked

    def wake(self) -> None:
        """End a wait."""
        self._queue.put(None)

    def take(self, seconds: float) -> tuple[Event, ...]:
        """Give what has come, once anything has; nothing if that takes longer than *seconds*."""
        found: list[Event | None] = []
        with suppress(queue.Empty):
            found.append(self._queue.get(timeout=max(seconds, 0.0)))
            while True:
                found.append(self._queue.get_nowait())
        with suppress(queue.Empty):
            while self._asked is not None:
                found.append(self._asked.get_nowait())
        return tuple(each for each in found if each is not None)
