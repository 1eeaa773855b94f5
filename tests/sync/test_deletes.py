"""A note is deleted when it surely was, never because something could not be seen."""

from __future__ import annotations

import json
from collections.abc import Callable
from contextlib import suppress
from pathlib import Path
from typing import Any

import pytest

from capsync.errors import RetryError
from capsync.sandbox.core import Request, Response
from tests.sync.world import World, paragraph

LIST = "/objects/structure"


def many(world: World, count: int = 10) -> list[str]:
    """Make notes that both sides know."""
    notes = [world.make(f"Note {n}", "text") for n in range(count)]
    world.sync()
    return notes


def answering(world: World, change: Callable[[dict[str, Any]], dict[str, Any]]) -> None:
    """Let every list of the service be another one."""
    handle = world.sandbox.handle

    def changed(request: Request) -> Response:
        answer = handle(request)
        if request.path != LIST or answer.status != 200:
            return answer
        body = json.dumps(change(json.loads(answer.body))).encode()
        return Response(200, {"content-type": "application/json"}, body)

    world.sandbox.handle = changed  # type: ignore[method-assign]


def gone_for_one_look(world: World, note: str) -> None:
    """Trash a note, and bring it back before anybody asks for it a second time."""
    world.sandbox.app_trash(note)
    looks = 0

    def look() -> None:
        nonlocal looks
        looks += 1
        if looks == 2:
            world.sandbox.app_restore(note)

    world.sandbox.before_next(look, method="GET", path="/object", times=2)


# What counts as gone from the space


LISTS: dict[str, Callable[[dict[str, Any]], dict[str, Any]]] = {
    "empty": lambda page: {**page, "results": [], "hasMore": False, "nextCursor": None},
    "without the last": lambda page: {**page, "results": page["results"][:-1]},
    "promising more": lambda page: {**page, "hasMore": True, "nextCursor": None},
    "repeating itself": lambda page: {**page, "results": page["results"] * 2},
    "going in circles": lambda page: {**page, "hasMore": True, "nextCursor": "YWZ0ZXI6MA=="},
}


@pytest.mark.parametrize("change", LISTS.values(), ids=LISTS.keys())
def test_a_list_that_lacks_notes_deletes_none_that_still_answers(
    world: World, change: Callable[[dict[str, Any]], dict[str, Any]]
) -> None:
    many(world)
    before = world.files()
    answering(world, change)
    for _ in range(3):
        assert world.sync().trashed == 0
    assert world.files() == before


@pytest.mark.parametrize("status", [400, 500, 503, 555, 429])
def test_a_list_that_breaks_off_deletes_nothing(tmp_path: Path, status: int) -> None:
    world = World(tmp_path, page_size_max=4, page_size=4)
    notes = many(world)
    before = world.files()
    world.sandbox.app_trash(notes[9])

    def break_off() -> None:
        world.sandbox.fail_next(status, path=LIST, times=30)

    world.sandbox.before_next(break_off, method="GET", path=LIST)
    with suppress(RetryError):
        assert world.sync().trashed == 0
    assert world.files() == before
    world.close()


@pytest.mark.parametrize("status", [400, 500, 503, 555])
def test_an_answer_other_than_404_deletes_nothing(world: World, status: int) -> None:
    notes = many(world)
    world.sandbox.app_trash(notes[0])
    world.sandbox.fail_next(status, method="GET", path="/object", times=4)
    assert world.sync().trashed == 0
    assert "Pages/Note 0.md" in world.files()


def test_a_404_for_a_note_that_is_listed_deletes_nothing(world: World) -> None:
    many(world)
    world.sandbox.fail_next(404, method="GET", path="/object", times=10)
    report = world.sync()
    assert (report.trashed, len(report.troubles), len(world.files())) == (0, 10, 10)
    assert world.sync().troubles == []


def test_a_note_that_is_back_at_the_second_look_is_not_deleted(world: World) -> None:
    notes = many(world)
    gone_for_one_look(world, notes[0])
    assert world.sync().trashed == 0
    assert world.sync().trashed == 0
    assert "Pages/Note 0.md" in world.files()


def test_being_missing_once_long_ago_does_not_count(world: World) -> None:
    notes = many(world)
    gone_for_one_look(world, notes[0])
    world.sync()
    world.sync()
    world.sandbox.app_trash(notes[0])
    world.sandbox.before_next(
        lambda: world.sandbox.app_restore(notes[0]), method="GET", path=LIST, times=99
    )
    assert world.sync().trashed == 0


def test_a_note_that_is_surely_gone_goes_to_the_trash_of_the_day(world: World) -> None:
    notes = many(world)
    text = world.read("Pages/Note 0.md")
    world.sandbox.app_trash(notes[0])
    assert world.sync().trashed == 1
    (kept,) = (world.root / ".capsync/trash").glob("20??-??-??/Pages/Note 0.md")
    assert kept.read_text() == text
    assert text in [each.content for each in world.memory.revisions.list(notes[0])]
    assert world.sync().steps == []


# What counts as gone from the vault


@pytest.mark.parametrize("status", [400, 404, 500, 503])
def test_an_object_that_cannot_be_read_is_not_trashed_for_its_missing_file(
    world: World, status: int
) -> None:
    notes = many(world)
    (world.root / "Pages/Note 0.md").unlink()
    world.sync(pull=False, dry_run=True)

    def fail() -> None:
        world.sandbox.fail_next(status, method="GET", path="/object", times=4)

    world.sandbox.before_next(fail, method="GET", path="/space")
    world.sync(pull=False)
    assert not world.sandbox.app_get(notes[0])["trashed"]


def test_the_service_is_never_asked_to_destroy_anything(world: World) -> None:
    notes = many(world)
    sent: list[Request] = []
    handle = world.sandbox.handle

    def overheard(request: Request) -> Response:
        sent.append(request)
        return handle(request)

    world.sandbox.handle = overheard  # type: ignore[method-assign]
    (world.root / "Pages/Note 0.md").unlink()
    assert world.sync().trashed == 1
    assert world.sandbox.app_get(notes[0])["trashed"]
    (delete,) = [each for each in sent if each.method == "DELETE"]
    assert delete.query["hardDelete"] == "false"
    assert not [each for each in sent if b"hard" in each.body.lower()]


def test_a_renamed_object_outweighs_its_deleted_file(world: World) -> None:
    notes = many(world)
    (world.root / "Pages/Note 0.md").unlink()
    world.sandbox.app_rename(notes[0], "Still wanted")
    world.sync()
    assert not world.sandbox.app_get(notes[0])["trashed"]
    assert world.body("Pages/Still wanted.md") == "text\n"


def test_a_property_set_in_a_file_outweighs_the_trash(world: World) -> None:
    notes = many(world)
    world.edit("Pages/Note 0.md", "\n---\n", "\ndescription: wanted\n---\n")
    world.sandbox.app_trash(notes[0])
    world.sync()
    held = world.sandbox.app_get(notes[0])
    assert not held["trashed"]
    assert held["properties"]["description"]["text"]["value"] == "wanted"


def test_a_note_emptied_in_the_app_does_not_empty_its_file_unasked(world: World) -> None:
    notes = many(world)
    world.sandbox.app_edit_block(notes[0], world.blocks(notes[0])[0]["id"], paragraph(""))
    report = world.sync()
    assert "--allow-deletes" in report.troubles[0].message
    assert world.body("Pages/Note 0.md") == "text\n"
    world.edit("Pages/Note 0.md", "text", "text, edited")
    assert len(world.sync().troubles) == 1
    assert world.body("Pages/Note 0.md") == "text, edited\n"
