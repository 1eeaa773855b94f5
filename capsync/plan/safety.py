"""Refuse plans that look like an accident.

A folder on a drive that is not mounted looks like a thousand deletions, and a
list cut short by the service does too. Overwriting notes counts like deleting
them: an overwritten text is as gone as a deleted one. The checks see counts
only, taken after renames were recognised, and a person can overrule them.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass

from capsync.errors import SafetyStop
from capsync.model.block import Blocks, CodeBlock, MathBlock, TextBlock, walk
from capsync.model.token import plain_text
from capsync.plan.words import words_of

FEW = 5
"""Notes of a side that may go without asking, whatever their share."""

SHARE = 0.2
"""Share of a side that may go without asking, 0 to 1."""

SHORT = 20
"""Words up to which a body may be emptied without that counting as a loss."""


@dataclass(frozen=True, slots=True)
class Removals:
    """What a plan would take from one side."""

    deleted: int = 0
    """Notes to be trashed."""
    gutted: int = 0
    """Notes to be overwritten with little of what they hold, as `is_gutted` says."""
    lately: int = 0
    """Notes that were trashed a short while ago; they count if more are to go."""

    @property
    def total(self) -> int:
        """Count the notes that would lose something, or have lost it lately."""
        now = self.deleted + self.gutted
        return now + self.lately if now else 0


def check_removals(*, vault: Removals, space: Removals, known: int, allow: bool) -> None:
    """Stop when a plan takes a large share of the notes from one side, or all of them.

    Args:
        vault: What it would take from the vault.
        space: What it would take from the space.
        known: Notes both sides held when they last agreed.
        allow: Whether a person said that this is meant.

    Raises:
        SafetyStop: On one side, more than `FEW` notes and more than `SHARE` of all would lose
            something, or all of two or more would be deleted. The message says how many,
            where, which share, and what to do.
    """
    if allow:
        return
    for side, removals in (("vault", vault), ("space", space)):
        if _is_all(removals, known) or _is_much(removals, known):
            raise SafetyStop(_objection(side, removals, known))


def _is_all(removals: Removals, known: int) -> bool:
    return known >= 2 and removals.deleted >= known


def _is_much(removals: Removals, known: int) -> bool:
    return removals.total > FEW and removals.total > SHARE * (known + removals.lately)


def _objection(side: str, removals: Removals, known: int) -> str:
    counts = ((removals.deleted, "delete"), (removals.gutted, "overwrite most of"))
    deeds = " and ".join(f"{verb} {count}" for count, verb in counts if count)
    before = f", after {removals.lately} in the last hour" if removals.lately else ""
    share = f" ({removals.total / (known + removals.lately):.0%})" if known else ""
    return (
        f"would {deeds} of {known} notes in the {side}{before}{share}; none of them was touched. "
        "If that is meant, run again with --allow-deletes"
    )


def is_gutted(old: Blocks, new: Blocks) -> bool:
    """Say whether *new* keeps less than half of the words of a text worth counting.

    Which words they are counts, not how many: a text that was replaced by
    another of the same length is lost just as much.
    """
    before = Counter(said_words(old))
    return (
        before.total() > SHORT and (before & Counter(said_words(new))).total() * 2 < before.total()
    )


def count_words(blocks: Blocks) -> int:
    """Count the words in the texts of a body."""
    return sum(1 for _ in said_words(blocks))


def said_words(blocks: Blocks) -> Iterator[str]:
    """Give the words in the texts of a body."""
    for block in walk(blocks):
        match block:
            case TextBlock(tokens=tokens):
                yield from words_of(plain_text(tokens))
            case CodeBlock(text=text) | MathBlock(text=text):
                yield from words_of(text)
            case _:
                pass
