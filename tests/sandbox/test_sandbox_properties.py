"""Property values: what may be written, what comes back, what is refused."""

from __future__ import annotations

from typing import Any

import pytest

from capsync.clock import ManualClock
from capsync.sandbox.caller import Caller
from capsync.sandbox.core import Sandbox
from capsync.sandbox.options import Options

GENRES = [{"id": "novel", "name": "Novel", "color": "blue"}, {"id": "craft", "name": "Craft"}]
KINDS: dict[str, dict[str, Any]] = {
    "text": {},
    "number": {},
    "boolean": {},
    "url": {},
    "date": {},
    "label": {"multiple": False, "labelSet": GENRES},
    "labels": {"type": "label", "multiple": True, "labelSet": GENRES},
    "entity": {"allowedStructures": ["RootTag"]},
    "aliases": {},
    "icon": {},
    "createdAt": {},
    "richText": {},
    "locked": {"type": "text", "writable": False},
    "lastUpdatedAt": {"writable": False},
}
DAY = "2026-03-01T00:00:00.000Z"


class Shelf:
    """A service with one book that has a property of every kind."""

    def __init__(self, **switches: Any) -> None:
        self.clock = ManualClock()
        self.sandbox = Sandbox(Options(quota_scale=0, **switches), clock=self.clock)
        self.service = Caller(self.sandbox)
        definitions = [
            {"id": key, "name": key.title(), "type": key, "writable": True} | more
            for key, more in KINDS.items()
        ]
        self.type = self.sandbox.app_add_structure("Book", "Books", definitions)
        self.book = self.sandbox.app_create(self.type, "Dune")

    def body(self, key: str, payload: Any, kind: str = "") -> dict[str, Any]:
        kind = kind or KINDS.get(key, {}).get("type", key)
        value = {"type": kind, kind: payload}
        return {"id": self.book, "properties": {key: value}}

    def set(self, key: str, payload: Any) -> Any:
        answer = self.service.ok("PATCH /object", self.body(key, payload))
        value = answer["properties"][key]
        return value[value["type"]]

    def refused(self, key: str, payload: Any, kind: str = "") -> str:
        body = self.body(key, payload, kind)
        status, code, message = self.service.refused("PATCH /object", body)
        assert (status, code) == (400, "cap_invalid_input")
        return message


def token(text: str, **style: bool) -> dict[str, Any]:
    return {"type": "TextToken", "text": text, "style": style}


def date(start: str | None, end: str | None = None, resolution: str = "day") -> dict[str, Any]:
    return {"dateResolution": resolution, "start": start, "end": end}


@pytest.mark.parametrize(
    ("key", "written", "read"),
    [
        ("text", {"value": "e\u0301 stays as sent"}, {"value": "e\u0301 stays as sent"}),
        ("text", {"value": None}, {"value": None}),
        ("number", {"value": 1.5}, {"value": 1.5}),
        ("boolean", {"value": False}, {"value": False}),
        ("url", {"value": "no format is asked"}, {"value": "no format is asked"}),
        ("date", {"start": "2026-03-01"}, date(DAY)),
        ("date", {"start": "2026-03-01T23:30:00+01:00", "dateResolution": "day"}, date(DAY)),
        (
            "date",
            {"start": "2026-03-01", "end": "2026-03-02"},
            date(DAY, "2026-03-02T00:00:00.000Z"),
        ),
        ("date", {"start": "2026-03-01T09:30:00Z"}, date("2026-03-01T09:30:00.000Z", None, "time")),
        ("date", {"start": None, "end": "2026-03-02"}, date(None, None, "time")),
        ("label", [GENRES[1], GENRES[0]], [GENRES[1]]),
        ("label", [{"id": "novel", "name": "Old name"}], [GENRES[0]]),
        ("label", [], []),
        ("labels", [GENRES[1], GENRES[0], GENRES[1]], [GENRES[1], GENRES[0]]),
        ("aliases", {"value": ["a", "b"]}, {"value": ["a", "b"]}),
        (
            "icon",
            {"value": {"type": "emoji", "val": "🌱"}},
            {"value": {"type": "emoji", "val": "🌱"}},
        ),
        ("icon", {"value": None}, {"value": None}),
        ("createdAt", {"value": "2020-01-02"}, {"value": "2020-01-02T00:00:00.000Z"}),
        ("richText", {"value": [token("a", bold=True)]}, {"value": [token("a", bold=True)]}),
        ("entity", [], []),
    ],
)
def test_a_value_comes_back_in_the_form_of_the_service(key: str, written: Any, read: Any) -> None:
    shelf = Shelf()
    assert shelf.set(key, written) == read


