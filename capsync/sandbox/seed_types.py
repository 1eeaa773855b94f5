"""The custom types of the seed space: Book and Meeting.

Between them their definitions use every property type, and a Meeting has two
sections.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from capsync.sandbox.core import Sandbox
from capsync.sandbox.message import Json
from capsync.sandbox.structures import ALIASES, CREATED, DESCRIPTION, ICON, TAGS, UPDATED

READING = ("reading", "Reading")
FINISHED = ("finished", "Finished")
NOVEL = ("novel", "Novel")
CLASSIC = ("classic", "Classic")
CRAFT = ("craft", "Craft")


@dataclass(frozen=True, slots=True)
class Types:
    """Ids of the custom types and of their properties, by display name."""

    book: str
    meeting: str
    properties: dict[str, str]
    favorites: str
    """A collection of books."""


def _options(*options: tuple[str, str], color: str) -> list[Json]:
    return [{"id": key, "name": name, "color": color} for key, name in options]


def make_types(sandbox: Sandbox, new_id: Callable[[], str]) -> Types:
    """Add both types and a collection of books."""
    properties: dict[str, str] = {}

    def own(name: str, kind: str, *, writable: bool = True, **more: object) -> Json:
        properties[name] = new_id()
        return {"id": properties[name], "name": name, "type": kind, "writable": writable, **more}

    status = _options(("wanted", "Wanted"), READING, FINISHED, color="blue")
    genres = [*_options(NOVEL, CLASSIC, color="orange"), {"id": CRAFT[0], "name": CRAFT[1]}]
    book = sandbox.app_add_structure(
        "Book",
        "Books",
        [
            DESCRIPTION,
            own("Status", "label", multiple=False, labelSet=status),
            own("Genres", "label", multiple=True, labelSet=genres),
            own("Author", "entity", allowedStructures=["RootPage"]),
            own("Pages", "number"),
            own("Owned", "boolean"),
            own("Website", "url"),
            own("Read on", "date"),
            own("Summary", "richText"),
            own("Shelf mark", "text", writable=False),
            TAGS,
            ALIASES,
            ICON,
            CREATED,
            UPDATED,
        ],
    )
    meeting = sandbox.app_add_structure(
        "Meeting",
        "Meetings",
        [
            own("When", "date"),
            own("Attendees", "entity"),
            own("Decided", "boolean"),
            own("Room", "text"),
            TAGS,
        ],
        sections=2,
        color="amber",
    )
    favorites = sandbox.app_add_collection(book, "Favorites")
    return Types(book, meeting, properties, favorites)
