"""`get` and `put`: a body as Markdown, and Markdown as the body it now means.

    get(sections)         what the body looks like
    put(text, sections)   the text as a body, with everything from the old one
                          that Markdown cannot say

An untouched text puts nothing: ``put(get(n), n) == n``.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from operator import is_not

from capsync.markdown.inherit import restore_tokens
from capsync.markdown.links import Names
from capsync.markdown.own_view import view_one
from capsync.markdown.pins import Pins, missing
from capsync.markdown.placeholder import SECTION, payload_key
from capsync.markdown.reader import read_blocks
from capsync.markdown.tree import Shown
from capsync.markdown.weave import Weaver, shown_of
from capsync.markdown.writer import write_body
from capsync.model.block import (
    Block,
    BlockId,
    Blocks,
    GridBlock,
    GroupBlock,
    OpaqueBlock,
    TextBlock,
    walk,
)
from capsync.model.property import PropertyId
from capsync.model.token import OpaqueToken

Sections = Mapping[PropertyId, Blocks]


def get(sections: Sections, names: Names) -> str:
    """Write a body as Markdown."""
    return write_body(compose(sections, names), names)


def put(text: str, sections: Sections, names: Names) -> Sections:
    """Read Markdown as the body it now means.

    Blocks that stood in the old body keep their ids and all that Markdown
    cannot say; new ones have no id. A block that Markdown only has a
    placeholder for is never removed by removing the placeholder.

    Args:
        sections: The body the text was made from; for a new note, its empty sections.
    """
    return put_read(read_blocks(text, names), sections, names)


def put_read(shown: Blocks, sections: Sections, names: Names) -> Sections:
    """Do as `put` does, with what was read already.

    Args:
        shown: What `read_blocks` gave.
    """
    was = {key: shown_of(blocks, names) for key, blocks in sections.items()}
    if shown == tuple(_looks(was)):
        return sections
    parts = _split(shown, sections)
    old = [sections[key] for key in parts]

    def woven_around(pins: Pins) -> dict[PropertyId, Blocks]:
        weaver = Weaver(names, pins)
        return {key: weaver.weave(sections[key], parts[key], was[key]) for key in parts}

    woven = woven_around(Pins(old))
    lost = missing(old, woven.values())
    if lost:
        woven = woven_around(Pins(old, keep=lost))
    done = {**sections, **woven}
    known = {
        "#" + payload_key(token.payload): token
        for blocks in sections.values()
        for block in walk(blocks)
        if isinstance(block, TextBlock)
        for token in block.tokens
        if isinstance(token, OpaqueToken)
    }
    return {key: tuple(_restored(block, known) for block in blocks) for key, blocks in done.items()}


def _looks(shown: Mapping[PropertyId, Sequence[Shown]]) -> Iterator[Block]:
    """Give what `compose` gives, without ids."""
    for index, (key, blocks) in enumerate(shown.items()):
        if index and blocks:
            yield replace(section_marker(key), id=None)
        yield from (each.look for each in blocks)


def compose(sections: Sections, names: Names) -> Blocks:
    """Give all a file shows of a body: its first section, then each other under its marker."""
    done: list[Block] = []
    for index, (key, blocks) in enumerate(sections.items()):
        shown = [seen for block in blocks for seen in view_one(block, names)]
        if index and shown:
            done.append(section_marker(key))
        done += shown
    return tuple(done)


def section_marker(key: PropertyId) -> OpaqueBlock:
    """Give the block that stands for the beginning of a section."""
    return OpaqueBlock(SECTION, "#" + key, BlockId(f"section {key}"))


def _split(shown: Blocks, sections: Sections) -> dict[PropertyId, Blocks]:
    """Part what a file shows at its markers; sections without a marker stay out of it."""
    current = next(iter(sections))
    parts: dict[PropertyId, list[Block]] = {current: []}
    for block in shown:
        if isinstance(block, OpaqueBlock) and block.kind == SECTION:
            key = PropertyId(block.payload.removeprefix("#"))
            if key in sections:
                current = key
                parts.setdefault(key, [])
        else:
            parts[current].append(block)
    return {key: tuple(blocks) for key, blocks in parts.items()}


def _restored(block: Block, known: Mapping[str, OpaqueToken]) -> Block:
    match block:
        case TextBlock():
            blocks = tuple(_restored(child, known) for child in block.blocks)
            if any(isinstance(token, OpaqueToken) for token in block.tokens):
                return replace(block, tokens=restore_tokens(block.tokens, known), blocks=blocks)
            changed = any(map(is_not, blocks, block.blocks))
            return replace(block, blocks=blocks) if changed else block
        case GroupBlock():
            return replace(block, blocks=tuple(_restored(child, known) for child in block.blocks))
        case GridBlock():
            columns = tuple(
                tuple(_restored(cell, known) for cell in column) for column in block.columns
            )
            return replace(block, columns=columns)
        case _:
            return block
