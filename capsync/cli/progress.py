"""How far a sync is, on a terminal, for whatever takes more than a second.

The screen is told of stages, notes and waits, and draws one line on stderr that
is gone afterwards. What the line says is made by `line`, a pure function. The
quota, not the machine, decides how long a sync takes, so the time to go is
reckoned from both.
"""

from __future__ import annotations

import sys
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from threading import Lock, Timer
from types import TracebackType
from typing import TYPE_CHECKING, Protocol, Self, TextIO

from capsync.clock import Clock

if TYPE_CHECKING:
    from rich.console import RenderableType
    from rich.live import Live

    from capsync.capacities.limits import Usage

PATIENCE = 1.0
"""Seconds before anything is shown."""
_BAR = 24
"""Columns of the bar."""


@dataclass(frozen=True, slots=True)
class Wait:
    """A wait for the quota."""

    until: float
    """On the monotonic clock, in seconds."""
    key: tuple[str, str]
    """Method and path of the request that waits."""


def time_to_go(done: int, total: int, elapsed: float, quota: Usage | None) -> float | None:
    """Reckon the seconds left in a stage; None if there is no telling yet.

    Args:
        elapsed: Seconds since the stage began.
        quota: The quota that most of the requests of the stage fall under.
    """
    todo = total - done
    if todo <= 0 or (done == 0 and quota is None):
        return None
    by_pace = elapsed / done * todo if done else 0.0
    if quota is None:
        return by_pace
    short = todo - (quota.limit - quota.used)
    return max(by_pace, short / quota.limit * quota.window) or None


def tightest(usage: Iterable[Usage]) -> Usage | None:
    """Give the quota of which most is used, if any is."""
    used = [each for each in usage if each.used]
    return max(used, key=lambda each: each.used / each.limit, default=None)


def line(
    stage: str,
    done: int,
    total: int,
    *,
    to_go: float | None = None,
    quota: Usage | None = None,
    wait: float = 0.0,
) -> str:
    """Say how far a stage is.

    Args:
        wait: Seconds that are left of a wait for *quota*; 0 if there is none.
    """
    parts = [f"{stage} {done}/{total}" if total else stage]
    if to_go is not None and to_go >= PATIENCE:
        parts.append(f"about {_duration(to_go)} to go")
    if quota is not None:
        name = f"{quota.method} {quota.path}"
        if wait >= PATIENCE:
            parts.append(f"waiting {wait:.0f} s for the quota of {name}")
        else:
            parts.append(f"{max(quota.limit - quota.used, 0)} of {quota.limit} left of {name}")
    return " · ".join(parts)


def _duration(seconds: float) -> str:
    if seconds < 90:
        return f"{seconds:.0f} s"
    return f"{seconds / 60:.0f} min" if seconds < 5400 else f"{seconds / 3600:.1f} h"


class Alarm(Protocol):
    """Something that goes off once, later."""

    def start(self) -> None:
        """Begin to wait."""

    def cancel(self) -> None:
        """Never go off."""


def _timer(seconds: float, action: Callable[[], None]) -> Alarm:
    timer = Timer(seconds, action)
    timer.daemon = True
    return timer


class Screen:
    """Shows progress while the ``with`` block runs; silent where there is no terminal."""

    def __init__(
        self,
        clock: Clock,
        stream: TextIO | None = None,
        alarm: Callable[[float, Callable[[], None]], Alarm] = _timer,
    ) -> None:
        """
        Args:
            stream: Where to draw, if it is a terminal; None for stderr.
            alarm: Calls back after some seconds; another one in tests.
        """
        self.usage: Callable[[], tuple[Usage, ...]] = tuple
        """Asks what is used of the quotas."""
        self._clock = clock
        self._stream = stream or sys.stderr
        self._alarm = alarm(PATIENCE, self._show)
        self._lock = Lock()
        self._live: Live | None = None
        self._closed = False
        self._stage, self._done, self._total, self._began = "starting", 0, 0, clock.monotonic()
        self._wait: Wait | None = None

    def __enter__(self) -> Self:
        if self._stream.isatty():
            self._alarm.start()
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self._alarm.cancel()
        with self._lock:
            self._closed = True
            if self._live is not None:
                self._live.stop()

    def stage(self, name: str, total: int) -> None:
        """Begin a stage of *total* notes."""
        self._wait = None
        self._stage, self._done, self._total = name, 0, total
        self._began = self._clock.monotonic()

    def show(self, name: str, done: int, total: int) -> None:
        """Show a stage that somebody else is at."""
        if name != self._stage:
            self.stage(name, total)
        self._done, self._total = done, total

    def advance(self) -> None:
        """Count one note as done."""
        self._done += 1

    def waiting(self, seconds: float, method: str, path: str) -> None:
        """Say that the next request has to wait for its quota."""
        self._wait = Wait(self._clock.monotonic() + seconds, (method, path))

    def text(self) -> str:
        """Give the line as it is now."""
        now = self._clock.monotonic()
        wait, usage = self._wait, self.usage()
        left = max(wait.until - now, 0.0) if wait else 0.0
        quota = tightest(usage)
        if wait and left >= PATIENCE:
            quota = next((each for each in usage if (each.method, each.path) == wait.key), quota)
        to_go = time_to_go(self._done, self._total, now - self._began, quota)
        if to_go is not None:
            to_go = max(to_go, left)
        return line(self._stage, self._done, self._total, to_go=to_go, quota=quota, wait=left)

    def _show(self) -> None:
        """Begin to draw; rich is loaded only now."""
        from rich.console import Console  # noqa: PLC0415  (slow)
        from rich.live import Live  # noqa: PLC0415  (slow)

        with self._lock:
            if self._closed:
                return
            self._live = Live(
                console=Console(file=self._stream, highlight=False),
                get_renderable=self._drawn,
                refresh_per_second=4,
                transient=True,
                redirect_stdout=False,
                redirect_stderr=False,
            )
            self._live.start()

    def _drawn(self) -> RenderableType:
        from rich.progress_bar import ProgressBar  # noqa: PLC0415  (slow)
        from rich.table import Table  # noqa: PLC0415
        from rich.text import Text  # noqa: PLC0415

        bar = ProgressBar(
            total=self._total or None,
            completed=self._done,
            width=_BAR,
            pulse=not self._total,
            animation_time=self._clock.monotonic(),
        )
        grid = Table.grid(padding=(0, 1))
        grid.add_row(bar, Text(self.text(), overflow="ellipsis", no_wrap=True))
        return grid
