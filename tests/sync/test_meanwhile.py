"""What others type while a note is read, planned and written is neither lost nor hidden."""

from __future__ import annotations

from tests.sync.world import World, paragraph


def test_what_the_app_does_between_our_reading_and_our_writing_is_not_lost(world: World) -> None:
    note = world.make("Note", "one", "two", "three", "four")
    world.sync()
    world.edit("Pages/Note.md", "one", "ONE")

    def type_in_the_app() -> None:
        blocks = world.blocks(note)
        world.sandbox.app_edit_block(note, blocks[2]["id"], paragraph("THREE"))
        world.sandbox.app_append(note, [paragraph("five")], after=blocks[3]["id"])
        world.sandbox.app_delete_block(note, blocks[1]["id"])

    world.sandbox.before_next(type_in_the_app, method="PATCH")
    assert world.sync().troubles == []
    assert world.body("Pages/Note.md") == "ONE\n\nTHREE\n\nfour\n\nfive\n"
    world.edit("Pages/Note.md", "four", "FOUR")
    world.sync()
    assert world.texts(note) == ["ONE", "THREE", "FOUR", "five"]
    assert world.sync().steps == []


def test_a_property_the_app_sets_while_we_write_is_not_lost(world: World) -> None:
    note = world.make("Note", "one")
    world.sync()
    world.edit("Pages/Note.md", "one", "ONE")
    value = {"type": "text", "text": {"value": "set meanwhile"}}
    world.sandbox.before_next(
        lambda: world.sandbox.app_set_property(note, "description", value), method="PATCH"
    )
    world.sync()
    world.sync()
    assert "description: set meanwhile" in world.read("Pages/Note.md")


def test_a_note_that_waits_for_the_guard_is_looked_at_again_before_it_is_written(
    world: World,
) -> None:
    note = world.make("Long", "word " * 40, "two", "three")
    world.make("Short", "x")
    world.sync()
    world.edit("Pages/Long.md", ("word " * 40).strip(), "little")
    world.edit("Pages/Short.md", "x", "y")

    def type_in_the_app() -> None:
        world.sandbox.app_edit_block(note, world.blocks(note)[1]["id"], paragraph("TWO"))

    world.sandbox.before_next(type_in_the_app, method="PATCH")
    world.sync()
    world.sync()
    assert world.texts(note) == ["little", "TWO", "three"]
    assert world.body("Pages/Long.md") == "little\n\nTWO\n\nthree\n"


def test_files_saved_while_they_are_synced_are_planned_anew(world: World) -> None:
    notes = [world.make(f"Note {n}", "one", "two") for n in range(5)]
    world.sync()
    for note in notes:
        world.sandbox.app_edit_block(note, world.blocks(note)[0]["id"], paragraph("ONE"))

    def save_all() -> None:
        for n in range(5):
            world.edit(f"Pages/Note {n}.md", "two", "two, typed just now")

    world.sandbox.before_next(save_all, path="/object", method="GET")
    world.sync()
    assert world.sync().troubles == []
    for n, note in enumerate(notes):
        assert world.body(f"Pages/Note {n}.md") == "ONE\n\ntwo, typed just now\n"
        assert world.texts(note) == ["ONE", "two, typed just now"]
    assert world.sync().steps == []
