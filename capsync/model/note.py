"""Notes, and the structures that say what a note may hold."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import NewType

from capsync.model.block import Blocks
from capsync.model.property import LabelOption, PropertyId, PropertyValue, Scalar
from capsync.model.token import NoteId

StructureId = NewType("StructureId", str)
"""A built-in name such as ``RootPage``, or the UUID of a type the user made."""

PAGE = StructureId("RootPage")
TAG = StructureId("RootTag")
TASK = StructureId("RootTask")
DAILY_NOTE = StructureId("RootDailyNote")

TITLE = PropertyId("title")
TAGS = PropertyId("tags")


@dataclass(frozen=True, slots=True)
class Note:
    """An object of the space as capsync sees it."""

    id: NoteId
    structure: StructureId
    properties: Mapping[PropertyId, PropertyValue] = field(default_factory=dict)
    sections: Mapping[PropertyId, Blocks] = field(default_factory=dict)
    """The body: block fields in the service's order; most notes have exactly one."""
    collections: tuple[str, ...] = ()
    """Ids of the collections it is in."""
    complete: bool = field(default=True, compare=False)
    """False where the service left the body out of its answer."""
    extra: str = field(default="", compare=False)
    """Fields we know nothing of, and a media object's files, as canonical JSON."""

    @property
    def title(self) -> str:
        """The title, or an empty string."""
        match self.properties.get(TITLE):
            case Scalar(value=str() as text):
                return text
            case _:
                return ""


@dataclass(frozen=True, slots=True)
class PropertyDefinition:
    """What a structure says of one property."""

    id: PropertyId
    name: str
    """What the user calls it; may be empty for built-in ones."""
    type: str
    """The service's name of the type, such as ``label``."""
    writable: bool = True
    multiple: bool = False
    """Whether a label may have several options."""
    options: tuple[LabelOption, ...] = ()
    allowed: tuple[StructureId, ...] = ()
    """Structures an entity may point to; empty for any."""


@dataclass(frozen=True, slots=True)
class Collection:
    """A named set of notes of one structure."""

    id: str
    title: str


@dataclass(frozen=True, slots=True)
class Structure:
    """A type of object and its properties."""

    id: StructureId
    title: str
    plural: str
    properties: tuple[PropertyDefinition, ...] = ()
    collections: tuple[Collection, ...] = ()

    def definition(self, key: PropertyId) -> PropertyDefinition | None:
        """Find a property by its id."""
        return next((each for each in self.properties if each.id == key), None)


@dataclass(frozen=True, slots=True)
class Space:
    """The space behind a token."""

    id: str
    title: str


@dataclass(frozen=True, slots=True)
class Row:
    """What lists and searches tell of an object."""

    id: NoteId
    structure: StructureId
    title: str
