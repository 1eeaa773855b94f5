"""YAML read within bounds, as text values that know where they stand.

Front matter is written by hand and by hostile titles alike, and a YAML loader
will happily turn ``12:30`` into 750, expand ten aliases into ten million nodes
or overflow the C stack on deep nesting. So nothing is ever loaded: the events
of the parser are walked one by one, counted, and built into `Value`s that keep
every scalar as its text. What a text means is for the property's type to say.
"""

from __future__ import annotations

import re
from bisect import bisect_right
from dataclasses import dataclass, field
from typing import Any

import yaml

from capsync.markdown.yaml_values import (
    FrontMatterProblem,
    Mapping,
    Null,
    Scalar,
    Sequence,
    Value,
)

MAX_BYTES = 64 * 1024
"""The longest front matter that is looked at, in bytes of UTF-8."""
MAX_DEPTH = 32
MAX_NODES = 5_000
"""Nodes with every alias written out."""
MAX_ALIASES = 100

BREAK = re.compile("\r\n|[\r\n\x85\u2028\u2029]")
"""What ends a line for YAML 1.1."""
LINE = re.compile("\r\n|[\r\n]")
"""What ends a line for an editor."""
UNPRINTABLE = re.compile("[^\t\n\r\x20-\x7e\x85\xa0-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")

_LOADER: Any = getattr(yaml, "CSafeLoader", yaml.SafeLoader)

_HINTS = {
    "mapping values are not allowed": 'a value that contains ": " must stand in quotes',
    "did not find expected key": "check the quotes and the indentation of this line and the "
    "one above",
    "could not find expected ':'": "every line needs a name, a colon and a value",
    "found unexpected end of stream": "a quote or bracket is not closed",
    "unclosed": "a bracket is not closed",
    "did not find expected alphabetic": "a value that begins with * or & must stand in quotes",
}


@dataclass(frozen=True, slots=True)
class Part:
    """A value and the characters it was written with."""

    value: Value
    start: int
    end: int
    """After its last character that is neither blank nor comment."""
    weight: int = 1
    """Nodes it consists of, aliases written out."""
    block: bool = False
    """Whether it is a block list or mapping, one item a line."""


@dataclass(frozen=True, slots=True)
class Entry:
    """A top-level key and its value."""

    key: str
    name: Part
    part: Part
    line: int


@dataclass(frozen=True, slots=True)
class Root:
    """What a piece of YAML says."""

    entries: tuple[Entry, ...] = ()
    mapping: bool = True
    """False for a list or a single value; such a piece is no front matter."""
    flow: bool = False
    """Whether it is one mapping in braces, which cannot be edited by line."""


@dataclass(slots=True)
class _Open:
    """A list or mapping whose end has not come yet."""

    event: Any
    parts: list[Part] = field(default_factory=list)


def parse(source: str, *, first_line: int = 1) -> Root:
    """Read a piece of YAML.

    Args:
        first_line: The line of the file that *source* begins on.

    Raises:
        FrontMatterProblem: It is not YAML, too large or too deep, or names a key twice.
    """
    return _Reader(source, first_line).read()


