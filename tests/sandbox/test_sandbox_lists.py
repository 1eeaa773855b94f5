"""Finding objects: pages of lists, and the search by title."""

from __future__ import annotations

from typing import Any

import pytest

from capsync.clock import ManualClock
from capsync.sandbox.caller import Caller
from capsync.sandbox.core import Sandbox
from capsync.sandbox.options import Options

NOBODY = "7d2e7f8a-4c3b-4e1d-9f0a-123456789abc"


def start(**switches: Any) -> Caller:
    return Caller(Sandbox(Options(quota_scale=0, **switches), clock=ManualClock()))


def listed(service: Caller, kind: str, target: str, **query: str) -> list[str]:
    """Give all titles of a list, page after page."""
    titles, more = [], dict(query)
    while True:
        page = service.ok(f"GET /objects/{kind}", id=target, **more)
        titles += [row["title"] for row in page["results"]]
        if not page["hasMore"]:
            return titles
        more["cursor"] = page["nextCursor"]


def test_a_list_gives_everything_once_in_pages() -> None:
    service = start()
    names = [f"Page {number}" for number in range(7)]
    for name in names:
        service.sandbox.app_create("RootPage", name)
    service.sandbox.app_create("RootTag", "a tag")
    assert listed(service, "structure", "RootPage", pageSize="3") == names
    assert listed(service, "structure", "RootPage") == names


def test_rows_slip_where_a_cursor_counts_rows() -> None:
    service = start(offset_pages=True)
    made = [service.sandbox.app_create("RootPage", f"Page {number}") for number in range(4)]
    assert listed(service, "structure", "RootPage", pageSize="3") == [
        "Page 3", "Page 2", "Page 1", "Page 0"
    ]  # fmt: skip
    first = service.ok("GET /objects/structure", id="RootPage", pageSize="2")
    service.sandbox.app_trash(made[3])
    rest = service.ok(
        "GET /objects/structure", id="RootPage", pageSize="2", cursor=first["nextCursor"]
    )
    assert [row["title"] for row in rest["results"]] == ["Page 0"]


def test_a_full_last_page_says_that_it_is_the_last() -> None:
    service = start()
    for _ in range(4):
        service.sandbox.app_create("RootPage", "x")
    first = service.ok("GET /objects/structure", id="RootPage", pageSize="2")
    last = service.ok(
        "GET /objects/structure", id="RootPage", pageSize="2", cursor=first["nextCursor"]
    )
    assert (first["hasMore"], last["hasMore"], last["nextCursor"]) == (True, False, None)


def test_rows_have_an_id_a_structure_and_a_title_only() -> None:
    service = start()
    made = service.sandbox.app_create("RootPage", "x")
    answer = service.ok("GET /objects/structure", id="RootPage")
    row = {"id": made, "structureId": "RootPage", "title": "x"}
    assert answer == {"results": [row], "hasMore": False, "nextCursor": None}


def test_what_is_made_while_paging_comes_at_the_end_and_what_is_trashed_is_left_out() -> None:
    service = start()
    ids = [service.sandbox.app_create("RootPage", name) for name in "abcd"]
    page = service.ok("GET /objects/structure", id="RootPage", pageSize="2")
    service.sandbox.app_trash(ids[0])
    service.sandbox.app_trash(ids[2])
    service.sandbox.app_create("RootPage", "e")
    rest = service.ok("GET /objects/structure", id="RootPage", cursor=page["nextCursor"])
    assert [row["title"] for row in rest["results"]] == ["d", "e"]


def test_lists_by_collection_and_by_tag() -> None:
    service = start()
    sandbox = service.sandbox
    shelf = sandbox.app_add_collection("RootPage", "Shelf")
    tag = sandbox.app_create("RootTag", "red")
    tags = {"type": "entity", "entity": [{"id": tag}]}
    tagged = sandbox.app_create("RootPage", "tagged", properties={"tags": tags})
    sandbox.app_create("RootPage", "shelved", collections=[shelf])
    assert listed(service, "tag", tag) == ["tagged"]
    assert listed(service, "collection", shelf) == ["shelved"]
    assert listed(service, "structure", "RootDatabase") == ["Shelf"]
    sandbox.app_set_collections(tagged, [shelf])
    sandbox.app_set_property(tagged, "tags", {"type": "entity", "entity": []})
    assert listed(service, "tag", tag) == []
    assert listed(service, "collection", shelf) == ["tagged", "shelved"]


