"""Where things stand inside a line, and what in plain text is somebody else's syntax.

mistune's inline tokens know no places. `Spot` follows them through the source:
it never runs ahead of the token that is looked at, so the line it gives is
right, or a little early where a code span or a title is wrapped.
"""

from __future__ import annotations

import re
from bisect import bisect_left, bisect_right
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from typing import Any

WINDOW = 20_000
"""Characters that are searched for the next token."""

_TAG = re.compile(r"<(/?)(b|strong|i|em|s|del|u|mark)>")
_NAME = re.compile(r"<(/?)([A-Za-z][A-Za-z0-9-]*)")
_BREAK = re.compile(r"<br ?/?>")
_HITS = re.compile(
    r"(?P<comment>(?<![\w%])%%(?:(?!%%)[\s\S])+%%|^[ \t]*%%[ \t]*$)"
    r"|(?P<footnote>\[\^[^\]\s\[]+\]:?|\^\[[^\[\]\n]+\])"
    r"|(?P<unknown_link>!?\[\[[^\[\]\n]+\]\])",
    re.MULTILINE,
)
_WHOLE = re.compile(r"[\s\S]+")
_PIECE = re.compile(r"\n|[^\s!-/:-@\[-`{-~]+|[!-/:-@\[-`{-~]")
"""A word or a mark; where the source has backslashes, the text is not in it as it is."""
_BLOCK_ID = re.compile(r"(?:^|(?<=\s))\^[A-Za-z0-9-]+(?=[ \t]*\Z)", re.MULTILINE)


@dataclass(frozen=True, slots=True)
class Hit:
    """A piece of text that means something to another program."""

    line: int
    """The line of the body, from 0."""
    kind: str
    what: str


class Spot:
    """How far the tokens of a block have been followed through its source."""

    def __init__(self, source: str, line: int) -> None:
        """
        Args:
            line: The line of the body on which *source* begins.
        """
        self.source, self.line, self.at = source, line, 0
        self.has_escapes = "\\" in source
        self._counted = 0
        self._opened: set[str] = set()

    def seek(self, piece: str) -> int | None:
        """Go behind the next *piece*; give where it begins, None where it is not found."""
        found = self.source.find(piece, self.at, self.at + WINDOW + len(piece))
        if found < 0:
            return None
        self.line = self.line_at(found)
        self._counted, self.at = found, found + len(piece)
        return found

    def line_at(self, place: int) -> int:
        """Give the line of a place from the last piece on."""
        return self.line + self.source.count("\n", self._counted, place)

    def line_of(self, mark: str) -> int:
        """Give the line of the next *mark* without going there."""
        found = self.source.find(mark, self.at, self.at + WINDOW)
        return self.line_at(max(found, self.at))

    def closes(self, tag: str) -> bool:
        """Say whether a tag closes one of its name that came before it."""
        match = _NAME.match(tag)
        if match is None:
            return False
        if not match[1]:
            self._opened.add(match[2])
        return bool(match[1]) and match[2] in self._opened

    def is_escaped(self, place: int) -> bool:
        """Say whether a backslash takes the meaning from the character at a place."""
        at = place
        while at > 0 and self.source[at - 1] == "\\":
            at -= 1
        return (place - at) % 2 == 1


def find_in_text(run: Sequence[dict[str, Any]], spot: Spot, *, last: bool) -> Iterator[Hit]:
    """Find other programs' syntax in neighbouring text tokens.

    Args:
        last: Whether the run ends its block, where a block id would stand.
    """
    text, starts, places, lines = _joined(run, spot)
    hits = [*_HITS.finditer(text), *(_BLOCK_ID.finditer(text) if last else ())]
    for match in hits:
        first = bisect_right(starts, match.start()) - 1
        heads = range(bisect_left(starts, match.start()), bisect_left(starts, match.start() + 3))
        if any(spot.is_escaped(places[head]) for head in heads):
            continue
        kind = (match.lastgroup or "block id").replace("_", " ")
        yield Hit(lines[first] if first >= 0 else spot.line, kind, match[0].strip())


def _joined(
    run: Sequence[dict[str, Any]], spot: Spot
) -> tuple[str, list[int], list[int], list[int]]:
    """Join text tokens and follow them through the source.

    Returns:
        The text, and of each piece of it that is found in the source: where it begins in the text,
        where in the source, and on which line.
    """
    parts: list[str] = []
    starts: list[int] = []
    places: list[int] = []
    lines: list[int] = []
    length = 0
    for token in run:
        raw = token["raw"] if token["type"] == "text" else "\n"
        for match in _PIECE.finditer(raw) if spot.has_escapes else _WHOLE.finditer(raw):
            found = spot.seek(match[0])
            if found is not None:
                starts.append(length + match.start())
                places.append(found)
                lines.append(spot.line)
        parts.append(raw)
        length += len(raw)
    return "".join(parts), starts, places, lines


def our_tags(raw: Sequence[dict[str, Any]]) -> tuple[set[int], set[int]]:
    """Find the HTML that has a home: pairs of our tags, and line breaks.

    Returns:
        The places of the tags among the tokens, and the places of what a pair encloses.
    """
    ours: set[int] = set()
    opened: dict[str, list[int]] = {}
    pairs: list[tuple[int, int]] = []
    for at, token in enumerate(raw):
        if token["type"] != "inline_html":
            continue
        match = _TAG.fullmatch(token["raw"])
        if match is None:
            if _BREAK.fullmatch(token["raw"]):
                ours.add(at)
        elif not match[1]:
            opened.setdefault(match[2], []).append(at)
        elif opened.get(match[2]):
            pairs.append((opened[match[2]].pop(), at))
    dressed: set[int] = set()
    reached = -1
    for start, end in sorted(pairs):
        ours |= {start, end}
        dressed.update(range(max(start, reached), end))
        reached = max(reached, end)
    return ours, dressed


def in_words(token: dict[str, Any]) -> str:
    """Give what a person sees of a token."""
    if "children" not in token:
        return str(token.get("raw", ""))
    text = "".join(_words(token["children"]))
    return text or str(token.get("attrs", {}).get("url", ""))


def _words(raw: Iterable[dict[str, Any]]) -> Iterator[str]:
    for token in raw:
        yield " " if token["type"] == "softbreak" else str(token.get("raw", ""))
        yield from _words(token.get("children", ()))
