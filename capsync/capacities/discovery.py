"""Finding out what is in a space, and how sure that is.

The service can list a structure page by page, though no contract says so. A
list is *complete* only if nothing about it was odd: a structure that is
not in `Listing.complete` says nothing about notes it does not name. Where there
are no lists, title search finds what it can, which is never complete.
"""

from __future__ import annotations

from collections import deque
from collections.abc import Iterable
from dataclasses import dataclass, field
from string import ascii_lowercase, digits

from capsync.capacities.decode import Page
from capsync.capacities.reading import MOST_HITS, MOST_STRUCTURES, PAGE_SIZE, Reading
from capsync.errors import Rejected, Stale
from capsync.model.note import Row, StructureId
from capsync.model.token import NoteId

SEARCHES = 120
"""Search requests spent at most where there are no lists; four minutes' worth."""

DEEPEST = 4
"""Characters in a search at most."""

ALPHABET = ascii_lowercase + digits


@dataclass(frozen=True, slots=True)
class Listing:
    """What was found in a space."""

    rows: tuple[Row, ...]
    """Each note once."""
    complete: frozenset[StructureId]
    """Structures of which no note is missing in *rows*."""
    notes: tuple[str, ...]
    """What was odd, for the report."""


def list_space(
    client: Reading, structures: Iterable[StructureId], *, searches: int = SEARCHES
) -> Listing:
    """List the notes of *structures* and of nothing else.

    Args:
        searches: Search requests to spend at most where there are no lists.

    Raises:
        AuthError: The token is not accepted.
        RetryError: It did not work now; what was found so far is dropped.
    """
    found = _Found()
    unlisted = [
        structure
        for structure in dict.fromkeys(structures)
        if found.has_no_lists or not _list_structure(client, structure, found)
    ]
    if unlisted:
        _search(client, unlisted, found, searches)
    return Listing(tuple(found.rows.values()), frozenset(found.complete), tuple(found.notes))


@dataclass(slots=True)
class _Found:
    """What a listing has brought to light so far."""

    rows: dict[NoteId, Row] = field(default_factory=dict)
    complete: set[StructureId] = field(default_factory=set)
    notes: list[str] = field(default_factory=list)
    listed: int = 0
    """Structures the service was willing to list."""
    unknown: int = 0
    """Structures it answered 404 to."""
    page_size: int | None = PAGE_SIZE
    """Rows to ask for; None once so many were refused."""

    @property
    def has_no_lists(self) -> bool:
        """Two structures unknown and none known: it is the endpoint that is missing."""
        return self.unknown >= 2 and not self.listed


def _list_structure(client: Reading, structure: StructureId, found: _Found) -> bool:
    """List one structure; False where that is not possible and search has to do."""
    try:
        page = _first_page(client, structure, found)
    except Stale:
        found.unknown += 1
        return False
    except Rejected as exc:
        found.listed += 1
        found.notes.append(f"{structure}: cannot be listed ({exc.message})")
        return True
    if page.cut_short and not page.rows:
        return False
    found.listed += 1
    oddity = _turn_pages(client, structure, page, found)
    if oddity:
        found.notes.append(f"{structure}: {oddity}; nothing is taken to be missing")
    else:
        found.complete.add(structure)
    return True


def _first_page(client: Reading, structure: StructureId, found: _Found) -> Page:
    """Ask for a list in large pages; where that is refused, in pages as the service likes them.

    Raises:
        Stale, Rejected: See `Reading.list_structure`.
    """
    try:
        return client.list_structure(structure, page_size=found.page_size)
    except Rejected:
        if found.page_size is None:
            raise
    page = client.list_structure(structure, page_size=None)
    found.page_size = None
    return page


def _turn_pages(client: Reading, structure: StructureId, page: Page, found: _Found) -> str:
    """Read a list to its end; say what was odd about it, or nothing."""
    seen: set[NoteId] = set()
    cursors: set[str] = set()
    oddity = ""
    while True:
        fresh = {
            row.id: row for row in page.rows if row.structure == structure and row.id not in seen
        }
        if len(fresh) < len(page.rows):
            oddity = "the list repeats itself or strays"
        seen |= fresh.keys()
        found.rows |= fresh
        cursor = page.next_cursor
        if cursor is None:
            return "the list stops although there is more" if page.cut_short else oddity
        if cursor in cursors or not fresh:
            return "the list says there is more and gives nothing new"
        cursors.add(cursor)
        try:
            page = client.list_structure(structure, cursor=cursor, page_size=found.page_size)
        except (Stale, Rejected) as exc:
            return f"the list broke off ({exc.message})"


def _search(client: Reading, structures: list[StructureId], found: _Found, searches: int) -> None:
    """Find by title what can be found: every first letter, and longer where an answer was full."""
    groups = [
        tuple(structures[start : start + MOST_STRUCTURES])
        for start in range(0, len(structures), MOST_STRUCTURES)
    ]
    queue = deque((letter, group) for group in groups for letter in ALPHABET)
    full = False
    for _ in range(searches):
        if not queue:
            break
        query, group = queue.popleft()
        rows = client.search(query, group, MOST_HITS)
        found.rows |= {row.id: row for row in rows if row.structure in group}
        if len(rows) < MOST_HITS:
            continue
        if len(group) > 1:
            middle = len(group) // 2
            queue += [(query, group[:middle]), (query, group[middle:])]
        elif len(query) < DEEPEST:
            queue += [(query + letter, group) for letter in ALPHABET]
        else:
            full = True
    enough = " as far as the quota allows" if queue or full else ""
    found.notes.append(
        f"{', '.join(structures)}: no list, searched by title{enough};"
        " nothing is taken to be missing"
    )
