"""Lists of a service at which others are at work while they are read."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

import pytest
from hypothesis import given, strategies as st

from capsync.capacities.client import Client
from capsync.capacities.discovery import list_space
from capsync.model.note import DAILY_NOTE, PAGE, TAG
from capsync.model.token import NoteId
from tests.capacities.test_discovery import client_of

Answer = tuple[int, Any]


@dataclass
class Service:
    """A service whose pages are cut by number of rows, so that rows slip while others come and go.

    Between any two requests the next of *acts* happens: ``+`` makes a note in front of
    all others, a number removes the note at that place.
    """

    notes: list[str]
    size: int
    acts: list[str | int]
    made: int = 0
    ever: set[str] = field(default_factory=set)
    always: set[str] = field(default_factory=set)

    def __post_init__(self) -> None:
        self.ever, self.always = set(self.notes), set(self.notes)

    def answer(self, query: Mapping[str, str]) -> Answer:
        at = int(query.get("cursor", "0"))
        rows = [
            {"id": each, "structureId": "RootPage", "title": each}
            for each in self.notes[at : at + self.size]
        ]
        more = len(self.notes) > at + self.size
        self._act()
        cursor = str(at + self.size) if more else None
        return 200, {"results": rows, "hasMore": more, "nextCursor": cursor}

    def _act(self) -> None:
        act = self.acts.pop(0) if self.acts else None
        if act == "+":
            self.made += 1
            self.notes.insert(0, f"made-{self.made}")
            self.ever.add(f"made-{self.made}")
        elif isinstance(act, int) and self.notes:
            self.always.discard(self.notes.pop(act % len(self.notes)))


@given(
    count=st.integers(0, 30),
    size=st.integers(1, 7),
    acts=st.lists(st.just("+") | st.integers(0, 40), max_size=8),
)
def test_whatever_happens_between_pages_rows_are_true_and_named_once(
    count: int, size: int, acts: list[str | int]
) -> None:
    service = Service([f"note-{n}" for n in range(count)], size, list(acts))
    listing = list_space(client_of(service.answer), [PAGE])
    ids = [row.id for row in listing.rows]
    assert len(set(ids)) == len(ids)
    assert set(ids) <= service.ever
    removed = any(isinstance(act, int) for act in acts)
    if not removed and PAGE in listing.complete:
        assert service.always <= set(ids)


def test_a_row_slips_past_when_one_before_it_goes() -> None:
    """Why a complete list alone deletes nothing: nothing about this one is odd."""
    service = Service(["a", "b", "c", "d"], 2, [0])
    listing = list_space(client_of(service.answer), [PAGE])
    assert listing.complete == {PAGE}
    assert "c" in service.notes
    assert NoteId("c") not in {row.id for row in listing.rows}


def page(*ids: str, **more: Any) -> Answer:
    rows = [{"id": each, "structureId": "RootPage", "title": each} for each in ids]
    return 200, {"results": rows, **more}


ODD: Mapping[str, tuple[Answer, ...]] = {
    "not said whether there is more": (page("a", "b"),),
    "null for whether there is more": (page("a", hasMore=None, nextCursor=None),),
    "fewer notes than counted": (page("a", hasMore=False, total=2),),
    "more notes than counted": (page("a", "b", hasMore=False, totalCount=1),),
    "another count on the next page": (
        page("a", hasMore=True, nextCursor="x", total=2),
        page("b", hasMore=False, total=3),
    ),
}


@pytest.mark.parametrize("pages", ODD.values(), ids=ODD.keys())
def test_lists_that_do_not_add_up_are_not_complete(pages: tuple[Answer, ...]) -> None:
    waiting = list(pages)
    listing = list_space(client_of(lambda _: waiting.pop(0)), [PAGE])
    assert listing.complete == frozenset()
    assert "nothing is taken to be missing" in listing.notes[0]


def test_a_cursor_is_followed_where_nothing_is_said_about_more() -> None:
    waiting = [page("a", nextCursor="x"), page("b", hasMore=False)]
    listing = list_space(client_of(lambda _: waiting.pop(0)), [PAGE])
    assert len(listing.rows) == 2
    assert listing.complete == {PAGE}


def test_a_list_that_adds_up_is_complete() -> None:
    listing = list_space(client_of(lambda _: page("a", hasMore=False, total=1)), [PAGE])
    assert listing.complete == {PAGE}


# Without lists


def searched(titles: list[str], structure: str = "RootPage") -> tuple[Client, list[str]]:
    queries = []

    def search(said: Mapping[str, Any]) -> Answer:
        queries.append(said["query"])
        hits = [
            {"id": f"{number}", "structureId": structure, "title": title}
            for number, title in enumerate(titles)
            if any(word.startswith(said["query"]) for word in [title.casefold(), *title.split()])
        ]
        return 200, {"results": hits[: said["limit"]]}

    return client_of(lambda _: (404, {"code": "cap_not_found"}), search), queries


def test_days_are_told_apart_though_they_begin_alike() -> None:
    titles = [f"2026-{month:02}-{day:02}" for month in range(1, 13) for day in range(1, 29)]
    client, _ = searched(titles, DAILY_NOTE)
    assert len(list_space(client, [DAILY_NOTE], searches=400).rows) == len(titles)


def test_a_long_common_beginning_is_passed_in_one_step() -> None:
    titles = [f"Meeting notes of {letter}{number}" for letter in "abc" for number in range(40)]
    client, queries = searched(titles)
    assert len(list_space(client, [PAGE]).rows) == len(titles)
    assert "meeting notes of" in queries or any(
        query.startswith("meeting notes of ") for query in queries
    )


def test_what_no_letter_begins_is_looked_for_once_it_was_seen() -> None:
    titles = [*(f"日記 a{number}" for number in range(30)), "日本"]
    client, queries = searched(titles)
    assert len(list_space(client, [PAGE]).rows) == len(titles)
    assert "日" in queries


# Members


def test_members_of_a_collection_are_listed_page_by_page() -> None:
    waiting = [page("a", "b", hasMore=True, nextCursor="x"), page("c", hasMore=False)]
    found = client_of(lambda _: waiting.pop(0)).members("collection", "best")
    assert found.notes == {"a", "b", "c"}
    assert not found.oddity


@pytest.mark.parametrize("kind", ["collection", "tag"])
@pytest.mark.parametrize(
    "pages",
    [
        ((404, {"code": "cap_not_found"}),),
        ((400, {}), (400, {})),
        (page("a", hasMore=True),),
        (page("a", hasMore=True, nextCursor="x"), (404, {})),
        (page("a", "a", hasMore=False),),
    ],
)
def test_a_list_of_members_with_anything_odd_says_so(kind: str, pages: tuple[Answer, ...]) -> None:
    waiting = list(pages)
    assert client_of(lambda _: waiting.pop(0)).members(kind, "best").oddity


def test_members_are_listed_in_the_services_own_measure_where_large_pages_are_refused() -> None:
    def answer(query: Mapping[str, str]) -> Answer:
        return (400, {}) if "pageSize" in query else page("a", hasMore=False)

    assert client_of(answer).members("tag", "x").notes == {"a"}


# Counting


def test_counting_stops_after_some_pages_and_says_so() -> None:
    service = Service([f"note-{n}" for n in range(30)], 5, [])
    census = client_of(service.answer).census(PAGE, pages=2)
    assert census is not None
    assert (len(census.rows), census.more) == (10, True)


def test_counting_to_the_end_says_that_this_is_all() -> None:
    service = Service(["a", "b"], 5, [])
    census = client_of(service.answer).census(PAGE)
    assert census is not None
    assert (len(census.rows), census.more) == (2, False)


def test_nothing_is_counted_without_lists_or_where_the_quota_is_needed() -> None:
    client = client_of(lambda _: (404, {"code": "cap_not_found"}))
    assert client.census(TAG) is None
    busy = client_of(Service(["a"], 5, []).answer)
    for _ in range(25):
        list_space(busy, [PAGE])
    before = busy.requests
    assert busy.census(PAGE) is None
    assert busy.requests == before
