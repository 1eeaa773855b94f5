"""What the first line in a quote or a list item says beyond CommonMark.

``> [!toggle]- Title`` makes a callout of a quote, ``- [x] text`` a to-do of an
item. Both are read off the lines, before inline markup is looked at.
"""

from __future__ import annotations

import re
from typing import Any

from capsync.markdown.starts import Node

CALLOUT = re.compile(r"\[!([A-Za-z][\w-]*)\]([+-]?)(?:[ \t]+(.*))?$")
"""A callout's name, its fold (``-`` closed, ``+`` open) and its title."""

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
