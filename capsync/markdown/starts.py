"""How each kind of Markdown block begins.

One function per kind, after the two-phase algorithm in the appendix of the
CommonMark specification (https://spec.commonmark.org/0.31.2/#appendix-a-parsing-strategy),
plus our own: `:::` containers, `$$` formulas and pipe tables. Each looks at
the cursor and either returns None and leaves it alone, or takes the marker and
returns the new node.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import Any

from mistune.helpers import BLOCK_TAGS

from capsync.markdown.cursor import CODE_INDENT, Cursor


class Node:
    """A block being read."""

    __slots__ = ("attrs", "children", "end", "first", "kind", "lines", "prefix", "start")

    def __init__(
        self,
        kind: str,
        start: int,
        prefix: str = "",
        *,
        attrs: dict[str, Any] | None = None,
        lines: list[str] | None = None,
    ) -> None:
        self.kind = kind
        self.start = self.first = start
        """Its first line, from 0; *first* is where it began, whatever was taken off its head."""
        self.end = start
        """The line after its last one."""
        self.prefix = prefix
        """What a line inside it begins with when it is written anew."""
        self.attrs: dict[str, Any] = {} if attrs is None else attrs
        self.lines: list[str] = [] if lines is None else lines
        self.children: list[Node] = []


DIRECTIVES = ("indent", "group", "grid", "column")
CONTAINERS = frozenset({"document", "quote", "list", "item", "directive"})
VERBATIM = frozenset({"fence", "indented", "html", "math"})
"""Leaves whose lines are not looked at for markers."""

_ATX = re.compile(r"(#{1,6})(?:[ \t]+|$)")
_FENCE = re.compile(r"`{3,}(?=[^`]*$)|~{3,}")
_SETEXT = re.compile(r"(?:=+|-+)[ \t]*$")
_MARKER = re.compile(r"(?:[*+-]|([0-9]{1,9})[.)])(?=[ \t]|$)")
_ONLY_BLANKS = re.compile(r"[ \t]*$")
CLOSER = re.compile(r":{3,}[ \t]*$")
"""What ends the innermost container."""
_DIRECTIVE = re.compile(r":{3,}[ \t]*(\w+)[ \t]*$")
_FOOTNOTE = re.compile(r"\[\^[^\s\[\]]{1,999}\]:")
_MATH = re.compile(r"(\${2,})[ \t]*$")
_MATH_LINE = re.compile(r"(\${2,})([^$]+)\1[ \t]*$")
_DELIMITERS = re.compile(r"\|?[ \t]*:?-+:?[ \t]*(?:\|[ \t]*:?-+:?[ \t]*)*\|?$")

_ATTRIBUTE = r"""(?:\s+[a-zA-Z_:][a-zA-Z0-9_.:-]*(?:\s*=\s*(?:[^\s"'=<>`]+|'[^']*'|"[^"]*"))?)"""
_WHOLE_TAG = rf"(?:<[A-Za-z][A-Za-z0-9-]*{_ATTRIBUTE}*\s*/?>|</[A-Za-z][A-Za-z0-9-]*\s*>)"
HTML_KINDS: tuple[tuple[re.Pattern[str], re.Pattern[str] | None], ...] = (
    (re.compile(r"<(?:script|pre|textarea|style)(?:\s|>|$)", re.IGNORECASE),
     re.compile(r"</(?:script|pre|textarea|style)>", re.IGNORECASE)),
    (re.compile(r"<!--"), re.compile(r"-->")),
    (re.compile(r"<[?]"), re.compile(r"\?>")),
    (re.compile(r"<![A-Za-z]"), re.compile(r">")),
    (re.compile(r"<!\[CDATA\["), re.compile(r"\]\]>")),
    (re.compile(rf"</?(?:{'|'.join((*BLOCK_TAGS, 'search'))})(?:\s|/?>|$)", re.IGNORECASE), None),
)  # fmt: skip
"""Six ways for raw HTML to begin, with what ends it; None where a blank line does."""
_TAG_ALONE = re.compile(rf"{_WHOLE_TAG}\s*$", re.IGNORECASE)
"""The seventh, which a blank line ends too."""


def quote(cursor: Cursor, container: Node, line: int) -> Node | None:
    """``> ``"""
    if not cursor.text.startswith(">", cursor.first):
        return None
    cursor.take_quote_mark()
    return Node("quote", line, container.prefix + "> ")


def heading(cursor: Cursor, _container: Node, line: int) -> Node | None:
    """``# ``"""
    match = cursor.match(_ATX)
    if match is None:
        return None
    text = _without_closing_hashes(cursor.text[match.end() :])
    cursor.skip_all()
    return Node("heading", line, attrs={"level": len(match[1])}, lines=[text])


def _without_closing_hashes(text: str) -> str:
    text = text.rstrip(" \t")
    shorter = text.rstrip("#")
    return shorter.rstrip(" \t") if not shorter or shorter[-1] in " \t" else text


def fence(cursor: Cursor, container: Node, line: int) -> Node | None:
    """Three backticks or tildes."""
    match = cursor.match(_FENCE)
    if match is None:
        return None
    attrs = {"marker": match[0], "indent": cursor.indent, "info": cursor.text[match.end() :]}
    cursor.skip_all()
    return Node("fence", line, container.prefix, attrs=attrs)


def html(cursor: Cursor, container: Node, line: int) -> Node | None:
    """A tag, a comment or another piece of markup that takes whole lines."""
    for begin, end in HTML_KINDS:
        if cursor.match(begin):
            return Node("html", line, container.prefix, attrs={"until": end})
    return None


def tag_alone(cursor: Cursor, container: Node, line: int) -> Node | None:
    """Any other tag that has its line to itself; it does not end a paragraph."""
    if not cursor.match(_TAG_ALONE):
        return None
    return Node("html", line, container.prefix, attrs={"until": None})


def underlines(cursor: Cursor) -> bool:
    """Say whether the line would make a heading of a paragraph above it."""
    return cursor.match(_SETEXT) is not None


def setext(cursor: Cursor, container: Node, _line: int) -> Node | None:
    """A line under a paragraph that makes it a heading."""
    if container.kind != "paragraph" or not underlines(cursor):
        return None
    level = 1 if cursor.text[cursor.first] == "=" else 2
    cursor.skip_all()
    return Node("heading", container.start, attrs={"level": level}, lines=container.lines)


def rule(cursor: Cursor, _container: Node, line: int) -> Node | None:
    """Three stars, dashes or underscores."""
    rest = cursor.rest.rstrip(" \t")
    sign = rest[0]
    if rest[-1] != sign or rest.strip(f"{sign} \t") or rest.count(sign) < 3:
        return None
    cursor.skip_all()
    return Node("rule", line)


def directive(cursor: Cursor, container: Node, line: int) -> Node | None:
    """``::: name`` for the containers that Markdown has no syntax for."""
    match = cursor.match(_DIRECTIVE)
    if match is None or match[1] not in DIRECTIVES:
        return None
    cursor.skip_all()
    return Node("directive", line, container.prefix, attrs={"name": match[1]})


def math(cursor: Cursor, container: Node, line: int) -> Node | None:
    """Two dollars."""
    match = cursor.match(_MATH_LINE)
    if match is not None:
        cursor.skip_all()
        return Node("math", line, attrs={"single": True}, lines=[match[2].strip()])
    match = cursor.match(_MATH)
    if match is None:
        return None
    attrs = {"marker": match[1], "indent": cursor.indent}
    cursor.skip_all()
    return Node("math", line, container.prefix, attrs=attrs)


def table(cursor: Cursor, container: Node, line: int) -> Node | None:
    """A row of dashes and pipes under a row of cells."""
    if container.kind != "paragraph" or "|" not in cursor.rest:
        return None
    if not _DELIMITERS.match(cursor.rest.rstrip(" \t")):
        return None
    header = container.lines[-1]
    if "|" not in header or len(cells(header)) != len(cells(cursor.rest)):
        return None
    cursor.skip_all()
    return Node("table", line - 1, container.prefix, lines=[header])


def footnote(cursor: Cursor, container: Node, line: int) -> Node | None:
    """``[^1]: `` is text, but its own, not the end of a paragraph above it."""
    if container.kind == "table" or not cursor.match(_FOOTNOTE):
        return None
    text = cursor.rest
    cursor.skip_all()
    return Node("paragraph", line, container.prefix, lines=[text])


def cells(row: str) -> list[str]:
    """Split a row at its pipes; an escaped pipe belongs to its cell."""
    parts = re.split(r"(?<!\\)\|", row.strip())
    if parts and not parts[0].strip():
        parts = parts[1:]
    if parts and not parts[-1].strip():
        parts = parts[:-1]
    return [part.strip().replace("\\|", "|") for part in parts]


def item(cursor: Cursor, container: Node, line: int) -> Node | None:
    """``- `` or ``1. ``"""
    match = cursor.match(_MARKER)
    if match is None:
        return None
    marker, number = match[0], match[1]
    if container.kind == "paragraph":
        if number is not None and int(number) != 1:
            return None
        if _ONLY_BLANKS.match(cursor.text, match.end()):
            return None
    width = cursor.indent + len(marker)
    cursor.skip_blanks()
    cursor.skip(len(marker))
    width += _blanks_after_marker(cursor)
    attrs = {
        "kind": marker[-1],
        "number": None if number is None else int(number),
        "width": width,
        "marker": marker,
    }
    return Node("item", line, container.prefix + " " * width, attrs=attrs)


def _blanks_after_marker(cursor: Cursor) -> int:
    """Take the blanks between a marker and its text; five or more belong to the text."""
    if cursor.blank or cursor.indent > CODE_INDENT:
        if cursor.peek() in (" ", "\t"):
            cursor.skip(1, columns=True)
        return 1
    blanks = cursor.indent
    cursor.skip(blanks, columns=True)
    return blanks


def indented(cursor: Cursor, container: Node, line: int) -> Node | None:
    """Four columns of blanks."""
    cursor.skip(CODE_INDENT, columns=True)
    return Node("indented", line, container.prefix)


_BEGINNINGS: tuple[tuple[Callable[[Cursor, Node, int], Node | None], str], ...] = (
    *((quote, ">"), (heading, "#"), (fence, "`~"), (html, "<"), (tag_alone, "<"), (table, "|:-")),
    *((setext, "=-"), (rule, "*_-"), (directive, ":"), (math, "$"), (item, "*+-0123456789")),
    (footnote, "["),
)
STARTS = {
    character: tuple(start for start, characters in _BEGINNINGS if character in characters)
    for character in "".join(characters for _, characters in _BEGINNINGS)
}
"""What may begin with a character, in the order in which it is tried."""
