"""Blocks to Markdown that was read back as a whole.

Blocks that read back as themselves may still run into each other. So the page is read
back too, and what came back otherwise is spelled more carefully.
"""

from __future__ import annotations

from collections.abc import Iterator

from rapidfuzz.distance import LCSseq

from capsync.markdown.links import Names
from capsync.markdown.reader import read_blocks
from capsync.markdown.view import without_ids
from capsync.markdown.writer import Writer, page
from capsync.model.block import Block, Blocks


def write_checked(blocks: Blocks, names: Names) -> tuple[str, bool]:
    """Write the blocks of a view, and say whether the text reads back as them.

    Everything is first spelled the cheapest way and read back at once; only the blocks
    that come back as others are spelled one by one.
    """
    wanted = [*map(without_ids, blocks)]
    doubted = frozenset[int]()
    for _ in range(2):
        text = page(Writer(names, doubted), blocks)
        read = [*map(without_ids, read_blocks(text, names))]
        if read == wanted:
            return text, True
        doubted |= {id(blocks[at]) for at in _unlike(wanted, read)}
    text = page(Writer(names), blocks)
    return text, [*map(without_ids, read_blocks(text, names))] == wanted


def _unlike(wanted: list[Block], read: list[Block]) -> Iterator[int]:
    """Say which blocks came back as others, or not at all, or ran into their neighbours."""
    names: dict[Block, int] = {}
    left, right = ([names.setdefault(each, len(names)) for each in side] for side in (wanted, read))
    for op in LCSseq.opcodes(left, right):
        if op.tag != "equal":
            yield from range(max(op.src_start - 1, 0), min(op.src_end + 1, len(wanted)))
