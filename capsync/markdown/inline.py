"""A line of Markdown to tokens: mistune's inline parser and our own syntax.

On top of CommonMark: ``~~strike~~``, ``==mark==``, ``$formula$`` (not
``$HOME and $PATH``: a formula neither begins nor ends with a blank, and no digit
follows it), ``[[wiki links]]``, and ``<b> <i> <s> <u> <mark> <br>`` where a
whole pair stands.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, MutableMapping
from typing import Any, TypeAlias

import mistune
from mistune.plugins.formatting import strikethrough
from mistune.util import unescape

from capsync.markdown.inline_parser import Inline
from capsync.markdown.links import is_id
from capsync.markdown.scanner import Scanner
from capsync.markdown.syntax import our_syntax
from capsync.model.normal import normal_tokens
from capsync.model.token import (
    CodeToken,
    LinkToken,
    MathToken,
    Moment,
    NoteId,
    OpaqueToken,
    Style,
    TextToken,
    Token,
    Tokens,
    plain_text,
)

Resolve: TypeAlias = Callable[[str], NoteId | None]
"""From what stands in ``[[…]]`` to the note it means; None where there is none."""

MARK = "bg-yellow"
"""The colour that ``==text==`` stands for."""
DATE_LINK = "capacities://date/"
"""What the address of a link to a day begins with."""
NOTE_LINK = "capacities://note/"
"""Likewise for a link to a note whose text no wiki link could hold."""
TOKEN_LINK = "capacities://token/"  # noqa: S105 - an address
"""Likewise for a token that is carried unread; its text is the token's kind."""

_TAGS = {
    "b": "bold", "strong": "bold", "i": "italic", "em": "italic", "s": "strikethrough",
    "del": "strikethrough", "u": "underline", "mark": "mark",
}  # fmt: skip
_TAG = re.compile(r"<(/?)(b|strong|i|em|s|del|u|mark)>")
_BREAK = re.compile(r"<br ?/?>")


DEEPEST = 60
"""How deep emphasis, links and the like may nest; what goes deeper is text."""


def _parser() -> mistune.Markdown:
    return mistune.Markdown(
        renderer=None,
        block=Scanner(max_nested_level=DEEPEST),
        inline=Inline(max_nested_level=DEEPEST),
        plugins=[strikethrough, our_syntax],
    )


_MARKDOWN = _parser()


def nobody(_name: str) -> NoteId | None:
    """Resolve no link at all."""
    return None


def parse_body(text: str, resolve: Resolve) -> list[dict[str, Any]]:
    """Read a body into mistune's tokens; text comes with its inline tokens as `children`."""
    state = mistune.BlockState()
    state.env["resolve"] = resolve
    state.process(text.replace("\r\n", "\n").replace("\r", "\n"))
    _MARKDOWN.block.parse(state)
    _read_texts(state.tokens, state.env)
    return state.tokens


def _read_texts(tokens: list[dict[str, Any]], env: MutableMapping[str, Any]) -> None:
    """Put inline tokens in the place of texts; by now all definitions are known.

    Without recursion: far down the stack, Python 3.11 can take ten times as long for a call.
    """
    waiting = [tokens]
    while waiting:
        for token in waiting.pop():
            if "children" in token:
                waiting.append(token["children"])
            elif "text" in token:
                token["children"] = _MARKDOWN.inline(token.pop("text").strip(" \n\t\f"), env)


def parse_inline(text: str, resolve: Resolve) -> Tokens:
    """Read one line of Markdown, such as a rich text property."""
    return read_tokens(_MARKDOWN.inline(text, {"ref_links": {}, "resolve": resolve}))


def read_tokens(raw: Iterable[dict[str, Any]]) -> Tokens:
    """Turn mistune's inline tokens into ours, in normal form."""
    raw = list(raw)
    if len(raw) == 1 and raw[0]["type"] == "text":  # most texts
        return normal_tokens((TextToken(unescape(raw[0]["raw"])),))
    reading = _Reading()
    reading.read(raw, 0)
    return normal_tokens(reading.finished())


_MARKED = 16
_BITS = {"bold": 1, "italic": 2, "strikethrough": 4, "underline": 8, "mark": _MARKED}
_STYLES = tuple(
    Style(bool(bits & 1), bool(bits & 2), bool(bits & 4), bool(bits & 8)) for bits in range(_MARKED)
)
_WORN = {"strong": "bold", "emphasis": "italic", "strikethrough": "strikethrough", "mark": "mark"}


