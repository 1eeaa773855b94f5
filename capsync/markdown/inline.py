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
from re import Match
from typing import Any, TypeAlias

import mistune
from mistune.core import InlineState
from mistune.plugins.formatting import strikethrough
from mistune.util import unescape

from capsync.markdown.links import is_id
from capsync.markdown.scanner import Scanner
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

_WIKI = r"(?P<embed>!?)\[\[(?P<wiki>[^\[\]|\n]+)(?:\|(?P<wiki_text>[^\[\]\n]*))?\]\]"
_MATH = (
    r"\$(?P<ticks>`+)(?P<ticked>[^\n]+?)(?P=ticks)\$"
    r"|\$(?![\s$])(?P<math>(?:\\.|[^$\\\n])*?(?:\\.|[^$\\\s]))\$(?![\d$])"
)
_TAGS = {
    "b": "bold", "strong": "bold", "i": "italic", "em": "italic", "s": "strikethrough",
    "del": "strikethrough", "u": "underline", "mark": "mark",
}  # fmt: skip
_OPEN_TAG = re.compile(r"<(b|strong|i|em|s|del|u|mark)>")
_BREAK = re.compile(r"<br ?/?>")


class _Inline(mistune.InlineParser):
    """mistune's own, but a break never eats more than blanks."""

    SPECIFICATION = mistune.InlineParser.SPECIFICATION | {
        "linebreak": r"(?:\\| {2,})\n[ \t]*",
        "softbreak": r" *\n[ \t]*",
    }


def _parse_wiki(_: mistune.InlineParser, match: Match[str], state: InlineState) -> int | None:
    name = match["wiki"].strip()
    target = state.env["resolve"](name) if name and not state.in_link else None
    if target is None:
        return None
    text = match["wiki_text"]
    wiki = {"type": "wiki", "name": name, "text": text, "target": target}
    state.append_token(wiki | {"embed": bool(match["embed"]), "raw": match[0]})
    return match.end()


def _parse_math(_: mistune.InlineParser, match: Match[str], state: InlineState) -> int:
    text = match["math"]
    if text is None:
        text = match["ticked"]
        if text.strip(" ") and text.startswith(" ") and text.endswith(" "):
            text = text[1:-1]
    state.append_token({"type": "math", "raw": text})
    return match.end()


def _parse_mark(inline: mistune.InlineParser, match: Match[str], state: InlineState) -> int | None:
    close = state.delimiters.find("==", match.end(), formatting=True)
    if close is None or state.depth >= inline.max_nested_level:
        return None
    inner = state.copy()
    inner.src = state.src[match.end() : close]
    state.append_token({"type": "mark", "children": inline.render(inner)})
    return close + 2


def _our_syntax(md: mistune.Markdown) -> None:
    md.inline.register("mark", r"(?<![\w=])==(?=[^\s=])", _parse_mark, before="link")
    md.inline.register("wiki_link", _WIKI, _parse_wiki, before="link", start_chars=("!", "["))
    md.inline.register("inline_math", _MATH, _parse_math, before="codespan", start_chars="$")


def _parser() -> mistune.Markdown:
    level = 60
    return mistune.Markdown(
        renderer=None,
        block=Scanner(max_nested_level=level),
        inline=_Inline(max_nested_level=level),
        plugins=[strikethrough, _our_syntax],
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
    return normal_tokens(_read(list(raw), _Dress()))


_WORN = {"strong": "bold", "emphasis": "italic", "strikethrough": "strikethrough", "mark": "mark"}


def _read(raw: list[dict[str, Any]], dress: _Dress) -> Iterator[Token]:
    at = 0
    while at < len(raw):
        token = raw[at]
        kind = token["type"]
        if kind in _WORN:
            yield from _read(token["children"], dress.wearing(_WORN[kind]))
        elif kind == "inline_html" and (match := _OPEN_TAG.fullmatch(token["raw"])):
            close = _closing(raw, at, match[1])
            if close is None:
                yield TextToken(token["raw"], dress.style, dress.color)
            else:
                yield from _read(raw[at + 1 : close], dress.wearing(_TAGS[match[1]]))
                at = close
        else:
            yield from _read_one(token, dress)
        at += 1


def _closing(raw: list[dict[str, Any]], at: int, tag: str) -> int | None:
    """Find where the pair of a tag ends, other pairs of the same tag inside counted."""
    depth = 0
    for index in range(at, len(raw)):
        if raw[index]["type"] == "inline_html":
            depth += (raw[index]["raw"] == f"<{tag}>") - (raw[index]["raw"] == f"</{tag}>")
            if depth == 0:
                return index
    return None


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
