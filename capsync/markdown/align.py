"""Which old block a block read from the file used to be.

Markdown has no place for ids, so blocks are recognised: first those that stand
unchanged in the same order, then those that moved, then, between two that are
known, those that look alike, and last those that moved and were edited.
Close to linear where little changed; the slow comparisons are bounded.
"""

from __future__ import annotations

from collections import defaultdict, deque
from collections.abc import Sequence
from enum import Enum

from rapidfuzz import fuzz
from rapidfuzz.distance import LCSseq

from capsync.markdown.view import without_ids
from capsync.model.block import Block, CodeBlock, MathBlock, OpaqueBlock, TextBlock, children, walk
from capsync.model.token import plain_text

ALIKE = 0.3
"""Likeness, 0 to 1, from which a block in the same place counts as edited, not replaced."""
SURELY_ALIKE = 0.6
"""Likewise for a block that also moved."""
HALF_ALIKE = 0.5
"""Likewise for one that moved and still holds all that it said, or nothing but part of it."""
_MOST_PAIRS = 10_000
"""Pairs compared at most in one gap; a longer one is compared near its diagonal."""
_LOOKED_AT = 400
"""Characters of a block that count when two are compared."""


def align(old: Sequence[Block], new: Sequence[Block]) -> list[int | None]:
    """Say for each new block which old one it is; None where it is new.

    No old block is named twice. Only blocks of one class are paired.
    """
    names: dict[Block, int] = {}
    left = [names.setdefault(_bare(block), len(names)) for block in old]
    right = [names.setdefault(_bare(block), len(names)) for block in new]
    found: list[int | None] = [None] * len(new)
    anchors = list(_common(left, right))
    for at, to in anchors:
        found[to] = at
    _find_moved(left, right, found)
    look = _Looks(old, new)
    for gap in _gaps(anchors, len(old), len(new)):
        _pair_gap(look, found, gap)
    _find_moved_and_edited(look, found)
    return found


def _bare(block: Block) -> Block:
    """Take off ids, at little cost where there are none."""
    if all(inner.id is None for inner in walk((block,))):
        return block
    return without_ids(block)


def _common(left: Sequence[int], right: Sequence[int]) -> list[tuple[int, int]]:
    """Find the longest common subsequence, as pairs of indices."""
    pairs: list[tuple[int, int]] = []
    for op in LCSseq.opcodes(left, right):
        if op.tag == "equal":
            pairs += zip(
                range(op.src_start, op.src_end), range(op.dest_start, op.dest_end), strict=True
            )
    return pairs


def _find_moved(left: Sequence[int], right: Sequence[int], found: list[int | None]) -> None:
    used = {at for at in found if at is not None}
    places: dict[int, deque[int]] = defaultdict(deque)
    for at, name in enumerate(left):
        if at not in used:
            places[name].append(at)
    for to, name in enumerate(right):
        if found[to] is None and places[name]:
            found[to] = places[name].popleft()


def _gaps(anchors: list[tuple[int, int]], old: int, new: int) -> list[tuple[range, range]]:
    gaps = []
    last = (-1, -1)
    for anchor in [*anchors, (old, new)]:
        here, there = range(last[0] + 1, anchor[0]), range(last[1] + 1, anchor[1])
        if here and there:
            gaps.append((here, there))
        last = anchor
    return gaps


class _Looks:
    """How alike two blocks look, with their texts taken out once."""

    def __init__(self, old: Sequence[Block], new: Sequence[Block]) -> None:
        self.old, self.new = old, new
        self._old: dict[int, str] = {}
        self._new: dict[int, str] = {}

    def alike(self, at: int, to: int) -> float:
        """Give the likeness of an old and a new block, 0 to 1; 0 for different classes."""
        one, other = self.old[at], self.new[to]
        if type(one) is not type(other) or isinstance(one, OpaqueBlock):
            return 0.0
        here = self._old.setdefault(at, _text(one))
        there = self._new.setdefault(to, _text(other))
        if not here and not there:
            return 1.0
        return fuzz.ratio(here[:_LOOKED_AT], there[:_LOOKED_AT]) / 100

    def is_moved(self, at: int, to: int, likeness: float) -> bool:
        """Say whether a new block is an old one that moved and was edited."""
        texts = _text(self.old[at]), _text(self.new[to])
        here, there = (f" {' '.join(text.split())} " for text in texts)
        includes = here in there or there in here
        said = _own_text(self.old[at])
        return (
            likeness >= (HALF_ALIKE if includes else SURELY_ALIKE)
            or bool(likeness and said and said == _own_text(self.new[to]))
        ) and bool(texts[0])

    def same_class(self, at: int, to: int) -> bool:
        one, other = self.old[at], self.new[to]
        return type(one) is type(other) and not isinstance(one, OpaqueBlock)