class _Reader:
    """Builds values from the events of one piece of YAML."""

    def __init__(self, source: str, first_line: int) -> None:
        self.source = source
        self.first_line = first_line
        self.breaks = [match.end() for match in LINE.finditer(source)]
        self.open: list[_Open] = []
        self.anchors: dict[str, Part] = {}
        self.aliases = 0
        self.nodes = 0
        self.documents = 0
        self.root = Root()

    def read(self) -> Root:
        """Walk the events and stop at the first that goes too far."""
        self.check_text()
        try:
            for event in yaml.parse(self.source, Loader=_LOADER):
                self.take(event)
        except yaml.YAMLError as exc:
            raise self.refused(exc) from exc
        return self.root

    def refused(self, exc: yaml.YAMLError) -> FrontMatterProblem:
        """Say where and why the parser gave up."""
        mark = getattr(exc, "problem_mark", None) or getattr(exc, "context_mark", None)
        index = mark.index if mark else 0
        problem = getattr(exc, "problem", None) or getattr(exc, "context", None) or "not YAML"
        return self.problem(explain(problem, self.source[index : index + 1]), index)

    def check_text(self) -> None:
        """Refuse what the parser should not even see."""
        if len(self.source.encode("utf-8", "surrogatepass")) > MAX_BYTES:
            raise self.problem(f"the front matter is larger than {MAX_BYTES // 1024} KiB", 0)
        if match := UNPRINTABLE.search(self.source):
            message = f"a control character (U+{ord(match[0]):04X}); remove it"
            raise self.problem(message, match.start())

    def take(self, event: Any) -> None:
        """Take the next event in."""
        match event:
            case yaml.DocumentStartEvent():
                self.documents += 1
                if self.documents > 1:
                    raise self.problem("a second document; remove its ---", _start(event))
            case yaml.ScalarEvent():
                self.put(self.scalar(event), event)
            case yaml.AliasEvent():
                self.put(self.alias(event), event)
            case yaml.SequenceStartEvent() | yaml.MappingStartEvent():
                if len(self.open) >= MAX_DEPTH:
                    raise self.problem(f"nested more than {MAX_DEPTH} deep", _start(event))
                self.open.append(_Open(event))
            case yaml.SequenceEndEvent() | yaml.MappingEndEvent():
                self.close(event)
            case _:
                pass

    def scalar(self, event: Any) -> Part:
        start, end = _start(event), event.end_mark.index
        if event.style in {"|", ">"}:
            end = start + len(self.source[start:end].rstrip("\r\n "))
        text, line = event.value, self.line(start)
        plain = event.implicit[0] and not event.style
        value: Value = Scalar(text, quoted=not plain and event.tag in {None, "!", _STR}, line=line)
        if plain and text in _NULLS:
            value = Null(line)
        return Part(value, start, end)

    def alias(self, event: Any) -> Part:
        start = _start(event)
        self.aliases += 1
        if self.aliases > MAX_ALIASES:
            raise self.problem(f"more than {MAX_ALIASES} aliases", start)
        if (known := self.anchors.get(event.anchor)) is None:
            message = f"*{event.anchor} refers to nothing; a value that begins with * needs quotes"
            raise self.problem(message, start)
        return Part(known.value, start, event.end_mark.index, known.weight)

    def close(self, event: Any) -> None:
        """End the innermost list or mapping."""
        done = self.open.pop()
        start, end = _start(done.event), event.end_mark.index
        block = not done.event.flow_style
        if block and done.parts:
            end = done.parts[-1].end
        weight = 1 + sum(part.weight for part in done.parts)
        value = self.collection(done)
        self.put(Part(value, start, end, weight, block), done.event)
        if not self.open and isinstance(value, Mapping):
            self.root = Root(self.entries(done, value), flow=not block)

    def collection(self, done: _Open) -> Sequence | Mapping:
        mark, parts = done.event.start_mark, done.parts
        line = self.line(mark.index)
        if isinstance(done.event, yaml.SequenceStartEvent):
            indent = None if done.event.flow_style else mark.column
            return Sequence(tuple(part.value for part in parts), line, indent)
        seen: dict[str, int] = {}
        for name in parts[::2]:
            key, at = self.text(name), self.line(name.start)
            if key in seen:
                message = f'"{key}" is there twice, in line {seen[key]} and line {at}; keep one'
                raise self.problem(message, name.start)
            seen[key] = at
        return Mapping(tuple(zip(seen, (part.value for part in parts[1::2]), strict=True)), line)

    def entries(self, done: _Open, value: Mapping) -> tuple[Entry, ...]:
        pairs = zip(value.entries, done.parts[::2], done.parts[1::2], strict=True)
        return tuple(
            Entry(key, name, part, self.line(name.start)) for (key, _), name, part in pairs
        )

    def put(self, part: Part, event: Any) -> None:
        """Hand a finished part to whatever it stands in."""
        if event.anchor and not isinstance(event, yaml.AliasEvent):
            self.anchors[event.anchor] = part
        self.nodes += part.weight if isinstance(event, yaml.AliasEvent) else 1
        if self.nodes > MAX_NODES:
            raise self.problem(f"more than {MAX_NODES} values", part.start)
        if self.open:
            self.open[-1].parts.append(part)
        else:
            empty = isinstance(part.value, Null) and part.start == part.end
            self.root = Root(mapping=empty or isinstance(part.value, Mapping))

    def text(self, name: Part) -> str:
        """Give a key as text; keys of any other kind as they are written."""
        if isinstance(name.value, Scalar):
            return name.value.text
        return self.source[name.start : name.end]

    def line(self, index: int) -> int:
        return self.first_line + bisect_right(self.breaks, index)

    def problem(self, message: str, index: int) -> FrontMatterProblem:
        return FrontMatterProblem(message, self.line(index))


_STR = "tag:yaml.org,2002:str"
_NULLS = frozenset({"", "~", "null", "Null", "NULL"})


def _start(event: Any) -> int:
    return int(event.start_mark.index)


def explain(problem: str, char: str) -> str:
    """Say what a parser's complaint about a character means for a person."""
    if "cannot start any token" in problem:
        if char == "\t":
            return "a line is indented with a tab; use spaces"
        return f"a value that begins with {char} must stand in quotes"
    hint = next((hint for known, hint in _HINTS.items() if known in problem), None)
    return f"{hint} ({problem})" if hint else problem
