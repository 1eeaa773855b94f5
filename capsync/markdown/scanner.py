"""Markdown's blocks with the lines they stand on.

mistune's own block parser loses the order of some blocks, clips deep nesting
and tells no lines. This one takes its place: every line is first offered to
the blocks that are open, then searched for new ones, as the appendix of the
CommonMark specification describes. It gives mistune's framework its tokens,
each with `line` and `end` (lines from 0, `end` exclusive) and `prefix`.
"""

from __future__ import annotations

from typing import Any

import mistune
from mistune.core import BlockState

from capsync.markdown.cursor import CODE_INDENT, Cursor
from capsync.markdown.definitions import take_definitions
from capsync.markdown.goes_on import GOES_ON
from capsync.markdown.starts import (
    CLOSER,
    CONTAINERS,
    STARTS,
    VERBATIM,
    Node,
    cells,
    indented,
    setext,
    tag_alone,
    underlines,
)
from capsync.markdown.syntax import read_callout, read_task

DEEPEST = 100
"""Containers inside one another; what goes deeper is read as text."""

MOST_HOLES = 5000
"""Missing cells that are filled in, however short the rows of a table are."""


class Scanner(mistune.BlockParser):
    """A block parser that tells lines."""

    def parse(self, state: BlockState, rules: list[str] | None = None) -> None:  # noqa: ARG002
        """Put the tokens of `state.src` into `state.tokens`."""
        lines = state.src.split("\n")
        if lines and not lines[-1]:
            lines.pop()
        scan = _Scan(state.env["ref_links"])
        for number, line in enumerate(lines):
            scan.take(line, number)
        scan.close(1)
        state.tokens = [_token(child) for child in scan.root.children]


def _token(node: Node) -> dict[str, Any]:
    token: dict[str, Any] = {
        "type": node.kind,
        "line": node.start,
        "end": node.end,
        "prefix": node.prefix,
        "attrs": node.attrs,
    }
    if node.kind in CONTAINERS:
        title = read_callout(node) if node.kind == "quote" else []
        if node.kind == "item":
            read_task(node)
        token["children"] = title + [_token(child) for child in node.children]
    elif node.kind in ("paragraph", "heading"):
        token["text"] = "\n".join(node.lines).strip(" \t")
    elif node.kind == "table":
        token |= _table(node)
    else:
        token["raw"] = node.lines
    return token


def _table(node: Node) -> dict[str, Any]:
    """Read the cells of a table; what would be mostly holes is text, and marked as such."""
    rows = [cells(row) for row in node.lines]
    there = sum(map(len, rows))
    if max(map(len, rows)) * len(rows) > MOST_HOLES + 4 * there:
        return {"type": "paragraph", "text": "\n".join(node.lines), "holes": True}
    made = ([{"type": "cell", "text": cell} for cell in row] for row in rows)
    return {"raw": node.lines, "children": [{"type": "row", "children": row} for row in made]}


