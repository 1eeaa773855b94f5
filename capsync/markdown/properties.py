"""Property values as front matter, and front matter as property values.

A value is written by the names a person knows: labels by option, links by
title, dates as dates. Reading goes by the property's type, never by what YAML
would make of the text: ``12:30`` in a text property is that text.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from math import isfinite

from capsync.markdown.dates import read_moment, write_moment
from capsync.markdown.escape import SPELLINGS, spell
from capsync.markdown.frontmatter import (
    Field,
    FrontMatterProblem,
    Mapping as YamlMapping,
    Null,
    Scalar as YamlScalar,
    Sequence,
    Value,
    dump_list,
    dump_scalar,
)
from capsync.markdown.inline import parse_inline
from capsync.markdown.links import Names
from capsync.markdown.view_tokens import view_tokens
from capsync.model.note import TAG, PropertyDefinition, Structure
from capsync.model.property import (
    AliasesValue,
    DateValue,
    EntityValue,
    IconValue,
    LabelOption,
    LabelValue,
    PropertyId,
    PropertyValue,
    RichTextValue,
    Scalar,
    cleared,
    is_unset,
)
from capsync.model.token import LinkToken, Moment, NoteId, Tokens

ID_KEY = "capacities-id"
TYPE_KEY = "type"
TITLE_KEY = "title"
RESERVED = frozenset({ID_KEY, TYPE_KEY, TITLE_KEY})
MOST_ALIASES = 8
"""As the service's schema says."""


def is_shown(definition: PropertyDefinition) -> bool:
    """Say whether a property has a place in the front matter: it can be written."""
    return (
        definition.writable
        and definition.type not in ("title", "createdAt", "lastUpdatedAt")
        and cleared(definition.type) is not None
    )


def keys_of(structure: Structure) -> dict[str, PropertyDefinition]:
    """Give each shown property its key: a built-in one its id, any other its name.

    Two properties of one name, or one that is called like a key of ours, go by id.
    """
    shown = [each for each in structure.properties if is_shown(each)]
    names = [each.name.strip().casefold() for each in structure.properties]
    keys: dict[str, PropertyDefinition] = {}
    for each in shown:
        name = each.name.strip()
        built_in = len(each.id) != len("00000000-0000-0000-0000-000000000000")
        clear = bool(name) and names.count(name.casefold()) == 1
        taken = name.casefold() in RESERVED or "\n" in name
        keys[each.id if built_in or not clear or taken else name] = each
    return keys


def find_fields(
    fields: Mapping[str, Field], structure: Structure
) -> dict[PropertyId, tuple[Field, PropertyDefinition]]:
    """Find the fields that are properties, by key, by name in any case, or by id.

    Raises:
        FrontMatterProblem: Two fields are one property.
    """
    keys = keys_of(structure)
    by_name = {key.casefold(): each for key, each in keys.items()}
    by_name |= {each.id.casefold(): each for each in keys.values()}
    found: dict[PropertyId, tuple[Field, PropertyDefinition]] = {}
    for key, field in fields.items():
        definition = None if key in RESERVED else keys.get(key) or by_name.get(key.casefold())
        if definition is None:
            continue
        if definition.id in found:
            other = found[definition.id][0]
            raise FrontMatterProblem(
                f"“{key}” and “{other.key}” (line {other.line}) are the same property; "
                "remove one of them",
                field.line,
            )
        found[definition.id] = field, definition
    return found


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


def write_value(
    value: PropertyValue, definition: PropertyDefinition, names: Names, *, like: Field | None = None
) -> str | None:
    """Write a value as YAML; None where it is unset and has no line.

    Args:
        like: The field it replaces; a block list stays one.
    """
    if is_unset(value):
        return None
    match value:
        case Scalar(value=bool() as flag):
            return "true" if flag else "false"
        case Scalar(value=int() | float() as number):
            return f"{number:.15g}" if isinstance(number, float) else str(number)
        case Scalar(value=text):
            return dump_scalar(str(text))
        case DateValue(moment=moment):
            return write_moment(moment)
        case LabelValue(options=options):
            named = [_option_name(option, definition) for option in options]
            return _one_or_list(named, like, always_list=definition.multiple)
        case EntityValue(targets=targets):
            plain = _is_tags(definition)
            shown = [names.name_of(each) if plain else f"[[{names.name_of(each)}]]"
                     for each in targets]  # fmt: skip
            return _one_or_list(shown, like, always_list=plain)
        case AliasesValue(names=aliases):
            return dump_list(aliases, like=like)
        case IconValue(value=icon):
            return dump_scalar(icon)
        case RichTextValue(tokens=tokens):
            return dump_scalar(_spelled(tokens, names))
        case _:
            return None


def missing_tags(
    found: Mapping[PropertyId, tuple[Field, PropertyDefinition]], names: Names
) -> tuple[str, ...]:
    """List the tags that fields name and nobody has made yet."""
    return tuple(
        name
        for field, definition in found.values()
        if _is_tags(definition)
        for name in _texts(field.value)
        if _target(name, definition, names) is None
    )


def _is_tags(definition: PropertyDefinition) -> bool:
    return definition.type == "entity" and definition.allowed == (TAG,)


def _option_name(option: LabelOption, definition: PropertyDefinition) -> str:
    known = next((each for each in definition.options if each.id == option.id), option)
    return known.name or option.id


def _one_or_list(items: list[str], like: Field | None, *, always_list: bool) -> str:
    was_list = like is not None and isinstance(like.value, Sequence)
    if len(items) == 1 and not always_list and not was_list:
        return dump_scalar(items[0])
    return dump_list(items, like=like)


def _spelled(tokens: Tokens, names: Names) -> str:
    wanted = view_tokens(tokens, names)
    text = ""
    for how in SPELLINGS:
        text = spell(wanted, names, how, line_break="<br>")
        if view_tokens(parse_inline(text, names.resolve), names) == wanted:
            break
    return text


# Reading, one function per type


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


def _texts(value: Value) -> list[str]:
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
    chosen = [_option(text, definition) for text in _texts(value)]
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
    for text in _texts(value):
        target = _target(text, definition, names)
        if target is None:
            raise ValueError(f"no note called “{text}” is known; make it first or correct the name")
        targets.append(target)
    return EntityValue(tuple(dict.fromkeys(targets)))


def _target(text: str, definition: PropertyDefinition, names: Names) -> NoteId | None:
    text = text.strip()
    tokens = parse_inline(text, lambda name: names.resolve_among(name, definition.allowed))
    if len(tokens) == 1 and isinstance(tokens[0], LinkToken) and tokens[0].entity is not None:
        return tokens[0].entity
    name = text.removeprefix("[[").removesuffix("]]").removeprefix("#").strip()
    return names.resolve_among(name, definition.allowed)


def _read_aliases(value: Value, definition: PropertyDefinition, names: Names) -> PropertyValue:  # noqa: ARG001
    aliases = tuple(_texts(value))
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


def readable_types() -> Iterable[str]:
    """List the property types that front matter can hold."""
    return _READERS
