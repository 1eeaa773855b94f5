"""One thing done at a time, off the page's way, and what came of it.

A sync may take minutes where the quota is spent. Whoever asked for it waits for a
moment; after that the page says that it goes on, and later what came of it.
"""

from __future__ import annotations

import logging
from collections.abc import Callable
from dataclasses import dataclass, replace
from threading import Event, Lock, Thread

from capsync.errors import CapsyncError, RunError

PATIENCE = 4.0
"""Seconds that a person waits for an answer with pleasure."""
_KEPT = 50

_log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class Job:
    """Something that was asked for."""

    number: int
    what: str
    """What it does, such as ``sync``."""
    done: bool = False
    failed: bool = False
    text: str = ""
    """What came of it."""


class Jobs:
    """What was asked for; safe between threads."""

    def __init__(self, on_end: Callable[[], None] = lambda: None) -> None:
        """
        Args:
            on_end: Called when a job has ended.
        """
        self._on_end = on_end
        self._lock = Lock()
        self._jobs: dict[int, Job] = {}
        self._ended: Event | None = None
        self._number = 0

    @property
    def number(self) -> int:
        """Give the number of the latest job; 0 before the first."""
        return self._number

    @property
    def running(self) -> Job | None:
        """Give what is being done."""
        with self._lock:
            return self._running()

    def get(self, number: int) -> Job | None:
        """Give a job by its number; None where it is long ago or never was."""
        with self._lock:
            return self._jobs.get(number)

    def start(self, what: str, act: Callable[[], str], *, patience: float = PATIENCE) -> Job:
        """Do something, and wait a moment for it to end.

        Args:
            act: Does it, and says what came of it.
            patience: Seconds to wait.

        Raises:
            RunError: Something else is being done.
        """
        with self._lock:
            busy = self._running()
            if busy is not None:
                raise RunError(f"still busy ({busy.what}); try again once that is done")
            self._number += 1
            job = self._jobs[self._number] = Job(self._number, what)
            self._jobs.pop(self._number - _KEPT, None)
            ended = self._ended = Event()
        Thread(target=self._run, args=(job, act, ended), name=what, daemon=True).start()
        ended.wait(patience)
        return self.get(job.number) or job

    def wait(self, seconds: float) -> bool:
        """Wait for what is being done; say whether it ended in time."""
        ended = self._ended
        return ended is None or ended.wait(seconds)

    def _running(self) -> Job | None:
        job = self._jobs.get(self._number)
        return job if job is not None and not job.done else None

    def _run(self, job: Job, act: Callable[[], str], ended: Event) -> None:
        try:
            done = replace(job, done=True, text=act())
        except CapsyncError as exc:
            done = replace(job, done=True, failed=True, text=str(exc))
        except Exception:  # noqa: BLE001  (whatever it is, the page has to say that it ended)
            _log.exception("the page could not %s", job.what)
            text = "capsync failed; that is a bug. Nothing is lost; the terminal says more"
            done = replace(job, done=True, failed=True, text=text)
        with self._lock:
            self._jobs[job.number] = done
        self._on_end()
        ended.set()
