"""Listing a space: what is found, and when a list may be trusted to be whole."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable, Mapping
from typing import Any

import pytest
from hypothesis import given, strategies as st

from capsync.capacities.client import Client, connect
from capsync.capacities.discovery import list_space
from capsync.capacities.http import transport_of
from capsync.clock import ManualClock
from capsync.errors import ServerFault
from capsync.model.note import DAILY_NOTE, PAGE, TAG, TASK, Row, StructureId
from capsync.model.token import NoteId

Reply = tuple[int, Any]
MISSING: Reply = (404, {"code": "cap_not_found", "message": "No such path."})


def row(number: int, structure: str = "RootPage", title: str = "") -> dict[str, str]:
    return {"id": f"note-{number}", "structureId": structure, "title": title or f"t{number}"}


def page(*rows: object, cursor: str | None = None, more: bool | None = None) -> Reply:
    has_more = cursor is not None if more is None else more
    return 200, {"results": list(rows), "hasMore": has_more, "nextCursor": cursor}


def client_of(
    lists: Callable[[Mapping[str, str]], Reply],
    search: Callable[[Mapping[str, Any]], Reply] = lambda _: page(),
) -> Client:
    def service(
        method: str, path: str, query: Mapping[str, str], headers: object, body: bytes
    ) -> tuple[int, Mapping[str, str], bytes]:
        status, answer = search(json.loads(body)) if path == "/objects/search" else lists(query)
        return status, {}, json.dumps(answer).encode()

    return connect("cap-api-x", clock=ManualClock(0.0), pace=0.0, transport=transport_of(service))


def client_with_pages(*pages: Reply) -> Client:
    """Make a service whose lists give these pages, one by one, the last for ever."""
    waiting = list(pages)
    return client_of(lambda _: waiting.pop(0) if len(waiting) > 1 else waiting[0])


def test_a_list_that_ends_well_is_complete() -> None:
    client = client_with_pages(page(row(1), row(2), cursor="x"), page(row(3)))
    listing = list_space(client, [PAGE])
    assert [each.id for each in listing.rows] == ["note-1", "note-2", "note-3"]
    assert listing.complete == {PAGE}
    assert listing.notes == ()
    assert client.requests == 2


def test_an_empty_list_is_complete() -> None:
    assert list_space(client_with_pages(page()), [PAGE]).complete == {PAGE}


def test_a_cursor_on_the_last_page_is_not_followed() -> None:
    client = client_with_pages(page(row(1), cursor="x", more=False))
    assert list_space(client, [PAGE]).complete == {PAGE}
    assert client.requests == 1


ODD: Mapping[str, tuple[Reply, ...]] = {
    "a row twice on one page": (page(row(1), row(1)),),
    "a row twice on two pages": (page(row(1), row(2), cursor="x"), page(row(2), row(3))),
    "the same cursor for ever": (page(row(1), cursor="x"), page(row(2), cursor="x")),
    "the same page for ever": (page(row(1), cursor="x"), page(row(1), cursor="y")),
    "an empty page that is not the last": (page(row(1), cursor="x"), page(cursor="y")),
    "empty although there is more": (page(cursor="x"),),
    "more without a cursor": (page(row(1), more=True),),
    "a note of another type": (page(row(1), row(2, "RootTag")),),
    "refused half-way": (page(row(1), cursor="x"), (400, {"message": "Bad cursor."})),
    "gone half-way": (page(row(1), cursor="x"), MISSING),
}


@pytest.mark.parametrize("pages", ODD.values(), ids=ODD.keys())
def test_a_list_with_anything_odd_about_it_is_not_complete(pages: tuple[Reply, ...]) -> None:
    listing = list_space(client_with_pages(*pages), [PAGE])
    assert listing.complete == frozenset()
    assert len(listing.notes) == 1
    assert "nothing is taken to be missing" in listing.notes[0]
    assert len({each.id for each in listing.rows}) == len(listing.rows)
    assert all(each.structure == PAGE for each in listing.rows)


@pytest.mark.parametrize("rows", [(), (row(1),)], ids=["empty", "the same row"])
def test_a_list_with_ever_new_cursors_and_nothing_new_ends(rows: tuple[object, ...]) -> None:
    def lists(query: Mapping[str, str]) -> Reply:
        return page(*rows, cursor=query.get("cursor", "") + "x")

    client = client_of(lists)
    assert list_space(client, [PAGE]).complete == frozenset()
    assert client.requests <= 2


def test_pages_that_are_too_large_are_asked_for_in_the_services_own_measure() -> None:
    sizes = []

    def lists(query: Mapping[str, str]) -> Reply:
        sizes.append(query.get("pageSize"))
        if "pageSize" in query:
            return 400, {"code": "cap_invalid_input", "message": "Too big."}
        at = int(query.get("cursor", "0"))
        return page(row(at, query["id"]), cursor="1" if at == 0 else None)

    listing = list_space(client_of(lists), [PAGE, TAG])
    assert listing.complete == {PAGE, TAG}
    assert sizes == ["100", None, None, None, None]


def test_trouble_on_the_way_is_the_callers_business() -> None:
    client = client_with_pages(page(row(1), cursor="x"), (500, {}))
    with pytest.raises(ServerFault):
        list_space(client, [PAGE])


def test_a_structure_that_cannot_be_listed_is_noted_and_the_others_are_complete() -> None:
    def lists(query: Mapping[str, str]) -> Reply:
        if query["id"] == "RootQuery":
            return 400, {"code": "cap_invalid_input", "message": "Cannot list this type."}
        return page(row(1))

    listing = list_space(client_of(lists), [StructureId("RootQuery"), PAGE])
    assert listing.complete == {PAGE}
    assert listing.notes == (
        "RootQuery: cannot be listed (the service refused it: 400: Cannot list this type.)",
    )


def test_only_the_structures_asked_for_are_listed_and_each_once() -> None:
    asked = []

    def lists(query: Mapping[str, str]) -> Reply:
        asked.append(query["id"])
        return page()

    list_space(client_of(lists), [PAGE, TAG, PAGE])
    assert asked == ["RootPage", "RootTag"]


def by_title(titles: Iterable[str], structure: str = "RootPage") -> Callable[..., Reply]:
    rows = [row(number, structure, title) for number, title in enumerate(titles)]

    def search(json: Mapping[str, Any]) -> Reply:
        hits = [
            each
            for each in rows
            if each["title"].lower().startswith(json["query"])
            and each["structureId"] in json["structureIds"]
        ]
        return 200, {"results": hits[: json["limit"]]}

    return search


def test_without_lists_titles_are_searched_and_nothing_is_complete() -> None:
    client = client_of(lambda _: MISSING, by_title(["Apple", "beet", "7 up", "日本"]))
    listing = list_space(client, [PAGE])
    assert {each.title for each in listing.rows} == {"Apple", "beet", "7 up"}
    assert listing.complete == frozenset()
    assert listing.notes == (
        "RootPage: no list, searched by title; nothing is taken to be missing",
    )


def test_the_old_envelope_is_no_list_either() -> None:
    client = client_of(lambda _: (200, {"objects": []}), by_title(["Apple"]))
    listing = list_space(client, [PAGE])
    assert [each.title for each in listing.rows] == ["Apple"]
    assert listing.complete == frozenset()


def test_missing_lists_are_asked_for_twice_at_most() -> None:
    client = client_of(lambda _: MISSING)
    list_space(client, [PAGE, TAG, TASK, DAILY_NOTE])
    assert client.calls["GET", "/objects/structure"] == 2


def test_one_unknown_structure_does_not_condemn_the_lists() -> None:
    def lists(query: Mapping[str, str]) -> Reply:
        return MISSING if query["id"] == "RootTask" else page(row(1, query["id"]))

    listing = list_space(client_of(lists), [TASK, PAGE, TAG])
    assert listing.complete == {PAGE, TAG}


def test_a_full_answer_is_asked_again_in_smaller_pieces() -> None:
    titles = [f"a{letter}{number}" for letter in "xyz" for number in range(30)]
    client = client_of(lambda _: MISSING, by_title(titles))
    listing = list_space(client, [PAGE])
    assert {each.title for each in listing.rows} == set(titles)


def test_a_full_answer_for_several_structures_is_asked_again_for_each() -> None:
    pages = [row(n, "RootPage", f"a{n}") for n in range(40)]
    tags = [row(100 + n, "RootTag", f"a{n}") for n in range(40)]

    def search(json: Mapping[str, Any]) -> Reply:
        hits = [
            each
            for each in pages + tags
            if each["title"].startswith(json["query"])
            and each["structureId"] in json["structureIds"]
        ]
        return 200, {"results": hits[: json["limit"]]}

    client = client_of(lambda _: MISSING, search)
    listing = list_space(client, [PAGE, TAG])
    assert len(listing.rows) == 80
    assert client.calls["POST", "/objects/search"] == 36 + 2


def test_searching_keeps_to_its_budget_and_says_so() -> None:
    titles = [f"aaa{number}" for number in range(200)]
    client = client_of(lambda _: MISSING, by_title(titles))
    listing = list_space(client, [PAGE], searches=50)
    assert client.calls["POST", "/objects/search"] == 50
    assert "as far as the quota allows" in listing.notes[0]


def test_titles_that_never_part_do_not_go_on_for_ever() -> None:
    titles = ["aaaaaaaa"] * 60
    client = client_of(lambda _: MISSING, by_title(titles))
    listing = list_space(client, [PAGE], searches=10_000)
    assert len(listing.rows) == 50
    assert client.calls["POST", "/objects/search"] < 36 * 10
    assert "as far as the quota allows" in listing.notes[0]


def test_a_row_is_what_the_list_says() -> None:
    listing = list_space(client_with_pages(page(row(1, title="Trip"))), [PAGE])
    assert listing.rows == (Row(NoteId("note-1"), PAGE, "Trip"),)


@given(notes=st.integers(0, 40), size=st.integers(1, 9))
def test_however_long_the_list_every_note_is_found_once(notes: int, size: int) -> None:
    rows = [row(number) for number in range(notes)]
    pages = [rows[at : at + size] for at in range(0, notes, size)] or [[]]

    def lists(query: Mapping[str, str]) -> Reply:
        at = int(query.get("cursor", "0"))
        return page(*pages[at], cursor=str(at + 1) if at + 1 < len(pages) else None)

    listing = list_space(client_of(lists), [PAGE])
    assert [each.id for each in listing.rows] == [each["id"] for each in rows]
    assert listing.complete == {PAGE}
