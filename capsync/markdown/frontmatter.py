"""A file's front matter: found, read, and edited line by line.

A person's front matter has an order, comments and quotes that mean something
to them, so it is never loaded and dumped. `split` cuts a text into pieces that
join to the same text again; `fields` reads the values and the lines they stand
in; `edit` replaces the lines of the keys that changed and not one byte more.
`capsync.markdown.yaml_dump` writes the values that go into an edit.
"""

from __future__ import annotations

import re
from collections.abc import Mapping as MappingABC
from dataclasses import dataclass
from functools import lru_cache
from types import MappingProxyType
from typing import Any

from frontmatter.default_handlers import YAMLHandler

from capsync.markdown.yaml_dump import dump_list, dump_mapping, dump_scalar
from capsync.markdown.yaml_guard import BREAK, LINE, MAX_BYTES, Entry, Root, parse
from capsync.markdown.yaml_values import (
    FrontMatterProblem,
    Mapping,
    Null,
    Scalar,
    Sequence,
    Value,
)

__all__ = [
    "Envelope",
    "Field",
    "FrontMatterProblem",
    "Mapping",
    "Null",
    "Scalar",
    "Sequence",
    "Value",
    "dump_list",
    "dump_mapping",
    "dump_scalar",
    "edit",
    "fields",
    "has_front_matter",
    "split",
]

_OPENING = re.compile(r"\ufeff?---[ \t]*(?:\r\n|[\r\n])")
_CLOSING = re.compile(r"(?:(?<=\n)|(?<=\r))(?:---|\.\.\.)[ \t]*(?:\r\n|[\r\n]|\Z)")
_KEY = re.compile(
    r"""^[ \t]*(?:[^\s#:\-][^:\r\n]*|"[^"\r\n]*"[ \t]*|'[^'\r\n]*'[ \t]*):(?=\s|$)""", re.MULTILINE
)
_COMMENT = re.compile(r"[ \t]+#[^\r\n\x85\u2028\u2029]*")
_COLON = re.compile(r"([^:]*:)([ \t]*)", re.DOTALL)


class GuardedYaml(YAMLHandler):
    """python-frontmatter's YAML handler with the bounded reader in place of the loader."""

    FM_BOUNDARY = _OPENING

    def load(self, fm: str, **_: object) -> Any:
        """Read front matter without its fences as a `Root`; line 2 of the file comes first.

        Raises:
            FrontMatterProblem: It is not YAML, too large or too deep, or names a key twice.
        """
        return _parsed(fm)


@lru_cache(maxsize=256)
def _parsed(yaml: str) -> Root:
    """Read front matter once, though splitting, reading and checking all ask for it."""
    return parse(yaml, first_line=2)


_YAML = GuardedYaml()


@dataclass(frozen=True, slots=True)
class Envelope:
    """A text in four pieces; joined in this order they are the text again."""

    head: str
    """A byte order mark, if any, and the opening fence; empty without front matter."""
    yaml: str
    close: str
    """The closing fence with its newline, if any; empty without front matter."""
    body: str


@dataclass(frozen=True, slots=True)
class Field:
    """One key of the front matter."""

    key: str
    line: int
    """The line of the file it stands in; the first is 1."""
    value: Value


def split(text: str) -> Envelope:
    """Cut *text* into front matter and body; never fails.

    A block between fences that is no mapping, such as a paragraph between two
    rules, is body. One that is broken but has a line like ``key:`` is front
    matter, so that `fields` can complain instead of its lines becoming prose.
    """
    whole = Envelope("", "", "", text)
    if not _YAML.detect(text):
        return whole
    start = _OPENING.match(text).end()  # type: ignore[union-attr]  # detect said so
    closing = _CLOSING.search(text, start)
    if closing is None:
        return whole
    yaml = text[start : closing.start()]
    if not _is_front_matter(yaml):
        return whole
    return Envelope(text[:start], yaml, closing[0], text[closing.end() :])


def has_front_matter(envelope: Envelope) -> bool:
    """Say whether the text had front matter, be it empty."""
    return bool(envelope.head)


def _is_front_matter(yaml: str) -> bool:
    if len(yaml) > MAX_BYTES:
        first = next((line for line in yaml[:MAX_BYTES].splitlines() if line.strip()), "")
        return _KEY.match(first) is not None
    try:
        root: Root = _YAML.load(yaml)
    except FrontMatterProblem:
        return _KEY.search(yaml) is not None
    return root.mapping


def fields(envelope: Envelope) -> MappingABC[str, Field]:
    """Read the front matter's keys, in the order of the file.

    Raises:
        FrontMatterProblem: It is not YAML, too large or too deep, or names a key twice.
    """
    if not envelope.head:
        return MappingProxyType({})
    root: Root = _YAML.load(envelope.yaml)
    return MappingProxyType(
        {entry.key: Field(entry.key, entry.line, entry.part.value) for entry in root.entries}
    )


