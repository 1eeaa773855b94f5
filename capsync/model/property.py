"""Property values: what a note says about itself outside its body.

One class per shape of payload. `Opaque` carries a kind that is unknown.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import NewType, TypeAlias

from capsync.model.token import Moment, NoteId, Tokens

PropertyId = NewType("PropertyId", str)
"""A fixed key such as ``title``, or a UUID."""

SCALARS = ("title", "text", "number", "boolean", "url", "createdAt", "lastUpdatedAt")
"""The kinds whose payload is a single plain value."""


@dataclass(frozen=True, slots=True)
class Scalar:
    """A title, text, number, boolean, address or time stamp."""

    kind: str
    """One of `SCALARS`."""
    value: str | float | bool | None
    """None where the property is not set."""


@dataclass(frozen=True, slots=True)
class DateValue:
    """A date property."""

    moment: Moment


@dataclass(frozen=True, slots=True)
class LabelOption:
    """One choice of a label property; two are equal if their ids are."""

    id: str
    name: str = field(compare=False)
    color: str | None = field(default=None, compare=False)


@dataclass(frozen=True, slots=True)
class LabelValue:
    """The chosen options, in order."""

    options: tuple[LabelOption, ...]


@dataclass(frozen=True, slots=True)
class EntityValue:
    """Links to other notes, in order."""

    targets: tuple[NoteId, ...]


@dataclass(frozen=True, slots=True)
class AliasesValue:
    """Other titles; the service takes at most eight."""

    names: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class IconValue:
    """An icon, or none."""

    kind: str | None
    """``emoji`` or ``iconify``; None where there is no icon."""
    value: str = ""


@dataclass(frozen=True, slots=True)
class RichTextValue:
    """Text with tokens."""

    tokens: Tokens


@dataclass(frozen=True, slots=True)
class OpaqueValue:
    """A value of a kind capsync does not know, carried unread."""

    kind: str
    payload: str
    """The whole value's JSON, canonical."""


PropertyValue: TypeAlias = (
    Scalar
    | DateValue
    | LabelValue
    | EntityValue
    | AliasesValue
    | IconValue
    | RichTextValue
    | OpaqueValue
)


def is_unset(value: PropertyValue) -> bool:
    """Say whether *value* is the same as no value at all."""
    match value:
        case Scalar(value=held):
            return held is None or held == ""
        case DateValue(moment=moment):
            return moment.start is None
        case LabelValue(options=items) | EntityValue(targets=items) | AliasesValue(names=items):
            return not items
        case IconValue(kind=kind):
            return kind is None
        case RichTextValue(tokens=tokens):
            return not tokens
        case OpaqueValue():
            return False


def cleared(kind: str) -> PropertyValue | None:
    """Give the value that clears a property of *kind*; None where it cannot be cleared."""
    match kind:
        case "title" | "text" | "number" | "boolean" | "url":
            return Scalar(kind, None)
        case "date":
            return DateValue(Moment(None))
        case "label":
            return LabelValue(())
        case "entity":
            return EntityValue(())
        case "aliases":
            return AliasesValue(())
        case "icon":
            return IconValue(None)
        case "richText":
            return RichTextValue(())
        case _:
            return None
