"""Three-way merge of sequences: what both sides did to the same base.

Both are compared with the base; changes that do not meet are all made, equal
ones once. There is no clever guess: where two different changes meet, the
sequences cannot be merged, and the caller keeps both.
"""

from __future__ import annotations

from collections.abc import Hashable, Iterable, Sequence
from dataclasses import dataclass
from typing import Generic, TypeVar

from rapidfuzz.distance import LCSseq

Unit = TypeVar("Unit", bound=Hashable)


@dataclass(frozen=True, slots=True)
class Hunk(Generic[Unit]):
    """A stretch of the base that was changed."""

    start: int
    end: int
    """Index after its last unit; equal to `start` where something is inserted."""
    new: tuple[Unit, ...]
    """What stands there now."""

    def meets(self, other: Hunk[Unit]) -> bool:
        """Say whether the two overlap, or one is an insertion at the other."""
        if self.start < self.end and other.start < other.end:
            return self.start < other.end and other.start < self.end
        return self.start <= other.end and other.start <= self.end


def matches(old: Sequence[Unit], new: Sequence[Unit]) -> list[tuple[int, int]]:
    """Pair up the units of a longest common subsequence, index with index."""
    numbers: dict[Unit, int] = {}
    left, right = ([numbers.setdefault(unit, len(numbers)) for unit in side] for side in (old, new))
    return [
        pair
        for code in LCSseq.opcodes(left, right)
        if code.tag == "equal"
        for pair in zip(
            range(code.src_start, code.src_end), range(code.dest_start, code.dest_end), strict=True
        )
    ]


def hunks(old: Sequence[Unit], new: Sequence[Unit]) -> list[Hunk[Unit]]:
    """Give what turns *old* into *new*, in order; no two hunks touch."""
    found: list[Hunk[Unit]] = []
    i = j = 0
    for at, to in (*matches(old, new), (len(old), len(new))):
        if at > i or to > j:
            found.append(Hunk(i, at, tuple(new[j:to])))
        i, j = at + 1, to + 1
    return found


def merged(
    base: Sequence[Unit], vault: Sequence[Unit], space: Sequence[Unit]
) -> tuple[Unit, ...] | None:
    """Give *base* with the changes of both sides; None where they meet and differ."""
    here, there = hunks(base, vault), hunks(base, space)
    both = set(here) & set(there)
    only_here, only_there = ([hunk for hunk in side if hunk not in both] for side in (here, there))
    if any(mine.meets(other) for mine, other in _near(only_here, only_there)):
        return None
    done: list[Unit] = []
    at = 0
    for hunk in sorted((*here, *only_there), key=lambda each: (each.start, each.end)):
        done += (*base[at : hunk.start], *hunk.new)
        at = hunk.end
    return (*done, *base[at:])


def _near(
    here: Sequence[Hunk[Unit]], there: Sequence[Hunk[Unit]]
) -> Iterable[tuple[Hunk[Unit], Hunk[Unit]]]:
    """Pair every hunk with those of the other side that may meet it, in linear time."""
    first = 0
    for mine in here:
        while first < len(there) and there[first].end < mine.start:
            first += 1
        for other in there[first:]:
            if other.start > mine.end:
                break
            yield mine, other
