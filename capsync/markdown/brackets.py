"""Links: what a closing bracket makes of the opening one before it.

mistune keeps the brackets that are open. Here is decided whether a closing one
ends a link, with its address behind it or under a label elsewhere. mistune
would look at an address anew from every bracket before it; here the brackets
within a text are paired once, so the time grows with the text and no faster.
"""

from __future__ import annotations

import re
from re import Match
from typing import Any

import mistune
from mistune.core import InlineState
from mistune.helpers import MAX_LINK_LABEL_LENGTH, PUNCTUATION, parse_link_title, unescape_char
from mistune.util import escape_url, unikey

_GAP = re.compile(r"[ \t]*(?:(?:\r\n|\n|\r)[ \t]*)?")
_BLANKS = re.compile(r"[ \t\n\r\f]*")
_IN_ANGLES = re.compile(rf"<((?:\\{PUNCTUATION}|[^<>\n\r\x00])*+)>")
_UNBROKEN = re.compile(rf"(?:\\{PUNCTUATION}|[^()\x00-\x20\x7f])*+")
"""Part of an address, up to a bracket or its end."""
_NOTABLE = re.compile(rf"\\{PUNCTUATION}|[()\x00-\x20\x7f]")
_ENDS = frozenset(" \t\n\r\f)")
_LABEL = re.compile(r"((?:[^\\\[\]]+|\\.)*+)\]")
_EASY_URL = re.compile(r"[A-Za-z0-9_.~:/?#@!$()*+,;=%-]*+")


class State(InlineState):
    """mistune's, with what is known of a text's brackets, and of how deep each token goes."""

    def __init__(self, env: Any) -> None:
        super().__init__(env)
        self._rounds: dict[int, tuple[int, int]] | None = None

    def append_token(self, token: dict[str, Any]) -> None:
        """Add a token; one with children is told how deep they go."""
        self.tokens.append(token)
        if "children" not in token:
            return
        token["depth"] = 1 + max([child.get("depth", 0) for child in token["children"]], default=0)
        if self.brackets and ("_autolink" not in token or self.brackets[-1].image):
            self.brackets[-1].child_depth = max(self.brackets[-1].child_depth, token["depth"])

    @property
    def rounds(self) -> dict[int, tuple[int, int]]:
        """Where each round bracket of an address is closed, and how deep it nests."""
        if self._rounds is None:
            self._rounds = _paired(self.src)
        return self._rounds


def _paired(text: str) -> dict[int, tuple[int, int]]:
    pairs: dict[int, tuple[int, int]] = {}
    opened: list[int] = []
    depths = [0]
    for match in _NOTABLE.finditer(text):
        sign = match[0]
        if sign == "(":
            opened.append(match.start())
            depths.append(0)
        elif sign != ")":
            if len(sign) == 1:  # the end of an address
                opened.clear()
                del depths[1:]
        elif opened:
            depth = depths.pop() + 1
            pairs[opened.pop()] = (match.start(), depth)
            depths[-1] = max(depths[-1], depth)
    return pairs


def close_brackets(inline: mistune.InlineParser, match: Match[str], state: InlineState) -> int:
    """Read closing brackets; give where reading goes on."""
    pos, end = match.start(), match.end()
    if not state.env.get("ref_links"):
        # Then only the last one can end a link, and only if an address follows.
        literal = end - state.src.startswith("(", end)
        if literal > pos:
            _discard(state, literal - pos)
            inline.process_text(state.src[pos:literal], state)
            pos = literal
    while pos < end:
        if not state.brackets:
            inline.process_text(state.src[pos:end], state)
            return end
        pos = _close(inline, state, pos)
    return pos


