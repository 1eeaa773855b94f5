"""Blocks to Markdown, in capsync's own plain style.

Each block is written, read back and compared; only if that fails is it
spelled more carefully. How a note is laid out that a person wrote is
`capsync.markdown.onto`'s business: it keeps their lines and asks here only for
the ones that changed.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from typing import Any

from rapidfuzz.distance import LCSseq

from capsync.markdown.escape import SPELLINGS, Spelling, fence_for, spell
from capsync.markdown.inline import nobody, parse_body
from capsync.markdown.links import Names
from capsync.markdown.placeholder import write_placeholder
from capsync.markdown.reader import read_blocks
from capsync.markdown.tame import is_tame
from capsync.markdown.view import (
    is_paragraph,
    is_table,
    same,
    without_ids,
)
from capsync.model.block import (
    BASE,
    Block,
    Blocks,
    CodeBlock,
    EntityBlock,
    GridBlock,
    GroupBlock,
    HorizontalLineBlock,
    MathBlock,
    OpaqueBlock,
    TextBlock,
    without_children,
)
from capsync.model.token import TextToken

EMPTY = "&nbsp;"
"""Stands for the missing text of a block whose first child would else be taken for it."""


def write_body(blocks: Blocks, names: Names) -> str:
    """Write the blocks of a view as Markdown, ending in a line end unless there are none.

    Every text that could be taken for markup is read back by itself; the page as a whole
    is not. `write_checked` does both.
    """
    return _page(Writer(names), blocks)


def write_checked(blocks: Blocks, names: Names) -> tuple[str, bool]:
    """Write the blocks of a view, and say whether the text reads back as them.

    Everything is first spelled the cheapest way and read back at once; only the blocks
    that come back as others are spelled one by one.
    """
    wanted = [*map(without_ids, blocks)]
    doubted = frozenset[int]()
    for _ in range(2):
        text = _page(Writer(names, doubted), blocks)
        read = [*map(without_ids, read_blocks(text, names))]
        if read == wanted:
            return text, True
        doubted |= {id(blocks[at]) for at in _unlike(wanted, read)}
    text = _page(Writer(names), blocks)
    return text, [*map(without_ids, read_blocks(text, names))] == wanted


def _unlike(wanted: list[Block], read: list[Block]) -> Iterator[int]:
    """Say which blocks came back as others, or not at all, or ran into their neighbours."""
    names: dict[Block, int] = {}
    left, right = ([names.setdefault(each, len(names)) for each in side] for side in (wanted, read))
    for op in LCSseq.opcodes(left, right):
        if op.tag != "equal":
            yield from range(max(op.src_start - 1, 0), min(op.src_end + 1, len(wanted)))


def _page(writer: Writer, blocks: Blocks) -> str:
    lines = writer.siblings(blocks)
    return "\n".join(lines) + "\n" if lines else ""


_BELONGS_ABOVE = re.compile(r"(?:-+|=+|[*+]|\d+[.)])$")
"""Lines that under a paragraph would be taken for a part of it."""


def is_listed(block: Block) -> bool:
    """Say whether *block* is written as a list item."""
    return isinstance(block, TextBlock) and (block.list is not None or block.todo is not None)


class Writer:
    """Writes blocks as lines without line ends."""

    def __init__(self, names: Names, doubted: frozenset[int] | None = None) -> None:
        """
        Args:
            doubted: The blocks, by `id`, whose texts are read back one by one; None for all.
        """
        self.names = names
        self.doubted = doubted
        self.trusts = doubted is not None

    def siblings(self, blocks: Sequence[Block]) -> list[str]:
        """Write neighbours, list items close together and all else apart."""
        lines: list[str] = []
        number = 0
        for index, block in enumerate(blocks):
            numbered = isinstance(block, TextBlock) and block.list == "numerical"
            number = number + 1 if numbered else 0
            if index and self.apart(blocks[index - 1], block):
                lines.append("")
            marker = f"{number}." if numbered else "-"
            if self.trusts and self.doubted is not None and id(block) in self.doubted:
                self.trusts = False
                lines += self.block(block, marker)
                self.trusts = True
            else:
                lines += self.block(block, marker)
        return lines

    def apart(self, before: Block, after: Block) -> bool:
        """Say whether a blank line belongs between two neighbours."""
        return not (is_listed(before) and is_listed(after))

    def block(self, block: Block, marker: str = "-") -> list[str]:
        """Write one block with all that is nested in it."""
        match block:
            case TextBlock():
                return self.text_block(block, marker)
            case GroupBlock():
                return ["::: group", *self.siblings(block.blocks), ":::"]
            case GridBlock():
                return self.grid(block)
            case CodeBlock():
                return _code(block)
            case MathBlock():
                fence = fence_for(block.text, "$", 2)
                return [fence, *(block.text.split("\n") if block.text else ()), fence]
            case EntityBlock():
                return [f"![[{self.names.name_of(block.entity)}]]" if block.entity else "![[]]"]
            case HorizontalLineBlock():
                return ["---"]
            case OpaqueBlock():
                return [write_placeholder(block.kind, block.payload.removeprefix("#"))]

    def text_block(self, block: TextBlock, marker: str) -> list[str]:
        """Write a text block: its own lines, then its children inside it."""
        own = self.own(block, marker)
        inner = self.siblings(block.blocks)
        if not inner:
            return own
        if is_paragraph(block):
            return [*own, "::: indent", *inner, ":::"]
        gap = [] if self.follows_closely(block, inner[0]) else [""]
        return [*own, *indented([*gap, *inner], child_prefix(block, marker))]

    def follows_closely(self, block: TextBlock, first_line: str) -> bool:
        """Say whether the first child, beginning with *first_line*, needs no blank line before."""
        if is_listed(block) and not (block.tokens or block.todo is not None):
            return not self.needs_stand_in(block)  # an item cannot begin with two empty lines
        if _BELONGS_ABOVE.match(first_line):
            return False
        if is_listed(block):
            return is_listed(block.blocks[0])
        return block.toggle is not None or (block.quote == "normal" and _is_callout(block))

    def needs_stand_in(self, block: TextBlock) -> bool:
        """Say whether a block without text would take its first child's for its own."""
        first = block.blocks[0] if block.blocks else None
        if block.tokens or first is None:
            return False
        plain = isinstance(first, TextBlock) and not is_listed(first) and first.quote is None
        return is_paragraph(block) or (plain and block.toggle is None)

    def own(self, block: TextBlock, marker: str) -> list[str]:
        """Write what *block* says itself, so that it reads back."""
        if not block.tokens:
            text = EMPTY if self.needs_stand_in(block) else ""
            return self.layout(block, text, marker)
        if is_tame(block.tokens):
            return self.layout(block, self.spelled(block, SPELLINGS[0]), marker)
        expected = without_ids(without_children(block))
        lines: list[str] = []
        for how in SPELLINGS:
            lines = self.layout(block, self.spelled(block, how), marker)
            text = "\n".join(lines)
            if _is_raw(text):
                continue
            if self.trusts or read_blocks(text, self.names) == (expected,):
                break
        return lines

    def spelled(self, block: TextBlock, how: Spelling) -> str:
        one_line = block.hierarchy != BASE or block.toggle is not None or _is_callout(block)
        return spell(block.tokens, self.names, how, line_break="<br>" if one_line else "\\\n")

    def layout(self, block: TextBlock, text: str, marker: str) -> list[str]:
        """Put the marks of a block around its text."""
        hashes = f"{'#' * round(block.hierarchy.val)} " if block.hierarchy != BASE else ""
        lines = (hashes + text).rstrip(" ").split("\n")
        if is_listed(block):
            box = "" if block.todo is None else "[x] " if block.todo else "[ ] "
            first = f"{marker} {box}{lines[0]}".rstrip(" ")
            return [first, *indented(lines[1:], child_prefix(block, marker))]
        if block.toggle is not None:
            fold = "+" if block.toggle else "-"
            return [f"> [!toggle]{fold} {lines[0]}".rstrip(" "), *indented(lines[1:], "> ")]
        if block.quote == "standout":
            return ["> [!quote]", *(indented(lines, "> ") if lines != [""] else [])]
        if block.quote is not None:
            return indented(lines, "> ")
        return lines

    def grid(self, block: GridBlock) -> list[str]:
        """Write a grid: as a pipe table where its cells allow it."""
        if is_table(block):
            for how in SPELLINGS:
                lines = self.table(block, how)
                read = read_blocks("\n".join(lines), self.names)
                if len(read) == 1 and same(read[0], block):
                    return lines
        lines = ["::: grid"]
        for column in block.columns:
            lines += ["::: column", *self.siblings(column), ":::"]
        return [*lines, ":::"]

    def table(self, block: GridBlock, how: Spelling) -> list[str]:
        """Write a grid as a pipe table; its first cells are the head."""
        rows = list(zip(*block.columns, strict=True))
        lines = [f"| {' | '.join(self.cell(cell, how) for cell in row)} |" for row in rows]
        lines.insert(1, f"|{' --- |' * len(block.columns)}")
        return lines

    def cell(self, cell: Block, how: Spelling) -> str:
        if not isinstance(cell, TextBlock):
            return ""
        return spell(cell.tokens, self.names, how, line_break="<br>").replace("|", "\\|")


