"""Which fields of front matter are properties, and how their values are written.

A value is written by the names a person knows: labels by option, links by
title, dates as dates. `capsync.markdown.property_values` reads them back.
"""

from __future__ import annotations

from collections.abc import Mapping

from capsync.markdown.dates import write_moment
from capsync.markdown.escape import SPELLINGS, spell
from capsync.markdown.frontmatter import (
    Field,
    FrontMatterProblem,
    Sequence,
    dump_list,
    dump_scalar,
)
from capsync.markdown.inline import parse_inline
from capsync.markdown.links import Names
from capsync.markdown.opened import ID_KEY, TITLE_KEY, TYPE_KEY
from capsync.markdown.property_values import find_target, texts_of
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
from capsync.model.token import Tokens

RESERVED = frozenset({ID_KEY, TYPE_KEY, TITLE_KEY})


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
    """List the tags that fields name and nobody has made yet.

    Raises:
        FrontMatterProblem: A field of tags holds no names.
    """
    return tuple(
        name
        for field, definition in found.values()
        if _is_tags(definition)
        for name in _texts(field)
        if find_target(name, definition, names) is None
    )


def _texts(field: Field) -> list[str]:
    try:
        return texts_of(field.value)
    except ValueError as exc:
        raise FrontMatterProblem(f"“{field.key}”: {exc}", field.line) from exc


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
