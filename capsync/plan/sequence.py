"""Increasing subsequences: what may stay in place when an order changes.

A service without a move operation can only re-create what moved. Of all the
ways to say which elements moved, the one that leaves the heaviest ones alone
is a heaviest increasing subsequence of their old positions.
"""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Hashable, Sequence
from typing import TypeVar

Key = TypeVar("Key", bound=Hashable)


def heaviest_increasing(positions: Sequence[int], weights: Sequence[int]) -> list[int]:
    """Choose the indexes of the heaviest strictly increasing subsequence.

    Args:
        positions: Distinct old positions, in the new order.
        weights: What it costs to move each, above 0.

    Returns:
        Indexes into *positions*, ascending.
    """
    ends: list[int] = []  # positions at which a chain may end, ascending
    totals: list[int] = []  # the weight of the best such chain, ascending too
    last: list[int] = []  # the index of its last element
    before: list[int | None] = []
    for index, (position, weight) in enumerate(zip(positions, weights, strict=True)):
        at = bisect_left(ends, position)
        total = weight + (totals[at - 1] if at else 0)
        before.append(last[at - 1] if at else None)
        beaten = at
        while beaten < len(ends) and totals[beaten] <= total:
            beaten += 1
        ends[at:beaten], totals[at:beaten], last[at:beaten] = [position], [total], [index]
    return _chain(before, last[-1] if last else None)


def _chain(before: Sequence[int | None], end: int | None) -> list[int]:
    chain = []
    while end is not None:
        chain.append(end)
        end = before[end]
    return chain[::-1]


def unmoved(old: Sequence[Key], new: Sequence[Key]) -> frozenset[Key]:
    """Give a largest set of elements that stand in the same order in *old* and *new*."""
    place = {key: index for index, key in enumerate(old)}
    common = [key for key in new if key in place]
    chosen = heaviest_increasing([place[key] for key in common], [1] * len(common))
    return frozenset(common[index] for index in chosen)
