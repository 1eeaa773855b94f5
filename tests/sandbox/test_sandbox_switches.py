"""The ways in which servers may differ, one by one."""

from __future__ import annotations

from typing import Any

import pytest

from capsync.clock import ManualClock
from capsync.sandbox.caller import Caller
from capsync.sandbox.core import Sandbox
from capsync.sandbox.options import Options
from capsync.sandbox.seed_words import day, group, p, t, to


def start(**switches: Any) -> Caller:
    return Caller(Sandbox(Options(quota_scale=0, **switches), clock=ManualClock()))


def stored(service: Caller, *blocks: dict[str, Any]) -> list[dict[str, Any]]:
    page = service.sandbox.app_create("RootPage", "x", blocks=[])
    body = {"id": page, "blocks": list(blocks)}
    service.ok("POST /blocks/append", body)
    read: list[dict[str, Any]] = next(iter(service.ok("GET /object", id=page)["blocks"].values()))
    return read


PIECES = (t("a"), t("b"), t("c", "bold"), t("d", "bold"), t("e", color="bg-red"), t("f"))


@pytest.mark.parametrize(
    ("merges", "texts"), [(False, ["a", "b", "c", "d", "e", "f"]), (True, ["ab", "cd", "e", "f"])]
)
def test_neighbouring_tokens_that_look_the_same_may_be_merged(
    merges: bool, texts: list[str]
) -> None:
    (block,) = stored(start(merge_tokens=merges), p(*PIECES))
    assert [token["text"] for token in block["tokens"]] == texts


def test_false_flags_count_as_absent_when_tokens_are_merged() -> None:
    false = {"type": "TextToken", "text": "b", "style": {"bold": False}}
    (block,) = stored(start(merge_tokens=True), p(t("a"), false))
    assert [token["text"] for token in block["tokens"]] == ["ab"]


def test_false_style_flags_may_be_spelled_out() -> None:
    (block,) = stored(start(explicit_styles=True), p(t("a", "bold")))
    flags = {"bold": True, "italic": False, "strikethrough": False, "underline": False}
    assert block["tokens"][0]["style"] == flags


def test_absent_lists_and_toggles_may_be_null() -> None:
    service = start(explicit_nulls=True)
    plain, listed, box = stored(service, p("a"), p("b", list={"type": "roman"}), group())
    assert (plain["list"], plain["toggle"]) == (None, None)
    assert (listed["list"], listed["toggle"]) == ({"type": "roman"}, None)
    assert (box["list"], box["toggle"]) == (None, None)


@pytest.mark.parametrize(
    ("switch", "blocks"),
    [("answers_without_blocks", None), ("answers_with_empty_blocks", {})],
)
def test_answers_to_writes_may_come_without_the_body(switch: str, blocks: Any) -> None:
    service = start(**{switch: True})
    made = service.ok("POST /object", {"structureId": "RootPage"})
    assert made.get("blocks") == blocks
    append = service.ok("POST /blocks/append", {"id": made["id"], "markdown": "a"})
    assert append.get("blocks") == blocks
    assert service.ok("GET /object", id=made["id"])["blocks"]


@pytest.mark.parametrize(("omits", "keys"), [(True, 0), (False, 1)])
def test_sections_without_blocks_may_be_left_out(omits: bool, keys: int) -> None:
    service = start(omit_empty_sections=omits)
    page = service.sandbox.app_create("RootPage", "x", blocks=[])
    assert len(service.ok("GET /object", id=page)["blocks"]) == keys


@pytest.mark.parametrize(("refreshes", "texts"), [(True, ["New", "New"]), (False, ["", "old"])])
def test_links_may_come_back_with_the_title_of_today(refreshes: bool, texts: list[str]) -> None:
    service = start(refresh_link_titles=refreshes)
    target = service.sandbox.app_create("RootPage", "Old")
    service.sandbox.app_rename(target, "New")
    (block,) = stored(service, p(to(target), to(target, "old"), day("d", "2026-01-01")))
    assert [token["text"] for token in block["tokens"]] == [*texts, "d"]


def test_a_space_may_list_few_structures_and_serve_more() -> None:
    service = start(few_structures=True)
    custom = service.sandbox.app_add_structure("Book", "Books")
    listed = [each["id"] for each in service.ok("GET /space/structures")["structures"]]
    assert listed == ["RootTag", "RootTask", "RootDailyNote", custom]
    service.ok("POST /object", {"structureId": "RootPage"})


def test_extra_fields_show_at_every_level() -> None:
    service = start(extra_fields=True)
    (block,) = stored(service, p("a", blocks=[p("b")]))
    page = service.ok("GET /object", id=service.sandbox.app_list("RootPage")[0])
    places = (
        *(page, page["properties"]["title"], block, block["tokens"][0], block["blocks"][0]),
        *(service.ok("GET /space"), service.ok("GET /space/structures")["structures"][0]),
        service.ok("GET /objects/structure", id="RootPage")["results"][0],
        service.ok("POST /objects/search", {"query": "x"})["results"][0],
    )
    assert all("sandboxExtra" in place for place in places)


def test_switches_hold_for_blocks_of_kinds_nobody_has_heard_of() -> None:
    service = start(extra_fields=True, explicit_styles=True, refresh_link_titles=True)
    page = service.sandbox.app_create("RootPage", "x", blocks=[])
    kanban = {"type": "KanbanBlock", "lanes": [{"name": "Doing"}]}
    service.sandbox.app_insert(page, kanban)
    (block,) = next(iter(service.ok("GET /object", id=page)["blocks"].values()))
    assert block["lanes"] == kanban["lanes"]
