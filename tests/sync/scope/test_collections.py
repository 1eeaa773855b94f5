"""Only notes in some collections, or with some tags, are synced."""

from __future__ import annotations

import pytest

from capsync.sync.apart import unsynced_notes
from tests.sync.scope.world import Chosen, edit_there


def test_only_notes_in_a_named_collection_are_synced(world: Chosen, book: str) -> None:
    best = world.sandbox.app_add_collection(book, "Best")
    world.make("Dune", "x", structure=book, collections=[best])
    world.make("Emma", "x", structure=book)
    world.make("Page", "x")
    world.choosing(collections=["best"])
    assert list(world.files()) == ["Books/Dune.md"]


def test_notes_in_an_excluded_collection_are_not_synced(world: Chosen, book: str) -> None:
    best = world.sandbox.app_add_collection(book, "Best")
    world.make("Dune", "x", structure=book, collections=[best])
    world.make("Emma", "x", structure=book)
    world.choosing(exclude_collections=["Best"])
    assert list(world.files()) == ["Books/Emma.md"]


def test_every_setting_has_to_let_a_note_through(world: Chosen, book: str) -> None:
    best = world.sandbox.app_add_collection(book, "Best")
    tag = world.make("sf", structure="RootTag")
    dune = world.make("Dune", "x", structure=book, collections=[best])
    world.tag(dune, tag)
    world.make("Emma", "x", structure=book, collections=[best])
    world.tag(world.make("Ubik", "x", structure=book), tag)
    world.choosing(structures=["Book"], collections=["Best"], tags=["SF"])
    assert list(world.files()) == ["Books/Dune.md"]


def test_a_note_that_leaves_its_collection_stays_as_it_is(world: Chosen, book: str) -> None:
    best = world.sandbox.app_add_collection(book, "Best")
    dune = world.make("Dune", "spice", structure=book, collections=[best])
    world.choosing(collections=["Best"])
    world.sandbox.app_set_collections(dune, [])
    for _ in range(2):
        assert world.sync().trashed == 0
    edit_there(world, dune, "worms")
    assert world.sync().pulled == 0
    assert world.body("Books/Dune.md") == "spice\n"
    assert list(unsynced_notes(world.memory)) == [dune]
    world.sandbox.app_set_collections(dune, [best])
    world.sync()
    assert world.body("Books/Dune.md") == "worms\n"


def test_a_note_that_loses_its_tag_is_pulled_once_more_and_then_left_alone(world: Chosen) -> None:
    tag = world.make("public", structure="RootTag")
    note = world.make("Note", "one")
    world.tag(note, tag)
    world.choosing(tags=["public"])
    assert "public" in world.read("Pages/Note.md")
    world.tag(note)
    world.sync()
    assert "public" not in world.read("Pages/Note.md")
    edit_there(world, note, "two")
    world.sync()
    assert (world.body("Pages/Note.md"), list(unsynced_notes(world.memory))) == ("one\n", [note])


def test_a_tag_given_in_the_file_is_pushed_and_brings_the_note_back(world: Chosen) -> None:
    tag = world.make("public", structure="RootTag")
    note = world.make("Note", "one")
    world.tag(note, tag)
    world.choosing(tags=["public"])
    world.tag(note)
    world.sync()
    world.sync()
    world.edit("Pages/Note.md", "---\n", "---\ntags: [public]\n")
    assert world.sync().pushed == 1
    assert unsynced_notes(world.memory) == {}


def test_a_new_file_must_have_a_tag_that_is_synced(world: Chosen) -> None:
    world.make("public", structure="RootTag")
    world.write("Open.md", "---\ntags: [public]\n---\nx\n")
    world.write("Closed.md", "x\n")
    report = world.choosing(tags=["public"])
    assert [each.path for each in report.troubles] == ["Closed.md"]
    assert "none of the tags that sync.tags names: “public”" in report.troubles[0].message
    assert report.new_objects == 1
    assert world.sync().remarks == []


@pytest.mark.parametrize("status", [400, 404])
def test_a_collection_that_cannot_be_listed_changes_nothing(
    world: Chosen, book: str, status: int
) -> None:
    best = world.sandbox.app_add_collection(book, "Best")
    dune = world.make("Dune", "spice", structure=book, collections=[best])
    out = world.make("Emma", "x", structure=book, collections=[best])
    world.choosing(collections=["Best"])
    world.sandbox.app_set_collections(out, [])
    world.sync()
    world.sync()
    world.make("Ubik", "x", structure=book, collections=[best])
    world.sandbox.fail_next(status, path="/objects/collection", times=9)
    edit_there(world, dune, "worms")
    edit_there(world, out, "y")
    report = world.sync()
    assert "“Best”" in report.remarks[0]
    assert world.body("Books/Dune.md") == "worms\n"
    assert world.body("Books/Emma.md") == "x\n"
    assert "Books/Ubik.md" not in world.files()
