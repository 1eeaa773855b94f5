"""A line of Markdown to tokens: mistune's inline parser and our own syntax.

On top of CommonMark: ``~~strike~~``, ``==mark==``, ``$formula$`` (not
``$HOME and $PATH``: a formula neither begins nor ends with a blank, and no digit
follows it), ``[[wiki links]]``, and ``<b> <i> <s> <u> <mark> <br>`` where a
whole pair stands.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, replace
from itertools import groupby
from typing import Any, TypeAlias

import mistune
from mistune.plugins.formatting import strikethrough
from mistune.util import unescape

from capsync.markdown.links import is_id
from capsync.markdown.scanner import Scanner
from capsync.markdown.syntax import our_syntax
from capsync.model.normal import normal_tokens
from capsync.model.token import (
    PLAIN,
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


_RUN = re.compile(r"\*+|(?<![^\W_])_+|_+(?![^\W_])")
"""A run of signs that may begin or end emphasis; not the lines in ``snake_case``."""
MOST_RUNS = 5000
MOST_OPEN = 60
"""What one text may hold of emphasis, and how much at once; mistune takes ever longer for more."""


class Inline(mistune.InlineParser):
    """mistune's own, but a break never eats more than blanks, and emphasis has bounds."""

    SPECIFICATION = mistune.InlineParser.SPECIFICATION | {
        "linebreak": r"(?:\\| {2,})\n[ \t]*",
        "softbreak": r" *\n[ \t]*",
    }

    def finalize_tokens(self, tokens: list[dict[str, Any]], depth: int) -> list[dict[str, Any]]:
        """Make emphasis of stars and lines; where there are too many they stay what they are."""
        texts = (token["raw"] if token["type"] == "text" else "." for token in tokens)
        text = "".join(texts)
        if ("*" in text or "_" in text) and _is_dense(text):
            tokens = [
                token | {"_emphasis": False} if token["type"] == "text" else token
                for token in tokens
            ]
        return super().finalize_tokens(tokens, depth)


def _is_dense(text: str) -> bool:
    opened = {"*": 0, "_": 0}
    for count, run in enumerate(_RUN.finditer(text)):
        sign, size = run[0][0], len(run[0])
        if opened[sign] and not text[run.start() - 1 : run.start()].isspace():
            opened[sign] = max(0, opened[sign] - size)
        elif not text[run.end() : run.end() + 1].isspace():
            opened[sign] += size
        if count > MOST_RUNS or opened[sign] > MOST_OPEN:
            return True
    return False


def _parser() -> mistune.Markdown:
    level = 60
    return mistune.Markdown(
        renderer=None,
        block=Scanner(max_nested_level=level),
        inline=Inline(max_nested_level=level),
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
    tokens, _ = _MARKDOWN.parse(text, state)
    return tokens if isinstance(tokens, list) else []


def parse_inline(text: str, resolve: Resolve) -> Tokens:
    """Read one line of Markdown, such as a rich text property."""
    return read_tokens(_MARKDOWN.inline(text, {"ref_links": {}, "resolve": resolve}))


@dataclass(frozen=True, slots=True)
class _Dress:
    style: Style = PLAIN
    color: str | None = None

    def wearing(self, name: str) -> _Dress:
        if name == "mark":
            return replace(self, color=MARK)
        return replace(self, style=replace(self.style, **{name: True}))


def read_tokens(raw: Iterable[dict[str, Any]]) -> Tokens:
    """Turn mistune's inline tokens into ours, in normal form."""
    raw = list(raw)
    if len(raw) == 1 and raw[0]["type"] == "text":  # most texts
        return normal_tokens((TextToken(unescape(raw[0]["raw"])),))
    return normal_tokens(_joined(_read(raw, _Dress())))


def _joined(tokens: Iterable[Token]) -> Iterator[Token]:
    """Join texts of equal dress, all at once."""
    for dress, group in groupby(tokens, _dress_of):
        if dress is None:
            yield from group
        else:
            text = "".join(token.text for token in group if isinstance(token, TextToken))
            yield TextToken(text, dress.style, dress.color)


def _dress_of(token: Token) -> _Dress | None:
    return _Dress(token.style, token.color) if isinstance(token, TextToken) else None


_WORN = {"strong": "bold", "emphasis": "italic", "strikethrough": "strikethrough", "mark": "mark"}


def _read(raw: list[dict[str, Any]], dress: _Dress) -> Iterator[Token]:
    pairs = _pairs(raw)
    around = [(len(raw), dress)]  # where each pair of tags ends, and what is worn before it
    for at, token in enumerate(raw):
        kind = token["type"]
        if kind in _WORN:
            yield from _read(token["children"], dress.wearing(_WORN[kind]))
        elif at == around[-1][0]:
            _, dress = around.pop()
        elif pairs.get(at, len(raw)) < around[-1][0]:
            around.append((pairs[at], dress))
            dress = dress.wearing(_TAGS[token["raw"][1:-1]])
        else:
            yield from _read_one(token, dress)


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


def _read_one(token: dict[str, Any], dress: _Dress) -> Iterator[Token]:
    match token["type"]:
        case "text":
            yield TextToken(unescape(token["raw"]), dress.style, dress.color)
        case "softbreak":
            yield TextToken(" ", dress.style, dress.color)
        case "linebreak":
            yield TextToken("\n", dress.style, dress.color)
        case "codespan":
            yield CodeToken(token["raw"])
        case "math":
            yield MathToken(token["raw"])
        case "wiki":
            if token["embed"]:
                yield TextToken("!", dress.style, dress.color)
            yield _wiki(token)
        case "link":
            yield _link(_link_text(token["children"]), token["attrs"]["url"])
        case "image":
            url = token["attrs"]["url"]
            yield LinkToken(_link_text(token["children"]) or url, url=url)
        case "inline_html":
            yield _html(token["raw"], dress)
        case _:
            yield TextToken(token.get("raw", ""), dress.style, dress.color)


def _html(raw: str, dress: _Dress) -> Token:
    if _BREAK.fullmatch(raw):
        return TextToken("\n", dress.style, dress.color)
    return TextToken(raw, dress.style, dress.color)


def _wiki(token: dict[str, Any]) -> Token:
    text, name = token["text"], token["name"]
    if text is None and "#" in name:  # a link to a heading keeps showing which
        text = name
    return LinkToken(text or "", entity=token["target"])


def _link_text(raw: list[dict[str, Any]]) -> str:
    """Give the text of a link; a wiki link in it is no link."""
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
