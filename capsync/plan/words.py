"""Word-level merge of what is said inside one block.

A text is taken apart into words, spaces and signs; each word carries the
style and colour it is set in, and links, formulas and code count as one word.
So one side may correct a word while the other makes another one bold.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import replace

from capsync.model.normal import normal_tokens
from capsync.model.token import TextToken, Token, Tokens
from capsync.plan import diff3

LONGEST = 20_000
"""Characters beyond which a text is merged line by line, to bound time and memory."""

_SCRIPTS_WITHOUT_SPACES = "\u0e00-\u0e7f\u3040-\u30ff\u3400-\u9fff\uac00-\ud7af\uf900-\ufaff"
_WORD = re.compile(
    rf"\s+|[{_SCRIPTS_WITHOUT_SPACES}]"
    rf"|(?:(?![{_SCRIPTS_WITHOUT_SPACES}])[\w\u0300-\u036f])+"
    r"|[^\w\s\u0300-\u036f]+"
)
_LINE = re.compile(r"[^\n]*\n|[^\n]+")


def merge_tokens(base: Tokens, vault: Tokens, space: Tokens) -> Tokens | None:
    """Give *base* with the changes of both sides, in normal form; None where they meet."""
    sides = [normal_tokens(side) for side in (base, vault, space)]
    pattern = _pattern(sum(len(_text(token)) for side in sides for token in side))
    units = [tuple(_units(side, pattern)) for side in sides]
    merged = diff3.merged(*units)
    return None if merged is None else normal_tokens(merged)


def merge_text(base: str, vault: str, space: str) -> str | None:
    """Give *base* with the changes of both sides; None where they meet."""
    pattern = _pattern(len(base) + len(vault) + len(space))
    units = [tuple(pattern.findall(side)) for side in (base, vault, space)]
    merged = diff3.merged(*units)
    return None if merged is None else "".join(merged)


def words_of(text: str) -> list[str]:
    """Give the words; a character is one in scripts that put no spaces between them."""
    return [unit for unit in _WORD.findall(text) if unit[0].isalnum()]


def _pattern(length: int) -> re.Pattern[str]:
    return _WORD if length <= LONGEST else _LINE


def _units(tokens: Tokens, pattern: re.Pattern[str]) -> Iterator[Token]:
    for token in tokens:
        if isinstance(token, TextToken):
            for word in pattern.findall(token.text):
                yield replace(token, text=word)
        else:
            yield token


def _text(token: Token) -> str:
    return token.text if isinstance(token, TextToken) else "…"
