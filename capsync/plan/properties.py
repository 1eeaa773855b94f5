"""Three-way merge of a note's property values, and what of them to send.

A value one side changed is taken. Where both changed it, lists merge as sets,
rich text by words, and of all other values the vault's stays; the one that
lost is named, so that a person can be told. Nothing beats something only if
the other side did not touch it. What only the service can write is its own.

No value and an unset value are the same throughout.
"""

from __future__ import annotations

from collections.abc import Collection, Hashable, Iterable, Mapping
from dataclasses import dataclass, replace
from typing import TypeAlias, TypeVar

from capsync.model.normal import TIMESTAMPS, normal_value
from capsync.model.property import (
    AliasesValue,
    DateValue,
    EntityValue,
    IconValue,
    LabelValue,
    OpaqueValue,
    PropertyId,
    PropertyValue,
    RichTextValue,
    Scalar,
    cleared,
    is_unset,
)
from capsync.plan.words import merge_tokens

Values: TypeAlias = Mapping[PropertyId, PropertyValue]
Item = TypeVar("Item", bound=Hashable)


@dataclass(frozen=True, slots=True)
class Overruled:
    """A value that had to give way."""

    property: PropertyId
    kept: PropertyValue | None
    lost: PropertyValue | None
    """None, or an unset value, where a side had cleared the property."""


def merge_values(
    base: Values, vault: Values, space: Values, *, several: Collection[PropertyId] | None = None
) -> tuple[dict[PropertyId, PropertyValue], tuple[Overruled, ...]]:
    """Give the merged values, in the space's order, and those that were overruled.

    Args:
        several: Labels that may have several options; None to go by what they have now.
    """
    merged: dict[PropertyId, PropertyValue] = {}
    overruled: list[Overruled] = []
    for key in dict.fromkeys((*space, *vault)):
        then, here, there = base.get(key), vault.get(key), space.get(key)
        many = several is None or key in several
        kept, lost = _merged(then, here, there, several=many)
        if kept is not None:
            merged[key] = kept
        if lost:
            overruled.append(Overruled(key, kept, here if kept == there else there))
    return merged, tuple(overruled)


def changed_values(old: Values, new: Values) -> dict[PropertyId, PropertyValue]:
    """Give the values to send so that *old* becomes *new*, cleared ones included."""
    changes: dict[PropertyId, PropertyValue] = {}
    for key in dict.fromkeys((*new, *old)):
        before, after = old.get(key), new.get(key)
        if _same(before, after) or _is_read_only(before) or _is_read_only(after):
            continue
        value = after or before
        if after is None or is_unset(after):
            value = None if value is None else cleared(kind_of(value))
        if value is not None:
            changes[key] = value
    return changes


def kind_of(value: PropertyValue) -> str:
    """Give the service's name for the kind of a value."""
    match value:
        case Scalar(kind=kind) | OpaqueValue(kind=kind):
            return kind
        case DateValue():
            return "date"
        case LabelValue():
            return "label"
        case EntityValue():
            return "entity"
        case AliasesValue():
            return "aliases"
        case IconValue():
            return "icon"
        case RichTextValue():
            return "richText"


_Choice: TypeAlias = tuple[PropertyValue | None, bool]
"""The value to keep, and whether another was overruled."""


def _merged(
    base: PropertyValue | None,
    vault: PropertyValue | None,
    space: PropertyValue | None,
    *,
    several: bool,
) -> _Choice:
    if any(_is_read_only(value) for value in (vault, space)):
        return space, False
    if _same(vault, space) or _same(vault, base):
        return space, False
    if _same(space, base):
        return vault, False
    return _settled(base, vault, space, several=several)


def _settled(
    base: PropertyValue | None,
    vault: PropertyValue | None,
    space: PropertyValue | None,
    *,
    several: bool,
) -> _Choice:
    """Settle a value that both sides changed, and differently."""
    match vault, space:
        case LabelValue(), LabelValue() if several and _has_several(base, vault, space):
            known = base.options if isinstance(base, LabelValue) else ()
            return LabelValue(_merge_sets(known, vault.options, space.options)), False
        case EntityValue(), EntityValue():
            targets = base.targets if isinstance(base, EntityValue) else ()
            return EntityValue(_merge_sets(targets, vault.targets, space.targets)), False
        case AliasesValue(), AliasesValue():
            names = base.names if isinstance(base, AliasesValue) else ()
            return AliasesValue(_merge_sets(names, vault.names, space.names)), False
        case RichTextValue(), RichTextValue():
            old = base.tokens if isinstance(base, RichTextValue) else ()
            tokens = merge_tokens(old, vault.tokens, space.tokens)
            if tokens is not None:
                return RichTextValue(tokens), False
        case _:
            pass
    return (space if vault is None or is_unset(vault) else vault), True


def _merge_sets(
    base: Iterable[Item], vault: Iterable[Item], space: Iterable[Item]
) -> tuple[Item, ...]:
    """Give the vault's order of what neither side removed, then what the space added."""
    then, here, there = (dict.fromkeys(side) for side in (base, vault, space))
    kept = [item for item in here if item in there or item not in then]
    return (*kept, *(item for item in there if item not in here and item not in then))


def _has_several(*values: PropertyValue | None) -> bool:
    return any(isinstance(value, LabelValue) and len(value.options) > 1 for value in values)


def _same(one: PropertyValue | None, other: PropertyValue | None) -> bool:
    return _normal(one) == _normal(other)


def _normal(value: PropertyValue | None) -> PropertyValue | None:
    if value is None or is_unset(value):
        return None
    value = normal_value(value)
    return replace(value, value=repr(value.value)) if isinstance(value, Scalar) else value


def _is_read_only(value: PropertyValue | None) -> bool:
    return isinstance(value, OpaqueValue) or (
        isinstance(value, Scalar) and value.kind in TIMESTAMPS
    )
