"""`get` and `put`: a body as Markdown, and Markdown as the body it now means.

    get(sections)         what the body looks like
    put(text, sections)   the text as a body, with everything from the old one
                          that Markdown cannot say

An untouched text puts nothing: ``put(get(n), n) == n``.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace

from capsync.markdown.inherit import restore_tokens
from capsync.markdown.links import Names
from capsync.markdown.pins import Pins, missing
from capsync.markdown.placeholder import SECTION, payload_key
from capsync.markdown.reader import read_body
from capsync.markdown.view import view, without_ids
from capsync.markdown.weave import Weaver
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
    shown = tuple(piece.block for piece in read_body(text, names))
    if tuple(map(without_ids, shown)) == tuple(map(without_ids, compose(sections, names))):
        return sections
    parts = _split(shown, sections)
    old = [sections[key] for key in parts]
    woven = _woven(parts, sections, names, Pins(old))
    lost = missing(old, woven.values())
    if lost:
        woven = _woven(parts, sections, names, Pins(old, keep=lost))
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


def _woven(
    parts: Sections, sections: Sections, names: Names, pins: Pins
) -> dict[PropertyId, Blocks]:
    weaver = Weaver(names, pins)
    return {key: weaver.weave(sections[key], blocks) for key, blocks in parts.items()}


def compose(sections: Sections, names: Names) -> Blocks:
    """Give all a file shows of a body: its first section, then each other under its marker."""
    done: list[Block] = []
    for index, (key, blocks) in enumerate(sections.items()):
        shown = view(blocks, names)
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
            return replace(
                block,
                tokens=restore_tokens(block.tokens, known),
                blocks=tuple(_restored(child, known) for child in block.blocks),
            )
        case GroupBlock():
            return replace(block, blocks=tuple(_restored(child, known) for child in block.blocks))
        case GridBlock():
            columns = tuple(
                tuple(_restored(cell, known) for cell in column) for column in block.columns
            )
            return replace(block, columns=columns)
        case _:
            return block
