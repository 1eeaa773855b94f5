"""Objects as wholes: made, read, changed, trashed, restored, destroyed."""

from __future__ import annotations

from typing import Any
from uuid import UUID

import pytest

from capsync.clock import ManualClock
from capsync.sandbox.caller import Caller
from capsync.sandbox.core import Sandbox
from capsync.sandbox.options import Options

NOBODY = "7d2e7f8a-4c3b-4e1d-9f0a-123456789abc"
REFUSED = (400, "cap_invalid_input")
MISSING = (404, "cap_not_found")


def title(text: str | None) -> dict[str, Any]:
    return {"title": {"type": "title", "title": {"value": text}}}


def start(**switches: Any) -> Caller:
    return Caller(Sandbox(Options(quota_scale=0, **switches), clock=ManualClock()))


def page(service: Caller, name: str = "A page") -> dict[str, Any]:
    body = {"structureId": "RootPage", "properties": title(name)}
    made: dict[str, Any] = service.ok("POST /object", body)
    return made


def test_the_space_has_an_id_a_title_and_an_icon() -> None:
    service = start()
    space = service.ok("GET /space")
    assert set(space) == {"id", "title", "icon"}
    assert space["id"] == service.sandbox.space_id


def test_structures_name_properties_and_no_sections() -> None:
    service = start()
    structures = {each["id"]: each for each in service.ok("GET /space/structures")["structures"]}
    assert {"RootPage", "RootTag", "RootTask", "RootDailyNote", "MediaImage"} <= set(structures)
    assert "RootDatabase" not in structures
    section = service.sandbox.app_sections("RootPage")[0]
    assert section not in str(structures)
    types = {each["type"] for s in structures.values() for each in s["propertyDefinitions"]}
    assert not types & {"blocks", "section"}


def test_a_new_page_gets_ids_and_one_empty_paragraph() -> None:
    service = start()
    made = page(service)
    assert UUID(made["id"]).version == 4
    (body,) = made["blocks"].values()
    block_id = body[0].pop("id")
    assert UUID(block_id).version == 4
    empty = {"type": "TextBlock", "tokens": [], "blocks": []}
    assert body == [{**empty, "hierarchy": {"key": "Base", "val": 0}}]
    assert made["collections"] == []
    assert service.ok("GET /object", id=made["id"])["properties"] == made["properties"]


def test_section_keys_differ_by_structure_and_by_space_but_stay() -> None:
    first, second = start(), start()
    keys = {tuple(page(service)["blocks"]) for service in (first, first, second)}
    assert len(keys) == 2
    tag = first.ok("POST /object", {"structureId": "RootTag"})
    assert tuple(tag["blocks"]) not in keys


@pytest.mark.parametrize(
    "structure", ["RootDailyNote", "MediaImage", "RootDatabase", "User", NOBODY]
)
def test_only_pages_tags_tasks_and_custom_types_can_be_made(structure: str) -> None:
    status, code, message = start().refused("POST /object", {"structureId": structure})
    assert (status, code) == REFUSED
    assert "This object type cannot be created via this endpoint." in message


def test_blocks_are_taken_under_the_real_key_and_dropped_under_others() -> None:
    service = start()
    (key,) = service.sandbox.app_sections("RootPage")
    code = {"type": "CodeBlock", "lang": "js", "text": "1"}
    body = {"structureId": "RootPage", "blocks": {key: [code], "content": [code]}}
    made = service.ok("POST /object", body)
    assert [block["type"] for block in made["blocks"][key]] == ["CodeBlock"]
    assert list(made["blocks"]) == [key]
    assert service.sandbox.violations == ["POST /object: unknown field blocks.content"]


def test_every_section_starts_with_a_paragraph() -> None:
    service = start()
    kind = service.sandbox.app_add_structure("Meeting", "Meetings", sections=2)
    made = service.ok("POST /object", {"structureId": kind})
    assert [len(body) for body in made["blocks"].values()] == [1, 1]


@pytest.mark.parametrize(
    ("field", "value"), [("markdown", "# a"), ("id", NOBODY), ("title", "a"), ("sort", 1)]
)
def test_unknown_fields_are_dropped_without_a_word_and_noted(field: str, value: Any) -> None:
    service = start()
    service.ok("POST /object", {"structureId": "RootPage", field: value})
    assert service.sandbox.violations == [f"POST /object: unknown field {field}"]


def test_an_update_replaces_the_properties_it_names_and_no_others() -> None:
    service = start()
    made = page(service)
    text = {"type": "text", "text": {"value": "said"}}
    body = {"id": made["id"], "properties": {"description": text}}
    changed = service.ok("PATCH /object", body)
    assert changed["properties"]["description"] == text
    assert changed["properties"]["title"]["title"]["value"] == "A page"
    assert changed["blocks"] == made["blocks"]


def test_an_update_needs_something_to_update() -> None:
    service = start()
    status, code, message = service.refused("PATCH /object", {"id": page(service)["id"]})
    assert (status, code) == REFUSED
    assert "at least one of `properties`" in message


def test_blocks_in_an_update_replace_the_body_and_are_a_violation() -> None:
    service = start()
    made = page(service)
    ((key, (old,)),) = made["blocks"].items()
    body = {"id": made["id"], "blocks": {key: [{"type": "TextBlock"}]}}
    (new,) = service.ok("PATCH /object", body)["blocks"][key]
    assert new["id"] != old["id"]
    assert service.sandbox.violations == [
        "PATCH /object: blocks, whose meaning nobody has documented"
    ]


