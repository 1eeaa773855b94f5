"""Each endpoint: exactly what is sent, and what is made of the answer."""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping
from datetime import date
from typing import Any

import pytest

from capsync.capacities.client import Client, connect
from capsync.capacities.http import transport_of
from capsync.clock import ManualClock
from capsync.errors import Unconvertible
from capsync.model.block import BlockId, CodeBlock, HorizontalLineBlock, OpaqueBlock, TextBlock
from capsync.model.note import PAGE, TITLE
from capsync.model.property import PropertyId, Scalar
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
