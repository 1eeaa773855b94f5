"""Finding out what is in a space, and how sure that is.

The service can list a structure page by page, though no contract says so. A
list is *complete* only if nothing about it was odd: a structure that is
not in `Listing.complete` says nothing about notes it does not name. Even a complete
list may have skipped a note, if others came or went between two pages; that it
is gone is for others to confirm. Where there are no lists, title search finds what it
can (`capsync.capacities.searching`), which is never complete.
"""

from __future__ import annotations

from collections.abc import Callable, Generator, Iterable
from dataclasses import dataclass, field
from typing import TypeAlias, TypeVar

from capsync.capacities.decode import Page
from capsync.capacities.reading import PAGE_SIZE, Reading
from capsync.capacities.searching import SEARCHES, search_titles
from capsync.errors import Rejected, Stale
from capsync.model.note import Row, StructureId
from capsync.model.token import NoteId

Ask: TypeAlias = Callable[[str | None], Page]
"""Fetches the page that follows a cursor; None for the first."""

T = TypeVar("T")
Steps: TypeAlias = Generator[None, None, T]
"""Work that stops before each request, for whoever has something else to do meanwhile."""


@dataclass(frozen=True, slots=True)
class Listing:
    """What was found in a space."""

    rows: tuple[Row, ...]
    """Each note once."""
    complete: frozenset[StructureId]
    """Structures of which no note is missing in *rows*."""
    notes: tuple[str, ...]
    """What was odd, for the report."""


@dataclass(frozen=True, slots=True)
class Members:
    """What was found in a collection, or with a tag."""

    notes: frozenset[NoteId]
    oddity: str = ""
    """What was odd about the list; empty where no note is missing."""


@dataclass(frozen=True, slots=True)
class Census:
    """How many notes of a structure there are, and what some of them are called."""

    rows: tuple[Row, ...]
    more: bool
    """Whether there are more than *rows*."""


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
    return all_at_once(list_in_steps(client, structures, searches=searches))


def list_in_steps(
    client: Reading, structures: Iterable[StructureId], *, searches: int = SEARCHES
) -> Steps[Listing]:
    """List as `list_space` does, and stop before each request."""
    found = _Found()
    unlisted = []
    for structure in dict.fromkeys(structures):
        is_listed = False
        if not found.has_no_lists:
            is_listed = yield from _list_structure(client, structure, found)
        if not is_listed:
            unlisted.append(structure)
    if unlisted:
        rows, note = yield from search_titles(client, unlisted, searches)
        found.rows |= rows
        found.notes.append(note)
    return Listing(tuple(found.rows.values()), frozenset(found.complete), tuple(found.notes))


def all_at_once(steps: Steps[T]) -> T:
    """Do all steps, and give what comes of them."""
    while True:
        try:
            next(steps)
        except StopIteration as end:
            return end.value  # type: ignore[no-any-return]  # of the generator's own type


_Rows: TypeAlias = dict[NoteId, Row]


@dataclass(slots=True)
class _Found:
    """What a listing has brought to light so far."""

    rows: _Rows = field(default_factory=dict)
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


def _list_structure(client: Reading, structure: StructureId, found: _Found) -> Steps[bool]:
    """List one structure; False where that is not possible and search has to do."""
    yield
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
    size = found.page_size

    def ask(cursor: str | None) -> Page:
        return client.list_structure(structure, cursor=cursor, page_size=size)

    oddity = yield from _turn_pages(ask, page, lambda row: row.structure == structure, found.rows)
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


def _turn_pages(ask: Ask, page: Page, fits: Callable[[Row], bool], found: _Rows) -> Steps[str]:
    """Read a list to its end; say what was odd about it, or nothing.

    Args:
        fits: Which rows belong in this list.
    """
    seen: set[NoteId] = set()
    cursors: set[str] = set()
    oddity, total = "", page.total
    while True:
        fresh = {row.id: row for row in page.rows if fits(row) and row.id not in seen}
        if len(fresh) < len(page.rows):
            oddity = "the list repeats itself or strays"
        if page.total != total:
            oddity = "the list changed while it was read"
        seen |= fresh.keys()
        found |= fresh
        cursor = page.next_cursor
        if cursor is None:
            if page.cut_short:
                return "the list stops although there is more"
            short = total is not None and total != len(seen)
            return oddity or ("the list counts other notes than it names" if short else "")
        if cursor in cursors or not fresh:
            return "the list says there is more and gives nothing new"
        cursors.add(cursor)
        yield
        try:
            page = ask(cursor)
        except (Stale, Rejected) as exc:
            return f"the list broke off ({exc.message})"


def list_members(client: Reading, kind: str, about: str) -> Members:
    """List the notes in a collection, or with a tag.

    Args:
        kind: ``collection`` or ``tag``.
        about: Its id.

    Raises:
        AuthError: The token is not accepted.
        RetryError: It did not work now.
    """

    def ask(cursor: str | None, size: int | None = PAGE_SIZE) -> Page:
        if kind == "tag":
            return client.list_tag(NoteId(about), cursor=cursor, page_size=size)
        return client.list_collection(about, cursor=cursor, page_size=size)

    rows: _Rows = {}
    try:
        page = ask(None)
    except Stale:
        return Members(frozenset(), "it is not there, or cannot be listed")
    except Rejected:
        try:
            page = ask(None, None)
        except (Stale, Rejected) as exc:
            return Members(frozenset(), f"it cannot be listed ({exc.message})")
        steps = _turn_pages(lambda cursor: ask(cursor, None), page, lambda _: True, rows)
    else:
        steps = _turn_pages(ask, page, lambda _: True, rows)
    oddity = all_at_once(steps)
    return Members(frozenset(rows), oddity)


def count_notes(client: Reading, structure: StructureId, pages: int) -> Census | None:
    """Count the notes of a structure as far as *pages* of its list go; None without a list.

    Raises:
        AuthError: The token is not accepted.
        RetryError: It did not work now.
    """
    rows: _Rows = {}
    cursor: str | None = None
    for _ in range(pages):
        try:
            page = client.list_structure(structure, cursor=cursor)
        except (Stale, Rejected):
            return None
        rows |= {row.id: row for row in page.rows if row.structure == structure}
        cursor = page.next_cursor
        if cursor is None:
            return (
                None
                if page.cut_short and not rows
                else Census(tuple(rows.values()), more=page.cut_short)
            )
    return Census(tuple(rows.values()), more=True)