class _Scan:
    """One pass over the lines of a body."""

    def __init__(self, definitions: dict[str, Any]) -> None:
        self.root = Node("document", 0)
        self.open: list[Node] = [self.root]
        self.definitions = definitions

    def take(self, text: str, number: int) -> None:
        """Read one line."""
        cursor = Cursor(text)
        matched = self._continue(cursor, number)
        if matched is None:
            return
        container = self.open[matched - 1]
        began = False
        while container.kind not in VERBATIM:
            made = self._begin(cursor, container, number)
            if made is None:
                break
            self.close(matched)
            self._push(made, number)
            container, matched, began = made, len(self.open), True
            if made.kind in ("html", "indented"):
                break
            if made.kind not in CONTAINERS:
                return
        self._add(cursor, container, matched, number, began=began)

    # First: which open blocks go on?

    def _continue(self, cursor: Cursor, number: int) -> int | None:
        """Say how many open blocks the line belongs to; None if it only closed one."""
        matched, opened = 1, self.open
        while matched < len(opened):
            node = opened[matched]
            goes_on = GOES_ON[node.kind](node, cursor)
            if goes_on is None:
                self._close_with_mark(matched, number)
                return None
            if not goes_on:
                break
            matched += 1
        if cursor.text.startswith(":", cursor.first) and self._ends_directive(cursor, matched):
            for index in range(matched - 1, 0, -1):
                if opened[index].kind == "directive":
                    self._close_with_mark(index, number)
                    return None
        return matched

    def _ends_directive(self, cursor: Cursor, matched: int) -> bool:
        verbatim = self.open[matched - 1].kind in VERBATIM
        return not verbatim and cursor.indent < CODE_INDENT and cursor.match(CLOSER) is not None

    def _close_with_mark(self, index: int, number: int) -> None:
        """Close a block whose closing line this is."""
        for node in self.open[: index + 1]:
            node.end = number + 1
        self.close(index)

    # Second: which blocks begin?

    def _begin(self, cursor: Cursor, container: Node, number: int) -> Node | None:
        if cursor.blank or len(self.open) > DEEPEST:
            return None
        in_text = self.open[-1].kind == "paragraph"
        if cursor.indent >= CODE_INDENT:
            if in_text or container.kind == "table":
                return None
            return indented(cursor, container, number)
        for start in STARTS.get(cursor.text[cursor.first], ()):  # mostly none
            if start is tag_alone and in_text:
                continue
            if start is setext and container.kind == "paragraph" and underlines(cursor):
                take_definitions(container, self.definitions)
                if not container.lines:
                    continue
            node = start(cursor, container, number)
            if node is not None:
                return node
        return None

    def _push(self, node: Node, number: int) -> None:
        if node.start < number:
            self._take_back_paragraph(node, number)
        while self.open[-1].kind not in CONTAINERS:
            self.close(len(self.open) - 1)
        top = self.open[-1]
        if top.kind == "list" and top.attrs.get("kind") != node.attrs.get("kind"):
            self.close(len(self.open) - 1)
            top = self.open[-1]
        if node.kind == "item" and top.kind != "list":
            made = Node("list", number, top.prefix, attrs={"kind": node.attrs["kind"]})
            top.children.append(made)
            self.open.append(made)
            top = made
        top.children.append(node)
        self.open.append(node)
        self._grow(number)
        if node.kind in ("heading", "rule") or node.attrs.get("single"):
            self.open.pop()

    def _take_back_paragraph(self, node: Node, number: int) -> None:
        """Undo the paragraph that turned out to be a heading, or to end in a table's head."""
        paragraph = self.open.pop()
        if node.kind == "table":
            paragraph.lines.pop()
            paragraph.end = number - 1
            take_definitions(paragraph, self.definitions)
        else:
            node.start, paragraph.lines = paragraph.start, []
        if not paragraph.lines:
            self.open[-1].children.pop()

    # Third: where does the text go?

    def _add(
        self, cursor: Cursor, container: Node, matched: int, number: int, *, began: bool
    ) -> None:
        tip = self.open[-1]
        if not began and matched < len(self.open) and not cursor.blank and tip.kind == "paragraph":
            tip.lines.append(cursor.rest)  # a lazy line
            self._grow(number)
            return
        self.close(matched)
        if container.kind in VERBATIM:
            container.lines.append(cursor.remaining())
            self._grow(number)
            until = container.attrs.get("until")
            if until is not None and until.search(container.lines[-1]):
                self.close(len(self.open) - 1)
        elif container.kind in ("paragraph", "table"):
            container.lines.append(cursor.rest)
            self._grow(number)
        elif not cursor.blank:
            self._push(Node("paragraph", number, container.prefix, lines=[cursor.rest]), number)

    def _grow(self, number: int) -> None:
        for node in self.open:
            node.end = number + 1

    def close(self, index: int) -> None:
        """Close the open blocks from *index* on."""
        opened = self.open
        while len(opened) > index:
            self._finish(opened.pop())

    def _finish(self, node: Node) -> None:
        if node.kind == "paragraph":
            take_definitions(node, self.definitions)
            if not node.lines:
                node.kind, node.start = "definition", node.first
        elif node.kind in ("indented", "html"):
            while node.lines and not node.lines[-1].strip(" \t"):
                node.lines.pop()
            node.end = node.start + len(node.lines)
