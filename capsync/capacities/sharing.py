"""Whether two endpoints draw on one quota though nobody says so.

What the service says is left of one quota falls by what we ask of it. Where it falls by more,
and by just what was asked of another endpoint meanwhile, time and again, the two are one.
Somebody else with the same token makes it fall too, but not in step with us.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from dataclasses import dataclass, field
from typing import TypeAlias

Key: TypeAlias = tuple[str, str]
"""Method and path, without the query."""

ENOUGH = 4
"""Observations that make up our mind, more than there are against it."""


@dataclass(slots=True)
class Sharing:
    """What was seen so far, and who shares with whom for all that is known."""

    _asked: defaultdict[Key, Counter[Key]] = field(default_factory=lambda: defaultdict(Counter))
    """By endpoint, what was asked of the others since its last answer."""
    _evidence: Counter[frozenset[Key]] = field(default_factory=Counter)
    _pairs: set[frozenset[Key]] = field(default_factory=set)

    def sent(self, key: Key) -> None:
        """Learn of a request that is about to be sent."""
        for other, asked in self._asked.items():
            if other != key:
                asked[key] += 1
        self._asked.setdefault(key, Counter())

    def answered(self, key: Key, missing: int | None) -> None:
        """Learn what an answer says is left.

        Args:
            missing: By how much that is less than was to be expected; None where it is not said.
        """
        asked = self._asked[key]
        self._asked[key] = Counter()
        if missing is None:
            return
        for other in self._asked:
            if other != key:
                self._weigh(frozenset((key, other)), asked[other], missing)

    def partners(self, key: Key) -> tuple[Key, ...]:
        """Give the other endpoints that draw on the same quota."""
        return tuple(sorted(other for pair in self._pairs if key in pair for other in pair - {key}))

    def _weigh(self, pair: frozenset[Key], asked: int, missing: int) -> None:
        """Take in one observation; in a pair, what was asked of the other is expected to miss."""
        if pair in self._pairs:
            step = -1 if asked and missing <= -asked else 1
        else:
            step = 1 if asked and missing >= asked else -1 if asked or missing > 0 else 0
        score = max(-ENOUGH, min(ENOUGH, self._evidence[pair] + step))
        self._evidence[pair] = score
        if score == ENOUGH:
            self._pairs.add(pair)
        elif score <= 0:
            self._pairs.discard(pair)
