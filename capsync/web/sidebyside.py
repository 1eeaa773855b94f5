"""Two texts beside each other, line by line, with the words that differ.

Pure. Lines that are in both stand opposite each other; of what was replaced, the lines
that are most alike do. Long stretches without a change are left out, and counted.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass

from capsync.plan.diff3 import Hunk, hunks, matches

CONTEXT = 3
"""Unchanged lines shown around a change."""
ALIKE = 0.4
"""Share of their words that two lines must have in common to be compared word by word."""
_MOST_PAIRS = 2_500
"""Pairs of lines that are tried; beyond, lines stand opposite each other as they come."""
_LONG = 5_000
"""Characters beyond which a line is not compared word by word."""
_MANY = 20_000
"""Lines beyond which two texts are not compared at all."""

_LINE_END = re.compile(r"\r\n|\r|\n")
_WORD = re.compile(r"\s+|[\u0e00-\u0e7f\u3040-\u30ff\u3400-\u9fff]|[^\W_]+|[\W_]", re.UNICODE)


@dataclass(frozen=True, slots=True)
class Piece:
    """A run of characters."""

    text: str
    differs: bool = False


@dataclass(frozen=True, slots=True)
class Line:
    """One line of one text."""

    number: int
    """From 1."""
    pieces: tuple[Piece, ...]


@dataclass(frozen=True, slots=True)
class Pair:
    """What stands side by side: a line, its counterpart, or either alone."""

    old: Line | None = None
    new: Line | None = None
    same: bool = False
    hidden: int = 0
    """Unchanged lines that are left out here."""


def side_by_side(before: str, after: str, *, context: int | None = CONTEXT) -> tuple[Pair, ...]:
    """Put two texts side by side.

    Args:
        context: Unchanged lines shown around a change; None for all.
    """
    old, new = _lines(before), _lines(after)
    pairs = tuple(_pairs(old, new))
    return pairs if context is None else tuple(_folded(pairs, context))


def words(before: str, after: str) -> tuple[tuple[Piece, ...], tuple[Piece, ...]]:
    """Mark the words in which two lines differ, in each of them."""
    if max(len(before), len(after)) > _LONG:
        return _whole(before), _whole(after)
    old, new = _WORD.findall(before), _WORD.findall(after)
    kept = matches(old, new)
    return (
        _marked(old, {i for i, _ in kept}),
        _marked(new, {j for _, j in kept}),
    )


def _lines(text: str) -> list[str]:
    lines = _LINE_END.split(text)
    return lines if lines[-1] else lines[:-1]


def _pairs(old: Sequence[str], new: Sequence[str]) -> Iterator[Pair]:
    changes = (
        [Hunk(0, len(old), tuple(new))] if max(len(old), len(new)) > _MANY else hunks(old, new)
    )
    i = j = 0
    for change in changes:
        while i < change.start:
            yield _same(old[i], i, j)
            i, j = i + 1, j + 1
        yield from _replaced(old[i : change.end], change.new, i, j)
        i, j = change.end, j + len(change.new)
    while i < len(old):
        yield _same(old[i], i, j)
        i, j = i + 1, j + 1


def _same(text: str, i: int, j: int) -> Pair:
    pieces = (Piece(text),)
    return Pair(Line(i + 1, pieces), Line(j + 1, pieces), same=True)


def _replaced(old: Sequence[str], new: Sequence[str], i: int, j: int) -> Iterator[Pair]:
    """Put what was replaced beside what came for it."""
    a = b = 0
    for at, to in (*_opposites(old, new), (len(old), len(new))):
        while a < at or b < to:
            yield Pair(
                Line(i + a + 1, _whole(old[a])) if a < at else None,
                Line(j + b + 1, _whole(new[b])) if b < to else None,
            )
            a, b = min(a + 1, at), min(b + 1, to)
        if at < len(old) and to < len(new):
            left, right = words(old[at], new[to])
            yield Pair(Line(i + at + 1, left), Line(j + to + 1, right))
            a, b = at + 1, to + 1


def _opposites(old: Sequence[str], new: Sequence[str]) -> list[tuple[int, int]]:
    """Pair up lines that are alike, in order, so that as much as possible is."""
    if min(len(old), len(new)) > _MOST_PAIRS:
        return []
    if len(old) * len(new) > _MOST_PAIRS:
        few = zip(old, new, strict=False)
        return [(n, n) for n, (one, other) in enumerate(few) if _likeness(one, other) >= ALIKE]
    likeness = [[_likeness(one, other) for other in new] for one in old]
    best = [[0.0] * (len(new) + 1) for _ in range(len(old) + 1)]
    for a in range(len(old) - 1, -1, -1):
        for b in range(len(new) - 1, -1, -1):
            alike = likeness[a][b]
            paired = best[a + 1][b + 1] + alike if alike >= ALIKE else 0.0
            best[a][b] = max(best[a + 1][b], best[a][b + 1], paired)
    found, a, b = [], 0, 0
    while a < len(old) and b < len(new):
        if best[a][b] == best[a + 1][b]:
            a += 1
        elif best[a][b] == best[a][b + 1]:
            b += 1
        else:
            found.append((a, b))
            a, b = a + 1, b + 1
    return found


def _likeness(one: str, other: str) -> float:
    """Say what share of their words two lines have in common, 0 to 1."""
    if max(len(one), len(other)) > _LONG:
        return 0.0
    left, right = one.split(), other.split()
    if not left or not right:
        return 0.0
    return 2 * len(matches(left, right)) / (len(left) + len(right))


def _whole(text: str) -> tuple[Piece, ...]:
    return (Piece(text),)


def _marked(units: Sequence[str], kept: set[int]) -> tuple[Piece, ...]:
    """Join units to pieces; a space between two that differ does, too."""
    differ = [index not in kept for index in range(len(units))]
    for index in range(1, len(units) - 1):
        if units[index].isspace() and differ[index - 1] and differ[index + 1]:
            differ[index] = True
    pieces: list[Piece] = []
    for unit, differs in zip(units, differ, strict=True):
        if pieces and pieces[-1].differs == differs:
            pieces[-1] = Piece(pieces[-1].text + unit, differs)
        else:
            pieces.append(Piece(unit, differs))
    return tuple(pieces)


def _folded(pairs: Sequence[Pair], context: int) -> Iterator[Pair]:
    """Leave out unchanged lines that are far from any change."""
    shown = set(_near(pairs, context))
    hidden = 0
    for index, pair in enumerate(pairs):
        if index in shown:
            if hidden:
                yield Pair(same=True, hidden=hidden)
                hidden = 0
            yield pair
        else:
            hidden += 1
    if hidden:
        yield Pair(same=True, hidden=hidden)


def _near(pairs: Sequence[Pair], context: int) -> Iterable[int]:
    for index, pair in enumerate(pairs):
        if not pair.same:
            yield from range(max(0, index - context), min(len(pairs), index + context + 1))
