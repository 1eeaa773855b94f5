"""New notes that link to each other are made in as few requests as will do."""

from __future__ import annotations

import json
from collections import Counter
from contextlib import suppress
from pathlib import Path
from typing import Any

from capsync.errors import RetryError
from capsync.state.journal import MAKE
from capsync.sync.report import Options
from capsync.sync.undo import undo
from tests.sync.test_links import links
from tests.sync.world import World, paragraph

RELATED = "4c9f1b1e-6d0a-4d0c-9a43-0d5b8a2f7e10"


def requests(world: World, **options: Any) -> Counter[str]:
    """Sync, and count what was asked of objects and their blocks."""
    world.sandbox.log.clear()
    report = world.sync(**options)
    assert report.troubles == []
    asked = (f"{each.method} {each.path}" for each in world.sandbox.log)
    return Counter(each for each in asked if not each.startswith(("GET /space", "GET /objects")))


def knowing_pages(world: World) -> None:
    """Let it be known what a page calls its body."""
    world.make("Known", "one")
    world.sync()


def test_an_overview_takes_two_requests_more_however_many_notes_link_back(world: World) -> None:
    knowing_pages(world)
    names = [f"Note {n}" for n in range(8)]
    world.write("Map.md", "All of them\n\n" + "".join(f"- [[{name}]]\n" for name in names))
    for name in names:
        world.write(f"{name}.md", f"see [[Map]] from {name}\n")
    text = world.read("Map.md")
    counts = requests(world)
    assert counts["POST /object"] == 9
    assert counts["GET /object"] == 1 + 1  # of the overview, and of the note from before
    assert (counts["POST /blocks/append"], counts["PATCH /blocks/block"]) == (1, 0)
    world_ids = [world.note_at(f"{name}.md") for name in names]
    assert [each["entityId"] for each in links(world, world.note_at("Map.md"))] == world_ids
    for name in names:
        (link,) = links(world, world.note_at(f"{name}.md"))
        assert link["entityId"] == world.note_at("Map.md")
    assert world.read("Map.md").endswith(text)
    assert world.sync().steps == []


def test_one_paragraph_that_waits_is_updated_and_the_note_is_whole_until_then(
    world: World,
) -> None:
    knowing_pages(world)
    world.write("A.md", "first\n\nsee [[B]]\n\nlast\n")
    world.write("B.md", "see [[A]]\n")
    counts = requests(world)
    assert counts["POST /object"] == 2
    assert (counts["POST /blocks/append"], counts["PATCH /blocks/block"]) == (0, 1)
    assert world.sync().steps == []


def test_without_circles_every_note_takes_one_request(world: World) -> None:
    knowing_pages(world)
    world.write("5.md", "the last, before [[6]]\n\n# Heading\n")
    for n in range(5):
        world.write(f"{n}.md", f"next is [[{n + 1}]]\n\nand [[5#Heading|that]]\n")
    counts = requests(world)
    assert counts == Counter({"POST /object": 6, "GET /object": 1})


def books(world: World) -> None:
    """Add a type whose notes name each other in a property."""
    related = {"id": RELATED, "name": "Related", "type": "entity", "writable": True}
    world.sandbox.app_add_structure("Book", "Books", [related])


def test_properties_that_name_each_other_are_all_set(world: World) -> None:
    books(world)
    world.write("Books/A.md", "---\nRelated: '[[B]]'\n---\nof a\n")
    world.write("Books/B.md", "---\nRelated: '[[A]]'\n---\nof b\n")
    assert world.sync().troubles == []
    there = {name: world.note_at(f"Books/{name}.md") for name in "AB"}
    for name, other in ("AB", "BA"):
        values = world.sandbox.app_get(there[name])["properties"].values()
        assert [[each["id"] for each in value["entity"]] for value in values
                if value["type"] == "entity"] == [[there[other]]]  # fmt: skip
    assert world.sync().steps == []


def test_a_property_is_set_at_once_where_its_target_can_be_made_first(world: World) -> None:
    books(world)
    world.write("Books/A.md", "---\nRelated: Zed\n---\nof a\n")
    world.write("Books/Zed.md", "of zed\n")
    for dry_run in (True, False):
        report = world.sync(dry_run=dry_run)
        assert (report.troubles, report.new_objects) == ([], 2)
    assert world.sync().steps == []


def test_a_note_is_finished_without_the_target_that_could_not_be_made(world: World) -> None:
    world.write("Map.md", "all\n\n[[One]]\n\n[[Two]]\n\n[[Three]]\n")
    for name in ("One", "Three"):
        world.write(f"{name}.md", "see [[Map]]\n")
    world.write("Two.md", "---\ntype: Pagee\n---\nsee [[Map]]\n")
    (trouble,) = world.sync().troubles
    assert trouble.path == "Two.md"
    note = world.note_at("Map.md")
    assert world.texts(note) == ["all", "One", "[[Two]]", "Three"]
    world.write("Two.md", "see [[Map]]\n")
    world.sync()
    assert world.texts(note) == ["all", "One", "Two", "Three"]
    assert world.sync().steps == []


