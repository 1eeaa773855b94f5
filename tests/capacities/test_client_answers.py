"""What the client makes of answers."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import pytest

from capsync.capacities.decode import Page
from capsync.errors import ServerFault
from capsync.model.note import PAGE, TAG, PropertyDefinition, Row, Space, StructureId
from capsync.model.property import LabelOption, PropertyId
from tests.capacities.test_client_endpoints import NOTE, OBJECT, REQUESTS, Service

VOID: tuple[str, ...] = ("delete", "destroy", "daily note", "part", "abort")


@pytest.mark.parametrize("name", VOID)
def test_answers_that_say_nothing_may_be_empty(name: str) -> None:
    assert REQUESTS[name][0](Service(None).client()) is None


WRITES = ("create", "update", "append", "update block", "delete block", "patch by Markdown")


@pytest.mark.parametrize("name", WRITES)
@pytest.mark.parametrize("blocks", [None, {}], ids=["missing", "empty"])
def test_a_write_answered_without_body_is_not_complete(name: str, blocks: object) -> None:
    """``blocks: {}`` after a change of properties must not look like an emptied body."""
    answer = {key: value for key, value in OBJECT.items() if key != "blocks"}
    if blocks is not None:
        answer["blocks"] = blocks
    note: Any = REQUESTS[name][0](Service(answer).client())
    assert not note.complete
    assert note.title == "a"


@pytest.mark.parametrize("name", [*WRITES, "get"])
def test_an_answer_with_a_body_is_complete(name: str) -> None:
    note: Any = REQUESTS[name][0](Service(OBJECT).client())
    assert note.complete


def test_a_read_with_an_empty_body_is_complete_and_one_without_is_not() -> None:
    assert Service(OBJECT | {"blocks": {}}).client().get(NOTE).complete
    bare = {key: value for key, value in OBJECT.items() if key != "blocks"}
    assert not Service(bare).client().get(NOTE).complete


def test_the_space_has_a_readable_title() -> None:
    service = Service({"id": "s", "title": "Tools &amp; jigs", "new": 1})
    assert service.client().space() == Space("s", "Tools & jigs")


def test_structures_are_read_whatever_else_is_in_them() -> None:
    service = Service(
        {
            "structures": [
                {
                    "id": "RootTask",
                    "title": "Task",
                    "pluralName": "Tasks",
                    "labelColor": "purple",
                    "propertyDefinitions": [
                        {
                            "id": "priority",
                            "name": "Priority",
                            "type": "label",
                            "writable": True,
                            "multiple": True,
                            "labelSet": [{"id": "high", "name": "High", "color": "red"}],
                        },
                        {
                            "id": "tags",
                            "name": "",
                            "type": "entity",
                            "writable": False,
                            "allowedStructures": ["RootTag"],
                        },
                        {"id": "new", "type": "hologram"},
                    ],
                    "collections": [{"id": "c1", "title": "Urgent"}],
                },
                {"id": "bare"},
            ]
        }
    )
    task, bare = service.client().structures()
    assert (task.title, task.plural, task.collections[0].title) == ("Task", "Tasks", "Urgent")
    assert task.properties == (
        PropertyDefinition(
            PropertyId("priority"),
            "Priority",
            "label",
            multiple=True,
            options=(LabelOption("high", "High"),),
        ),
        PropertyDefinition(PropertyId("tags"), "", "entity", writable=False, allowed=(TAG,)),
        PropertyDefinition(PropertyId("new"), "", "hologram"),
    )
    assert (bare.title, bare.plural) == ("bare", "bare")


def test_search_trims_its_query_and_keeps_within_the_limits() -> None:
    service = Service({"results": [{"id": NOTE, "structureId": "RootPage", "title": None}]})
    rows = service.client().search("  " + "x" * 600, (PAGE,), limit=500)
    assert rows == (Row(NOTE, PAGE, ""),)
    assert service.sent[0][3] == {"query": "x" * 512, "limit": 50, "structureIds": ["RootPage"]}


def test_a_blank_search_finds_nothing_and_costs_nothing() -> None:
    service = Service({"results": []})
    assert service.client().search(" \n") == ()
    assert service.sent == []


def test_a_search_in_many_structures_takes_several_requests() -> None:
    service = Service({"results": [{"id": NOTE, "structureId": "RootPage", "title": "a"}]})
    rows = service.client().search("a", [StructureId(str(n)) for n in range(30)])
    assert [len(sent[3]["structureIds"]) for sent in service.sent] == [25, 5]
    assert len(rows) == 1


ROW = {"id": NOTE, "structureId": "RootPage", "title": "a"}
PAGES: Mapping[str, tuple[dict[str, Any], Page]] = {
    "more": (
        {"results": [ROW], "hasMore": True, "nextCursor": "x"},
        Page((Row(NOTE, PAGE, "a"),), "x"),
    ),
    "last, with a cursor all the same": (
        {"results": [], "hasMore": False, "nextCursor": "x"},
        Page(()),
    ),
    "more, but how": ({"results": [], "hasMore": True}, Page((), None, cut_short=True)),
    "bare": ({"results": []}, Page(())),
    "old envelope": ({"objects": []}, Page((), cut_short=True)),
}


@pytest.mark.parametrize(("answer", "page"), PAGES.values(), ids=PAGES.keys())
def test_pages_follow_the_table(answer: dict[str, Any], page: Page) -> None:
    assert Service(answer).client().list_structure(PAGE) == page


def test_lists_send_id_page_size_and_cursor() -> None:
    service = Service({"results": []})
    client = service.client()
    client.list_structure(PAGE)
    client.list_collection("c1", cursor="x", page_size=7)
    client.list_tag(NOTE, cursor="y")
    assert [sent[1:3] for sent in service.sent] == [
        ("/objects/structure", {"id": "RootPage", "pageSize": "100"}),
        ("/objects/collection", {"id": "c1", "pageSize": "7", "cursor": "x"}),
        ("/objects/tag", {"id": NOTE, "pageSize": "100", "cursor": "y"}),
    ]


def test_markdown_gives_the_text_and_nothing_else() -> None:
    assert Service({"id": NOTE, "markdown": "# a"}).client().markdown(NOTE) == "# a"
    with pytest.raises(ServerFault):
        Service({"id": NOTE, "markdown": None}).client().markdown(NOTE)
