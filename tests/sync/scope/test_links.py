"""Links to what is not synced keep working."""

from __future__ import annotations

from tests.sync.scope.world import Chosen


def test_links_to_notes_that_are_not_synced_keep_working(world: Chosen, book: str) -> None:
    dune = world.make("Dune", "spice", structure=book)
    world.choosing(structures=["Page"])
    world.write("Note.md", "See [[Dune]].\n")
    world.sync()
    note = world.note_at("Note.md")
    (block,) = world.blocks(note)
    (target,) = [each for each in block["tokens"] if each["type"] == "LinkToken"]
    assert dune in target.values()
    world.edit("Note.md", "See", "Look at")
    world.sync()
    (block,) = world.blocks(note)
    assert dune in [each for token in block["tokens"] for each in token.values()]
    assert "[[Dune]]" in world.read("Note.md")


def test_links_stay_when_their_target_is_taken_out(world: Chosen, book: str) -> None:
    dune = world.make("Dune", "spice", structure=book)
    world.write("Note.md", "See [[Dune]].\n")
    world.sync()
    note = world.note_at("Note.md")
    world.choosing(structures=["Page"])
    world.edit("Note.md", "See", "Look at")
    world.sync()
    (block,) = world.blocks(note)
    assert dune in [each for token in block["tokens"] for each in token.values()]


def test_a_link_whose_target_comes_is_not_sent_from_a_note_that_is_not_synced(
    world: Chosen, book: str
) -> None:
    dune = world.make("Dune", "spice", structure=book)
    world.sync()
    world.edit("Books/Dune.md", "spice", "See [[Later]].")
    world.sync()
    world.choosing(exclude_structures=["Book"])
    world.make("Later", "x")
    world.sync()
    assert all(each["type"] == "TextToken" for each in world.blocks(dune)[0]["tokens"])
    world.choosing()
    assert any(each["type"] == "LinkToken" for each in world.blocks(dune)[0]["tokens"])
