"""Blocks that only a placeholder stands for, and how they outlive it.

The service would not take such a block back, so it may move with its
placeholder but never goes with it. Blocks are told apart by identity: weaving
hands on the very objects it was given.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator
from dataclasses import replace

from capsync.markdown.placeholder import short_key
from capsync.model.block import (
    Block,
    Blocks,
    GridBlock,
    GroupBlock,
    TextBlock,
    is_writable,
    walk,
)


class Pins:
    """The unwritable blocks of an old body: which are placed already, and which must be kept."""

    def __init__(self, sections: Iterable[Blocks], keep: Iterable[Block] = ()) -> None:
        """
        Args:
            keep: Those the file has no placeholder for any more.
        """
        self._by_key: dict[str, list[Block]] = defaultdict(list)
        for block in unwritable(sections):
            self._by_key["#" + short_key(block.id or "")].append(block)
        self._keep = {id(block) for block in keep}
        self._placed: set[int] = set()

    def take(self, key: str, best: Block | None = None) -> Block | None:
        """Give the block a placeholder stands for, each block once; None where there is none."""
        candidates: list[Block] = [] if best is None else [best]
        candidates += self._by_key.get(key, [])
        for block in candidates:
            if id(block) not in self._placed and id(block) not in self._keep:
                self._placed.add(id(block))
                return block
        return None

    def kept(self, block: Block) -> Blocks:
        """Give *block* if something in it must be kept, without what stands elsewhere now."""
        if any(id(inner) in self._keep for inner in walk((block,))):
            return tuple(self._pruned((block,)))
        return ()

    def _pruned(self, blocks: Blocks) -> Iterator[Block]:
        for block in blocks:
            match block:
                case TextBlock() | GroupBlock():
                    yield replace(block, blocks=tuple(self._pruned(block.blocks)))
                case GridBlock():
                    columns = tuple(tuple(self._pruned(column)) for column in block.columns)
                    yield replace(block, columns=columns)
                case _:
                    if is_writable(block) or id(block) in self._keep:
                        yield block


def unwritable(sections: Iterable[Blocks]) -> Iterator[Block]:
    """Yield every block that only a placeholder stands for."""
    for blocks in sections:
        yield from (block for block in walk(blocks) if not is_writable(block))


def missing(old: Iterable[Blocks], new: Iterable[Blocks]) -> list[Block]:
    """Give the unwritable blocks of *old* that *new* has lost."""
    there = {id(block) for block in unwritable(new)}
    return [block for block in unwritable(old) if id(block) not in there]
