"""Conflicts: how two versions of a block are shown to the person who has to choose.

The local block stays; the other version follows it in a quote whose text
begins with a mark. The conflict is open for as long as that quote is there,
on either side: there is no other record that could disagree with it.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace
from typing import TypeGuard

from capsync.model.block import (
    Block,
    Blocks,
    CodeBlock,
    EntityBlock,
    MathBlock,
    TextBlock,
    walk,
    without_children,
)
from capsync.model.token import LinkToken, TextToken, plain_text

MARK = "[!conflict]"
"""What the text of a conflict's quote begins with."""

LONGEST = 60
"""Characters of a block's text that a message quotes."""


@dataclass(frozen=True, slots=True)
class Conflict:
    """Two versions of a block that cannot both be had."""

    where: str
    """The beginning of the block's text, for messages."""
    vault: Block | None
    space: Block | None


def conflict(vault: Block, space: Block) -> Conflict:
    """Note that *vault* and *space* are versions of one block."""
    text = said(vault) or said(space) or type(vault).__name__
    where = text if len(text) <= LONGEST else f"{text[: LONGEST - 1]}…"
    return Conflict(where, without_children(vault), without_children(space))


def callout(other: Block, stamp: str) -> TextBlock:
    """Make the quote that shows the space's version.

    Args:
        stamp: When the conflict was found, as the person should read it.
    """
    shown = replace(without_children(other), id=None)
    return TextBlock(tokens=(TextToken(f"{MARK} Space, {stamp}"),), blocks=(shown,), quote="normal")


def is_callout(block: Block) -> TypeGuard[TextBlock]:
    """Say whether *block* is the quote of a conflict that is still open."""
    return (
        isinstance(block, TextBlock)
        and block.quote is not None
        and plain_text(block.tokens).lstrip().startswith(MARK)
    )


def open_conflicts(blocks: Blocks) -> Iterator[TextBlock]:
    """Find the quotes of the conflicts that nobody has settled yet."""
    return filter(is_callout, walk(blocks))


def said(block: Block) -> str:
    """Give the text of a block alone, spaces evened out."""
    match block:
        case TextBlock(tokens=tokens):
            links = "".join(
                token.entity
                for token in tokens
                if isinstance(token, LinkToken) and token.entity and not token.text
            )
            text = plain_text(tokens) + links
        case CodeBlock() | MathBlock():
            text = block.text
        case EntityBlock():
            text = block.entity or ""
        case _:
            text = ""
    return " ".join(text.split())