def _text(block: Block) -> str:
    own = _own_text(block)
    if len(own) < _LOOKED_AT:
        own += "".join("\n" + _text(child) for child in children(block))
    return own


def _own_text(block: Block) -> str:
    match block:
        case TextBlock():
            return plain_text(block.tokens)
        case CodeBlock() | MathBlock():
            return block.text
        case _:
            return ""


def _pair_gap(look: _Looks, found: list[int | None], gap: tuple[range, range]) -> None:
    """Pair what is left between two known blocks, in order, as alike as possible."""
    used = {at for at in found if at is not None}
    here = [at for at in gap[0] if at not in used]
    there = [to for to in gap[1] if found[to] is None]
    if len(here) == 1 and len(there) == 1 and look.same_class(here[0], there[0]):
        found[there[0]] = here[0]
        return
    i = j = 0
    paths = _best_paths(look, here, there)
    while i < len(here) and j < len(there):
        low, steps = paths[i]
        if low <= j < low + len(steps):
            step = steps[j - low]
        else:
            step = _Step.SKIP_NEW if j < low else _Step.SKIP_OLD
        if step is _Step.PAIR:
            found[there[j]] = here[i]
        i += step is not _Step.SKIP_NEW
        j += step is not _Step.SKIP_OLD


class _Step(Enum):
    SKIP_OLD = 1
    SKIP_NEW = 2
    PAIR = 3


def _best_paths(look: _Looks, here: list[int], there: list[int]) -> list[tuple[int, list[_Step]]]:
    """Say for each pair of places what to do there; far from the diagonal nothing is compared.

    Returns:
        For each of *here*, from which of *there* on it was compared, and the best steps.
    """
    reach = len(there)
    if len(here) * len(there) > _MOST_PAIRS:
        reach = max(8, _MOST_PAIRS // max(len(here), len(there)))
    paths: list[tuple[int, list[_Step]]] = []
    below: dict[int, float] = {}
    for i in range(len(here) - 1, -1, -1):
        middle = i * len(there) // len(here)
        low, high = max(0, middle - reach), min(len(there), middle + reach + 1)
        row: dict[int, float] = {}
        steps = []
        for j in range(high - 1, low - 1, -1):
            score, step = below.get(j, 0.0), _Step.SKIP_OLD
            if row.get(j + 1, 0.0) > score:
                score, step = row[j + 1], _Step.SKIP_NEW
            likeness = look.alike(here[i], there[j])
            if likeness >= ALIKE and likeness + below.get(j + 1, 0.0) > score:
                score, step = likeness + below.get(j + 1, 0.0), _Step.PAIR
            row[j] = score
            steps.append(step)
        below = row
        paths.append((low, steps[::-1]))
    return paths[::-1]


def _find_moved_and_edited(look: _Looks, found: list[int | None]) -> None:
    used = {at for at in found if at is not None}
    here = [at for at in range(len(look.old)) if at not in used]
    there = [to for to, at in enumerate(found) if at is None]
    if not here or not there or len(here) * len(there) > _MOST_PAIRS:
        return
    pairs = [(look.alike(at, to), at, to) for at in here for to in there]
    for likeness, at, to in sorted(pairs, key=lambda pair: (-pair[0], pair[1], pair[2])):
        free = at not in used and found[to] is None
        if free and look.is_moved(at, to, likeness):
            found[to] = at
            used.add(at)
