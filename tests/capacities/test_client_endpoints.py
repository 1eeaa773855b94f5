"""Each endpoint: exactly what is sent, and what is made of the answer."""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping
from datetime import date
from typing import Any

import pytest

from capsync.capacities.client import Client, connect
from capsync.capacities.decode import Page
from capsync.capacities.http import transport_of
from capsync.clock import ManualClock
from capsync.errors import Rejected, ServerFault, Unconvertible
from capsync.model.block import BlockId, CodeBlock, HorizontalLineBlock, OpaqueBlock, TextBlock
from capsync.model.note import PAGE, TAG, TITLE, PropertyDefinition, Row, Space, StructureId
from capsync.model.property import LabelOption, PropertyId, Scalar
from capsync.model.token import NoteId

NOTE = NoteId("0a4d3b8e-9c1f-4a53-8a3e-6b7f1d2c3e44")
BLOCK = BlockId("c1d2e3f4-2222-4b5c-8d7e-8f9a0b1c2d3e")
CONTENT = PropertyId("content")
OBJECT: dict[str, Any] = {
    "id": NOTE,
    "structureId": "RootPage",
    "collections": [],
    "properties": {"title": {"type": "title", "title": {"value": "a"}}},
    "blocks": {"content": []},
}
TITLED = {TITLE: Scalar("title", "a")}
RAW_TITLE = {"title": {"type": "title", "title": {"value": "a"}}}
RULE = {"type": "HorizontalLineBlock"}
END = {"type": "end"}


class Service:
    """Remembers the last request and always gives the same answer."""

    def __init__(self, answer: object) -> None:
        self.answer = b"" if answer is None else json.dumps(answer).encode()
        self.sent: list[tuple[str, str, Mapping[str, str], Any]] = []

    def __call__(
        self,
        method: str,
        path: str,
        query: Mapping[str, str],
        headers: Mapping[str, str],
        body: bytes,
    ) -> tuple[int, Mapping[str, str], bytes]:
        is_json = headers.get("content-type") == "application/json"
        self.sent.append((method, path, query, json.loads(body) if is_json else body))
        return 200, {}, self.answer

    def client(self) -> Client:
        return connect("cap-api-x", clock=ManualClock(0.0), pace=0.0, transport=transport_of(self))


