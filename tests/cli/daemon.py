"""A daemon that answers as it is told to, over its real socket."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from queue import Empty
from threading import Event, Thread
from typing import Any

from capsync.daemon.control import Asked, Control


@dataclass
class FakeDaemon:
    """Answers each request by its name; one that has no answer is left to wait."""

    answers: dict[str, dict[str, Any]]
    asked: list[dict[str, Any]] = field(default_factory=list)
    waiting: list[Asked] = field(default_factory=list)

    def hear(self, asked: Asked) -> None:
        """Answer one request."""
        self.asked.append(asked.request)
        answer = self.answers.get(asked.request["ask"])
        if answer is None:
            self.waiting.append(asked)
        elif "failed" in answer:
            asked.failed(answer["failed"], 2)
        else:
            asked.done(answer)


@contextmanager
def daemon(place: Path, **answers: dict[str, Any]) -> Iterator[FakeDaemon]:
    """Have a daemon listen for the vault whose state is in *place*."""
    ended, fake = Event(), FakeDaemon(answers)
    with Control.open(place) as control:

        def serve() -> None:
            while not ended.is_set():
                try:
                    fake.hear(control.asked.get(timeout=0.02))
                except Empty:
                    continue

        thread = Thread(target=serve, daemon=True)
        thread.start()
        try:
            yield fake
        finally:
            ended.set()
            thread.join(10)
