"""Which blocks survive a merge, and where each of them goes.

A block that only one side still has was either made there or removed by the
other; only an edit, or something put into it, outweighs its removal.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from typing import TypeAlias

from capsync.model.block import Block, is_writable
from capsync.plan.edits import own
from capsync.plan.tree import Body, Key, Place


@dataclass(frozen=True, slots=True)
class Three:
    """The bodies of a merge."""

    base: Body
    vault: Body
    space: Body

    def versions(self, key: Key) -> tuple[Block | None, Block | None, Block | None]:
        """Give what base, vault and space have of a block."""
        return (
            self.base.blocks.get(key),
            self.vault.blocks.get(key),
            self.space.blocks.get(key),
        )

    def columns(self, key: Key) -> int:
        """Count the columns a grid should have, as any other field would be merged.

        A grid that one side removed, and that what the other wrote in it brings back, has as
        many as it has there.
        """
        base, vault, space = (side.columns(key) for side in (self.base, self.vault, self.space))
        return space if space and vault in (0, base) else vault

    def everything(self) -> Iterator[Key]:
        """Give every key of the two sides once."""
        return iter(dict.fromkeys((*self.vault.blocks, *self.space.blocks)))


_Placing: TypeAlias = Callable[[Three, Key], Place]


def survivors(three: Three) -> Mapping[Key, Place]:
    """Give every block of the merged body and the place it stands in.

    Following the parents of a survivor leads to the top of the body, and all
    of them survive too.
    """
    alive = [key for key in three.everything() if _survives(three, key)]
    for place in (_merged_place, _vault_first):
        places = _with_parents(three, alive, place)
        if not _is_tangled(places):
            return places
    raise AssertionError("the vault's places cannot be tangled")  # pragma: no cover


def _survives(three: Three, key: Key) -> bool:
    """Say whether a block is wanted for its own sake."""
    base, vault, space = three.versions(key)
    if base is None or (vault is not None and space is not None):
        return True
    if vault is not None:
        return is_writable(vault) and own(base) != own(vault)
    return space is not None and (not is_writable(space) or own(base) != own(space))


def _with_parents(three: Three, alive: list[Key], place: _Placing) -> dict[Key, Place]:
    """Place the survivors, and bring back whatever they are to stand in."""
    places: dict[Key, Place] = {}
    waiting = alive[::-1]
    while waiting:
        key = waiting.pop()
        if key not in places:
            places[key] = place(three, key)
            parent = places[key].parent
            if parent is not None:
                waiting.append(parent)
    return places


def _merged_place(three: Three, key: Key) -> Place:
    """Give a block's place: that of the side that moved it, the vault's if both did."""
    base, vault = three.base.places.get(key), three.vault.places.get(key)
    if vault is None or (vault == base and key in three.space.places):
        return three.space.places[key]
    return vault


def _vault_first(three: Three, key: Key) -> Place:
    """Give the place a block has in the vault, else in the space."""
    return three.vault.places.get(key) or three.space.places[key]


def _is_tangled(places: Mapping[Key, Place]) -> bool:
    """Say whether blocks stand inside each other: each side moved one into the other."""
    safe: set[Key] = set()
    for key in places:
        path: set[Key] = set()
        at: Key | None = key
        while at is not None and at not in safe:
            if at in path:
                return True
            path.add(at)
            at = places[at].parent
        safe |= path
    return False
