"""Conflicts: how two versions of a block are shown to the person who has to choose.

The local block stays; the other version follows it in a quote whose text
begins with a mark. The conflict is open for as long as that quote is there,
on either side: there is no other record that could disagree with it. A block
has one such quote at most; a version that comes later is added to it.

Choosing between the versions is `capsync.plan.choices`' business.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from typing import TypeGuard

from capsync.model.block import (
    Block,
    Blocks,
    CodeBlock,
    EntityBlock,
    GridBlock,
    GroupBlock,
    MathBlock,
    TextBlock,
    walk,
    without_children,
)
from capsync.model.token import LinkToken, OpaqueToken, TextToken, Token, Tokens, plain_text
from capsync.plan.edits import own

MARK = "[!conflict]"
"""What the text of a conflict's quote begins with."""
_HEAD = re.compile(
    rf"\s*{re.escape(MARK)}[+-]?(?:\s+Space,\s+(\d{{4}}-\d\d-\d\d)\s+(\d\d:\d\d))?\s*"
)

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
    return Conflict(shortened(text), without_children(vault), without_children(space))


def shortened(text: str) -> str:
    """Give the beginning of a text, as a message quotes it."""
    return text if len(text) <= LONGEST else f"{text[: LONGEST - 1]}…"


def callout(other: Block, stamp: str) -> TextBlock:
    """Make the quote that shows the space's version.

    Args:
        stamp: When the conflict was found, as the person should read it.
    """
    shown = (version(other),)
    return TextBlock(tokens=(TextToken(f"{MARK} Space, {stamp}"),), blocks=shown, quote="normal")


def version(other: Block) -> Block:
    """Give the space's version as it stands in a quote: a block of its own."""
    return replace(without_children(other), id=None)


def unquoted(quote: Block) -> Block:
    """Give the text of a conflict's quote as an ordinary paragraph."""
    return replace(quote, quote=None) if isinstance(quote, TextBlock) else quote


def says_the_same(one: Block, other: Block) -> bool:
    """Say whether a person would read two blocks as one; how they are set does not matter."""
    words = said(one)
    return words == said(other) and (bool(words) or own(one) == own(other))


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


def found_at(quote: TextBlock) -> str | None:
    """Give when a conflict was found, ISO 8601 in UTC; None where its quote does not say."""
    match = _HEAD.match(plain_text(quote.tokens))
    return f"{match[1]}T{match[2]}:00Z" if match and match[1] else None


def versions_in(quote: TextBlock) -> Blocks:
    """Give what a conflict's quote shows: its content, and whatever stands beside the mark."""
    match = _HEAD.match(plain_text(quote.tokens))
    beside = _without_start(quote.tokens, match.end() if match else 0)
    return (TextBlock(beside), *quote.blocks) if plain_text(beside).strip() else quote.blocks


def _without_start(tokens: Tokens, length: int) -> Tokens:
    """Take so many characters off the beginning."""
    done: list[Token] = []
    for token in tokens:
        size = 0 if isinstance(token, OpaqueToken) else len(token.text)
        if size <= length and not isinstance(token, OpaqueToken):
            length -= size
        elif length and isinstance(token, TextToken):
            done.append(replace(token, text=token.text[length:]))
            length = 0
        else:
            done.append(token)
    return tuple(done)


def owner(lane: Sequence[Block], at: int) -> int | None:
    """Find the block that the quote at *at* is about: the next before it that is none itself."""
    return next((i for i in range(at - 1, -1, -1) if not is_callout(lane[i])), None)


def can_be_shown(block: Block) -> bool:
    """Say whether a block without its children is anything a person could choose."""
    return not isinstance(block, GroupBlock | GridBlock)


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
