"""Fields of front matter read as property values, one function per type.

Reading goes by the property's type, never by what YAML would make of the
text. What is no value of the type is refused with a message that says what
would be one.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from math import isfinite

from capsync.markdown.dates import read_moment
from capsync.markdown.frontmatter import (
    Field,
    FrontMatterProblem,
    Mapping as YamlMapping,
    Null,
    Scalar as YamlScalar,
    Sequence,
    Value,
)
from capsync.markdown.inline import parse_inline
from capsync.markdown.links import Names
from capsync.markdown.view_tokens import view_tokens
from capsync.model.note import PropertyDefinition
from capsync.model.property import (
    AliasesValue,
    DateValue,
    EntityValue,
    IconValue,
    LabelOption,
    LabelValue,
    PropertyValue,
    RichTextValue,
    Scalar,
)
from capsync.model.token import LinkToken, Moment, NoteId

MOST_ALIASES = 8
"""As the service's schema says."""


def read_value(field: Field, definition: PropertyDefinition, names: Names) -> PropertyValue:
    """Read a field as a value of its property's type.

    Raises:
        FrontMatterProblem: It is no such value; the message names what would be one.
    """
    try:
        return _READERS[definition.type](field.value, definition, names)
    except ValueError as exc:
        if isinstance(exc, FrontMatterProblem):
            raise
        raise FrontMatterProblem(f"“{field.key}”: {exc}", field.line) from exc


def _text(value: Value) -> str | None:
    match value:
        case Null():
            return None
        case YamlScalar(text=text):
            return text
        case Sequence():
            raise ValueError("takes one text, not a list")
        case YamlMapping():
            raise ValueError("takes one text; put it in quotes if it holds “: ”")


def texts_of(value: Value) -> list[str]:
    """Give the texts of a field that may hold one or several.

    Raises:
        ValueError: It holds names and values.
    """
    match value:
        case Null():
            return []
        case YamlScalar(text=text):
            return [text] if text.strip() else []
        case Sequence(items=items):
            return [each for item in items if (each := _text(item)) and each.strip()]
        case YamlMapping():
            raise ValueError("takes a text or a list of texts")


def _read_text(value: Value, definition: PropertyDefinition, names: Names) -> PropertyValue:  # noqa: ARG001
    return Scalar(definition.type, _text(value))


def _read_number(value: Value, definition: PropertyDefinition, names: Names) -> PropertyValue:  # noqa: ARG001
    text = _text(value) or ""
    if not text.strip():
        return Scalar("number", None)
    try:
        number = float(text)
    except ValueError:
        number = float("nan")
    if not isfinite(number):
        raise ValueError(f"takes a number such as 3 or 2.5, not “{text}”")
    return Scalar("number", int(number) if number.is_integer() else number)


_TRUE, _FALSE = frozenset({"true", "yes", "on"}), frozenset({"false", "no", "off"})


def _read_boolean(value: Value, definition: PropertyDefinition, names: Names) -> PropertyValue:  # noqa: ARG001
    said = _text(value) or ""
    text = said.strip().casefold()
    if text in _TRUE or text in _FALSE:
        return Scalar("boolean", text in _TRUE)
    if not text:
        return Scalar("boolean", None)
    raise ValueError(f"takes true or false, not “{text}”")


def _read_date(value: Value, definition: PropertyDefinition, names: Names) -> PropertyValue:  # noqa: ARG001
    match value:
        case Null():
            return DateValue(Moment(None))
        case YamlScalar(text=text):
            return DateValue(read_moment(text, None) if text.strip() else Moment(None))
        case YamlMapping(entries=entries):
            parts = {key: _text(part) for key, part in entries}
            if not set(parts) <= {"start", "end"} or not parts.get("start"):
                raise ValueError("takes {start: …} or {start: …, end: …}")
            return DateValue(read_moment(parts["start"] or "", parts.get("end")))
        case Sequence():
            raise ValueError("takes one date such as 2026-03-01, not a list")


def _read_label(value: Value, definition: PropertyDefinition, names: Names) -> PropertyValue:  # noqa: ARG001
    chosen = [_option(text, definition) for text in texts_of(value)]
    options = tuple(dict.fromkeys(chosen))
    if len(options) > 1 and not definition.multiple:
        raise ValueError("takes only one option")
    return LabelValue(options)


def _option(text: str, definition: PropertyDefinition) -> LabelOption:
    wanted = text.strip()
    options = definition.options
    for fits in (
        [each for each in options if each.name == wanted],
        [each for each in options if each.name.casefold() == wanted.casefold()],
        [each for each in options if each.id == wanted],
    ):
        if fits:
            return fits[0]
    known = ", ".join(each.name for each in options) or "none"
    raise ValueError(
        f"has no option “{wanted}”; its options are: {known}. "
        "New options can only be made in the Capacities app"
    )


def _read_entity(value: Value, definition: PropertyDefinition, names: Names) -> PropertyValue:
    targets = []
    for text in texts_of(value):
        target = find_target(text, definition, names)
        if target is None:
            raise ValueError(f"no note called “{text}” is known; make it first or correct the name")
        targets.append(target)
    return EntityValue(tuple(dict.fromkeys(targets)))


def find_target(text: str, definition: PropertyDefinition, names: Names) -> NoteId | None:
    """Find the note that an entry of an entity property names, with or without brackets."""
    text = text.strip()
    tokens = parse_inline(text, lambda name: names.resolve_among(name, definition.allowed))
    if len(tokens) == 1 and isinstance(tokens[0], LinkToken) and tokens[0].entity is not None:
        return tokens[0].entity
    name = text.removeprefix("[[").removesuffix("]]").removeprefix("#").strip()
    return names.resolve_among(name, definition.allowed)


def _read_aliases(value: Value, definition: PropertyDefinition, names: Names) -> PropertyValue:  # noqa: ARG001
    aliases = tuple(texts_of(value))
    if len(aliases) > MOST_ALIASES:
        raise ValueError(f"takes at most {MOST_ALIASES} names, not {len(aliases)}")
    return AliasesValue(aliases)


def _read_icon(value: Value, definition: PropertyDefinition, names: Names) -> PropertyValue:  # noqa: ARG001
    text = (_text(value) or "").strip()
    if not text:
        return IconValue(None)
    return IconValue("iconify" if text.startswith("ph-") else "emoji", text)


def _read_rich_text(value: Value, definition: PropertyDefinition, names: Names) -> PropertyValue:  # noqa: ARG001
    return RichTextValue(view_tokens(parse_inline(_text(value) or "", names.resolve), names))


_READERS: Mapping[str, Callable[[Value, PropertyDefinition, Names], PropertyValue]] = {
    "text": _read_text,
    "url": _read_text,
    "number": _read_number,
    "boolean": _read_boolean,
    "date": _read_date,
    "label": _read_label,
    "entity": _read_entity,
    "aliases": _read_aliases,
    "icon": _read_icon,
    "richText": _read_rich_text,
}