@pytest.mark.parametrize(
    ("key", "payload", "kind", "words"),
    [
        ("text", {"value": 1}, "number", "expected text, received number"),
        ("nothing", {"value": "a"}, "text", "Unknown property"),
        ("locked", {"value": "a"}, "text", "read-only"),
        ("lastUpdatedAt", {"value": DAY}, "text", "read-only"),
        ("label", [{"id": "poem", "name": "Poem"}], "", "Unknown label option poem"),
        ("entity", [{"id": "7d2e7f8a-4c3b-4e1d-9f0a-123456789abc"}], "", "Unknown object"),
        ("date", {"start": "tomorrow"}, "", "Invalid ISO 8601 date"),
        ("createdAt", {"value": "yesterday"}, "", "Invalid ISO 8601 date"),
        ("icon", {"value": {"type": "iconify", "val": "ph-leaf-fill"}}, "", "Phosphor"),
        ("icon", {"value": {"type": "iconify", "val": "mdi-leaf"}}, "", "Phosphor"),
    ],
)
def test_a_value_that_cannot_be_is_refused(key: str, payload: Any, kind: str, words: str) -> None:
    message = Shelf().refused(key, payload, kind)
    assert words in message
    assert f"at properties.{key}" in message or "ISO 8601" in message


def test_nothing_is_written_when_one_of_several_properties_is_bad() -> None:
    shelf = Shelf()
    body = shelf.body("text", {"value": "new"})
    body["properties"]["nothing"] = {"type": "text", "text": {"value": "x"}}
    shelf.service.refused("PATCH /object", body)
    assert "text" not in shelf.sandbox.app_get(shelf.book)["properties"]


def test_entities_must_exist_be_alive_and_be_of_an_allowed_type() -> None:
    shelf = Shelf()
    tags = [shelf.sandbox.app_create("RootTag", name) for name in ("a", "b")]
    page = shelf.sandbox.app_create("RootPage", "a page")
    targets = [{"id": tags[1]}, {"id": tags[0]}]
    assert shelf.set("entity", targets) == targets
    assert "cannot be linked" in shelf.refused("entity", [{"id": page}])
    shelf.sandbox.app_trash(tags[0])
    assert "Unknown object" in shelf.refused("entity", [{"id": tags[0]}])


def test_naming_one_of_many_values_drops_the_rest() -> None:
    shelf = Shelf()
    shelf.set("labels", GENRES)
    assert shelf.set("labels", GENRES[:1]) == GENRES[:1]


def test_a_label_shows_the_name_its_option_has_now() -> None:
    shelf = Shelf()
    shelf.set("label", [GENRES[0]])
    renamed = [{"id": "novel", "name": "Fiction"}]
    shelf.sandbox.app_change_property(shelf.type, "label", labelSet=renamed)
    read = shelf.service.ok("GET /object", id=shelf.book)
    assert read["properties"]["label"]["label"] == renamed
    shelf.sandbox.app_change_property(shelf.type, "label", labelSet=[])
    read = shelf.service.ok("GET /object", id=shelf.book)
    assert read["properties"]["label"]["label"] == []


def test_unset_properties_are_absent_but_for_the_title() -> None:
    shelf = Shelf()
    made = shelf.service.ok("POST /object", {"structureId": shelf.type})
    assert set(made["properties"]) == {"title", "createdAt", "lastUpdatedAt"}
    assert made["properties"]["title"] == {"type": "title", "title": {"value": None}}


def test_unset_properties_can_be_shown() -> None:
    shelf = Shelf(show_unset_properties=True)
    made = shelf.service.ok("POST /object", {"structureId": shelf.type})
    assert set(made["properties"]) == {"title", *KINDS}
    assert made["properties"]["date"]["date"] == date(None)
    assert made["properties"]["labels"]["label"] == []


def test_every_change_bumps_last_updated_and_leaves_created() -> None:
    shelf = Shelf()
    before = shelf.service.ok("GET /object", id=shelf.book)["properties"]
    assert before["createdAt"]["createdAt"]["value"] == "2025-11-22T08:26:40.000Z"
    shelf.clock.sleep(90.5)
    shelf.service.ok("POST /blocks/append", {"id": shelf.book, "markdown": "a"})
    after = shelf.service.ok("GET /object", id=shelf.book)["properties"]
    assert after["lastUpdatedAt"]["lastUpdatedAt"]["value"] == "2025-11-22T08:28:10.500Z"
    assert after["createdAt"] == before["createdAt"]


def test_reading_does_not_bump_last_updated() -> None:
    shelf = Shelf()
    first = shelf.service.ok("GET /object", id=shelf.book)
    shelf.clock.sleep(100)
    assert shelf.service.ok("GET /object", id=shelf.book) == first


def test_there_can_be_no_timestamps_at_all() -> None:
    shelf = Shelf(no_timestamps=True)
    read = shelf.service.ok("GET /object", id=shelf.book)
    assert set(read["properties"]) == {"title"}
    structures = shelf.service.ok("GET /space/structures")["structures"]
    types = {each["type"] for s in structures for each in s["propertyDefinitions"]}
    assert not types & {"createdAt", "lastUpdatedAt"}


def test_a_property_keeps_the_order_of_its_definition() -> None:
    shelf = Shelf()
    shelf.set("richText", {"value": []})
    shelf.set("text", {"value": "a"})
    read = shelf.service.ok("GET /object", id=shelf.book)
    assert list(read["properties"]) == ["title", "text", "createdAt", "richText", "lastUpdatedAt"]
