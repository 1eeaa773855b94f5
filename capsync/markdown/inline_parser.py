"""The parser of what stands in a line: mistune's rules, read by a quicker loop.

mistune stops at every character that might mean something. This one stops only
where something does, and knows line breaks by itself. Emphasis and links are
ours: see `emphasis` and `brackets`.
"""

from __future__ import annotations

import re
from collections.abc import MutableMapping
from re import Match
from typing import Any

import mistune
from mistune.core import InlineState
from mistune.helpers import PUNCTUATION

from capsync.markdown.brackets import State, close_brackets
from capsync.markdown.emphasis import resolve_emphasis

_NOT_PLAIN = re.compile(r"[\\`*_\[\]!<\n~=$]")
_STOP = re.compile(
    rf"\n|\\(?={PUNCTUATION}|\n)|[`\]\[$]|!(?=\[)|<(?=[^\s<])|~~(?=[^\s~])|(?<![\w=])==(?=[^\s=])"
)
"""Where one of the rules may begin."""
_INDENT = re.compile(r"[ \t]*")


class Inline(mistune.InlineParser):
    """mistune's own, but a break never eats more than blanks."""

    SPECIFICATION = mistune.InlineParser.SPECIFICATION | {"linebreak": r"\\\n[ \t]*"}
    state_cls = State

    def __call__(self, s: str, env: MutableMapping[str, Any]) -> list[dict[str, Any]]:
        """Read a text into tokens."""
        if _NOT_PLAIN.search(s) is None:  # most texts
            return [{"type": "text", "raw": s}]
        return super().__call__(s, env)

    def parse(self, state: InlineState) -> list[dict[str, Any]]:
        """Put the tokens of `state.src` into `state.tokens`."""
        text, rules = state.src, self.compile_sc()
        done = at = 0
        while (stop := _STOP.search(text, at)) is not None:
            start = stop.start()
            if text[start] == "\n":
                done = at = _break(text, done, start, state)
                continue
            match = rules.match(text, start)
            if match is not None:
                self._text(text[done:start], state)
                done = start
                end = self.parse_method(match, state)
                if end:
                    done = at = end
                    continue
            at = start + 1
        self._text(text[done:], state)
        state.tokens = self.finalize_tokens(state.tokens, state.depth)
        return state.tokens

    def _text(self, text: str, state: InlineState) -> None:
        if text:
            state.tokens.append({"type": "text", "raw": text})

    def parse_link_close(self, m: Match[str], state: InlineState) -> int:
        """Read ``]``."""
        return close_brackets(self, m, state)

    def finalize_tokens(self, tokens: list[dict[str, Any]], depth: int) -> list[dict[str, Any]]:
        """Make emphasis of stars and lines, as far as it does not go too deep."""
        return resolve_emphasis(tokens, self.max_nested_level - depth)


def _break(text: str, done: int, at: int, state: InlineState) -> int:
    """Take a line's end with the blanks around it; give where the next line's text begins."""
    line = text[done:at]
    said = line.rstrip(" ")
    if said:
        state.tokens.append({"type": "text", "raw": said})
    state.tokens.append({"type": "linebreak" if len(line) - len(said) >= 2 else "softbreak"})
    match = _INDENT.match(text, at + 1)
    return at + 1 if match is None else match.end()
