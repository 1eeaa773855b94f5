"""Texts that can mean nothing but themselves, told without reading them back.

Most of what people write is plain: words, a link, some code, a word in bold. For
these the cheapest spelling is right for sure. The rules are narrower than Markdown's
on purpose; whatever is not surely tame is spelled and read back.
"""

from __future__ import annotations

import re

from capsync.markdown.inline import MARK
from capsync.model.token import PLAIN, CodeToken, LinkToken, Style, TextToken, Token, Tokens

_FIRST = re.compile(r"[^\W\d_]")
_TAME = re.compile(r"(?:[^\W_]|[ ,.;:?'\"()/%@+–—…-])*")
_URL = re.compile(r"https?://[\w:/?#@!$,;=.~%+-]*", re.ASCII)
_BEFORE, _AFTER = re.compile(r"(?:^|.*[ (])$", re.DOTALL), re.compile(r"(?:[ ,.;:?)]|$)")
_BOLD, _ITALIC = Style(bold=True), Style(italic=True)


def is_tame(tokens: Tokens) -> bool:
    """Say whether the cheapest spelling of a view's tokens surely reads back as them.

    The first token begins with a letter, so that no line can begin a block.
    """
    first = tokens[0]
    if not isinstance(first, TextToken) or not _FIRST.match(first.text):
        return False
    return all(_is_tame(tokens, at) for at in range(len(tokens)))


def _is_tame(tokens: Tokens, at: int) -> bool:
    token = tokens[at]
    match token:
        case TextToken(color=None):
            if not _TAME.fullmatch(token.text) or "  " in token.text:
                return False
            return token.style == PLAIN or (
                token.style in (_BOLD, _ITALIC)
                and token.text[:1].isalnum()
                and token.text[-1:].isalnum()
                and _is_apart(tokens, at)
            )
        case LinkToken(url=str() as url):
            return (
                bool(token.text)
                and token.text != url
                and token.text == token.text.strip()
                and _TAME.fullmatch(token.text) is not None
                and _URL.fullmatch(url) is not None
                and _is_apart(tokens, at)
            )
        case CodeToken(text=code):
            return "`" not in code and code.strip() == code != "" and _is_apart(tokens, at)
        case _:
            return False


def _is_apart(tokens: Tokens, at: int) -> bool:
    """Say whether blanks or brackets part a token from plain text on both sides of it."""
    before = _plain(tokens[at - 1]) if at else ""
    after = _plain(tokens[at + 1]) if at + 1 < len(tokens) else ""
    if before is None or after is None:
        return False
    return bool(_BEFORE.match(before)) and bool(_AFTER.match(after))


def _plain(token: Token) -> str | None:
    is_plain = isinstance(token, TextToken) and token.style == PLAIN and token.color != MARK
    return token.text if is_plain and isinstance(token, TextToken) else None