def _discard(state: InlineState, count: int) -> None:
    """Forget the last *count* brackets that are open."""
    if count >= len(state.brackets):
        state.brackets.clear()
        state.last_link = None
        return
    discarded = state.brackets[-count:]
    del state.brackets[-count:]
    parent = state.brackets[-1]
    for bracket in discarded:
        parent.child_depth = max(parent.child_depth, bracket.child_depth)
    first = next((bracket for bracket in discarded if not bracket.image), None)
    if first is not None:
        state.last_link = first.previous_link


def _close(inline: mistune.InlineParser, state: InlineState, close: int) -> int:
    opener = state.brackets.pop()
    if not opener.image:
        state.last_link = opener.previous_link
    if state.brackets:
        outer = state.brackets[-1]
        outer.child_depth = max(outer.child_depth, opener.child_depth)
    said = None
    allowed = opener.active and (opener.image or not state.in_link)
    if allowed and state.depth + opener.child_depth < inline.max_nested_level:
        said = _address(state, close + 1, inline.max_nested_level) or _reference(
            state, opener, close
        )
    if said is None:
        inline.process_text("]", state)
        return close + 1
    token, end = said
    children = state.tokens[opener.token_index + 1 :]
    if not opener.image:
        children = [_without_link(child) for child in children]
    token["type"] = "image" if opener.image else "link"
    token["children"] = inline.finalize_tokens(children, state.depth + 1)
    del state.tokens[opener.token_index :]
    state.append_token(token)
    before = None if opener.image else state.last_link
    while before is not None and before.active:  # there is no link inside a link
        before.active = False
        before = before.previous_link
    return end


def _without_link(token: dict[str, Any]) -> dict[str, Any]:
    if "_autolink" not in token:
        return token
    return {"type": "text", "raw": token["_autolink"], "_emphasis": False}


def _address(state: InlineState, at: int, deepest: int) -> tuple[dict[str, Any], int] | None:
    """Read ``(address "title")``."""
    if not state.src.startswith("(", at):
        return None
    text = state.src
    found = _href(state, at + 1, deepest)
    if found is None:
        return None
    href, end = found
    title, title_end = parse_link_title(text, end, len(text))
    end = _end(_BLANKS, text, title_end or end)
    if not text.startswith(")", end):
        return None
    attrs = {"url": _url(href)}
    if title:
        attrs["title"] = title
    return {"attrs": attrs}, end + 1


def _href(state: InlineState, at: int, deepest: int) -> tuple[str, int] | None:
    text = state.src
    start = at = _end(_GAP, text, at)
    if text.startswith("<", at):
        match = _IN_ANGLES.match(text, at)
        return None if match is None else (match[1], match.end())
    while (at := _end(_UNBROKEN, text, at)) < len(text) and text[at] not in _ENDS:
        if text[at] != "(" or not isinstance(state, State):
            return None
        close, depth = state.rounds.get(at, (0, deepest + 1))
        if depth > deepest:
            return None
        at = close + 1
    return None if start >= len(text) else (text[start:at], at)


def _end(pattern: re.Pattern[str], text: str, at: int) -> int:
    match = pattern.match(text, at)
    return at if match is None else match.end()


def _url(href: str) -> str:
    return href if _EASY_URL.fullmatch(href) else escape_url(unescape_char(href))


def _reference(state: InlineState, opener: Any, close: int) -> tuple[dict[str, Any], int] | None:
    """Read ``[label]``, or take the text for the label."""
    known = state.env.get("ref_links")
    if not known:
        return None
    label, end = "", close + 1
    if state.src.startswith("[", end):
        match = _LABEL.match(state.src, end + 1, end + 2 + MAX_LINK_LABEL_LENGTH)
        if match is not None:
            label, end = match[1], match.end()
    if not label:
        if opener.nested or close - opener.start > MAX_LINK_LABEL_LENGTH:
            return None
        label = state.src[opener.start : close]
    key = unikey(label)
    found = known.get(key)
    if found is None:
        return None
    attrs = {"url": found["url"], "title": found.get("title")}
    return {"attrs": attrs, "ref": key, "label": label}, end
