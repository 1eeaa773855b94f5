"""Three-way merge of two notes: their properties and each section of their bodies."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass, replace

from capsync.model.block import Blocks
from capsync.model.note import Note, StructureId
from capsync.model.property import PropertyId
from capsync.plan.conflicts import Conflict
from capsync.plan.merge import Merged, merge_blocks
from capsync.plan.properties import Overruled, merge_values
from capsync.plan.union import unite_blocks


@dataclass(frozen=True, slots=True)
class MergedNote:
    """One note made of two, and what a person should be told about it."""

    note: Note
    conflicts: tuple[Conflict, ...] = ()
    """Blocks the note holds in two versions."""
    overruled: tuple[Overruled, ...] = ()
    """Values it no longer holds."""


def merge_notes(
    base: Note | None,
    vault: Note,
    space: Note,
    *,
    stamp: str,
    several: Collection[PropertyId] | None = None,
) -> MergedNote:
    """Give the note that has what both sides made of *base*.

    The id and what is unknown of it are the space's.

    Args:
        base: What the two last agreed on; None where that is not known. Then
            nothing counts as removed, and both versions of a block are kept.
        stamp: When this is, as a person should read it beside a conflict.
        several: Labels that may have several options; None to go by what they have now.
    """
    values, overruled = merge_values(
        base.properties if base else {}, vault.properties, space.properties, several=several
    )
    sections: dict[PropertyId, Blocks] = {}
    conflicts: tuple[Conflict, ...] = ()
    for key in dict.fromkeys((*space.sections, *vault.sections)):
        merged = _merge_section(key, base, vault, space, stamp=stamp)
        sections[key] = merged.blocks
        conflicts += merged.conflicts
    note = replace(
        space,
        structure=_merge_structure(base, vault, space),
        properties=values,
        sections=sections,
        collections=_merge_collections(base, vault, space),
    )
    return MergedNote(note, conflicts, overruled)


def _merge_section(
    key: PropertyId, base: Note | None, vault: Note, space: Note, *, stamp: str
) -> Merged:
    """Merge one section; a side that does not have it at all did not empty it."""
    here, there = vault.sections.get(key), space.sections.get(key)
    if here is None or there is None:
        return Merged(here or there or ())
    then = None if base is None else base.sections.get(key)
    if then is None:
        return Merged(unite_blocks(here, there))
    return merge_blocks(then, here, there, stamp=stamp)


def _merge_structure(base: Note | None, vault: Note, space: Note) -> StructureId:
    if base and space.structure == base.structure:
        return vault.structure
    return space.structure


def _merge_collections(base: Note | None, vault: Note, space: Note) -> tuple[str, ...]:
    known = base.collections if base else ()
    return tuple(
        name
        for name in dict.fromkeys((*space.collections, *vault.collections))
        if (name in vault.collections and name in space.collections) or name not in known
    )