def test_what_is_typed_into_a_note_that_is_only_begun_is_kept(world: World) -> None:
    knowing_pages(world)
    world.write("Map.md", "all\n\n[[One]]\n\n[[Two]]\n")
    world.write("One.md", "see [[Map]]\n")
    world.write("Two.md", "see [[Map]]\n")

    def type_in_the_editor_and_the_app() -> None:
        world.edit("Map.md", "all", "all of them")
        note = world.note_at("Map.md")
        world.sandbox.app_append(note, [{"type": "TextBlock", "tokens": [
            {"type": "TextToken", "text": "from the app", "style": {}}]}])  # fmt: skip

    world.sandbox.before_next(type_in_the_editor_and_the_app, path="/blocks/append")
    world.sync()
    world.sync()
    assert sorted(world.texts(world.note_at("Map.md"))) == [
        "One", "Two", "all of them", "from the app",
    ]  # fmt: skip
    assert "from the app" in world.body("Map.md")
    assert world.sync().steps == []


def test_a_note_emptied_in_the_app_while_it_was_begun_is_left_to_the_next_sync(
    world: World,
) -> None:
    knowing_pages(world)
    words = " ".join(f"word{n}" for n in range(300))
    world.write("Map.md", f"{words}\n\n[[One]]\n\n[[Two]]\n")
    world.write("One.md", "see [[Map]]\n")
    world.write("Two.md", "see [[Map]]\n")

    def empty_it() -> None:
        note = world.sandbox.app_find("Map")
        (block,) = world.blocks(note)
        world.sandbox.app_edit_block(note, block["id"], paragraph("little"))

    made: list[str] = []

    def count() -> None:
        made.append("")
        if len(made) == 3:
            empty_it()

    world.sandbox.before_next(count, path="/object", method="POST", times=3)
    world.sync()
    assert words in world.body("Map.md")


def test_where_an_answer_was_lost_what_has_changed_since_is_written_over_it_not_beside_it(
    world: World,
) -> None:
    """What was sent is known, though not what came of it."""
    knowing_pages(world)
    world.write("A.md", "first\n\nsee [[B]]\n\nlast\n")
    world.sandbox.drop_next(applied=True, method="POST", path="/object")
    with suppress(RetryError):
        world.sync()
    note = world.sandbox.app_find("A")
    world.sandbox.app_append(note, [paragraph("from the app")])
    world.edit("A.md", "first", "at first")
    world.write("B.md", "here\n")
    assert world.sync().troubles == []
    assert world.note_at("A.md") == note
    assert world.texts(note) == ["at first", "see B", "last", "from the app"]
    assert world.body("A.md") == "at first\n\nsee [[B]]\n\nlast\n\nfrom the app\n"
    assert world.sync().steps == []


def test_where_an_answer_was_lost_a_property_set_in_the_app_since_is_kept(world: World) -> None:
    knowing_pages(world)
    world.write("A.md", "---\ndescription: mine\naliases: [one]\n---\nwords\n")
    world.sandbox.drop_next(applied=True, method="POST", path="/object")
    with suppress(RetryError):
        world.sync()
    note = world.sandbox.app_find("A")
    value = {"type": "text", "text": {"value": "from the app"}}
    world.sandbox.app_set_property(note, "description", value)
    world.edit("A.md", "aliases: [one]", "aliases: [two]")
    assert world.sync().troubles == []
    assert "description: from the app" in world.read("A.md")
    aliases = world.sandbox.app_get(note)["properties"]["aliases"]
    assert aliases["aliases"]["value"] == ["two"]
    assert world.sync().steps == []


def test_what_an_earlier_version_wrote_down_before_it_was_cut_off_is_understood(
    world: World,
) -> None:
    """It did not say what it sent, so all that either side holds is kept."""
    knowing_pages(world)
    note = world.make("A", "first", "from the app")
    world.write("A.md", "first\n\nmine\n")
    payload = json.dumps({"title": "A", "inode": None})
    world.memory.intentions.begin(MAKE, "A.md", None, payload, at=world.clock.now())
    assert world.sync().troubles == []
    assert world.note_at("A.md") == note
    assert sorted(world.texts(note)) == ["first", "from the app", "mine"]
    world.sync()
    assert world.sync().steps == []


def test_where_an_answer_was_lost_a_body_that_was_too_large_to_be_sent_is_not_taken_for_deleted(
    tmp_path: Path,
) -> None:
    world = World(tmp_path, max_body=5_000)
    try:
        knowing_pages(world)
        texts = [f"Paragraph number {n} of a long note, in its place." for n in range(60)]
        world.write("A.md", "\n\n".join(texts) + "\n")
        asked: list[str] = []

        def drop_the_second() -> None:
            asked.append("")
            if len(asked) == 2:
                world.sandbox.drop_next(applied=True)

        world.sandbox.before_next(drop_the_second, method="POST", path="/object", times=2)
        with suppress(RetryError):
            world.sync()
        world.sandbox.app_append(world.sandbox.app_find("A"), [paragraph("from the app")])
        assert world.sync().troubles == []
        assert sorted(world.texts(world.note_at("A.md"))) == sorted(["", *texts, "from the app"])
        assert all(text in world.body("A.md") for text in [*texts, "from the app"])
    finally:
        world.close()


def test_an_import_of_notes_in_circles_can_be_undone(world: World) -> None:
    knowing_pages(world)
    for name, text in {
        "Map": "all\n\n[[A]]\n\n[[B]]\n",
        "A": "[[Map]]\n",
        "B": "[[Map]]\n",
    }.items():
        world.write(f"{name}.md", text)
    before = {path: text for path, (text, *_) in world.files().items()}
    world.sync()
    assert len(world.sandbox.app_list("RootPage")) == 4
    world.clock.sleep(61)
    undo(world.engine().bench, Options())
    assert {path: text for path, (text, *_) in world.files().items()} == before
    assert [world.title(note) for note in world.sandbox.app_list("RootPage")] == ["Known"]
