"""Link reference definitions: ``[label]: address "title"`` at the head of a paragraph.

They say nothing by themselves; links elsewhere refer to them. A footnote's
``[^1]: text`` looks alike but is text.
"""

from __future__ import annotations

import re
from typing import Any

from mistune.helpers import LINK_LABEL, parse_link_href, parse_link_title, unescape_char
from mistune.util import escape_url, unikey

from capsync.markdown.starts import Node

_LABEL = re.compile(r"\[(?!\^)(" + LINK_LABEL + r")\]:")
_TO_LINE_END = re.compile(r"[ \t]*(?:\n|$)")


def take_definitions(node: Node, known: dict[str, Any]) -> None:
    """Move the definitions a paragraph begins with into *known*; the first of a label counts."""
    if not node.lines or not node.lines[0].startswith("["):
        return
    text, at = "\n".join(node.lines), 0
    while text.startswith("[", at):
        end = _take_one(text, at, known)
        if end is None:
            break
        at = end
    taken = len(node.lines) if at >= len(text) else text.count("\n", 0, at)
    del node.lines[:taken]
    node.start += taken


def _take_one(text: str, at: int, known: dict[str, Any]) -> int | None:
    match = _LABEL.match(text, at)
    key = unikey(match[1]) if match else ""
    if match is None or not key:
        return None
    href, href_end = parse_link_href(text, match.end(), block=True)
    if href is None or href_end is None:
        return None
    title, title_end = parse_link_title(text, href_end, len(text))
    tail = None if title_end is None else _TO_LINE_END.match(text, title_end)
    if tail is None:
        title, tail = None, _TO_LINE_END.match(text, href_end)
    if tail is None:
        return None
    entry = {"url": escape_url(unescape_char(href)), "label": match[1]}
    known.setdefault(key, entry | ({"title": title} if title else {}))
    return tail.end()
