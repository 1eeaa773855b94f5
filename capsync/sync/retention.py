"""How long old versions are kept.

`dropped` decides and touches nothing. What it takes to undo the last run is never
dropped, and of every note that was changed lately the newest version of each side
stays, however large all of it is.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable
from dataclasses import dataclass

from capsync.state.revisions import Weight
from capsync.state.store import Store
from capsync.vault.files import Folder
from capsync.vault.trash import empty_trash

DAY = 86400.0
_MB = 1024**2


@dataclass(frozen=True, slots=True)
class Keep:
    """How much of the past is kept."""

    days: float = 365
    """Older versions go."""
    megabytes: float = 500
    """The oldest versions go that are too much for this."""


def dropped(
    kept: Iterable[Weight], keep: Keep, *, now: float, needed: Collection[int], beside: int = 0
) -> frozenset[int]:
    """Say which versions go.

    Args:
        kept: All versions, the oldest first.
        now: Seconds since the Unix epoch.
        needed: Versions that must stay.
        beside: Bytes that other parts of the history take up.
    """
    oldest, weights = now - keep.days * DAY, tuple(kept)
    newest = {(each.note, each.side): each.number for each in weights if each.at >= oldest}
    stay = {*needed, *newest.values()}
    gone = {each.number for each in weights if each.at < oldest and each.number not in stay}
    size = beside + sum(each.size for each in weights if each.number not in gone)
    for each in weights:
        if size <= keep.megabytes * _MB:
            break
        if each.number not in stay | gone:
            gone.add(each.number)
            size -= each.size
    return frozenset(gone)


def forget_the_past(vault: Folder, memory: Store, keep: Keep, now: float) -> None:
    """Drop what is older or more than what is to be kept, in the memory and in the trash."""
    needed = memory.deeds.versions_of(memory.deeds.last())
    gone = dropped(
        memory.revisions.weights(), keep, now=now, needed=needed, beside=memory.deeds.size()
    )
    with memory.transaction():
        memory.revisions.drop(gone)
        memory.deeds.prune(now - keep.days * DAY)
    empty_trash(vault.root, before=now - keep.days * DAY)