def child_prefix(block: TextBlock, marker: str) -> str:
    """Give what the lines of the children of *block* begin with."""
    return " " * (len(marker) + 1) if is_listed(block) else "> "


def indented(lines: Sequence[str], prefix: str) -> list[str]:
    """Put *prefix* before lines; an empty line gets none of its blanks."""
    return [(prefix + line).rstrip(" ") if not line else prefix + line for line in lines]


def _is_raw(text: str) -> bool:
    """Say whether text reads as raw HTML, which would take in the lines after it."""

    def raw(tokens: list[dict[str, Any]]) -> bool:
        return any(
            token["type"] == "html" or raw(token.get("children", []))
            for token in tokens
            if token["type"] in ("html", "list", "item", "quote")
        )

    return "<" in text and raw(parse_body(text, nobody))


def _is_callout(block: TextBlock) -> bool:
    first = block.tokens[0] if block.tokens else None
    return block.quote == "normal" and isinstance(first, TextToken) and first.text.startswith("[!")


def _code(block: CodeBlock) -> list[str]:
    tilde = "`" in block.lang
    fence = fence_for(block.text, "~" if tilde else "`", 3)
    lang = "" if block.lang == "Text" else block.lang
    return [fence + lang, *(block.text.split("\n") if block.text else ()), fence]