Call = Callable[[Client], object]
#: call -> method, path, query, JSON
REQUESTS: Mapping[str, tuple[Call, tuple[str, str, Mapping[str, str], Any]]] = {
    "get": (lambda c: c.get(NOTE), ("GET", "/object", {"id": NOTE}, b"")),
    "create": (
        lambda c: c.create(PAGE, TITLED),
        ("POST", "/object", {}, {"structureId": "RootPage", "properties": RAW_TITLE}),
    ),
    "create with all": (
        lambda c: c.create(PAGE, TITLED, {CONTENT: (HorizontalLineBlock(),)}, ("c1",)),
        (
            "POST",
            "/object",
            {},
            {
                "structureId": "RootPage",
                "properties": RAW_TITLE,
                "blocks": {"content": [RULE]},
                "collections": ["c1"],
            },
        ),
    ),
    "update": (
        lambda c: c.update(NOTE, properties=TITLED, collections=()),
        ("PATCH", "/object", {}, {"id": NOTE, "properties": RAW_TITLE, "collections": []}),
    ),
    "trash": (
        lambda c: c.update(NOTE, trashed=True),
        ("PATCH", "/object", {}, {"id": NOTE, "deleteRequested": True}),
    ),
    "restore": (
        lambda c: c.update(NOTE, trashed=False),
        ("PATCH", "/object", {}, {"id": NOTE, "deleteRequested": False}),
    ),
    "delete": (
        lambda c: c.delete(NOTE),
        ("DELETE", "/object", {"id": NOTE, "hardDelete": "false"}, b""),
    ),
    "destroy": (
        lambda c: c.delete(NOTE, hard=True),
        ("DELETE", "/object", {"id": NOTE, "hardDelete": "true"}, b""),
    ),
    "append": (
        lambda c: c.append(NOTE, (HorizontalLineBlock(),)),
        ("POST", "/blocks/append", {}, {"id": NOTE, "blocks": [RULE], "position": END}),
    ),
    "append Markdown at the start of a section": (
        lambda c: c.append(NOTE, "# a", section=CONTENT, at_start=True),
        (
            "POST",
            "/blocks/append",
            {},
            {
                "id": NOTE,
                "markdown": "# a",
                "propertyId": "content",
                "position": {"type": "start"},
            },
        ),
    ),
    "append after": (
        lambda c: c.append(NOTE, (HorizontalLineBlock(),), after=BLOCK),
        (
            "POST",
            "/blocks/append",
            {},
            {
                "id": NOTE,
                "blocks": [RULE],
                "position": {"type": "after_block", "after_block": {"id": BLOCK}},
            },
        ),
    ),
    "append into": (
        lambda c: c.append(NOTE, (HorizontalLineBlock(),), parent=BLOCK),
        (
            "POST",
            "/blocks/append",
            {},
            {"id": NOTE, "blocks": [RULE], "position": END, "parentBlockId": BLOCK},
        ),
    ),
    "update block": (
        lambda c: c.update_block(NOTE, BLOCK, CodeBlock("x", "c"), section=CONTENT),
        (
            "PATCH",
            "/blocks/block",
            {},
            {
                "id": NOTE,
                "blockId": BLOCK,
                "block": {"type": "CodeBlock", "lang": "c", "text": "x"},
                "propertyId": "content",
            },
        ),
    ),
    "delete block": (
        lambda c: c.delete_block(NOTE, BLOCK),
        ("DELETE", "/block", {"objectId": NOTE, "blockId": BLOCK}, b""),
    ),
    "daily note": (
        lambda c: c.append_to_daily_note(date(2026, 11, 3), "a"),
        (
            "POST",
            "/blocks/daily-note/append",
            {},
            {"date": "2026-11-03T00:00:00.000Z", "noTimeStamp": True, "markdown": "a"},
        ),
    ),
    "daily note with time": (
        lambda c: c.append_to_daily_note(
            date(2026, 11, 3), (HorizontalLineBlock(),), time_stamp=True
        ),
        (
            "POST",
            "/blocks/daily-note/append",
            {},
            {"date": "2026-11-03T00:00:00.000Z", "noTimeStamp": False, "blocks": [RULE]},
        ),
    ),
    "create from Markdown": (
        lambda c: c.create_from_markdown(PAGE, "# a"),
        ("POST", "/object/markdown", {}, {"structureId": "RootPage", "markdown": "# a"}),
    ),
    "patch by Markdown": (
        lambda c: c.patch_markdown(NOTE, "---\na: b\n---\n"),
        ("PATCH", "/object/markdown", {}, {"id": NOTE, "markdown": "---\na: b\n---\n"}),
    ),
    "create from URL": (
        lambda c: c.create_from_url("https://x.org", title="a", description="d", notes="n"),
        (
            "POST",
            "/object/url",
            {},
            {
                "url": "https://x.org",
                "properties": RAW_TITLE | {"description": {"type": "text", "text": {"value": "d"}}},
                "markdown": "n",
            },
        ),
    ),
    "create from bare URL": (
        lambda c: c.create_from_url("https://x.org"),
        ("POST", "/object/url", {}, {"url": "https://x.org"}),
    ),
    "start upload": (
        lambda c: c.start_upload("a.png", 9, kind="image/png", title="A", collections=("c1",)),
        (
            "POST",
            "/object/media/upload",
            {},
            {
                "fileName": "a.png",
                "fileSize": 9,
                "fileType": "image/png",
                "title": "A",
                "collections": ["c1"],
            },
        ),
    ),
    "part": (
        lambda c: c.send_part("u", 2, b"\x00"),
        ("PUT", "/object/media/upload/part", {"id": "u", "partNumber": "2"}, b"\x00"),
    ),
    "complete": (
        lambda c: c.complete_upload("u"),
        ("POST", "/object/media/upload/complete", {}, {"id": "u"}),
    ),
    "abort": (
        lambda c: c.abort_upload("u"),
        ("POST", "/object/media/upload/abort", {}, {"id": "u"}),
    ),
}


