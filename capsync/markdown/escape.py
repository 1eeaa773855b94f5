"""Tokens as Markdown: the cheapest spelling that reads back as them.

There are five spellings, from plain to fortified. A caller tries them in
order and keeps the first that reads back; so ordinary text stays free of
backslashes and strange text still survives.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from string import punctuation

from capsync.markdown.inline import MARK, NOTE_LINK, TOKEN_LINK, write_date_link
from capsync.markdown.links import Names
from capsync.model.token import (
    CodeToken,
    LinkToken,
    MathToken,
    OpaqueToken,
    TextToken,
    Token,
    Tokens,
)


@dataclass(frozen=True, slots=True)
class Spelling:
    """How careful to be."""

    escape: int
    """0 nothing, 1 what often means something, 2 every ASCII punctuation mark."""
    tags: bool
    """Styles as HTML tags, which no neighbour can spoil, instead of ``**`` and the like."""


SPELLINGS = (
    Spelling(0, tags=False),
    Spelling(1, tags=False),
    Spelling(0, tags=True),
    Spelling(1, tags=True),
    Spelling(2, tags=True),
)

_ENTITY = re.compile(r"&(?=#[0-9]{1,7};|#[xX][0-9a-fA-F]+;|[A-Za-z][A-Za-z0-9]{0,31};)")
_SUSPECT = re.compile(
    r"(?P<footnote>(?<!\n)\[\^[^\W_](?:[^\W_]|-)*\](?![(\[]))"
    r"|\\(?=[!-/:-@\[-`{-~\n]|$)|[`*\[\]]|(?<![^\W_])_|_(?![^\W_])|<(?=[A-Za-z/!?])"
    r"|~(?=~)|(?<=~)~|=(?==)|(?<==)=|\$(?=\S)|!(?=\[)|&(?=#?[A-Za-z0-9]+;)"
)
_LINE_START = re.compile(r"^(?=(?:[#>+=|~-]|:::))|^(\d{1,9})(?=[.)](?:\s|$))", re.MULTILINE)
_EVERY = re.compile(r"([" + re.escape(punctuation) + r"])")


def escaped(text: str, care: int, *, first: bool = False) -> str:
    """Put backslashes into text, as much as `Spelling.escape` says."""
    if care == 0:
        return text
    if care == 2:
        return _EVERY.sub(r"\\\1", text)
    text = _SUSPECT.sub(lambda found: found["footnote"] or "\\" + found[0], text)

    def guard(found: re.Match[str]) -> str:
        begins_line = first or found.start() > 0
        return (found[1] or "") + ("\\" if begins_line else "")

    return _LINE_START.sub(guard, text)


_MARKS = (
    ("bold", "**", "b"),
    ("italic", "*", "i"),
    ("strikethrough", "~~", "s"),
    ("mark", "==", "mark"),
    ("underline", "", "u"),
)


def spell(tokens: Tokens, names: Names, how: Spelling, *, line_break: str = "\\\n") -> str:
    """Write the tokens of a view as Markdown.

    Args:
        line_break: What a line break inside a text becomes.
    """
    return "".join(_spell(tokens, names, how)).replace("\n", line_break)


def _spell(tokens: Tokens, names: Names, how: Spelling) -> Iterator[str]:
    worn: list[str] = []
    for index, token in enumerate(tokens):
        wanted = _worn_by(token)
        while worn and not set(worn) <= wanted:
            yield _mark(worn.pop(), how, close=True)
        opening = [name for name, _, _ in _MARKS if name in wanted and name not in worn]
        opening.sort(key=lambda name: -_reach(tokens, index, name))
        for name in opening:
            worn.append(name)
            yield _mark(name, how, close=False)
        yield _spell_one(token, names, how, first=index == 0)
    while worn:
        yield _mark(worn.pop(), how, close=True)


def _worn_by(token: Token) -> set[str]:
    if not isinstance(token, TextToken):
        return set()
    worn = {name for name, _, _ in _MARKS if name != "mark" and getattr(token.style, name)}
    return worn | {"mark"} if token.color == MARK else worn


def _reach(tokens: Tokens, start: int, name: str) -> int:
    """Count the tokens from *start* on that wear a mark: the longest is opened first."""
    count = 0
    for token in tokens[start:]:
        if name not in _worn_by(token):
            break
        count += 1
    return count


def _mark(name: str, how: Spelling, *, close: bool) -> str:
    sign, tag = next((sign, tag) for each, sign, tag in _MARKS if each == name)
    if sign and not how.tags:
        return sign
    return f"</{tag}>" if close else f"<{tag}>"


def _spell_one(token: Token, names: Names, how: Spelling, *, first: bool) -> str:
    match token:
        case TextToken():
            return escaped(token.text, how.escape, first=first)
        case LinkToken():
            return _spell_link(token, names, how)
        case MathToken():
            return _spell_math(token.text, how)
        case CodeToken():
            return _spell_code(token.text)
        case OpaqueToken():
            return f"[{escaped(token.kind, 2)}]({TOKEN_LINK}{token.payload.removeprefix('#')})"


def _spell_link(link: LinkToken, names: Names, how: Spelling) -> str:
    if link.entity is not None and not set(link.text) & set("[]|\n"):
        name = link.entity if how.escape == 2 else names.name_of(link.entity)
        return f"[[{name}|{link.text}]]" if link.text else f"[[{name}]]"
    text = escaped(link.text, max(how.escape, 1) if "]" in link.text else how.escape)
    if link.entity is not None:
        return f"[{text}]({NOTE_LINK}{link.entity})"
    if link.date is not None:
        return f"[{text}]({write_date_link(link.date)})"
    url = _ENTITY.sub("&amp;", link.url or "")
    if link.text == link.url and how.escape == 0 and _AUTOLINK.fullmatch(url):
        return f"<{url}>"
    return f"[{text}]({url if _BARE_URL.fullmatch(url) else f'<{url}>'})"


_AUTOLINK = re.compile(r"[A-Za-z][A-Za-z0-9.+-]{1,31}:[^<>\x00-\x20]*")
_BARE_URL = re.compile(r"[^()\\<>\s]+|[^()\\<>\s]*\([^()\\<>\s]*\)[^()\\<>\s]*")


def _spell_math(text: str, how: Spelling) -> str:
    if how.escape == 0 and text == text.strip() and not text.startswith("`"):
        return f"${text}$"
    return f"${_spell_code(text)}$"


def _spell_code(text: str) -> str:
    ticks = "`" * (_longest_run(text, "`") + 1)
    needs_room = text.startswith(("`", " ")) or text.endswith(("`", " "))
    room = " " if needs_room and text.strip(" ") else ""
    return f"{ticks}{room}{text}{room}{ticks}"


def _longest_run(text: str, character: str) -> int:
    return max((len(run) for run in re.findall(re.escape(character) + "+", text)), default=0)


def fence_for(text: str, character: str, least: int) -> str:
    """Give a fence that no line of *text* can be taken for."""
    return character * max(least, _longest_run(text, character) + 1)
