"""The endpoints that change nothing: space, structures, objects, search, lists.

All of them are repeated by themselves when the service stumbles. Every method
raises what `Calls._call` raises; only what is special is said below.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from capsync.capacities.calls import Calls
from capsync.capacities.decode import (
    Page,
    decode_page,
    decode_read,
    decode_rows,
    decode_space,
    decode_structures,
)
from capsync.model.note import Note, Row, Space, Structure, StructureId
from capsync.model.token import NoteId

MOST_HITS = 50
LONGEST_QUERY = 512
MOST_STRUCTURES = 25
PAGE_SIZE = 100


class Reading(Calls):
    """What can be asked of a space."""

    def space(self) -> Space:
        """Fetch the space the token belongs to.

        Raises:
            AuthError: The token is not accepted.
            RetryError: It did not work now.
        """
        return self._call(decode_space, "GET", "/space")

    def structures(self) -> tuple[Structure, ...]:
        """Fetch all structures with their properties and collections.

        Raises:
            AuthError: The token is not accepted.
            RetryError: It did not work now.
        """
        return self._call(decode_structures, "GET", "/space/structures")

    def get(self, note: NoteId) -> Note:
        """Fetch one object with its properties and blocks.

        Raises:
            Stale: It does not exist, is in the trash, or the token cannot see it.
            AuthError, RetryError, NoteError: See the module.
        """

        def decode(raw: Any) -> Note:
            found = decode_read(raw)
            if found.id.lower() != note.lower():
                raise ValueError(f"asked for {note}, got {found.id}")
            return found

        return self._call(decode, "GET", "/object", note=note, query={"id": note})

    def markdown(self, note: NoteId) -> str:
        """Fetch an object as the service itself would write it in Markdown; not lossless.

        Raises:
            Stale: It does not exist, is in the trash, or the token cannot see it.
            AuthError, RetryError, NoteError: See the module.
        """
        return self._call(_markdown, "GET", "/object/markdown", note=note, query={"id": note})

    def search(
        self, query: str, structures: Iterable[StructureId] = (), limit: int = MOST_HITS
    ) -> tuple[Row, ...]:
        """Search titles, the best match first; new and renamed notes may be missing for a while.

        Args:
            query: Cut to what the service takes; a blank one finds nothing.
            structures: Where to search; empty for everywhere.
            limit: Hits at most, 1 to 50; per 25 structures, where there are more of them.

        Raises:
            AuthError, RetryError, NoteError: See the module.
        """
        query = query.strip()[:LONGEST_QUERY].strip()
        if not query:
            return ()
        json: dict[str, Any] = {"query": query, "limit": min(max(limit, 1), MOST_HITS)}
        where = list(structures)
        rows: dict[NoteId, Row] = {}
        for start in range(0, max(len(where), 1), MOST_STRUCTURES):
            if where:
                json["structureIds"] = where[start : start + MOST_STRUCTURES]
            found = self._call(decode_rows, "POST", "/objects/search", json=json)
            rows |= {row.id: row for row in found}
        return tuple(rows.values())

    def list_structure(
        self,
        structure: StructureId,
        *,
        cursor: str | None = None,
        page_size: int | None = PAGE_SIZE,
    ) -> Page:
        """Fetch one page of all notes of a structure.

        Args:
            cursor: What the page before gave; None for the first page.
            page_size: Rows on the page at most, 1 to 100; None for the service's own measure.

        Raises:
            Stale: There are no lists in this version of the service, or no such structure.
            Rejected: The service does not list this structure.
            AuthError, RetryError: See the module.
        """
        return self._list("/objects/structure", structure, cursor, page_size)

    def list_collection(
        self, collection: str, *, cursor: str | None = None, page_size: int | None = PAGE_SIZE
    ) -> Page:
        """Fetch one page of all notes of a collection.

        Raises:
            Stale, Rejected, AuthError, RetryError: As in `list_structure`.
        """
        return self._list("/objects/collection", collection, cursor, page_size)

    def list_tag(
        self, tag: NoteId, *, cursor: str | None = None, page_size: int | None = PAGE_SIZE
    ) -> Page:
        """Fetch one page of all notes with a tag.

        Raises:
            Stale, Rejected, AuthError, RetryError: As in `list_structure`.
        """
        return self._list("/objects/tag", tag, cursor, page_size)

    def _list(self, path: str, about: str, cursor: str | None, page_size: int | None) -> Page:
        query = {"id": about}
        if page_size is not None:
            query["pageSize"] = str(page_size)
        if cursor is not None:
            query["cursor"] = cursor
        return self._call(decode_page, "GET", path, note=about, query=query)


def _markdown(raw: Any) -> str:
    text = raw["markdown"]
    if not isinstance(text, str):
        raise TypeError("markdown is no text")
    return text