def edit(text: str, changes: MappingABC[str, str | None]) -> str:
    """Set and delete keys, touching no other line.

    New keys go to the end of the front matter in the order given; where there
    is none it is made, with an empty line before the body.

    Args:
        changes: A value's YAML source per key, as `dump_scalar` and its like write
            it; one that goes over several lines begins with a newline. None deletes.

    Raises:
        FrontMatterProblem: The front matter is broken, or cannot be edited by line.
    """
    envelope = split(text)
    present = fields(envelope)
    wanted = {key: value for key, value in changes.items() if value is not None or key in present}
    if not wanted:
        return text
    edited = _edited(envelope, wanted) if envelope.head else _made(envelope.body, wanted)
    _check(envelope, edited, wanted)
    return edited


def _edited(envelope: Envelope, changes: MappingABC[str, str | None]) -> str:
    root: Root = _YAML.load(envelope.yaml)
    if root.flow:
        message = "the front matter is in braces; write one key a line so that it can be edited"
        raise FrontMatterProblem(message, 2)
    yaml, newline = envelope.yaml, _newline(envelope.head)
    for entry in reversed(root.entries):
        if entry.key in changes:
            yaml = _replaced(yaml, entry, changes[entry.key], newline)
    margin = _margin(envelope.yaml, root)
    known = {entry.key for entry in root.entries}
    added = {key: value for key, value in changes.items() if key not in known}
    return envelope.head + yaml + _lines(added, newline, margin) + envelope.close + envelope.body


def _made(body: str, changes: MappingABC[str, str | None]) -> str:
    newline = _newline(body)
    mark, rest = ("\ufeff", body[1:]) if body.startswith("\ufeff") else ("", body)
    fence = _YAML.START_DELIMITER or "---"
    gap = "" if not rest or rest[0] in "\r\n" else newline
    lines = _lines(changes, newline, "")
    return f"{mark}{fence}{newline}{lines}{fence}{newline}{gap}{rest}"


def _replaced(yaml: str, entry: Entry, value: str | None, newline: str) -> str:
    """Put *value* in the place of an entry's, or take its lines out."""
    part = entry.part
    end = _line_end(yaml, part.end)
    if value is None:
        return yaml[: _line_start(yaml, entry.name.start)] + yaml[end:]
    colon = _COLON.match(yaml, entry.name.end)
    if colon is None:
        raise FrontMatterProblem(f'"{entry.key}" has no colon of its own', entry.line)
    inline = yaml[colon.end() : colon.end() + 1] not in {"", "#", *"\r\n\x85\u2028\u2029"}
    comment = "" if inline and part.block else _comment(yaml, part.end if inline else colon.end(1))
    gap = (colon[2] if inline else "") or " "
    return yaml[: colon.end(1)] + _source(value, gap, comment, newline) + yaml[end:]


def _source(value: str, gap: str, comment: str, newline: str) -> str:
    """Write what follows a colon, up to and with the line's end."""
    first, *rest = LINE.split(value)
    start = gap + first if first else ""
    return newline.join([start + comment, *rest]) + newline


def _comment(yaml: str, index: int) -> str:
    """Give the comment at *index*, with the blanks before it, if there is nothing else."""
    found = _COMMENT.match(yaml, index)
    return found[0] if found else ""


def _lines(changes: MappingABC[str, str | None], newline: str, margin: str) -> str:
    """Write keys that are new, one below the other."""
    return "".join(
        margin + dump_scalar(key) + ":" + _source(_indented(value, margin), " ", "", newline)
        for key, value in changes.items()
        if value is not None
    )


def _indented(value: str, margin: str) -> str:
    return LINE.sub(lambda found: found[0] + margin, value)


def _margin(yaml: str, root: Root) -> str:
    """Give the blanks before the first key; every key stands at the same column."""
    if not root.entries:
        return ""
    start = root.entries[0].name.start
    before = yaml[_line_start(yaml, start) : start]
    return before if before.isspace() else ""


def _line_start(yaml: str, index: int) -> int:
    return max((found.end() for found in BREAK.finditer(yaml, 0, index)), default=0)


def _line_end(yaml: str, index: int) -> int:
    found = BREAK.search(yaml, index)
    return found.end() if found else len(yaml)


def _newline(text: str) -> str:
    """Give the newline *text* uses, going by its first line."""
    found = LINE.search(text)
    return found[0] if found else "\n"


def _check(before: Envelope, edited: str, changes: MappingABC[str, str | None]) -> None:
    """Read an edit back: every value that was meant is there, and all others still are.

    Raises:
        FrontMatterProblem: Something else changed, as where an anchor was deleted.
    """
    meant = {key: field.value for key, field in fields(before).items()}
    for key, value in changes.items():
        if value is None:
            del meant[key]
        else:
            meant[key] = _value(value)
    after = split(edited)
    found = {key: field.value for key, field in fields(after).items()}
    body = before.body if before.head else before.body.removeprefix("\ufeff")
    if found != meant or after.body not in {body, _newline(body) + body}:
        wrong = next((key for key in [*meant, *found] if meant.get(key) != found.get(key)), "")
        raise FrontMatterProblem(f'"{wrong}" cannot be edited by line; edit it by hand', 1)


def _value(source: str) -> Value:
    """Read the source of a value on its own."""
    entries = parse("k:" + _source(source, " ", "", "\n")).entries
    return entries[0].part.value
