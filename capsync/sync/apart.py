"""What is remembered of what is not synced: notes and types, each with the reason.

Written by a sync and read by ``status``, which asks nobody.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import asdict, dataclass

from capsync.model.token import NoteId
from capsync.state.store import Store
from capsync.sync.observe import Observed

_NOTES = "unsynced notes"
"""Under which `Store.meta` keeps why each known note is not synced, as JSON."""
_TYPES = "unsynced types"
"""Under which `Store.meta` keeps what the last sync learnt, as JSON."""


@dataclass(frozen=True, slots=True)
class LeftOut:
    """A type of objects that is not synced."""

    id: str
    title: str
    """What several of them are called."""
    reason: str
    count: int | None = None
    """Objects of it; None where no list told."""
    more: bool = False
    """Whether there are more than that."""


@dataclass(frozen=True, slots=True)
class Learnt:
    """What the last sync knew of the types that are not synced."""

    types: tuple[LeftOut, ...] = ()
    settings: Mapping[str, tuple[str, ...]] | None = None
    """The configuration it followed; None before the first sync."""
    counted_at: float = float("-inf")
    """When the objects were counted, in seconds since the Unix epoch."""


def unsynced_notes(memory: Store) -> dict[str, str]:
    """Give the notes the last sync knew and left alone, with the reason for each."""
    held = json.loads(memory.meta.get(_NOTES) or "{}")
    return held if isinstance(held, dict) else {}


def remember_unsynced(memory: Store, left: Mapping[str, str]) -> None:
    """Write down which known notes a sync left alone, and why."""
    memory.meta.put(_NOTES, json.dumps(left, sort_keys=True) if left else None)


def set_apart(memory: Store, seen: Observed) -> dict[str, str]:
    """Take the notes out of what was observed that the last sync left alone.

    Returns:
        Why, by the path of the file.
    """
    left = unsynced_notes(memory)
    apart = {
        seen.files.pop(note).path: why
        for note, why in ((NoteId(note), why) for note, why in left.items())
        if note in seen.files
    }
    seen.gone = [each for each in seen.gone if each.id not in left]
    return apart


def what_was_learnt(memory: Store) -> Learnt:
    """Give what the last sync knew; nothing where it makes no sense."""
    try:
        held = json.loads(memory.meta.get(_TYPES) or "{}")
        return Learnt(
            tuple(LeftOut(**each) for each in held["types"]),
            {key: tuple(names) for key, names in held["settings"].items()},
            float(held["counted_at"]),
        )
    except (ValueError, KeyError, TypeError, AttributeError):
        return Learnt()


def remember_learnt(memory: Store, learnt: Learnt) -> None:
    """Write down what a sync knew of the types that are not synced."""
    memory.meta.put(_TYPES, json.dumps(asdict(learnt)))
