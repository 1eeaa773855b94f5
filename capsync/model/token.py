"""Tokens: what the text of a block is made of.

The service's own four kinds, and `OpaqueToken` for any it invents later. A
token never knows where it stands; order in the tuple is order in the text.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import NewType, TypeAlias

NoteId = NewType("NoteId", str)
"""An object's id as the service gives it: a lower-case UUID with dashes."""


@dataclass(frozen=True, slots=True)
class Style:
    """How a run of text is set."""

    bold: bool = False
    italic: bool = False
    strikethrough: bool = False
    underline: bool = False


PLAIN = Style()
"""Text without any style."""


@dataclass(frozen=True, slots=True)
class Moment:
    """A day, an instant, or a span between two of either."""

    start: str | None
    """ISO 8601 as the service sends it; a day is midnight UTC. None clears the date."""
    end: str | None = None
    """Where the span ends, or None for a single day or instant."""
    resolution: str = "day"
    """``day`` or ``time``."""


@dataclass(frozen=True, slots=True)
class TextToken:
    """A run of characters under one style and colour."""

    text: str
    style: Style = PLAIN
    color: str | None = None
    """One of the service's 36 colours, such as ``bg-yellow``."""
    extra: str = field(default="", compare=False)
    """Fields we know nothing of, as canonical JSON; carried, never compared."""


@dataclass(frozen=True, slots=True)
class LinkToken:
    """A link to an address, a note or a day; at most one of the three."""

    text: str
    """What is shown; empty where the target's own title is meant."""
    url: str | None = None
    entity: NoteId | None = None
    date: Moment | None = None
    extra: str = field(default="", compare=False)


@dataclass(frozen=True, slots=True)
class MathToken:
    """A formula inside a line, in LaTeX."""

    text: str
    extra: str = field(default="", compare=False)


@dataclass(frozen=True, slots=True)
class CodeToken:
    """Code inside a line."""

    text: str
    extra: str = field(default="", compare=False)


@dataclass(frozen=True, slots=True)
class OpaqueToken:
    """A token of a kind capsync does not know, carried unread."""

    kind: str
    payload: str
    """The token's whole JSON, canonical: sorted keys, no spaces."""


Token: TypeAlias = TextToken | LinkToken | MathToken | CodeToken | OpaqueToken
Tokens: TypeAlias = tuple[Token, ...]


def plain_text(tokens: Tokens) -> str:
    """Give the characters of *tokens* without their dress."""
    return "".join("" if isinstance(token, OpaqueToken) else token.text for token in tokens)
