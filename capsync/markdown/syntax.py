"""What our syntax adds to CommonMark's inside a block.

``> [!toggle]- Title`` makes a callout of a quote, ``- [x] text`` a to-do of an
item; both are read off the first line, before inline markup is looked at. In
text there are ``[[wiki links]]``, ``$formulas$`` and ``==marks==``.
"""

from __future__ import annotations

import re
from re import Match
from typing import Any

import mistune
from mistune.core import InlineState

from capsync.markdown.starts import Node

CALLOUT = re.compile(r"\[!([A-Za-z][\w-]*)\]([+-]?)(?:[ \t]+(.*))?$")
"""A callout's name, its fold (``-`` closed, ``+`` open) and its title."""

_WIKI = r"(?P<embed>!?)\[\[(?P<wiki>[^\[\]|\n]+)(?:\|(?P<wiki_text>[^\[\]\n]*))?\]\]"
_MATH = r"\$(?P<ticks>`+)|\$(?![\s$])(?P<math>(?:\\.|[^$\\\n])*?(?:\\.|[^$\\\s]))\$(?![\d$])"
_TASK = re.compile(r"\[([ xX])\](?:[ \t]+|$)")
_HEADING = re.compile(r"(#{1,6})(?:[ \t]+|$)")


def read_callout(node: Node) -> list[dict[str, Any]]:
    """Take a callout's line out of a quote.

    Returns:
        The title as a token of its own, to come before the quote's children; or nothing.
    """
    first = node.children[0] if node.children else None
    if first is None or first.kind != "paragraph" or not first.lines:
        return []
    match = CALLOUT.match(first.lines[0].rstrip(" \t"))
    if match is None:
        return []
    title, level = match[3] or "", 0
    heading = _HEADING.match(title) if match[1] == "toggle" else None
    if heading is not None:
        title, level = title[heading.end() :], len(heading[1])
    node.attrs["callout"] = {"name": match[1], "fold": match[2], "title": title, "level": level}
    del first.lines[0]
    first.start += 1
    if not first.lines:
        del node.children[0]
    return [{"type": "title", "text": title}]


def read_task(node: Node) -> None:
    """Take a to-do's box out of a list item."""
    first = node.children[0] if node.children else None
    if first is None or first.kind != "paragraph" or not first.lines:
        return
    match = _TASK.match(first.lines[0])
    if match is not None:
        node.attrs["task"] = match[1] != " "
        first.lines[0] = first.lines[0][match.end() :]


def _parse_wiki(_: mistune.InlineParser, match: Match[str], state: InlineState) -> int | None:
    name = match["wiki"].strip()
    target = state.env["resolve"](name) if name and not state.in_link else None
    if target is None:
        return None
    text = match["wiki_text"]
    wiki = {"type": "wiki", "name": name, "text": text, "target": target}
    state.append_token(wiki | {"embed": bool(match["embed"]), "raw": match[0]})
    return match.end()


def _parse_math(_: mistune.InlineParser, match: Match[str], state: InlineState) -> int | None:
    text, ticks = match["math"], match["ticks"]
    if text is not None:
        state.append_token({"type": "math", "raw": text})
        return match.end()
    close = state.delimiters.code_end(ticks, match.end())
    if close is None or not state.src.startswith("$", close + len(ticks)):
        return None
    text = state.src[match.end() : close].replace("\n", " ")
    if text.strip(" ") and text.startswith(" ") and text.endswith(" "):
        text = text[1:-1]
    state.append_token({"type": "math", "raw": text})
    return close + len(ticks) + 1


def _parse_mark(inline: mistune.InlineParser, match: Match[str], state: InlineState) -> int | None:
    close = state.delimiters.find("==", match.end(), formatting=True)
    if close is None or state.depth >= inline.max_nested_level:
        return None
    inner = state.copy()
    inner.src = state.src[match.end() : close]
    state.append_token({"type": "mark", "children": inline.render(inner)})
    return close + 2


def our_syntax(md: mistune.Markdown) -> None:
    """Teach mistune our inline syntax."""
    md.inline.register("mark", r"(?<![\w=])==(?=[^\s=])", _parse_mark, before="link")
    md.inline.register("wiki_link", _WIKI, _parse_wiki, before="link", start_chars=("!", "["))
    md.inline.register("inline_math", _MATH, _parse_math, before="codespan", start_chars="$")
