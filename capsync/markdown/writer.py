"""Blocks to Markdown, in capsync's own plain style.

Each block is written, read back and compared; only if that fails is it
spelled more carefully. How a note is laid out that a person wrote is
`capsync.markdown.onto`'s business: it keeps their lines and asks here only for
the ones that changed.
"""

from __future__ import annotations

import re
from collections.abc import Sequence

from capsync.markdown.escape import SPELLINGS, Spelling, fence_for, spell
from capsync.markdown.inline import MARK
from capsync.markdown.links import Names
from capsync.markdown.placeholder import write_placeholder
from capsync.markdown.reader import read_blocks
from capsync.markdown.tame import spell_tame
from capsync.markdown.tame_start import begins_html, begins_tamely, is_heading, is_raw
from capsync.markdown.view import (
    is_paragraph,
    is_table,
    same,
    without_ids,
)
from capsync.model.block import (
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
from capsync.model.token import Style, TextToken

EMPTY = "&nbsp;"
"""Stands for the missing text of a block whose first child would else be taken for it."""


def write_body(blocks: Blocks, names: Names) -> str:
    """Write the blocks of a view as Markdown, ending in a line end unless there are none.

    Every text that could be taken for markup is read back by itself; the page as a whole
    is not. `capsync.markdown.checked` does both.
    """
    return page(Writer(names), blocks)


def page(writer: Writer, blocks: Blocks) -> str:
    """Write the blocks of a view with a writer."""
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
        listed = False
        for index, block in enumerate(blocks):
            in_list, listed = listed, is_listed(block)
            if index and not (in_list and listed):
                lines.append("")
            numbered = isinstance(block, TextBlock) and block.list == "numerical"
            number = number + 1 if numbered else 0
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
        inner = self.siblings(block.blocks) if block.blocks else ()
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
        line_break = self.line_break(block)
        surely = self.surely(block, line_break, 0)
        if surely is None:
            return self.carefully(block, marker, line_break)
        return self.layout(block, surely, marker)

    def line_break(self, block: TextBlock) -> str:
        """Give what a line break inside the text of *block* is written as."""
        one_line = is_heading(block) or block.toggle is not None or _is_callout(block)
        return "<br>" if one_line else "\\\n"

    def carefully(self, block: TextBlock, marker: str, line_break: str) -> list[str]:
        """Write what *block* says itself in the cheapest way that reads back."""
        lines: list[str] = []
        for how in SPELLINGS:
            if how == SPELLINGS[1]:
                surely = self.surely(block, line_break, how.escape)
                if surely is not None:
                    return self.layout(block, surely, marker)
            spelled = spell(block.tokens, self.names, how, line_break=line_break)
            lines = self.layout(block, spelled, marker)
            if not begins_html(block, spelled) and self.reads_back(lines, block):
                break
        return lines

    def surely(self, block: TextBlock, line_break: str, care: int) -> str | None:
        """Spell the text of a block, if that surely reads back; None where it is in doubt."""
        text = spell_tame(block.tokens, self.names, line_break, care)
        return text if text is not None and begins_tamely(block, text) else None

    def reads_back(self, lines: Sequence[str], block: TextBlock) -> bool:
        """Say whether *lines* mean the block's own text, or are trusted to for now."""
        text = "\n".join(lines)
        if not self.trusts:
            expected = without_ids(without_children(block))
            if read_blocks(text, self.names) != (expected,):
                return False
        return not is_raw(text)

    def layout(self, block: TextBlock, text: str, marker: str) -> list[str]:
        """Put the marks of a block around its text."""
        if is_heading(block):
            text = f"{'#' * round(block.hierarchy.val)} {text}"
        text = text.rstrip(" ")
        lines = text.split("\n") if "\n" in text else [text]
        if is_listed(block):
            box = "" if block.todo is None else "[x] " if block.todo else "[ ] "
            first = f"{marker} {box}{lines[0]}".rstrip(" ")
            more = indented(lines[1:], child_prefix(block, marker)) if len(lines) > 1 else ()
            return [first, *more]
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
            surely = self.sure_table(block)
            if surely is not None:
                return surely
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
        rows = zip(*block.columns, strict=True)
        return _table([[self.cell(cell, how) for cell in row] for row in rows])

    def cell(self, cell: Block, how: Spelling) -> str:
        if not isinstance(cell, TextBlock):
            return ""
        return spell(cell.tokens, self.names, how, line_break="<br>").replace("|", "\\|")

    def sure_table(self, block: GridBlock) -> list[str] | None:
        """Write a pipe table, if every cell surely reads back; None where one is in doubt."""
        rows: list[list[str]] = []
        for row in zip(*block.columns, strict=True):
            rows.append([])
            for cell in row:
                tokens = cell.tokens if isinstance(cell, TextBlock) else ()
                text = spell_tame(tokens, self.names, "<br>") if tokens else ""
                if text is None or "\\" in text:
                    return None
                rows[-1].append(text.replace("|", "\\|"))
        return _table(rows)


def _table(rows: Sequence[Sequence[str]]) -> list[str]:
    lines = [f"| {' | '.join(row)} |" for row in rows]
    lines.insert(1, f"|{' --- |' * len(rows[0])}")
    return lines


def child_prefix(block: TextBlock, marker: str) -> str:
    """Give what the lines of the children of *block* begin with."""
    return " " * (len(marker) + 1) if is_listed(block) else "> "


def indented(lines: Sequence[str], prefix: str) -> list[str]:
    """Put *prefix* before lines; an empty line gets none of its blanks."""
    return [(prefix + line).rstrip(" ") if not line else prefix + line for line in lines]


def _is_callout(block: TextBlock) -> bool:
    if block.quote != "normal" or not block.tokens:
        return False
    first = block.tokens[0]
    if not isinstance(first, TextToken) or first.style != Style() or first.color == MARK:
        return False  # what is bold begins with **
    return first.text.startswith("[!")


def _code(block: CodeBlock) -> list[str]:
    tilde = "`" in block.lang
    fence = fence_for(block.text, "~" if tilde else "`", 3)
    lang = "" if block.lang == "Text" else block.lang
    return [fence + lang, *(block.text.split("\n") if block.text else ()), fence]
