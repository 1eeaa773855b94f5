"""The app's hand, continued: daily notes, media, and the types themselves.

The API can make none of these; in the app a person can.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from typing import Any

from capsync.sandbox import dates
from capsync.sandbox.hand import AppHand
from capsync.sandbox.message import Json
from capsync.sandbox.on_objects import add_file
from capsync.sandbox.structures import TITLE, Structure


class AppTypesHand(AppHand):
    """What a person can do with types, days and files; a part of `Sandbox`."""

    def app_rename_space(self, title: str) -> None:
        """Give the space another title."""
        with self._turn():
            self._space.store.set_meta("title", title)

    def app_daily_note(self, day: str, blocks: Sequence[Json] = ()) -> str:
        """Open the daily note of ``2026-11-22``, write *blocks* at its end, and give its id."""
        with self._turn():
            record = self._space.day_note(dates.normal(day, day=True) or day)
            record.blocks["RootDailyNote_notes"] += self._space.made(list(blocks))
            self._space.save(record)
            return record.id

    def app_sections(self, structure_id: str) -> tuple[str, ...]:
        """Give the keys of a structure's block fields, the main one first."""
        with self._turn():
            return self._space.structures()[structure_id].sections

    def app_add_structure(
        self,
        title: str,
        plural: str,
        definitions: Sequence[Json] = (),
        *,
        sections: int = 1,
        color: str = "purple",
    ) -> str:
        """Make an object type with these properties besides the title, and give its id."""
        with self._turn():
            ids = self._space.ids
            keys = tuple(ids() for _ in range(sections))
            every = (TITLE, *definitions)
            structure = Structure(ids(), title, plural, color, every, keys)
            self._space.put_structure(structure)
            return structure.id

    def app_change_property(self, structure_id: str, property_id: str, **changes: Any) -> None:
        """Change a property's definition, such as its ``name`` or its ``labelSet``."""
        with self._turn():
            structure = self._space.structures()[structure_id]
            definitions = tuple(
                {**each, **changes} if each["id"] == property_id else each
                for each in structure.definitions
            )
            self._space.put_structure(replace(structure, definitions=definitions))

    def app_add_collection(self, structure_id: str, title: str) -> str:
        """Make a collection of a structure and give its id."""
        with self._turn():
            return self._space.add_collection(structure_id, title)

    def app_add_media(
        self, structure_id: str, title: str, url: str, *, file_type: str = "", size: int = 0
    ) -> str:
        """Drop a weblink or a file into the app and give its id.

        Args:
            file_type: MIME type; empty for a weblink, which has no file.
            size: Of the file, in bytes.
        """
        with self._turn():
            space = self._space
            record = space.create(space.structures()[structure_id])
            record.properties = {
                "title": {"type": "title", "title": {"value": title}},
                "media_URLReference": {"type": "url", "url": {"value": url}},
            }
            if file_type:
                record.properties["media_fileSize"] = {"type": "number", "number": {"value": size}}
                add_file(record, title, file_type)
            record.blocks = {"media_notes": []}
            space.save(record)
            return record.id
