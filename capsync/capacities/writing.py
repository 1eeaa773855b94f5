"""The endpoints that change the space.

Each is sent once; only a 429 is waited out and repeated, since it was not
carried out. Any other failure with `maybe_done` means: look before doing it
again. Nearly all answer with the whole object, so a write is a read too; where
the answer holds no body the note is not `complete`.

Every method raises what `Calls._call` raises; only what is special is said below.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from datetime import date
from typing import Any

from capsync.capacities.calls import Calls
from capsync.capacities.decode import decode_written
from capsync.capacities.encode import (
    replacing_block,
    writable_blocks,
    writable_properties,
)
from capsync.errors import Unconvertible
from capsync.model.block import Block, BlockId, Blocks
from capsync.model.note import TITLE, Note, StructureId
from capsync.model.property import PropertyId, PropertyValue, Scalar
from capsync.model.token import NoteId

Properties = Mapping[PropertyId, PropertyValue]


class Writing(Calls):
    """What can be changed in a space."""

    def create(
        self,
        structure: StructureId,
        properties: Properties,
        sections: Mapping[PropertyId, Blocks] | None = None,
        collections: tuple[str, ...] | None = None,
    ) -> Note:
        """Make an object. Not repeatable: a second call makes a second object.

        Args:
            sections: The body by block field; None leaves it to the service, which puts an
                empty paragraph or the type's template there.
            collections: Ids; None leaves it to the service.

        Raises:
            Rejected: The structure cannot be created, or (code `CREATION_QUOTA`) no more objects
                are allowed.
            Unconvertible: Something in it cannot be written.
            AuthError, RetryError: See the module.
        """
        title = properties.get(TITLE)
        name = str(title.value or "") if isinstance(title, Scalar) else ""
        note = name or structure
        json: dict[str, Any] = {"structureId": structure}
        with _about(note):
            json["properties"] = writable_properties(properties)
            if sections is not None:
                json["blocks"] = {key: writable_blocks(body) for key, body in sections.items()}
        if collections is not None:
            json["collections"] = list(collections)
        return self._call(decode_written, "POST", "/object", note=note, json=json)

    def update(
        self,
        note: NoteId,
        *,
        properties: Properties | None = None,
        collections: tuple[str, ...] | None = None,
        trashed: bool | None = None,
    ) -> Note:
        """Replace the properties named, the collections, or move to or out of the trash.

        The body is never sent: what the service does with it is not documented.

        Args:
            collections: All of them; empty for the structure's default one.
            trashed: True for into the trash, False for out of it.

        Raises:
            ValueError: Nothing is to be changed.
            Stale: The object is gone.
            Rejected: The service does not change objects of this kind.
            AuthError, RetryError, Unconvertible: See the module.
        """
        json: dict[str, Any] = {"id": note}
        if properties:
            with _about(note):
                json["properties"] = writable_properties(properties)
        if collections is not None:
            json["collections"] = list(collections)
        if trashed is not None:
            json["deleteRequested"] = trashed
        if len(json) == 1:
            raise ValueError("nothing to update")
        return self._call(decode_written, "PATCH", "/object", note=note, json=json)

    def delete(self, note: NoteId, *, hard: bool = False) -> None:
        """Move an object to the trash.

        Args:
            hard: Destroy it for good instead.

        Raises:
            Stale: It is gone already.
            AuthError, RetryError, NoteError: See the module.
        """
        query = {"id": note, "hardDelete": "true" if hard else "false"}
        self._do("DELETE", "/object", note=note, query=query)

    def append(
        self,
        note: NoteId,
        blocks: Blocks | str,
        *,
        section: PropertyId | None = None,
        after: BlockId | None = None,
        parent: BlockId | None = None,
        at_start: bool = False,
    ) -> Note:
        """Insert blocks into a body, next to each other. Not repeatable.

        Args:
            blocks: At least one; or Markdown for the service to read, with all it makes of
                ``#tag`` and ``() task``.
            section: The block field; None for the structure's main one.
            after: The sibling they follow; None for the end, or the start.
            parent: The text or group block to nest them in; None for the top. Not with *after*.
            at_start: Before all others instead of after them.

        Raises:
            ValueError: The place makes no sense, or there are no blocks.
            Stale: The object is gone.
            Rejected: The service does not know the sibling, the parent or the field.
            AuthError, RetryError, Unconvertible: See the module.
        """
        if after is not None and (parent is not None or at_start):
            raise ValueError("after a sibling is a place of its own")
        json: dict[str, Any] = {"id": note} | _content(blocks, note)
        json["position"] = (
            {"type": "start" if at_start else "end"}
            if after is None
            else {"type": "after_block", "after_block": {"id": after}}
        )
        if section is not None:
            json["propertyId"] = section
        if parent is not None:
            json["parentBlockId"] = parent
        return self._call(decode_written, "POST", "/blocks/append", note=note, json=json)

    def update_block(
        self,
        note: NoteId,
        block_id: BlockId,
        block: Block,
        *,
        section: PropertyId | None = None,
        with_children: bool = False,
    ) -> Note:
        """Replace what a block holds by what one of the same type does; its id stays.

        Args:
            section: The block field it is in; None leaves it to the service.
            with_children: Replace what is nested as well, which gives all of that new ids.

        Raises:
            Stale: The object or the block is gone.
            Rejected: The block is of another type.
            AuthError, RetryError, Unconvertible: See the module.
        """
        with _about(note):
            raw = replacing_block(block, with_children=with_children)
        json: dict[str, Any] = {"id": note, "blockId": block_id, "block": raw}
        if section is not None:
            json["propertyId"] = section
        return self._call(decode_written, "PATCH", "/blocks/block", note=note, json=json)

    def delete_block(self, note: NoteId, block_id: BlockId) -> Note:
        """Remove a block and all that is nested in it.

        Raises:
            Stale: The object or the block is gone.
            AuthError, RetryError, NoteError: See the module.
        """
        query = {"objectId": note, "blockId": block_id}
        return self._call(decode_written, "DELETE", "/block", note=note, query=query)

    def append_to_daily_note(
        self, day: date, content: Blocks | str, *, time_stamp: bool = False
    ) -> None:
        """Leave blocks or Markdown for the note of a day; they land later, unannounced.

        Args:
            day: The day meant, whatever the time zone.
            time_stamp: Let the service put the time above them.

        Raises:
            ValueError: There are no blocks.
            AuthError, RetryError, NoteError: See the module.
        """
        note = f"daily note {day.isoformat()}"
        json: dict[str, Any] = _content(content, note)
        json |= {"date": f"{day.isoformat()}T00:00:00.000Z", "noTimeStamp": not time_stamp}
        self._do("POST", "/blocks/daily-note/append", note=note, json=json)

    def create_from_markdown(self, structure: StructureId, text: str) -> Note:
        """Make an object from Markdown as the service reads it: the first heading is the title.

        Raises:
            AuthError, RetryError, NoteError: As in `create`.
        """
        json = {"structureId": structure, "markdown": text}
        return self._call(decode_written, "POST", "/object/markdown", note=structure, json=json)

    def patch_markdown(self, note: NoteId, text: str) -> Note:
        """Set the properties named in the front matter of *text*; the rest of it is ignored.

        Raises:
            AuthError, RetryError, NoteError: As in `update`.
        """
        json = {"id": note, "markdown": text}
        return self._call(decode_written, "PATCH", "/object/markdown", note=note, json=json)

    def create_from_url(
        self,
        url: str,
        *,
        title: str | None = None,
        description: str | None = None,
        notes: str | None = None,
    ) -> Note:
        """Make a weblink or a media object of an address; the service decides which.

        Args:
            title: None for the page's own.
            description: None for the page's own.
            notes: Markdown for its body.

        Raises:
            AuthError, RetryError, NoteError: As in `create`.
        """
        json: dict[str, Any] = {"url": url}
        named = {
            PropertyId(kind): Scalar(value_type, value)
            for kind, value_type, value in (
                ("title", "title", title),
                ("description", "text", description),
            )
            if value is not None
        }
        if named:
            json["properties"] = writable_properties(named)
        if notes is not None:
            json["markdown"] = notes
        return self._call(decode_written, "POST", "/object/url", note=url, json=json)


def _content(content: Blocks | str, note: str) -> dict[str, Any]:
    if isinstance(content, str):
        return {"markdown": content}
    if not content:
        raise ValueError("no blocks to append")
    with _about(note):
        return {"blocks": writable_blocks(content)}


@contextmanager
def _about(note: str) -> Iterator[None]:
    """Put the note's name to what cannot be written in it."""
    try:
        yield
    except Unconvertible as exc:
        raise Unconvertible(exc.message, note=note) from exc
