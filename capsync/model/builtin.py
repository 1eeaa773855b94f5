"""The structures every space has, for when the service leaves them out of its list.

A small space was seen to list none of them although they work (by the author of
alfred-capacities, September 2026). The property ids are those the official samples
and live clients agree on.
"""

from __future__ import annotations

from collections.abc import Iterable

from capsync.model.note import (
    DAILY_NOTE,
    PAGE,
    TAG,
    TAGS,
    TASK,
    TITLE,
    PropertyDefinition,
    Structure,
    StructureId,
)
from capsync.model.property import PropertyId

_TITLE = PropertyDefinition(TITLE, "", "title")
_COMMON = (
    _TITLE,
    PropertyDefinition(PropertyId("description"), "", "text"),
    PropertyDefinition(TAGS, "", "entity", allowed=(TAG,)),
    PropertyDefinition(PropertyId("aliases"), "", "aliases"),
    PropertyDefinition(PropertyId("icon"), "", "icon"),
)

BUILT_IN = (
    Structure(PAGE, "Page", "Pages", _COMMON),
    Structure(TAG, "Tag", "Tags", (_TITLE,)),
    Structure(TASK, "Task", "Tasks", (_TITLE,)),
    Structure(
        DAILY_NOTE,
        "Daily note",
        "Daily notes",
        (PropertyDefinition(TITLE, "", "title", writable=False),),
    ),
)


def with_built_in(listed: Iterable[Structure]) -> dict[StructureId, Structure]:
    """Give the structures by id: those the service listed, and the built-in ones it left out."""
    return {each.id: each for each in (*BUILT_IN, *listed)}
