"""Whatever is sent, there is an answer, and it is one of the documented kinds."""

from __future__ import annotations

import copy
import json
from typing import Any

from hypothesis import given, settings, strategies as st

from capsync.clock import ManualClock
from capsync.sandbox.caller import Caller
from capsync.sandbox.core import Sandbox
from capsync.sandbox.options import Options
from capsync.sandbox.routes import ROUTES
from capsync.sandbox.seed import seed_content
from capsync.sandbox.seed_bodies import every_block, every_token
from capsync.sandbox.seed_words import p, value

NAMES = (
    *("id", "structureId", "properties", "blocks", "collections", "deleteRequested", "query"),
    *("limit", "structureIds", "markdown", "url", "position", "parentBlockId", "propertyId"),
    *("blockId", "objectId", "block", "type", "tokens", "text", "style", "title", "value", "date"),
    *("start", "end", "columns", "dividers", "entityId", "fileName", "fileSize", "label", "tags"),
    *("hardDelete", "cursor", "pageSize", "partNumber", "entity", "list", "toggle", "hierarchy"),
)
WORDS = (
    *("RootPage", "RootTask", "TextBlock", "GridBlock", "TextToken", "LinkToken", "title", "date"),
    *(
        "entity",
        "label",
        "true",
        "2026-03-01",
        "0001-01-01T00:00:00+14:00",
        "https://[",
        "after_block",
    ),
    *(
        "# a #b\n- [[c]]",
        "---\ntitle: x\n---\n```",
        "bullet",
        "after_block",
        "\x00",
        "1",
        "YWZ0ZXI6MQ==",
    ),
)
SPACE = Sandbox(Options(quota_scale=0, daily_note_delay=0.0), clock=ManualClock())
seed_content(SPACE)
PAGE = SPACE.app_create("RootPage", "x", blocks=[p("a")])
BLOCK = next(iter(SPACE.app_get(PAGE)["blocks"].values()))[0]["id"]

EVERY = every_block(PAGE)[-14:] + every_token(PAGE, BLOCK)

words = st.sampled_from((*WORDS, PAGE, BLOCK)) | st.text(max_size=5)
numbers = st.integers(-3, 60) | st.floats() | st.just(10**400)
plain = st.none() | st.booleans() | numbers | words
values = st.recursive(
    plain,
    lambda inner: (
        st.lists(inner, max_size=3)
        | st.dictionaries(st.sampled_from(NAMES) | st.text(max_size=3), inner, max_size=6)
    ),
    max_leaves=20,
)
bodies = st.dictionaries(st.sampled_from(NAMES), values, max_size=6)


#: Requests the service carries out; one place in one of them is then changed.
VALID: list[tuple[str, Any]] = [
    (
        "POST /object",
        {
            "structureId": "RootTask",
            "collections": [],
            "properties": {
                "title": value("title", "x"),
                "status": value("label", [{"id": "done", "name": "Done"}]),
                "date": value("date", {"start": "2026-03-01", "end": None}),
                "tags": value("entity", []),
            },
            "blocks": {SPACE.app_sections("RootTask")[0]: EVERY},
        },
    ),
    ("PATCH /object", {"id": PAGE, "properties": {"aliases": value("aliases", ["a"])}}),
    (
        "PATCH /object",
        {"id": PAGE, "properties": {"icon": value("icon", {"type": "emoji", "val": "x"})}},
    ),
    ("POST /blocks/append", {"id": PAGE, "parentBlockId": BLOCK, "blocks": EVERY}),
    (
        "POST /blocks/append",
        {
            "id": PAGE,
            "markdown": "# a",
            "position": {"type": "after_block", "after_block": {"id": BLOCK}},
        },
    ),
    ("PATCH /blocks/block", {"id": PAGE, "blockId": BLOCK, "block": p("a", blocks=EVERY)}),
    ("POST /blocks/daily-note/append", {"date": "2026-03-01", "blocks": EVERY}),
    ("POST /object/url", {"url": "https://example.org/a.png", "markdown": "x"}),
    ("POST /object/markdown", {"structureId": "RootPage", "markdown": "---\na: b\n---\n# x"}),
    ("POST /object/media/upload", {"fileName": "a", "fileSize": 3, "collections": []}),
]


def places(body: Any) -> list[tuple[Any, Any]]:
    """Give every container in a body with each of its keys or indexes."""
    keys = body if isinstance(body, dict) else range(len(body)) if isinstance(body, list) else ()
    found = [(body, key) for key in keys]
    return found + [more for _, key in found for more in places(body[key])]


def check(name: str, query: dict[str, str], body: Any) -> None:
    raw = json.dumps(body).encode()
    headers = {"content-type": "application/json"}
    answer = Caller(SPACE).send(name, query=query, raw=raw, headers=headers)
    assert answer.status in (200, 400, 404)
    if answer.status != 200:
        assert set(answer.json()) == {"code", "message"}
    elif answer.body:
        json.loads(answer.body, parse_constant=lambda name: 1 / 0)


@settings(max_examples=150, deadline=None)
@given(
    route=st.sampled_from(sorted(ROUTES)),
    query=st.dictionaries(st.sampled_from(NAMES), words, max_size=4),
    body=bodies | values,
)
def test_every_request_gets_an_answer(
    route: tuple[str, str], query: dict[str, str], body: Any
) -> None:
    check(" ".join(route), query, body)


@settings(max_examples=300, deadline=None)
@given(data=st.data(), change=values)
def test_a_good_request_with_one_thing_wrong_gets_an_answer(
    data: st.DataObject, change: Any
) -> None:
    name, good = data.draw(st.sampled_from(VALID))
    body = copy.deepcopy(good)
    container, key = data.draw(st.sampled_from(places(body)))
    container[key] = change
    check(name, {}, body)