@pytest.mark.parametrize(
    ("kind", "query", "status"),
    [
        ("structure", {}, 400),
        ("structure", {"structureId": "RootPage"}, 400),
        ("structure", {"id": "Page"}, 400),
        ("structure", {"id": NOBODY}, 404),
        ("structure", {"id": "RootQuery"}, 200),
        ("tag", {"tag": NOBODY}, 400),
        ("tag", {"id": NOBODY}, 404),
        ("collection", {"id": "Favorites"}, 400),
        ("collection", {"id": NOBODY}, 404),
        ("structure", {"id": "RootPage", "pageSize": "100"}, 200),
        ("structure", {"id": "RootPage", "pageSize": "101"}, 400),
        ("structure", {"id": "RootPage", "pageSize": "0"}, 400),
        ("structure", {"id": "RootPage", "pageSize": "many"}, 400),
        ("structure", {"id": "RootPage", "cursor": "nonsense"}, 400),
        ("structure", {"id": "RootPage", "cursor": ""}, 400),
    ],
)
def test_the_query_of_a_list_is_checked(kind: str, query: dict[str, str], status: int) -> None:
    assert start().send(f"GET /objects/{kind}", query=query).status == status


def test_a_wrong_name_is_told_what_is_missing_and_noted() -> None:
    service = start()
    message = service.refused("GET /objects/structure", structureId="RootPage")[2]
    assert message == "✖ Invalid input: expected string, received undefined\n  → at id"
    assert service.sandbox.violations == ["GET /objects/structure: unknown field structureId"]


@pytest.mark.parametrize("kind", ["structure", "collection", "tag"])
def test_lists_can_be_switched_off(kind: str) -> None:
    service = start(lists=False)
    assert service.refused(f"GET /objects/{kind}", id="RootPage")[:2] == (404, "cap_not_found")


def found(service: Caller, query: str, **more: Any) -> list[str]:
    body = {"query": query, **more}
    return [row["title"] for row in service.ok("POST /objects/search", body)["results"]]


def test_the_search_matches_titles_best_first() -> None:
    service = start()
    for name in ("The leek", "Leek soup", "Soup of the day, with leek", "Leek", "Onion"):
        blocks = [{"type": "TextBlock", "tokens": [{"type": "CodeToken", "text": "onion leek"}]}]
        service.sandbox.app_create("RootPage", name, blocks=blocks)
    every = ["Leek", "Leek soup", "The leek", "Soup of the day, with leek"]
    assert found(service, "  LEEK ") == every
    assert found(service, "leek soup") == ["Leek soup", "Soup of the day, with leek"]
    assert found(service, "leek", limit=2) == every[:2]
    assert found(service, "parsnip") == []


def test_the_search_keeps_to_structures_and_gives_twenty_unless_told() -> None:
    service = start()
    for _ in range(60):
        service.sandbox.app_create("RootPage", "many")
    service.sandbox.app_create("RootTag", "many tags")
    assert len(found(service, "many")) == 20
    assert len(found(service, "many", limit=50)) == 50
    assert found(service, "many", structureIds=["RootTag"]) == ["many tags"]


def test_the_search_may_lag_behind_new_and_changed_titles() -> None:
    clock = ManualClock()
    service = Caller(Sandbox(Options(search_lag=5.0), clock=clock))
    page = service.sandbox.app_create("RootPage", "old")
    assert found(service, "old") == []
    clock.sleep(5)
    assert found(service, "old") == ["old"]
    service.sandbox.app_rename(page, "new")
    assert (found(service, "old"), found(service, "new")) == (["old"], [])
    assert listed(service, "structure", "RootPage") == ["new"]
    clock.sleep(5)
    assert (found(service, "old"), found(service, "new")) == ([], ["new"])
