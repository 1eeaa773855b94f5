"""The app's hand: edits as a person makes them in the Capacities app.

They need no token, cost no quota, leave no line in the log and may do what the
API cannot: move blocks, change their type, make daily notes and blocks the API
calls unsupported. Tests and the demo use them for the other side of a sync.
"""

from __future__ import annotations

import copy
from collections.abc import Callable, Iterable, Mapping, Sequence
from contextlib import AbstractContextManager
from dataclasses import fields
from typing import Any

from capsync.sandbox import properties, tree
from capsync.sandbox.message import Json, not_found
from capsync.sandbox.on_blocks import land_due
from capsync.sandbox.space import Space
from capsync.sandbox.store import Record


class AppHand:
    """What a person can do in the app; a part of `Sandbox`.

    Every method raises `Refusal` with status 404 for an object or block that
    does not exist. Trashed objects can be looked at and restored.
    """

    _space: Space

    def _turn(self) -> AbstractContextManager[object]:
        """Take the sandbox's lock and a transaction."""
        raise NotImplementedError

    def app_get(self, object_id: str) -> Json:
        """Give all that is stored of an object, ``trashed`` and text alignments included."""
        with self._turn():
            record = self._record(object_id)  # read anew each time, so nobody shares it
            return {each.name: getattr(record, each.name) for each in fields(record)}

    def app_list(self, structure_id: str | None = None, *, trashed: bool = False) -> list[str]:
        """Give the ids of objects in the order they were made, trashed ones too if asked."""
        with self._turn():
            rows = self._space.store.rows(trashed=trashed)
            return [each for each, kind, _ in rows if structure_id in (None, kind)]

    def app_find(self, title: str, structure_id: str | None = None) -> str:
        """Give the id of the first object with exactly this title."""
        with self._turn():
            for each, kind, shown in self._space.store.rows():
                if shown == title and structure_id in (None, kind):
                    return each
        raise not_found("Object")

    def app_create(
        self,
        structure_id: str,
        title: str,
        *,
        properties: Mapping[str, Json] | None = None,
        blocks: Sequence[Json] | None = None,
        collections: Iterable[str] = (),
        section: str | None = None,
    ) -> str:
        """Make an object of any kind and give its id.

        Args:
            properties: Typed values by property id; they are checked like a client's.
            blocks: Writable blocks; None for the empty paragraph.
            section: Key of the section they go in, the main one if None.
        """
        with self._turn():
            space = self._space
            structure = space.structures()[structure_id]
            record = space.create(structure)
            self._write(record, {"title": _title(title), **(properties or {})})
            record.collections = list(collections)
            bodies = {} if blocks is None else {section or structure.sections[0]: list(blocks)}
            space.fill(record, bodies)
            space.save(record)
            return record.id

    def app_rename(self, object_id: str, title: str) -> None:
        """Give an object another title."""
        self.app_set_property(object_id, "title", _title(title))

    def app_set_property(self, object_id: str, property_id: str, value: Json) -> None:
        """Set a property to a typed value, ``{"type": "text", "text": {"value": "…"}}``."""
        self._edit(object_id, lambda record: self._write(record, {property_id: value}))

    def app_set_collections(self, object_id: str, collections: Iterable[str]) -> None:
        """Put an object in exactly these collections."""
        wanted = list(collections)
        self._edit(object_id, lambda record: setattr(record, "collections", wanted))

    def app_append(
        self,
        object_id: str,
        blocks: Sequence[Json],
        *,
        after: str | None = None,
        parent: str | None = None,
        section: str | None = None,
        first: bool = False,
    ) -> list[str]:
        """Insert writable blocks and give their new ids.

        Args:
            after: Block to insert after; None for the end of the list.
            parent: Block to insert into; None for the section itself.
            section: Key of the section, the main one if None.
            first: Insert at the start of the list instead of its end.
        """
        made = self._space.made(list(blocks))
        self._insert(object_id, made, after=after, parent=parent, section=section, first=first)
        return [block["id"] for block in made]

    def app_insert(self, object_id: str, block: Json, *, after: str | None = None) -> str:
        """Insert a block as it is, such as an unsupported or an unheard-of one, and give its id."""
        raw = {"id": self._space.ids(), **copy.deepcopy(block)}
        self._insert(object_id, [raw], after=after)
        return str(raw["id"])

    def app_edit_block(self, object_id: str, block_id: str, block: Json) -> None:
        """Give a block other content, of any type; children stay if none are given."""
        space = self._space

        def change(record: Record) -> None:
            spot = _spot(record, block_id)
            spot.among[spot.index] = tree.replaced(
                spot.block, block, space.ids, merge=space.options.merge_tokens, keep=False
            )

        self._edit(object_id, change)

    def app_delete_block(self, object_id: str, block_id: str) -> None:
        """Take a block and its children away."""
        self._edit(object_id, lambda record: _taken(record, block_id))

    def app_move_block(
        self,
        object_id: str,
        block_id: str,
        *,
        after: str | None = None,
        parent: str | None = None,
        section: str | None = None,
    ) -> None:
        """Move a block behind *after*, or to the start of *parent*, *section* or its own."""

        def change(record: Record) -> None:
            home = section or next(
                key for key in record.blocks if tree.find(record.blocks, block_id, key)
            )
            block = _taken(record, block_id)
            _put(record, [block], after=after, parent=parent, section=home, first=True)

        self._edit(object_id, change)

    def app_trash(self, object_id: str) -> None:
        """Move an object to the trash."""
        self._edit(object_id, lambda record: setattr(record, "trashed", True))

    def app_restore(self, object_id: str) -> None:
        """Take an object back from the trash."""
        self._edit(object_id, lambda record: setattr(record, "trashed", False))

    def app_destroy(self, object_id: str) -> None:
        """Destroy an object for good."""
        with self._turn():
            self._space.store.destroy(object_id)

    def _record(self, object_id: str) -> Record:
        land_due(self._space)
        return self._space.record(object_id, trashed=True)

    def _edit(self, object_id: str, change: Callable[[Record], object]) -> None:
        with self._turn():
            record = self._record(object_id)
            change(record)
            self._space.save(record)

    def _write(self, record: Record, values: Mapping[str, Json]) -> None:
        """Set properties; read-only ones too, for the app fills those in."""
        structure = self._space.structure_of(record)
        fixed = {
            key
            for key in values
            if (definition := structure.definition(key)) and not definition["writable"]
        }
        properties.write(self._space, record, {k: v for k, v in values.items() if k not in fixed})
        record.properties |= {key: values[key] for key in fixed}

    def _insert(self, object_id: str, blocks: list[Json], **place: Any) -> None:
        self._edit(object_id, lambda record: _put(record, blocks, **place))


def _title(title: str) -> Json:
    return {"type": "title", "title": {"value": title}}


def _spot(record: Record, block_id: str) -> tree.Spot:
    spot = tree.find(record.blocks, block_id)
    if spot is None:
        raise not_found("Block")
    return spot


def _taken(record: Record, block_id: str) -> Json:
    spot = _spot(record, block_id)
    return spot.among.pop(spot.index)


def _put(
    record: Record,
    blocks: list[Json],
    *,
    after: str | None = None,
    parent: str | None = None,
    section: str | None = None,
    first: bool = False,
) -> None:
    if after is not None:
        spot = _spot(record, after)
        spot.among[spot.index + 1 : spot.index + 1] = blocks
        return
    among = (
        record.blocks[section or next(iter(record.blocks))]
        if parent is None
        else _spot(record, parent).block["blocks"]
    )
    index = 0 if first else len(among)
    among[index:index] = blocks
