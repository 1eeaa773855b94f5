"""Structures: what kinds of objects there are and which properties they have.

Sections are the block fields of a structure. No endpoint lists them; their
keys show only in objects. Apart from those of daily notes and media they are
UUIDs made afresh for every space.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import asdict, dataclass, field, replace
from typing import Any, Self

from capsync.sandbox.message import Json

TITLE: Json = {"id": "title", "name": "", "type": "title", "writable": True}
ICON: Json = {"id": "icon", "name": "Icon", "type": "icon", "writable": True}
ALIASES: Json = {"id": "aliases", "name": "Aliases", "type": "aliases", "writable": True}
DESCRIPTION: Json = {"id": "description", "name": "Description", "type": "text", "writable": True}
CREATED: Json = {"id": "createdAt", "name": "Created at", "type": "createdAt", "writable": True}
UPDATED: Json = {
    "id": "lastUpdatedAt", "name": "Last updated", "type": "lastUpdatedAt", "writable": False,
}  # fmt: skip
TAGS: Json = {
    "id": "tags", "name": "Tags", "type": "entity", "writable": True,
    "allowedStructures": ["RootTag"],
}  # fmt: skip
TIMESTAMPS = ("createdAt", "lastUpdatedAt")


@dataclass(frozen=True, slots=True)
class Structure:
    """One kind of object."""

    id: str
    title: str
    plural: str
    color: str = "gray"
    definitions: tuple[Json, ...] = (TITLE,)
    """Property definitions exactly as ``GET /space/structures`` gives them."""
    sections: tuple[str, ...] = ()
    """Keys of the block fields; the first is the main one."""
    collections: tuple[Json, ...] = field(default=())
    listed: bool = True
    """Whether ``GET /space/structures`` names it."""

    @classmethod
    def loaded(cls, data: Json) -> Self:
        """Make one from what `dumped` gave."""
        fields: dict[str, Any] = {
            key: tuple(value) if isinstance(value, list) else value for key, value in data.items()
        }
        return cls(**fields)

    def dumped(self) -> Json:
        """Give all of it as JSON, for the store."""
        return asdict(self)

    def definition(self, property_id: str) -> Json | None:
        """Find a property's definition."""
        return next((each for each in self.definitions if each["id"] == property_id), None)

    @property
    def is_media(self) -> bool:
        return self.id.startswith("Media")

    @property
    def is_basic(self) -> bool:
        """Whether the standard endpoints create and update it: page, tag, task, custom types."""
        return self.id in ("RootPage", "RootTag", "RootTask") or "-" in self.id

    def public(self) -> Json:
        """Give what ``GET /space/structures`` says of it."""
        return {
            "id": self.id,
            "title": self.title,
            "pluralName": self.plural,
            "propertyDefinitions": list(self.definitions),
            "labelColor": self.color,
            "collections": list(self.collections),
        }

    def without_timestamps(self) -> Structure:
        kept = tuple(each for each in self.definitions if each["type"] not in TIMESTAMPS)
        return replace(self, definitions=kept)


def _label(key: str, name: str, *options: tuple[str, str, str]) -> Json:
    labels = [{"id": each, "name": shown, "color": color} for each, shown, color in options]
    return {
        "id": key, "name": name, "type": "label", "writable": True, "multiple": False,
        "labelSet": labels,
    }  # fmt: skip


def _date(key: str, name: str) -> Json:
    return {"id": key, "name": name, "type": "date", "writable": True}


TASK = (
    TITLE,
    _label(
        "status",
        "Status",
        ("not-started", "Not started", "gray"),
        ("in-progress", "In progress", "blue"),
        ("done", "Done", "green"),
    ),
    _label(
        "priority",
        "Priority",
        ("low", "Low", "gray"),
        ("medium", "Medium", "yellow"),
        ("high", "High", "red"),
    ),
    _date("date", "Date"),
    _date("deadline", "Deadline"),
    {"id": "completed", "name": "Completed", "type": "date", "writable": False},
    TAGS,
)
MEDIA_TITLES: Mapping[str, tuple[str, str]] = {
    "MediaWebResource": ("Weblink", "Weblinks"),
    "MediaImage": ("Image", "Images"),
    "MediaPDF": ("PDF", "PDFs"),
    "MediaAudio": ("Audio", "Audio files"),
    "MediaVideo": ("Video", "Videos"),
    "MediaFile": ("File", "Files"),
}
URL_REFERENCE: Json = {
    "id": "media_URLReference", "name": "URL", "type": "url", "writable": False,
}  # fmt: skip
FILE_SIZE: Json = {
    "id": "media_fileSize", "name": "File size", "type": "number", "writable": False,
}  # fmt: skip


def built_in(new_id: Callable[[], str]) -> list[Structure]:
    """Make the structures every space comes with."""
    page = (TITLE, DESCRIPTION, TAGS, ALIASES, ICON, CREATED, UPDATED)
    day = ({**TITLE, "writable": False}, TAGS, ICON)
    media = (TITLE, DESCRIPTION, TAGS, URL_REFERENCE, FILE_SIZE, CREATED)
    return [
        Structure("RootPage", "Page", "Pages", "blue", page, (new_id(),)),
        Structure("RootTag", "Tag", "Tags", "pink", (TITLE, DESCRIPTION, ICON), (new_id(),)),
        Structure("RootTask", "Task", "Tasks", "green", TASK, (new_id(),)),
        Structure(
            "RootDailyNote", "Daily note", "Daily notes", "amber", day, ("RootDailyNote_notes",)
        ),
        *(
            Structure(key, title, plural, "gray", media, ("media_notes",))
            for key, (title, plural) in MEDIA_TITLES.items()
        ),
        Structure("RootDatabase", "Collection", "Collections", "gray", (TITLE, ICON), listed=False),
    ]
