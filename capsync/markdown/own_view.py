"""Blocks that are their own view, told without making it.

Most blocks are a line of plain text: nothing to trim, nothing that Markdown
could not say. Knowing that at a glance halves the time it takes to read a file.
"""

from __future__ import annotations

import re
from unicodedata import is_normalized

from capsync.markdown.inline import MARK
from capsync.markdown.links import Names
from capsync.markdown.view import view
from capsync.markdown.view_tokens import NOTHING
from capsync.model.block import BASE, HEADINGS, Block, Blocks, TextBlock
from capsync.model.token import PLAIN, CodeToken, LinkToken, TextToken, Token, Tokens

_RANKS = (BASE, *HEADINGS)
_SAFE_URL = re.compile(r"[\w:/?#@!$&()*+,;=%.~-]*", re.ASCII)


def view_one(block: Block, names: Names) -> Blocks:
    """Give the view of *block*: itself, several where a heading's children follow it, or none."""
    return (block,) if is_own_view(block) else view((block,), names)


def is_own_view(block: Block) -> bool:
    """Say whether `view` would surely change nothing; False where it takes a closer look."""
    return (
        isinstance(block, TextBlock)
        and not block.blocks
        and block.color is None
        and block.highlight is None
        and block.alignment is None
        and not block.extra
        and _is_dress(block)
        and _are_own_view(block.tokens)
    )


def _is_dress(block: TextBlock) -> bool:
    if block.hierarchy not in _RANKS or block.list not in (None, "bullet", "numerical"):
        return False
    kinds = (block.list is not None) + (block.toggle is not None) + (block.quote is not None)
    if block.todo is not None:
        return kinds == 0 and block.hierarchy is BASE
    return kinds <= 1 and block.quote in (None, "normal", "standout")


def _are_own_view(tokens: Tokens) -> bool:
    if not tokens or not all(map(_is_own, tokens)):
        return False
    first, last = tokens[0], tokens[-1]
    if isinstance(first, TextToken) and first.text[0].isspace():
        return False
    if isinstance(last, TextToken) and last.text[-1].isspace():
        return False
    return all(map(_may_meet, tokens, tokens[1:]))


def _is_own(token: Token) -> bool:
    if isinstance(token, LinkToken):
        return _is_own_link(token)
    if not isinstance(token, TextToken | CodeToken) or token.extra:
        return False
    text = token.text
    if not text or "\n" in text or "\r" in text or text == NOTHING:
        return False
    if not text.isascii() and not is_normalized("NFC", text):
        return False
    if not isinstance(token, TextToken) or (token.style == PLAIN and token.color is None):
        return True
    return token.color in (None, MARK) and not text[0].isspace() and not text[-1].isspace()


def _is_own_link(link: LinkToken) -> bool:
    text, url = link.text, link.url
    return (
        url is not None
        and link.entity is None
        and link.date is None
        and not link.extra
        and text.isascii()
        and text == " ".join(text.split())
        and _SAFE_URL.fullmatch(url) is not None
    )


def _may_meet(one: Token, other: Token) -> bool:
    if isinstance(one, TextToken) and isinstance(other, TextToken):
        return (one.style, one.color) != (other.style, other.color)
    return not (isinstance(one, CodeToken) and isinstance(other, CodeToken))
