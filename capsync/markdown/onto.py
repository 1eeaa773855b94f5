"""A changed body written onto the text that is there, touching only what changed.

Lines of blocks that did not change stay byte for byte: markers, wrapping,
emphasis characters, blank lines, line ends. A changed block is written anew in
its place with the marker it had. The result is read back before it is handed
out; blocks that do not go together as they are written are written anew, and
if that does not help either, everything is written plainly.
"""

from __future__ import annotations

import re
from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass
from itertools import zip_longest

from capsync.markdown.checked import write_checked
from capsync.markdown.lens import Sections, compose, put_read
from capsync.markdown.links import Names
from capsync.markdown.reader import Piece, read_body
from capsync.markdown.sources import Sources
from capsync.markdown.view import view_dress, without_ids
from capsync.markdown.writer import Writer, indented, is_listed
from capsync.model.block import (
    Block,
    Blocks,
    GroupBlock,
    TextBlock,
    children,
    without_children,
)

_LINE = re.compile(r"[^\r\n]*(?:\r\n|\r|\n)|[^\r\n]+")
_ORDERED = re.compile(r"(\d+)([.)])")


_TRIES = 6
"""How often blocks that do not go together as written are written anew before all are."""


class UnreadableResult(ValueError):
    """A body could not be written so that it reads back as itself: a bug worth reporting."""


def write_onto(text: str, old: Sections, new: Sections, names: Names) -> str:
    """Write *new* as Markdown, keeping the lines of *text* that still say it.

    Args:
        text: The body of the file as it is.
        old: The body that *text* was put from or written from.
        new: The body to write.

    Raises:
        UnreadableResult: No way of writing it reads back as *new*.
    """
    wanted = compose(new, names)
    pieces = read_body(text, names)
    if _says(pieces, wanted):
        return text
    newline = _newline_of(text)
    read = tuple(piece.block for piece in pieces)
    sources = Sources(pieces, compose(put_read(read, old, names), names))
    page = _Page(tuple(_LINE.findall(text)), newline, Writer(names), sources)
    anew: set[int] = set()
    for _ in range(_TRIES):
        result = page.write(pieces, wanted, anew)
        wrong = _first_wrong(read_body(result, names), wanted)
        if wrong is None:
            return result
        if anew >= {wrong - 1, wrong, wrong + 1}:
            break
        anew |= {wrong - 1, wrong, wrong + 1}
    return _written(wanted, names).replace("\n", newline)


def write_new(sections: Sections, names: Names) -> str:
    """Write a body to a new file.

    Raises:
        UnreadableResult: No way of writing it reads back as *sections*.
    """
    return _written(compose(sections, names), names)


def _written(wanted: Blocks, names: Names) -> str:
    text, reads_back = write_checked(wanted, names)
    if not reads_back:
        raise UnreadableResult("what would be written does not read back as the same note")
    return text


def _first_wrong(pieces: Sequence[Piece], wanted: Blocks) -> int | None:
    """Find the first block that reads back as another; None where all is well."""
    for index, (piece, block) in enumerate(zip_longest(pieces, wanted)):
        if piece is None or block is None or without_ids(piece.block) != without_ids(block):
            return index
    return None


def _says(pieces: Sequence[Piece], wanted: Blocks) -> bool:
    return [without_ids(piece.block) for piece in pieces] == [*map(without_ids, wanted)]


def _newline_of(text: str) -> str:
    match = re.search(r"\r\n|\r|\n", text)
    return "\n" if match is None else match[0]


