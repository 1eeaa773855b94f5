"""What a Markdown file says that the service has no home for, line by line.

Nothing of it is lost in the file, which keeps its bytes. The space gets the
most readable stand-in; `KINDS` says which. Mere style (bullets, emphasis
characters, wrapping, ``1)`` for ``1.``) is no loss and is not named.

A file's lines are numbered as an editor numbers them: from 1, front matter
included.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from mistune.util import unikey

from capsync.markdown.frontmatter import split
from capsync.markdown.inline import DATE_LINK, parse_body, read_date_link
from capsync.markdown.links import Names
from capsync.markdown.losses_inline import Spot, find_in_text, in_words, our_tags
from capsync.markdown.placeholder import read_placeholder

KINDS: Mapping[str, str] = {
    "footnote": "goes as text, as it is written and where it stands",
    "HTML": "goes as text, tags and all",
    "HTML comment": "goes as text that everybody sees",
    "comment": "goes as text that everybody sees",
    "block id": "goes as text at the end of its block",
    "table alignment": "goes as columns that are not aligned",
    "one-column table": "goes as a paragraph of text, pipes and all",
    "uneven table": "goes with empty cells, and a column more for a row that is too long",
    "sparse table": "goes as a paragraph of text, pipes and all",
    "deep emphasis": "goes as text, with the signs around it",
    "deep heading": "goes as a heading of the third level",
    "image": "goes as a link",
    "linked image": "goes as a link with the image's description; its address stays in the file",
    "styled link": "goes as a link without the style",
    "styled code": "goes as code without the style",
    "styled formula": "goes as a formula without the style",
    "link title": "goes as a link without the title",
    "unused definition": "does not go; it stays in the file",
    "list number": "goes as a list that counts from 1",
    "unknown link": "goes as text, since no one note has this name",
    "heading link": "goes as a link to the note, with the heading in its text",
    "embed in text": "goes as an exclamation mark and a link to the note",
    "callout": "goes as a quote that begins with the name in brackets",
    "grid without columns": "goes as a group",
    "date link": "goes as a link to an address, since it names no day",
}
"""What there is no home for, and what the space gets instead."""

LONGEST = 48
"""Characters of a piece that are shown."""


@dataclass(frozen=True, slots=True)
class Loss:
    """One thing in a file that the space cannot hold as it is."""

    line: int
    """The line of the file; the first is 1."""
    kind: str
    """One of `KINDS`."""
    what: str
    """How it is written, in one line, cut short."""

    def __str__(self) -> str:
        """Say where it is, what it is, and what the space gets."""
        return f"line {self.line}: {self.kind} “{self.what}”: {KINDS[self.kind]}"


def find_losses(text: str, names: Names) -> tuple[Loss, ...]:
    """Name everything in a file that the space cannot hold as it is, in order.

    Args:
        names: Which links find a note; those that do not go as text.
    """
    body = split(text).body
    head = text[: len(text) - len(body)]
    lines = _BREAK.split(body.removeprefix("\ufeff"))
    finder = _Finder(lines, 1 + len(_BREAK.findall(head)))
    finder.blocks(parse_body("\n".join(lines), names.resolve))
    finder.definitions()
    return tuple(sorted(finder.found, key=lambda loss: loss.line))


def new_losses(text: str, before: str, names: Names) -> tuple[Loss, ...]:
    """Name the losses in *text* that were not in *before* already, wherever they stood."""
    if not before:
        return find_losses(text, names)
    told = Counter((loss.kind, loss.what) for loss in find_losses(before, names))
    fresh = []
    for loss in find_losses(text, names):
        if told[loss.kind, loss.what]:
            told[loss.kind, loss.what] -= 1
        else:
            fresh.append(loss)
    return tuple(fresh)


_BREAK = re.compile(r"\r\n|\r|\n")
_DEFINITION = re.compile(r"[\s>*+.)\d-]*(\[(?!\^)((?:\\.|[^\\\[\]])+)\]:.*)")
_WORN = frozenset({"strong", "emphasis", "strikethrough", "mark"})
_DRESSED = {"link": "styled link", "image": "styled link", "wiki": "styled link",
            "codespan": "styled code", "math": "styled formula"}  # fmt: skip
_OURS = frozenset({"quote", "toggle", "conflict"})
"""Callouts that mean something in the space."""


class _Finder:
    """A walk over the blocks of a body."""

    def __init__(self, lines: Sequence[str], first: int) -> None:
        """
        Args:
            first: The line of the file on which the body begins.
        """
        self.lines, self.first = lines, first
        self.found: list[Loss] = []
        self.covered: set[int] = set()
        self.used: set[str] = set()
        self.in_comment = False

    def add(self, line: int, kind: str, what: str) -> None:
        short = " ".join(what[: 4 * LONGEST].split())
        if len(short) > LONGEST:
            short = short[: LONGEST - 1] + "…"
        self.found.append(Loss(self.first + line, kind, short))

    def blocks(self, tokens: Iterable[dict[str, Any]]) -> None:
        for token in tokens:
            kind = token["type"]
            if kind in ("list", "item", "quote", "directive"):
                self.container(kind, token)
            elif kind == "table":
                self.table(token)
            elif kind != "definition":
                self.leaf(kind, token)

    def container(self, kind: str, token: dict[str, Any]) -> None:
        children = token["children"]
        line, attrs = token["line"], token["attrs"]
        if kind == "list":
            number = children[0]["attrs"]["number"]
            if number is not None and number != 1:
                self.add(line, "list number", children[0]["attrs"]["marker"])
        elif kind == "directive":
            columns = [each for each in children if each["attrs"].get("name") == "column"]
            if attrs["name"] == "grid" and (len(columns) < 2 or len(columns) < len(children)):
                self.add(line, "grid without columns", self.lines[line].strip())
        elif kind == "quote" and (callout := attrs.get("callout")) is not None:
            self.covered.add(line)
            if callout["name"] not in _OURS:
                self.add(line, "callout", f"[!{callout['name']}]{callout['fold']}")
            if callout["level"] > 3:
                self.add(line, "deep heading", callout["title"])
            self.inline(children[0]["children"], self.lines[line], line)
            children = children[1:]
        self.blocks(children)

    def leaf(self, kind: str, token: dict[str, Any]) -> None:
        line, end = token["line"], token["end"]
        self.covered.update(range(line, end))
        if kind == "html":
            raw = "\n".join(token["raw"]).strip()
            if read_placeholder(raw) is None:
                comment = raw.startswith("<!--") and raw.endswith("-->")
                self.add(line, "HTML comment" if comment else "HTML", raw)
        elif kind == "heading" and token["attrs"]["level"] > 3:
            self.add(line, "deep heading", self.lines[line].strip())
        if "holes" in token:
            self.add(line, "sparse table", self.lines[line].strip())
        if "children" in token and not (kind == "paragraph" and _is_embed(token["children"])):
            self.inline(token["children"], "\n".join(self.lines[line:end]), line)

    def table(self, token: dict[str, Any]) -> None:
        line, end = token["line"], token["end"]
        self.covered.update(range(line, end))
        rows = [row["children"] for row in token["children"]]
        widths = [len(row) for row in rows]
        delimiters = self.lines[line + 1].lstrip("> \t")
        if max(widths) < 2:
            self.add(line, "one-column table", token["raw"][0])
            return
        if ":" in delimiters:
            self.add(line + 1, "table alignment", delimiters)
        uneven = next((at for at, width in enumerate(widths) if width != widths[0]), None)
        if uneven is not None:
            self.add(line + uneven + 1, "uneven table", token["raw"][uneven])
        for at, row in enumerate(rows):
            place = line + at + (at > 0)
            source = self.lines[place].replace("\\|", "|")
            spot = Spot(source, place)
            for cell in row:
                self.tokens(cell["children"], spot)

    def inline(self, tokens: list[dict[str, Any]], source: str, line: int) -> None:
        self.tokens(tokens, Spot(source, line), last=True)

    def tokens(
        self,
        raw: list[dict[str, Any]],
        spot: Spot,
        *,
        worn: bool = False,
        link: bool = False,
        last: bool = False,
    ) -> None:
        """Look at inline tokens.

        Args:
            worn: Whether they are inside a style.
            link: Whether they are the text of a link.
            last: Whether they end their block.
        """
        ours, dressed = our_tags(raw)
        at = 0
        while at < len(raw):
            token, kind = raw[at], raw[at]["type"]
            styled = worn or at in dressed
            if kind in ("text", "softbreak", "linebreak"):
                to = _end_of_run(raw, at)
                if any("too_deep" in each for each in raw[at:to]):
                    self.add(spot.line, "deep emphasis", token.get("raw", ""))
                self.text(raw[at:to], spot, link=link, last=last and to == len(raw))
                at = to
                continue
            if styled and kind in _DRESSED and not link:
                self.add(spot.line, _DRESSED[kind], in_words(token))
            if kind in _WORN:
                self.tokens(token["children"], spot, worn=True, link=link)
            elif kind in ("link", "image"):
                self.link(token, spot, styled=styled, link=link)
            elif kind == "wiki":
                self.wiki(token, spot)
            elif kind == "inline_html":
                spot.seek(token["raw"])
                if at not in ours and not spot.closes(token["raw"]):
                    comment = token["raw"].startswith("<!--")
                    self.add(spot.line, "HTML comment" if comment else "HTML", token["raw"])
            at += 1

    def text(self, run: Sequence[dict[str, Any]], spot: Spot, *, link: bool, last: bool) -> None:
        for hit in find_in_text(run, spot, last=last):
            if hit.kind == "unknown link" and link:
                continue
            if hit.kind == "comment" and hit.what == "%%":  # one end of a comment over blocks
                self.in_comment = not self.in_comment
                if not self.in_comment:
                    continue
            self.add(hit.line, hit.kind, hit.what)

    def link(self, token: dict[str, Any], spot: Spot, *, styled: bool, link: bool) -> None:
        url, inner = token["attrs"]["url"], token["children"]
        line = spot.line_of("![" if token["type"] == "image" else "[")
        if "ref" in token:
            self.used.add(token["ref"])
        if token["type"] == "image":
            self.add(line, "linked image" if link else "image", in_words(token))
        elif not styled and any(each["type"] in _WORN | {"codespan", "math"} for each in inner):
            self.add(line, "styled link", in_words(token))
        if token["attrs"].get("title") and not link:
            self.add(line, "link title", token["attrs"]["title"])
        if url.startswith(DATE_LINK) and read_date_link(url) is None:
            self.add(line, "date link", url)
        self.tokens(inner, spot, link=True)

    def wiki(self, token: dict[str, Any], spot: Spot) -> None:
        spot.seek(token["raw"])
        if token["embed"]:
            self.add(spot.line, "embed in text", token["raw"])
        elif "#" in token["name"]:
            self.add(spot.line, "heading link", token["raw"])

    def definitions(self) -> None:
        """Look at the lines that no block has taken."""
        for at, line in enumerate(self.lines):
            match = None if at in self.covered else _DEFINITION.match(line)
            if match is not None and unikey(match[2]) not in self.used:
                self.add(at, "unused definition", match[1])


def _is_embed(raw: Sequence[dict[str, Any]]) -> bool:
    """Say whether a paragraph is nothing but a note shown in place."""
    only = raw[0] if len(raw) == 1 and raw[0]["type"] == "wiki" else None
    return only is not None and only["embed"] and only["text"] is None


def _end_of_run(raw: Sequence[dict[str, Any]], at: int) -> int:
    while at < len(raw) and raw[at]["type"] in ("text", "softbreak", "linebreak"):
        at += 1
    return at
