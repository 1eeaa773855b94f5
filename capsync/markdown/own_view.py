"""Blocks that are their own view, told without making it.

Most blocks are a line of plain text: nothing to trim, nothing that Markdown
could not say. Knowing that at a glance halves the time it takes to read a file.
"""

from __future__ import annotations

import re
from unicodedata import is_normalized

from capsync.markdown.inline import MARK
from capsync.markdown.links import Names
from capsync.markdown.view import hoists, is_paragraph, is_table, view
from capsync.markdown.view_tokens import NOTHING
from capsync.model.block import (
    BASE,
    HEADINGS,
    Block,
    Blocks,
    CodeBlock,
    EntityBlock,
    GridBlock,
    GroupBlock,
    HorizontalLineBlock,
    MathBlock,
    OpaqueBlock,
    TextBlock,
)
from capsync.model.token import (
    PLAIN,
    CodeToken,
    LinkToken,
    MathToken,
    OpaqueToken,
    TextToken,
    Token,
    Tokens,
)

_RANKS = (BASE, *HEADINGS)
_BLANK_AT_BREAK = re.compile(r"[ \t]\n|\n[ \t]")
_SAFE_URL = re.compile(r"[\w:/?#@!$&()*+,;=%.~-]*", re.ASCII)


def view_one(block: Block, names: Names) -> Blocks:
    """Give the view of *block*: itself, several where a heading's children follow it, or none."""
    if is_own_view(block, names):
        return (block,)
    if isinstance(block, GridBlock) and _is_own_grid(block, names):
        return (GridBlock(block.columns, id=block.id),)
    return view((block,), names)


def is_own_view(block: Block, names: Names) -> bool:
    """Say whether `view` would surely change nothing; False where it takes a closer look."""
    if isinstance(block, TextBlock):
        return (bool(block.tokens) or not is_paragraph(block)) and _is_own_text(block, names)
    if isinstance(block, OpaqueBlock):
        return block.payload.startswith("#")
    if block.extra:
        return False
    match block:
        case GridBlock(color=None, dividers=(), layout=None):
            return _is_own_grid(block, names)
        case GroupBlock(list=None, todo=None, toggle=None, color=None, alignment=None):
            return _are_own_blocks(block.blocks, names)
        case CodeBlock():
            return "\r" not in block.text and block.lang == " ".join(block.lang.split()) != ""
        case MathBlock(color=None):
            return "\r" not in block.text
        case EntityBlock(entity=str(), date=None) | HorizontalLineBlock():
            return True
        case _:
            return False


def _are_own_blocks(blocks: Blocks, names: Names) -> bool:
    for block in blocks:  # noqa: SIM110 - a generator takes three times as long
        if not is_own_view(block, names):
            return False
    return True


def _is_own_grid(grid: GridBlock, names: Names) -> bool:
    if not is_table(grid):
        return all(_are_own_blocks(column, names) for column in grid.columns)
    return all(
        isinstance(cell, TextBlock) and _is_own_text(cell, names)
        for column in grid.columns
        for cell in column
    )


def _is_own_text(block: TextBlock, names: Names) -> bool:
    """Say whether a text is its own view, an empty one included."""
    return (
        block.color is None
        and block.highlight is None
        and block.alignment is None
        and not block.extra
        and _is_dress(block)
        and _are_own_tokens(block.tokens, names)
        and (not block.blocks or (not hoists(block) and _are_own_blocks(block.blocks, names)))
    )


def _is_dress(block: TextBlock) -> bool:
    if block.hierarchy is not BASE and block.hierarchy not in _RANKS:
        return False
    if block.list not in (None, "bullet", "numerical"):
        return False
    kinds = (block.list is not None) + (block.toggle is not None) + (block.quote is not None)
    if block.todo is not None:
        return kinds == 0 and block.hierarchy == BASE
    return kinds <= 1 and block.quote in (None, "normal", "standout")


def _are_own_tokens(tokens: Tokens, names: Names) -> bool:
    before: Token | None = None
    for token in tokens:
        if not _is_own(token, names) or (before is not None and not _may_meet(before, token)):
            return False
        before = token
    if before is None:
        return True
    first = tokens[0]
    return not (
        (isinstance(first, TextToken) and first.text[0].isspace())
        or (isinstance(before, TextToken) and before.text[-1].isspace())
    )


def _is_own(token: Token, names: Names) -> bool:
    if isinstance(token, OpaqueToken):
        return token.payload.startswith("#")
    text = token.text
    if token.extra or not (text.isascii() or is_normalized("NFC", text)):
        return False
    match token:
        case TextToken():
            if not text or text == NOTHING or "\r" in text:
                return False
            if "\n" in text and _BLANK_AT_BREAK.search(text):
                return False
            if token.color is None and (token.style is PLAIN or token.style == PLAIN):
                return True
            edges = text[0].isspace() or text[-1].isspace()
            return token.color in (None, MARK) and not edges
        case CodeToken():
            return bool(text) and "\n" not in text and "\r" not in text
        case MathToken():
            return "\n" not in text and bool(text.strip())
        case LinkToken():
            return (not text or text == " ".join(text.split())) and _is_own_link(token, names)


def _is_own_link(link: LinkToken, names: Names) -> bool:
    if link.entity is not None:
        title = names.title_of(link.entity) if link.text else None
        same = title is not None and link.text == " ".join(title.split())
        return link.url is None and link.date is None and not same
    if link.date is not None:
        return link.url is None
    return link.url is not None and _SAFE_URL.fullmatch(link.url) is not None


def _may_meet(one: Token, other: Token) -> bool:
    if isinstance(one, TextToken):
        return not isinstance(other, TextToken) or (
            (one.style, one.color) != (other.style, other.color)
        )
    return not (isinstance(one, CodeToken) and isinstance(other, CodeToken))
