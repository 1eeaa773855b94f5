"""How each kind of Markdown block goes on: whether an open one takes the next line.

One function per kind. Each takes its share of the line off the cursor, such as
a quote's mark or an item's indentation, or says that the block has ended.
"""

from __future__ import annotations

from collections.abc import Callable

from capsync.markdown.cursor import CODE_INDENT, Cursor
from capsync.markdown.starts import Node


def _always(_node: Node, _cursor: Cursor) -> bool:
    return True


def _never(_node: Node, _cursor: Cursor) -> bool:
    return False


def _text_goes_on(_node: Node, cursor: Cursor) -> bool:
    return not cursor.blank


def _html_goes_on(node: Node, cursor: Cursor) -> bool:
    return not (cursor.blank and node.attrs["until"] is None)


def _quote_goes_on(_node: Node, cursor: Cursor) -> bool:
    if cursor.indent >= CODE_INDENT or not cursor.text.startswith(">", cursor.first):
        return False
    cursor.take_quote_mark()
    return True


def _item_goes_on(node: Node, cursor: Cursor) -> bool:
    if cursor.indent >= node.attrs["width"]:  # the blanks of an empty line inside code stay too
        if cursor.blank and not node.children:
            return False
        cursor.skip(node.attrs["width"], columns=True)
        return True
    if not cursor.blank or not node.children:
        return False
    cursor.skip_blanks()
    return True


def _indented_goes_on(_node: Node, cursor: Cursor) -> bool:
    if cursor.indent >= CODE_INDENT:
        cursor.skip(CODE_INDENT, columns=True)
        return True
    if cursor.blank:
        cursor.skip_blanks()
        return True
    return False


def _fence_goes_on(node: Node, cursor: Cursor) -> bool | None:
    marker, indent = node.attrs["marker"], cursor.indent
    if indent < CODE_INDENT and cursor.text.startswith(marker, cursor.first):
        rest = cursor.rest.rstrip(" \t")
        longer = node.kind == "fence" and set(rest) == {marker[0]}
        if rest == marker or longer:
            return None
    cursor.skip(min(indent, node.attrs["indent"]), columns=True)
    return True


GOES_ON: dict[str, Callable[[Node, Cursor], bool | None]] = {
    **dict.fromkeys(("list", "directive"), _always),
    **dict.fromkeys(("heading", "rule"), _never),
    **dict.fromkeys(("paragraph", "table"), _text_goes_on),
    **dict.fromkeys(("fence", "math"), _fence_goes_on),
    "quote": _quote_goes_on,
    "item": _item_goes_on,
    "indented": _indented_goes_on,
    "html": _html_goes_on,
}
"""Says whether an open block takes the line; None if the line closes it."""
