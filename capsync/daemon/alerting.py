"""Desktop notifications as the daemon uses them: what is new, once, without waiting for it."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from threading import Thread

from capsync.clock import Clock
from capsync.daemon.desktop import Told, worth_telling


class Alerting:
    """Remembers what was told. What was open when it began is not told."""

    def __init__(self, clock: Clock, show: Callable[[str, str], object]) -> None:
        """
        Args:
            show: Shows a title and a text; called in a thread of its own, since it may take long.
        """
        self._clock, self._show = clock, show
        self._told: Told | None = None

    def __call__(self, conflicts: Iterable[str], set_aside: Iterable[str]) -> None:
        """Take in the notes that are in conflict and those that are set aside now."""
        if self._told is None:
            self._told = Told(frozenset(conflicts), frozenset(set_aside))
            return
        now = self._clock.monotonic()
        self._told, message = worth_telling(self._told, conflicts, set_aside, now)
        if message is not None:
            Thread(target=self._show, args=(message.title, message.text), daemon=True).start()
