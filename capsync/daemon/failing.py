"""Notes that cannot be synced as they are: tried again more and more seldom.

Each try costs a request, of which there are thirty a minute. A note that somebody has
changed is tried at once, whatever happened before.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

FIRST_REST, LONGEST_REST = 600.0, 6 * 3600.0
"""Seconds until the next try: after the first time, and in the end; twice as long each time."""


@dataclass(frozen=True, slots=True)
class _Failed:
    mark: object
    rest: float
    until: float


class Failing:
    """What failed, what it was like then, and when to try again; by a monotonic clock."""

    def __init__(self) -> None:
        self._failed: dict[str, _Failed] = {}

    def failed(self, name: str, mark: object, now: float) -> None:
        """Learn that a note failed.

        Args:
            name: Its path, or its id.
            mark: Something that is different once somebody has changed it.
        """
        last = self._failed.get(name)
        rest = FIRST_REST
        if last is not None and last.mark == mark:
            rest = min(2.0 * last.rest, LONGEST_REST) if now >= last.until else last.rest
        self._failed[name] = _Failed(mark, rest, now + rest)

    def went_well(self, name: str) -> None:
        """Learn that there is nothing wrong with a note any more."""
        self._failed.pop(name, None)

    def rests(self, name: str, mark: object, now: float) -> bool:
        """Say whether a note is to be left alone."""
        last = self._failed.get(name)
        return last is not None and last.mark == mark and now < last.until

    def __iter__(self) -> Iterator[str]:
        """Name what failed."""
        return iter(tuple(self._failed))