class _Reading:
    """Tokens being made; a text waits until it is known where its dress ends."""

    def __init__(self) -> None:
        self.done: list[Token] = []
        self.texts: list[str] = []
        self.dress = 0
        """What the texts wear, as a sum of `_BITS`."""

    def add(self, said: Token | str, dress: int) -> None:
        """Add a token, or text in a dress."""
        if not isinstance(said, str):
            self.finished().append(said)
            return
        if dress != self.dress:
            self.finished()
            self.dress = dress
        self.texts.append(said)

    def finished(self) -> list[Token]:
        """Give all tokens so far."""
        if self.texts:
            color = MARK if self.dress & _MARKED else None
            style = _STYLES[self.dress & ~_MARKED]
            self.done.append(TextToken("".join(self.texts), style, color))
            self.texts = []
        return self.done

    def read(self, raw: list[dict[str, Any]], dress: int) -> None:
        """Add what mistune's tokens say."""
        pairs = _pairs(raw)
        around = [(len(raw), dress)]  # where each pair of tags ends, and what is worn before it
        for at, token in enumerate(raw):
            kind = token["type"]
            if kind == "text":
                self.add(unescape(token["raw"]), dress)
            elif kind in _WORN:
                self.read(token["children"], dress | _BITS[_WORN[kind]])
            elif at == around[-1][0]:
                _, dress = around.pop()
            elif at in pairs and pairs[at] < around[-1][0]:
                around.append((pairs[at], dress))
                dress |= _BITS[_TAGS[token["raw"][1:-1]]]
            else:
                self.read_one(token, dress)

    def read_one(self, token: dict[str, Any], dress: int) -> None:
        match token["type"]:
            case "softbreak":
                self.add(" ", dress)
            case "linebreak":
                self.add("\n", dress)
            case "wiki":
                if token["embed"]:
                    self.add("!", dress)
                self.add(_wiki(token), dress)
            case "inline_html":
                raw = token["raw"]
                self.add("\n" if _BREAK.fullmatch(raw) else raw, dress)
            case kind:
                self.add(_token(kind, token), dress)


def _pairs(raw: list[dict[str, Any]]) -> dict[int, int]:
    """Find the tags that stand in pairs: where each is closed."""
    opened: dict[str, list[int]] = {}
    pairs = {}
    for at, token in enumerate(raw):
        match = _TAG.fullmatch(token["raw"]) if token["type"] == "inline_html" else None
        if match is None:
            continue
        before = opened.setdefault(match[2], [])
        if not match[1]:
            before.append(at)
        elif before:
            pairs[before.pop()] = at
    return pairs


def _token(kind: str, token: dict[str, Any]) -> Token | str:
    match kind:
        case "codespan":
            return CodeToken(token["raw"])
        case "math":
            return MathToken(token["raw"])
        case "link":
            return _link(_link_text(token["children"]), token["attrs"]["url"])
        case "image":
            url = token["attrs"]["url"]
            return LinkToken(_link_text(token["children"]) or url, url=url)
        case _:
            return str(token.get("raw", ""))


def _wiki(token: dict[str, Any]) -> Token:
    text, name = token["text"], token["name"]
    if text is None and "#" in name:  # a link to a heading keeps showing which
        text = name
    return LinkToken(text or "", entity=token["target"])


def _link_text(raw: list[dict[str, Any]]) -> str:
    """Give the text of a link; a wiki link in it is no link."""
    if not raw:
        return ""
    return plain_text(
        read_tokens(token | {"type": "text"} if token["type"] == "wiki" else token for token in raw)
    )


def _link(text: str, url: str) -> Token:
    if url.startswith(NOTE_LINK) and is_id(url.removeprefix(NOTE_LINK)):
        return LinkToken(text, entity=NoteId(url.removeprefix(NOTE_LINK)))
    if url.startswith(TOKEN_LINK):
        return OpaqueToken(text, "#" + url.removeprefix(TOKEN_LINK))
    moment = read_date_link(url)
    if moment is not None:
        return LinkToken(text, date=moment)
    return LinkToken(text, url=url)


_DATE = re.compile(
    re.escape(DATE_LINK) + r"(\d{4}-\d\d-\d\d)(T[0-9:.]+Z)?(?:/(\d{4}-\d\d-\d\d)(T[0-9:.]+Z)?)?"
)
MIDNIGHT = "T00:00:00.000Z"
"""The time of day the service gives to a whole day."""


def read_date_link(url: str) -> Moment | None:
    """Read the address of a link to a day or a span; None where it is another address."""
    match = _DATE.fullmatch(url)
    if match is None:
        return None
    start, time, end, end_time = match.groups()
    return Moment(
        start + (time or MIDNIGHT),
        None if end is None else end + (end_time or MIDNIGHT),
        "time" if time else "day",
    )


def write_date_link(moment: Moment) -> str:
    """Write the address `read_date_link` reads."""
    parts = [moment.start or "", *([moment.end] if moment.end else [])]
    if moment.resolution == "day":
        parts = [part[:10] for part in parts]
    return DATE_LINK + "/".join(parts)