@dataclass(frozen=True, slots=True)
class _Page:
    """The lines of the old text, and how to write new ones."""

    lines: tuple[str, ...]
    newline: str
    writer: Writer
    sources: Sources

    def write(self, pieces: Sequence[Piece], wanted: Blocks, anew: Collection[int]) -> str:
        """Write the whole body.

        Args:
            anew: Which of *wanted* are not to take the lines they stood on.
        """
        first = pieces[0].start if pieces else len(self.lines)
        last = pieces[-1].end if pieces else len(self.lines)
        body = [*self.lines[:first], *self.siblings(pieces, wanted, "", anew), *self.lines[last:]]
        return self._joined(body)

    def _joined(self, lines: list[str]) -> str:
        """Join lines; only the last may lack its line end, and only if it did before."""
        ended = [line if line.endswith(("\n", "\r")) else line + self.newline for line in lines]
        text = "".join(ended)
        had_end = not self.lines or self.lines[-1].endswith(("\n", "\r"))
        return text if had_end else text.removesuffix(self.newline)

    def siblings(
        self,
        pieces: Sequence[Piece],
        wanted: Sequence[Block],
        prefix: str,
        anew: Collection[int] = (),
    ) -> list[str]:
        """Write neighbours that stand on *pieces* or are new among them."""
        found = self.sources.find(pieces, wanted)
        done: list[str] = []
        kept: set[int] = set()
        marker = ""
        for index, (block, at) in enumerate(zip(wanted, found, strict=True)):
            before = found[index - 1] if index else None
            if index and at is not None and before == at - 1:
                done += self.lines[pieces[at - 1].end : pieces[at].start]
                kept.add(at)
            elif index and at and at - 1 in found[:index] and self.says_something(pieces, at):
                done += [self.newline, *self.gap(pieces, at), self.newline]
                kept.add(at)
            elif index and self.writer.apart(wanted[index - 1], block):
                done += [prefix.rstrip(" ") + self.newline]
            marker = _next_marker(marker, block, None if at is None else pieces[at])
            if at is None or index in anew:
                done += self.fresh(block, prefix, marker)
            else:
                done += self.block(pieces[at], block, prefix)
        return [*done, *self._orphans(pieces, kept)]

    def _orphans(self, pieces: Sequence[Piece], kept: set[int]) -> Iterator[str]:
        """Yield what stood between pieces and is no block, where its place is gone."""
        for at in range(1, len(pieces)):
            if at not in kept and self.says_something(pieces, at):
                yield self.newline
                yield from self.gap(pieces, at)

    def gap(self, pieces: Sequence[Piece], at: int) -> list[str]:
        """Give the lines before a piece that are not blank: link definitions."""
        gap = self.lines[pieces[at - 1].end : pieces[at].start]
        return [line for line in gap if line.strip()]

    def says_something(self, pieces: Sequence[Piece], at: int) -> bool:
        return any(line.strip(" \t\r\n>") for line in self.gap(pieces, at))

    def block(self, piece: Piece, block: Block, prefix: str) -> list[str]:
        """Write a block where it stood."""
        if without_ids(block) == without_ids(piece.block):
            return list(self.lines[piece.start : piece.end])
        inner = children(block)
        if piece.children and inner and _same_frame(piece.block, block):
            head = self.own(piece, block, prefix)
            head += self.lines[piece.text_end : piece.children[0].start]
            tail = self.lines[piece.children[-1].end : piece.end]
            return [*head, *self.siblings(piece.children, inner, piece.prefix), *tail]
        if not isinstance(block, TextBlock) or not _same_frame(piece.block, block):
            return self.fresh(block, prefix, piece.marker)
        if not inner and (piece.children or not children(piece.block)):
            return self.own(piece, block, prefix)
        if is_listed(block) and not children(piece.block):
            nested = self.writer.siblings(inner)
            gap = [] if self.writer.follows_closely(block, nested[0]) else [""]
            rest = self.ended(indented([*gap, *nested], piece.prefix))
            return [*self.own(piece, block, prefix), *rest]
        return self.fresh(block, prefix, piece.marker)

    def own(self, piece: Piece, block: Block, prefix: str) -> list[str]:
        """Write what a block says itself, with the marker it had."""
        alone, was = without_children(block), without_children(piece.block)
        if without_ids(alone) == without_ids(was) or not isinstance(block, TextBlock):
            return list(self.lines[piece.start : piece.text_end or piece.end])
        marker = piece.marker if is_listed(block) else "-"
        lines = self.writer.own(block, marker)
        lead = self.lead(piece, prefix)
        if is_listed(block) and lead.strip().endswith(marker) and "\t" not in lead:
            room = len(marker) + 1
            rest = [line[room:] for line in lines[1:]]
            blank = prefix + " " * piece.width
            return self.ended([lead + lines[0][room:], *(blank + line for line in rest)])
        return self.ended([prefix + line for line in lines])

    def lead(self, piece: Piece, prefix: str) -> str:
        """Give what stands before the text of an item, quote marks as they were written."""
        line = self.lines[piece.start]
        tight = re.match(r"[ >]*" + re.escape(piece.marker) + " *", line) if ">" in prefix else None
        return tight[0] if tight else line[: len(prefix) + piece.width].rstrip("\r\n")

    def fresh(self, block: Block, prefix: str, marker: str) -> list[str]:
        """Write a block that was not there before, or is not what it was."""
        return self.ended(indented(self.writer.block(block, marker or "-"), prefix))

    def ended(self, lines: list[str]) -> list[str]:
        """Give lines their line ends."""
        return [line + self.newline for line in lines]


def _same_frame(one: Block, other: Block) -> bool:
    """Say whether two blocks are set the same, so that one can take the other's lines."""
    if isinstance(one, TextBlock) and isinstance(other, TextBlock):
        return view_dress(one) == view_dress(other)
    return isinstance(one, GroupBlock) and isinstance(other, GroupBlock)


def _next_marker(last: str, block: Block, piece: Piece | None) -> str:
    """Give a list item the marker its neighbour would have: the same bullet, the next number."""
    if not is_listed(block):
        return ""
    if piece is not None and piece.marker:
        return piece.marker
    numbered = isinstance(block, TextBlock) and block.list == "numerical"
    match = _ORDERED.fullmatch(last)
    if numbered:
        return f"{int(match[1]) + 1}{match[2]}" if match else "1."
    return last if last and match is None else "-"