@pytest.mark.parametrize(("call", "request_"), REQUESTS.values(), ids=REQUESTS.keys())
def test_requests_follow_the_table(call: Call, request_: tuple[Any, ...]) -> None:
    service = Service(OBJECT)
    call(service.client())
    assert service.sent == [request_]


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


SENSELESS: Mapping[str, Call] = {
    "nothing to update": lambda c: c.update(NOTE),
    "no properties": lambda c: c.update(NOTE, properties={}),
    "no blocks": lambda c: c.append(NOTE, ()),
    "after and inside": lambda c: c.append(NOTE, "a", after=BLOCK, parent=BLOCK),
    "after and at the start": lambda c: c.append(NOTE, "a", after=BLOCK, at_start=True),
    "no blocks for a day": lambda c: c.append_to_daily_note(date(2026, 1, 1), ()),
}


@pytest.mark.parametrize("call", SENSELESS.values(), ids=SENSELESS.keys())
def test_calls_without_sense_are_bugs_and_send_nothing(call: Call) -> None:
    service = Service(OBJECT)
    with pytest.raises(ValueError, match=r"."):
        call(service.client())
    assert service.sent == []


UNSENDABLE: Mapping[str, Call] = {
    "create": lambda c: c.create(PAGE, TITLED, {CONTENT: (OpaqueBlock("New", "{}"),)}),
    "append": lambda c: c.append(NOTE, (OpaqueBlock("New", "{}"),)),
    "update block": lambda c: c.update_block(NOTE, BLOCK, OpaqueBlock("New", "{}")),
    "update": lambda c: c.update(NOTE, properties={TITLE: Scalar("lastUpdatedAt", "x")}),
}


@pytest.mark.parametrize("call", UNSENDABLE.values(), ids=UNSENDABLE.keys())
def test_what_cannot_be_written_names_the_note_and_sends_nothing(call: Call) -> None:
    service = Service(OBJECT)
    with pytest.raises(Unconvertible) as caught:
        call(service.client())
    assert caught.value.note in (NOTE, "a")
    assert service.sent == []


def test_replacing_a_paragraph_keeps_its_children_unless_told() -> None:
    service = Service(OBJECT)
    block = TextBlock(blocks=(HorizontalLineBlock(),))
    service.client().update_block(NOTE, BLOCK, block)
    service.client().update_block(NOTE, BLOCK, block, with_children=True)
    kept, replaced = (sent[3]["block"] for sent in service.sent)
    assert "blocks" not in kept
    assert replaced["blocks"] == [RULE]


def uploads(part: int, abort: int = 200) -> tuple[Client, list[tuple[str, bytes]]]:
    """Make a service that takes parts of four bytes and answers them with status *part*."""
    sent: list[tuple[str, bytes]] = []

    def service(
        method: str, path: str, query: Mapping[str, str], headers: object, body: bytes
    ) -> tuple[int, Mapping[str, str], bytes]:
        sent.append((path.rpartition("/")[2] + query.get("partNumber", ""), body))
        if path.endswith("/part"):
            return part, {}, b""
        if path.endswith("/abort"):
            return abort, {}, b""
        if path.endswith("/upload"):
            return 200, {}, b'{"id": "u", "partSize": 4, "partCount": 3}'
        return 200, {}, json.dumps(OBJECT).encode()

    transport = transport_of(service)
    return connect("cap-api-x", clock=ManualClock(0.0), transport=transport), sent


def test_a_file_is_uploaded_in_parts() -> None:
    client, sent = uploads(200)
    assert client.upload("a.txt", b"0123456789").id == NOTE
    assert [name for name, _ in sent] == ["upload", "part1", "part2", "part3", "complete"]
    assert [body for _, body in sent[1:4]] == [b"0123", b"4567", b"89"]


@pytest.mark.parametrize("abort", [204, 404, 500])
def test_an_upload_that_fails_is_called_off(abort: int) -> None:
    """What went wrong first is told, whatever becomes of the calling off."""
    client, sent = uploads(413, abort)
    with pytest.raises(Rejected, match="too large"):
        client.upload("a.txt", b"0123456789")
    assert [name for name, _ in sent] == ["upload", "part1", "abort"]
