"""Choosing between the versions of a conflict.

`find` says which conflicts a body has and what each is about; `choose` gives
the body in which some of them are settled. The local version is the block
that the conflict's quote was written for, wherever it has gone since; if it is
no longer there, the quote's content has nothing to take the place of.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, replace
from enum import Enum
from typing import Any, TypeAlias

from capsync.model.block import Block, BlockId, Blocks, GroupBlock, TextBlock, children
from capsync.plan.conflicts import is_callout, owner, said, versions_in
from capsync.plan.tree import columns_of, filled


class Choice(Enum):
    """What becomes of a conflict."""

    MINE = "mine"
    """The local block stays as it is."""
    THEIRS = "theirs"
    """The other version takes its place."""
    BOTH = "both"
    """Both stay, as ordinary blocks."""


Path: TypeAlias = tuple[int, ...]
"""Where a block is in a body: column and index, from the top down."""


@dataclass(frozen=True, slots=True)
class Found:
    """A conflict that is open."""

    callout: TextBlock
    local: Block | None
    """The version of the vault, with its children; None where it was removed."""
    under: str
    """The heading it stands under; empty where there is none."""
    at: Path
    local_at: Path | None

    @property
    def theirs(self) -> Blocks:
        """What the space had, and whatever else was put into the quote."""
        return versions_in(self.callout)


def find(blocks: Blocks, base: Blocks = ()) -> tuple[Found, ...]:
    """List the conflicts of a body, in reading order.

    Args:
        base: The body when it was last agreed on; it may know better than the
            present order which block a quote was written for.
    """
    owners = dict(_owners(base))
    placed = list(_placed(blocks))
    by_id = {block.id: path for path, block in placed if block.id is not None}
    by_path = dict(placed)
    found: list[Found] = []
    under = ""
    for path, block in placed:
        if isinstance(block, TextBlock) and block.hierarchy.val > 0 and block.quote is None:
            under = said(block)
        if is_callout(block):
            if block.id is not None and block.id in owners:
                wanted = owners[block.id]
                local_at = None if wanted is None else by_id.get(wanted)
            else:
                local_at = _before(path, by_path)
            local = None if local_at is None else by_path[local_at]
            found.append(Found(block, local, under, path, local_at))
    return tuple(found)


def choose(blocks: Blocks, chosen: Iterable[tuple[Found, Choice]]) -> Blocks:
    """Give a body in which conflicts are settled.

    Args:
        chosen: Conflicts that `find` found in *blocks*, and what becomes of them.
    """
    changes: dict[Path, _Change] = {}
    for found, choice in chosen:
        content = () if choice is Choice.MINE else found.theirs
        if choice is Choice.THEIRS and content and found.local_at is not None:
            changes[found.local_at] = _Change(content, takes_place=True)
            content = ()
        changes[found.at] = _Change(content)
    return _changed(blocks, (0,), changes)


@dataclass(frozen=True, slots=True)
class _Change:
    blocks: Blocks
    """What stands there instead."""
    takes_place: bool = False
    """Whether the first of them is the block that was there in another version."""


def _changed(lane: Blocks, place: Path, changes: Mapping[Path, _Change]) -> Blocks:
    done: list[Block] = []
    for index, block in enumerate(lane):
        path = (*place, index)
        change = changes.get(path)
        inner = tuple(
            _changed(column, (*path, number), changes)
            for number, column in enumerate(columns_of(block))
        )
        if change is None:
            done.append(filled(block, inner))
        elif change.takes_place:
            done += _in_place_of(filled(block, inner), change.blocks)
        else:
            done += change.blocks
    return tuple(done)


def _in_place_of(local: Block, theirs: Blocks) -> Blocks:
    """Give *theirs* with the id of the block they replace, and what is nested in it."""
    first, *rest = theirs
    if type(first) is type(local):
        carried: dict[str, Any] = {"id": local.id}
        if hasattr(local, "extra"):
            carried["extra"] = local.extra
        first = replace(first, **carried)
    nested = children(local)
    if not nested:
        return (first, *rest)
    if isinstance(first, TextBlock | GroupBlock):
        return (replace(first, blocks=(*first.blocks, *nested)), *rest)
    return (first, *rest, *nested)


def _placed(blocks: Blocks, place: Path = (0,)) -> Iterator[tuple[Path, Block]]:
    """Yield every block with its path, in reading order."""
    for index, block in enumerate(blocks):
        path = (*place, index)
        yield path, block
        for number, column in enumerate(columns_of(block)):
            yield from _placed(column, (*path, number))


def _before(path: Path, by_path: Mapping[Path, Block]) -> Path | None:
    """Find the block a quote stands behind."""
    lane = [by_path[(*path[:-1], index)] for index in range(path[-1] + 1)]
    at = owner(lane, path[-1])
    return None if at is None else (*path[:-1], at)


def _owners(base: Blocks) -> Iterator[tuple[BlockId, BlockId | None]]:
    """Say of each quote in *base* which block it was written for, by their ids."""
    by_path = dict(_placed(base))
    for path, block in by_path.items():
        if is_callout(block) and block.id is not None:
            at = _before(path, by_path)
            yield block.id, None if at is None else by_path[at].id
