"""A body to pieces: model blocks that know which lines of the text they are.

A piece holds what its lines say, and nothing else: no ids, no colours. Pieces
nest as blocks do, except under headings, whose children Markdown shows after
them.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from itertools import zip_longest
from typing import Any

from capsync.markdown.inline import Resolve, parse_body, read_tokens
from capsync.markdown.links import Names
from capsync.markdown.own_view import view_one
from capsync.markdown.pause import pause_collecting
from capsync.markdown.placeholder import read_placeholder
from capsync.markdown.view import is_invisible, is_paragraph, shown_text
from capsync.model.block import (
    BASE,
    HEADINGS,
    Block,
    Blocks,
    CodeBlock,
    EntityBlock,
    GridBlock,
    GroupBlock,
    Hierarchy,
    HorizontalLineBlock,
    MathBlock,
    OpaqueBlock,
    TextBlock,
    children as nested,
)
from capsync.model.token import NoteId, TextToken, Tokens


@dataclass(frozen=True, slots=True)
class Piece:
    """A block and the lines it stands on."""

    block: Block
    """What the lines say, as `view` would show it."""
    start: int
    """First line of the body, from 0."""
    end: int
    """The line after the last."""
    prefix: str = ""
    """What a line among its children begins with."""
    children: tuple[Piece, ...] = ()
    """Pieces nested in it; empty where they have no lines of their own."""
    text_end: int = 0
    """The line after its own text, where that is followed by children."""
    marker: str = ""
    """A list item's marker as it was written, such as ``*`` or ``3)``."""
    width: int = 0
    """Columns from the margin of its container to a list item's text."""


def read_body(text: str, names: Names) -> tuple[Piece, ...]:
    """Read Markdown into pieces, in reading order."""
    with pause_collecting(text):
        pieces = _read(text, names)
        return _viewed(pieces, _seen(pieces, names))


def read_blocks(text: str, names: Names) -> Blocks:
    """Read Markdown into blocks."""
    with pause_collecting(text):
        return _seen(_read(text, names), names)


def _seen(pieces: Iterable[Piece], names: Names) -> Blocks:
    return tuple(seen for piece in pieces for seen in view_one(piece.block, names))


def _read(text: str, names: Names) -> list[Piece]:
    return _Reader(names.resolve).pieces(parse_body(text, names.resolve))


def _viewed(pieces: Sequence[Piece], seen: Blocks) -> tuple[Piece, ...]:
    """Trim what was read the way `view` trims what is shown."""
    visible = [piece for piece in pieces if not is_invisible(piece.block)]
    return tuple(
        piece
        if block is piece.block and not piece.children
        else replace(
            piece,
            block=block,
            children=_viewed(piece.children, nested(block)) if piece.children else (),
        )
        for piece, block in zip(visible, seen, strict=True)
    )


