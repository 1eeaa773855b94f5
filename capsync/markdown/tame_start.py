"""How a line may begin so that no block begins there.

The other half of `capsync.markdown.tame`: text that is harmless inside a line may
still be a list, a heading or a fence by its first characters. What a first line may
do is more than what a later one may, which could also make something of the lines
above it.
"""

from __future__ import annotations

import re
from typing import Any

from capsync.markdown.cursor import Cursor
from capsync.markdown.inline import nobody, parse_body
from capsync.markdown.starts import STARTS, Node
from capsync.markdown.syntax import CALLOUT
from capsync.model.block import BASE, TextBlock

_ANY_LINE = r"""
    [^\s>#`~<|:=*_$+0-9\[-]
  | (?! [0-9]{1,9} [.)] (?:\s|$) ) [0-9]
  | \*{1,3} (?=[^\s*])
  | ` (?!``)
  | ~ (?!~~)
  | \$ (?!\$)
  | \+ (?!\s|$)
  | \# (?! \#{0,5} (?:\s|$) )
  | : (?!::)
  | < (?: u> | [A-Za-z][A-Za-z0-9.+-]{1,31}: | [^A-Za-z/!?]
        | a[ ](?:id|name)="[\w.:-]*"></a> )
"""
_LATER = re.compile(rf"(?: {_ANY_LINE} | \[ (?!\^) | \| (?=.*[^|:\s-]) )", re.VERBOSE)
"""A line under others."""
_FIRST = re.compile(
    rf"(?: {_ANY_LINE} | \[ (?!!|[ xX]\]) | [=|] | - (?!\s|$) (?![-\s]+$) )", re.VERBOSE
)
"""A line with nothing above it in its block."""


def is_heading(block: TextBlock) -> bool:
    """Say whether hashes stand before the text of *block*."""
    return block.hierarchy is not BASE and block.hierarchy != BASE


def begins_tamely(block: TextBlock, text: str) -> bool:
    """Say whether the text of a view's block, laid out, surely makes that block.

    Args:
        text: All of it as Markdown, harmless inside its lines.
    """
    if is_heading(block):
        return block.todo is None and not text.endswith("#")
    if "\n" in text:
        first, *later = text.split("\n")
        if not all(map(_LATER.match, later)):
            return False
    else:
        first = text
    if first[0].isalpha() or block.todo is not None:
        return True
    if block.list is None:
        if block.toggle is not None:
            return not text.startswith("#")
        if block.quote == "standout":
            return _LATER.match(first) is not None
        if block.quote == "normal" and text.startswith("[!"):
            return _is_callout(text)
    return _FIRST.match(first) is not None and not _may_define(text)


def begins_html(block: TextBlock, text: str) -> bool:
    """Say whether the text of a view's block surely reads as raw HTML."""
    if not text.startswith("<") or is_heading(block):
        return False
    if block.todo is not None or block.toggle is not None or block.quote == "standout":
        return False  # other text stands before it
    line = text.partition("\n")[0]
    return any(start(Cursor(line), Node("document", 0), 0) for start in STARTS["<"])


def _may_define(text: str) -> bool:
    """Say whether the text might begin with the definition of a link."""
    return text.startswith("[") and not text.startswith("[^") and "]:" in text


def _is_callout(line: str) -> bool:
    """Say whether a line is a callout that is kept as a quote with its literal head."""
    found = CALLOUT.match(line)
    return (
        found is not None
        and found[1] not in ("toggle", "quote")
        and bool(found[3])
        and line == f"[!{found[1]}]{found[2]} {found[3]}"
    )


_MAY_BE_RAW = re.compile(r"^(?:[^\w\n#]|\d)*<", re.MULTILINE)
"""A line that a tag begins, after markers if any."""


def is_raw(text: str) -> bool:
    """Say whether text reads as raw HTML, which would take in the lines after it."""

    def raw(tokens: list[dict[str, Any]]) -> bool:
        return any(
            token["type"] == "html" or raw(token.get("children", []))
            for token in tokens
            if token["type"] in ("html", "list", "item", "quote")
        )

    return _MAY_BE_RAW.search(text) is not None and raw(parse_body(text, nobody))
