"""What people do to a file, in a few words each, for the tests of one edit."""

from __future__ import annotations

from dataclasses import replace
from itertools import count
from typing import Any

from capsync.markdown.lens import get, put
from capsync.markdown.links import NoNames
from capsync.model.block import (
    HEADINGS,
    Block,
    BlockId,
    Blocks,
    OpaqueBlock,
    TextBlock,
    walk,
)
from capsync.model.property import PropertyId
from capsync.model.token import (
    TextToken,
    Token,
    plain_text,
)

NAMES = NoNames()
NOTES, MORE = PropertyId("notes"), PropertyId("more")
_numbers = count(1)


def para(text: str | tuple[Token, ...], *nested: Block, **dress: Any) -> TextBlock:
    """Make a text block with an id of its own."""
    tokens = (TextToken(text),) if isinstance(text, str) else text
    block = TextBlock(tokens, nested, id=BlockId(f"{next(_numbers):08x}-0000-4000-8000-0"))
    return replace(block, **dress)


def heading(text: str, *nested: Block, level: int = 1) -> TextBlock:
    return para(text, *nested, hierarchy=HEADINGS[level - 1])


def opaque(name: str = "0abcdef0-1") -> OpaqueBlock:
    return OpaqueBlock("RootSimpleTable", '{"rows":[]}', BlockId(name))


PLACEHOLDER = "<!-- capacities: RootSimpleTable 0abcdef0 -->"


def shown(*body: Block) -> str:
    return get({NOTES: body}, NAMES)


def edit(body: Blocks, *changes: tuple[str, str]) -> Blocks:
    """Replace words in the file of *body*."""
    text = shown(*body)
    for old, new in changes:
        assert old in text
        text = text.replace(old, new, 1)
    return put(text, {NOTES: body}, NAMES)[NOTES]


def rewrite(body: Blocks, text: str) -> Blocks:
    return put(text, {NOTES: body}, NAMES)[NOTES]


def said(block: Block) -> str:
    assert isinstance(block, TextBlock)
    return plain_text(block.tokens)


def red(text: str) -> TextToken:
    return TextToken(text, color="text-red")


def names(blocks: Blocks) -> list[BlockId | None]:
    return [block.id for block in walk(blocks)]
