"""Decide what to do about one note, or one part of it.

Each side is first reduced to how it moved since the last agreement (`Change`);
the pair of changes then picks a row of `RULES`. A side that holds nothing is a
version like any other, so creating and deleting need no special case.

Digests are compared with their own side's past. Comparing the sides with each
other only serves to notice that they came to agree.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from enum import Enum
from typing import TypeAlias

from capsync.model.normal import Digest

Version: TypeAlias = Digest | None
"""What one side holds; None where it holds nothing."""


@dataclass(frozen=True, slots=True)
class Agreement:
    """What each side held when the two last agreed.

    The digests may differ: where a conversion loses something, the two sides
    agree without being equal.
    """

    vault: Version
    space: Version


NEVER = Agreement(vault=None, space=None)
"""The agreement of a note that has never been synced."""


class Change(Enum):
    """How one side moved since the last agreement."""

    SAME = "same"
    MADE = "made"
    EDITED = "edited"
    GONE = "gone"

    @classmethod
    def between(cls, then: Version, now: Version) -> Change:
        """Name the move from *then* to *now*."""
        if now == then:
            return cls.SAME
        if then is None:
            return cls.MADE
        if now is None:
            return cls.GONE
        return cls.EDITED


class Verdict(Enum):
    """What has to happen for the two sides to agree."""

    KEEP = "keep"
    """Nothing: they agree, and we know it."""
    AGREE = "agree"
    """They came to agree on their own; remember it."""
    PUSH = "push"
    """Make the space hold the vault's version, or its absence."""
    PULL = "pull"
    """Make the vault hold the space's version, or its absence."""
    MERGE = "merge"
    """Both moved, and apart: merge block by block."""


same, made, edited, gone = Change

RULES: Mapping[tuple[Change, Change], Verdict] = {
    # vault, space
    (same, same): Verdict.KEEP,
    (same, made): Verdict.PULL,
    (same, edited): Verdict.PULL,
    (same, gone): Verdict.PULL,
    (made, same): Verdict.PUSH,
    (made, made): Verdict.MERGE,
    (made, edited): Verdict.MERGE,
    (made, gone): Verdict.PUSH,
    (edited, same): Verdict.PUSH,
    (edited, made): Verdict.MERGE,
    (edited, edited): Verdict.MERGE,
    (edited, gone): Verdict.PUSH,  # an edit outweighs a deletion
    (gone, same): Verdict.PUSH,
    (gone, made): Verdict.PULL,
    (gone, edited): Verdict.PULL,  # likewise
    (gone, gone): Verdict.AGREE,
}


def reconcile(base: Agreement, vault: Version, space: Version) -> Verdict:
    """Say what to do about a note the two sides last agreed on at *base*."""
    moves = Change.between(base.vault, vault), Change.between(base.space, space)
    if moves != (same, same) and vault == space:
        return Verdict.AGREE
    return RULES[moves]