class _Reader:
    def __init__(self, resolve: Resolve) -> None:
        self.resolve = resolve

    def pieces(self, tokens: Iterable[dict[str, Any]]) -> list[Piece]:
        done: list[Piece] = []
        for token in tokens:
            match token["type"]:
                case "definition":
                    pass
                case "list":
                    done += [self.item(item) for item in token["children"]]
                case "directive" if token["attrs"]["name"] == "indent":
                    self.indent(token, done)
                case _:
                    piece = self.piece(token)
                    if not _is_nothing(piece.block):
                        done.append(piece)
        return done

    def piece(self, token: dict[str, Any]) -> Piece:
        match token["type"]:
            case "quote":
                return self.quote(token)
            case "directive":
                return self.directive(token)
            case "table":
                block = self.table(token)
            case kind:
                block = self.leaf(kind, token)
        return Piece(block, token["line"], token["end"], token["prefix"])

    def leaf(self, kind: str, token: dict[str, Any]) -> Block:
        match kind:
            case "heading":
                return TextBlock(read_tokens(token["children"]), hierarchy=_rank(token))
            case "fence":
                lang = token["attrs"]["info"].strip()
                return CodeBlock("\n".join(token["raw"]), lang or "Text")
            case "indented":
                return CodeBlock("\n".join(token["raw"]))
            case "math":
                return MathBlock("\n".join(token["raw"]))
            case "rule":
                return HorizontalLineBlock()
            case "html":
                return _html("\n".join(token["raw"]))
            case _:
                return _paragraph(token)

    def nested(
        self, inner: list[dict[str, Any]]
    ) -> tuple[Tokens, Hierarchy, int | None, list[Piece]]:
        """Take apart what stands in an item or a quote: its own text and its children.

        Returns:
            Tokens, rank, the line after the text (None where there is no text), children.
        """
        first = inner[0] if inner else None
        if first is not None and first["type"] in ("paragraph", "heading"):
            rank = _rank(first) if first["type"] == "heading" else BASE
            own = _paragraph(first)
            if isinstance(own, TextBlock):
                return own.tokens, rank, first["end"], self.pieces(inner[1:])
        return (), BASE, None, self.pieces(inner)

    def item(self, token: dict[str, Any]) -> Piece:
        tokens, rank, text_end, children = self.nested(token["children"])
        attrs = token["attrs"]
        numbered, todo = attrs["number"] is not None, attrs.get("task")
        block = TextBlock(
            tokens,
            tuple(child.block for child in children),
            rank,
            list="numerical" if numbered else "bullet" if todo is None else None,
            todo=todo,
        )
        return _container(block, token, children, text_end, attrs["marker"])

    def quote(self, token: dict[str, Any]) -> Piece:
        callout = token["attrs"].get("callout")
        if callout is None or (callout["name"] == "quote" and not callout["title"]):
            inner = token["children"][0 if callout is None else 1 :]
            tokens, rank, text_end, children = self.nested(inner)
            layout = "normal" if callout is None else "standout"
            blocks = tuple(child.block for child in children)
            block = TextBlock(tokens, blocks, rank, quote=layout)
            return _container(block, token, children, text_end, ">")
        first, *inner = token["children"]
        title, children = read_tokens(first["children"]), self.pieces(inner)
        block = TextBlock(title, tuple(child.block for child in children))
        match callout["name"]:
            case "quote":
                block = replace(block, quote="standout")
            case "toggle":
                rank = HEADINGS[min(callout["level"], 3) - 1] if callout["level"] else BASE
                block = replace(block, toggle=callout["fold"] == "+", hierarchy=rank)
            case name:
                literal = f"[!{name}]{callout['fold']} " if title else f"[!{name}]{callout['fold']}"
                block = replace(block, tokens=(TextToken(literal), *title), quote="normal")
        return _container(block, token, children, token["line"] + 1, ">")

    def indent(self, token: dict[str, Any], done: list[Piece]) -> None:
        """Give the blocks in ``::: indent`` to the paragraph before it."""
        children = self.pieces(token["children"])
        blocks = tuple(child.block for child in children)
        last = done[-1] if done else None
        if last is None or last.children or not is_paragraph(last.block):
            block = TextBlock(blocks=blocks)
            done.append(_container(block, token, children, token["line"] + 1))
        else:
            assert isinstance(last.block, TextBlock)  # noqa: S101 - is_paragraph said so
            block = replace(last.block, blocks=blocks)
            both = token | {"line": last.start}
            done[-1] = _container(block, both, children, last.end)

    def directive(self, token: dict[str, Any]) -> Piece:
        inner = token["children"]
        if token["attrs"]["name"] == "grid":
            columns = [each for each in inner if _is_column(each)]
            if len(columns) > 1 and len(columns) == len(inner):
                cells = tuple(
                    tuple(piece.block for piece in self.pieces(column["children"]))
                    for column in columns
                )
                return Piece(GridBlock(cells), token["line"], token["end"], token["prefix"])
        children = self.pieces(inner)
        block = GroupBlock(tuple(child.block for child in children))
        return _container(block, token, children, token["line"] + 1)

    def table(self, token: dict[str, Any]) -> Block:
        rows = [[read_tokens(cell["children"]) for cell in row["children"]]
                for row in token["children"]]  # fmt: skip
        columns = list(zip_longest(*rows, fillvalue=()))
        if len(columns) < 2:
            return shown_text("\n".join(token["raw"]))
        return GridBlock(tuple(tuple(TextBlock(cell) for cell in column) for column in columns))


def _container(
    block: Block,
    token: dict[str, Any],
    children: list[Piece],
    text_end: int | None,
    marker: str = "",
) -> Piece:
    """Make a piece with children, unless the first of them shares a line with it."""
    line, end = token["line"], text_end or token["line"] + 1
    nested = () if children and children[0].start < end else tuple(children)
    width = token["attrs"].get("width", 0)
    return Piece(block, line, token["end"], token["prefix"], nested, end, marker, width)


def _is_column(token: dict[str, Any]) -> bool:
    return bool(token["type"] == "directive" and token["attrs"]["name"] == "column")


def _rank(token: dict[str, Any]) -> Hierarchy:
    return HEADINGS[min(token["attrs"]["level"], len(HEADINGS)) - 1]


_NOTHING = TextBlock()


def _is_nothing(block: Block) -> bool:
    return isinstance(block, TextBlock) and not block.tokens and block == _NOTHING


def _html(raw: str) -> Block:
    mark = read_placeholder(raw)
    return shown_text(raw) if mark is None else OpaqueBlock(mark.kind, "#" + mark.key)


def _paragraph(token: dict[str, Any]) -> Block:
    inner = token["children"]
    only = inner[0] if len(inner) == 1 and inner[0]["type"] == "wiki" else None
    if only is not None and only["embed"] and only["text"] is None:
        return EntityBlock(NoteId(only["target"]))
    return TextBlock(read_tokens(inner))
