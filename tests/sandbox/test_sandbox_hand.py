"""The app's hand: a person edits, and the service answers with it."""

from __future__ import annotations

from typing import Any

import pytest

from capsync.clock import ManualClock
from capsync.sandbox.caller import Caller
from capsync.sandbox.core import Sandbox
from capsync.sandbox.message import Refusal
from capsync.sandbox.options import Options
from capsync.sandbox.seed import seed_content, seeded_ids
from capsync.sandbox.seed_words import group, h, p, value

NOBODY = "7d2e7f8a-4c3b-4e1d-9f0a-123456789abc"


def start(**switches: Any) -> Sandbox:
    return Sandbox(Options(**switches), clock=ManualClock())


def texts(sandbox: Sandbox, page: str) -> list[str]:
    body = next(iter(sandbox.app_get(page)["blocks"].values()))
    return ["".join(token["text"] for token in block.get("tokens", ())) for block in body]


def test_a_person_edits_without_token_quota_or_log() -> None:
    sandbox = start(quota_scale=0.01)
    page = sandbox.app_create("RootPage", "x", blocks=[p("a")])
    for number in range(50):
        sandbox.app_rename(page, str(number))
    assert sandbox.log == []
    read = Caller(sandbox).ok("GET /object", id=page)
    assert read["properties"]["title"]["title"]["value"] == "49"


def test_blocks_are_inserted_edited_moved_and_deleted() -> None:
    sandbox = start()
    page = sandbox.app_create("RootPage", "x", blocks=[p("a"), group()])
    (c,) = sandbox.app_append(page, [p("c")])
    (b,) = sandbox.app_append(page, [p("b")], first=True)
    assert texts(sandbox, page) == ["b", "a", "", "c"]
    sandbox.app_move_block(page, c, after=b)
    assert texts(sandbox, page) == ["b", "c", "a", ""]
    sandbox.app_move_block(page, c)
    assert texts(sandbox, page) == ["c", "b", "a", ""]
    box = next(iter(sandbox.app_get(page)["blocks"].values()))[-1]["id"]
    sandbox.app_move_block(page, b, parent=box)
    assert texts(sandbox, page) == ["c", "a", ""]
    sandbox.app_edit_block(page, b, h(1, "B"))
    sandbox.app_delete_block(page, c)
    body = next(iter(sandbox.app_get(page)["blocks"].values()))
    assert body[-1]["blocks"][0]["hierarchy"] == {"key": "H1", "val": 1}
    assert body[-1]["blocks"][0]["id"] == b


def test_a_person_may_change_the_type_of_a_block() -> None:
    sandbox = start()
    page = sandbox.app_create("RootPage", "x", blocks=[p("a", blocks=[p("b")])])
    block = next(iter(sandbox.app_get(page)["blocks"].values()))[0]
    sandbox.app_edit_block(page, block["id"], {"type": "GroupBlock"})
    (changed,) = next(iter(sandbox.app_get(page)["blocks"].values()))
    assert changed == {"id": block["id"], "type": "GroupBlock", "blocks": block["blocks"]}


def test_blocks_are_inserted_as_they_are() -> None:
    sandbox = start()
    page = sandbox.app_create("RootPage", "x", blocks=[p("a"), p("b")])
    first = next(iter(sandbox.app_get(page)["blocks"].values()))[0]["id"]
    table = {"type": "unsupported", "blockType": "SimpleTable"}
    block_id = sandbox.app_insert(page, table, after=first)
    read = Caller(sandbox).ok("GET /object", id=page)
    assert next(iter(read["blocks"].values()))[1] == {"id": block_id, **table}


def test_a_copy_handed_out_is_no_handle_on_the_space() -> None:
    sandbox = start()
    page = sandbox.app_create("RootPage", "x")
    sandbox.app_get(page)["properties"].clear()
    assert sandbox.app_get(page)["properties"]["title"] == value("title", "x")


def test_trashed_objects_can_be_seen_and_listed_by_the_hand_alone() -> None:
    sandbox = start()
    page = sandbox.app_create("RootPage", "x")
    sandbox.app_trash(page)
    assert sandbox.app_get(page)["trashed"] is True
    assert sandbox.app_list() == []
    assert sandbox.app_list("RootPage", trashed=True) == [page]
    sandbox.app_restore(page)
    assert sandbox.app_list("RootTag") == []
    assert sandbox.app_list("RootPage") == [page]
    sandbox.app_destroy(page)
    with pytest.raises(Refusal, match="404"):
        sandbox.app_get(page)


def test_what_does_not_exist_is_said_to_be_missing() -> None:
    sandbox = start()
    page = sandbox.app_create("RootPage", "x")
    for act in (
        lambda: sandbox.app_rename(NOBODY, "y"),
        lambda: sandbox.app_delete_block(page, NOBODY),
        lambda: sandbox.app_append(page, [p("a")], after=NOBODY),
        lambda: sandbox.app_find("nothing"),
    ):
        with pytest.raises(Refusal, match="404"):
            act()


def test_read_only_properties_are_the_apps_to_write() -> None:
    sandbox = start()
    page = sandbox.app_add_media("MediaImage", "a.png", "https://x", file_type="image/png", size=3)
    sandbox.app_set_property(page, "media_fileSize", value("number", 4))
    read = Caller(sandbox).ok("GET /object", id=page)
    assert read["properties"]["media_fileSize"] == value("number", 4)
    assert read["files"][0]["fileType"] == "image/png"


def test_the_seed_content_is_the_same_every_time_and_sown_once() -> None:
    spaces = [start(), start()]
    for sandbox in spaces:
        seed_content(sandbox)
        seed_content(sandbox)
    first, second = (sandbox.app_list() for sandbox in spaces)
    assert first == second
    assert len(first) >= 20
    titles = [spaces[0].app_get(each)["properties"]["title"]["title"]["value"] for each in first]
    assert {"Dune: Messiah", "a/b", ""} <= set(titles)
    assert titles.count("Glue") == 2


def test_the_seed_content_makes_no_new_space_like_an_old_one() -> None:
    assert start().space_id != start().space_id


def test_the_space_can_be_renamed() -> None:
    sandbox = start()
    sandbox.app_rename_space("Tom &amp; Ann")
    assert Caller(sandbox).ok("GET /space")["title"] == "Tom &amp; Ann"


def test_ids_can_be_made_by_the_caller() -> None:
    spaces = [Sandbox(clock=ManualClock(), ids=seeded_ids(3)) for _ in range(2)]
    made = [sandbox.app_create("RootPage", "x") for sandbox in spaces]
    assert made[0] == made[1]
    assert spaces[0].app_get(made[0]) == spaces[1].app_get(made[1])