def test_collections_are_replaced_as_a_whole() -> None:
    service = start()
    one, two = (service.sandbox.app_add_collection("RootPage", name) for name in ("One", "Two"))
    made = service.ok("POST /object", {"structureId": "RootPage", "collections": [one]})
    assert made["collections"] == [one]
    for wanted in ([two, one], []):
        body = {"id": made["id"], "collections": wanted}
        assert service.ok("PATCH /object", body)["collections"] == wanted
    structures = service.ok("GET /space/structures")["structures"]
    listed = next(each for each in structures if each["id"] == "RootPage")["collections"]
    assert listed == [{"id": one, "title": "One"}, {"id": two, "title": "Two"}]


def test_a_collection_of_nobody_or_of_another_type_is_refused() -> None:
    service = start()
    other = service.sandbox.app_add_collection("RootTask", "Errands")
    for wanted in (NOBODY, other):
        body = {"id": page(service)["id"], "collections": [wanted]}
        assert service.refused("PATCH /object", body)[:2] == REFUSED


@pytest.mark.parametrize("word", ["1", "yes", "True", ""])
def test_yes_and_no_in_a_query_are_true_and_false(word: str) -> None:
    service = start()
    made = page(service)
    assert service.refused("DELETE /object", id=made["id"], hardDelete=word)[:2] == REFUSED


@pytest.mark.parametrize(
    ("value", "status"),
    [
        ("obj-1", 400),
        ("", 400),
        ("7d2e7f8a4c3b4e1d9f0a123456789abc", 400),
        ("7d2e7f8a-4c3b-0e1d-9f0a-123456789abc", 400),
        ("7d2e7f8a-4c3b-4e1d-7f0a-123456789abc", 400),
        ("00000000-0000-0000-0000-000000000000", 404),
        ("ffffffff-ffff-ffff-ffff-ffffffffffff", 404),
        (NOBODY.upper(), 404),
    ],
)
def test_ids_are_uuids_or_refused(value: str, status: int) -> None:
    assert start().refused("GET /object", id=value)[0] == status


def test_an_object_without_an_id_says_where_it_is_missing() -> None:
    message = start().refused("GET /object")[2]
    assert message == "✖ Invalid input: expected string, received undefined\n  → at id"


def test_ids_are_the_same_in_upper_case() -> None:
    service = start()
    made = page(service)
    assert service.ok("GET /object", id=made["id"].upper()) == made


@pytest.mark.parametrize(
    ("url", "structure"),
    [
        ("https://example.org/leeks", "MediaWebResource"),
        ("https://example.org/a.PNG?x=1", "MediaImage"),
        ("https://example.org/a.pdf", "MediaPDF"),
        ("https://example.org/a.mp3", "MediaAudio"),
        ("https://example.org/a.mp4", "MediaVideo"),
    ],
)
def test_an_object_from_an_address_is_of_the_kind_it_leads_to(url: str, structure: str) -> None:
    made = start().ok("POST /object/url", {"url": url, "markdown": "a note"})
    assert made["structureId"] == structure
    assert made["properties"]["media_URLReference"]["url"]["value"] == url
    assert made["blocks"]["media_notes"][0]["tokens"][0]["text"] == "a note"
    assert ("files" in made) == (structure != "MediaWebResource")


def test_title_and_description_of_a_weblink_can_be_given_and_nothing_else() -> None:
    service = start()
    properties = {**title("Leeks"), "description": {"type": "text", "text": {"value": "d"}}}
    tags = {"type": "entity", "entity": []}
    body = {"url": "https://example.org", "properties": {**properties, "tags": tags}}
    made = service.ok("POST /object/url", body)
    assert made["properties"]["title"] == properties["title"]
    assert made["properties"]["description"] == properties["description"]
    assert service.sandbox.violations == ["POST /object/url: unknown field properties.tags"]


def test_a_signed_file_address_changes_with_time() -> None:
    clock = ManualClock()
    service = Caller(Sandbox(clock=clock))
    made = service.ok("POST /object/url", {"url": "https://example.org/a.png"})
    clock.sleep(10)
    again = service.ok("GET /object", id=made["id"])
    assert set(again["files"][0]) == {"url", "fileType", "expirationDate"}
    assert again["files"][0]["url"] != made["files"][0]["url"]


@pytest.mark.parametrize(("patchable", "status"), [(False, 400), (True, 200)])
def test_media_refuse_updates_unless_switched(patchable: bool, status: int) -> None:
    service = start(media_patchable=patchable)
    made = service.ok("POST /object/url", {"url": "https://example.org"})
    body = {"id": made["id"], "properties": title("b")}
    assert service.send("PATCH /object", body).status == status
    service.ok("POST /blocks/append", {"id": made["id"], "markdown": "notes are fine"})


def test_the_plan_may_allow_no_more_objects() -> None:
    service = start(max_objects=1)
    page(service)
    status, code, _ = service.refused("POST /object", {"structureId": "RootPage"})
    assert (status, code) == (403, "cap_object_creation_quota_reached")


def test_every_mistake_is_named_with_its_place() -> None:
    body = {
        "structureId": "Page",
        "collections": "x",
        "blocks": {"a b": [{"type": "TextBlock", "todo": 1}]},
    }
    message = start().refused("POST /object", body)[2]
    assert message.splitlines() == [
        "✖ Invalid input",
        "  → at structureId",
        "✖ Invalid input: expected array, received string",
        "  → at collections",
        "✖ Invalid input: expected object, received number",
        '  → at blocks["a b"][0].todo',
    ]
