"""Which heading each block of a file belongs under.

A file shows the children of a heading after it. Blocks that used to be under a
heading pull what stands before them under it too; what comes after the last of
them stays under it only if it is new.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass, replace

from capsync.markdown.pins import Pins
from capsync.markdown.view import hoists, is_invisible
from capsync.model.block import Block, Blocks, TextBlock, walk


@dataclass(frozen=True, slots=True)
class Shown:
    """An old block where the file shows it."""

    block: Block
    seen: Block
    look: Block
    """What is seen, without ids."""
    under: int | None
    """Which shown heading it is a child of; None at the top."""


def is_heading(block: Block | None) -> bool:
    """Say whether the children of *block* are shown after it."""
    return isinstance(block, TextBlock) and hoists(block)


class Tree:
    """Puts blocks under their headings, and what was out of sight back in its place."""

    def __init__(
        self,
        shown: Sequence[Shown],
        found: Sequence[int | None],
        new: Sequence[Block],
        pins: Pins,
    ) -> None:
        """
        Args:
            found: For each new block the one of *shown* it used to be.
        """
        self.shown, self.found, self.new, self.pins = shown, found, new, pins
        self.matched = {id(shown[at].block) for at in found if at is not None}
        self.children: dict[int | None, list[int]] = defaultdict(list)
        last = self._last_children()
        open_headings: list[int] = []
        for index, block in enumerate(new):
            while open_headings and not self._stays_under(open_headings[-1], index, last):
                open_headings.pop()
            self.children[open_headings[-1] if open_headings else None].append(index)
            if is_heading(block) and last.get(index, -1) > index:
                open_headings.append(index)

    def _last_children(self) -> dict[int, int]:
        """Find, for each new heading, the last new block that used to be under it."""
        place = {at: index for index, at in enumerate(self.found) if at is not None}
        last: dict[int, int] = {}
        for index, at in enumerate(self.found):
            under = None if at is None else self.shown[at].under
            while under is not None:
                heading = place.get(under)
                if heading is not None and heading < index and is_heading(self.new[heading]):
                    last[heading] = max(last.get(heading, -1), index)
                under = self.shown[under].under
        return last

    def _stays_under(self, heading: int, index: int, last: dict[int, int]) -> bool:
        if index <= last[heading]:
            return True
        above, block = self.new[heading], self.new[index]
        if self.found[index] is not None or not isinstance(above, TextBlock):
            return False
        if isinstance(block, TextBlock) and hoists(block):
            return block.hierarchy.val > above.hierarchy.val
        return True

    def assemble(self, heading: int | None, old: Blocks, blocks: Sequence[Block | None]) -> Blocks:
        """Put together what stands under a heading, or at the top."""
        done: list[tuple[Block | None, Block]] = []
        for index in self.children[heading]:
            block, at = blocks[index], self.found[index]
            was = None if at is None else self.shown[at].block
            if block is None:
                continue
            before = was.blocks if isinstance(was, TextBlock) else ()
            if isinstance(block, TextBlock) and is_heading(self.new[index]):
                done.append((was, replace(block, blocks=self.assemble(index, before, blocks))))
                continue
            done.append((was, block))
            if is_heading(was):  # it is no heading any more, so nothing can be under it
                done += [(None, each) for child in before for each in self._kept(child)]
        return self._with_unseen(done, old)

    def _with_unseen(self, done: list[tuple[Block | None, Block]], old: Blocks) -> Blocks:
        """Put back what a file does not show, behind the block it stood behind."""
        placed = {id(was) for was, _ in done}
        unseen: dict[int | None, list[Block]] = defaultdict(list)
        behind: int | None = None
        after_gone = False
        for block in old:
            if id(block) in placed:
                behind, after_gone = id(block), False
            elif is_invisible(block):
                unseen[behind] += [] if after_gone else [block]
            elif kept := self._kept(block):
                unseen[behind] += kept
            else:
                after_gone = True
        result = unseen.pop(None, [])
        for was, block in done:
            result += [block, *unseen.pop(id(was), [])]
        return tuple(result)

    def _kept(self, block: Block) -> Blocks:
        """Give what stays of an old block that has no place in the file any more."""
        if id(block) in self.matched or is_invisible(block):
            return ()
        if isinstance(block, TextBlock) and self._is_torn(block):
            return tuple(each for child in block.blocks for each in self._kept(child))
        return self.pins.kept(block)

    def _is_torn(self, block: TextBlock) -> bool:
        """Say whether *block* is gone but something under it is still there."""
        return any(id(inner) in self.matched for inner in walk(block.blocks))
