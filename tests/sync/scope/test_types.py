"""What is synced is what the configuration says; the rest is left alone on both sides."""

from __future__ import annotations

import pytest

from capsync.errors import ConfigError, SafetyStop
from capsync.sync.apart import unsynced_notes, what_was_learnt
from capsync.sync.report import Options
from capsync.sync.status import status_of
from capsync.sync.verify import verify
from capsync.vault.selection import Name, Selection
from tests.sync.scope.world import Chosen, edit_there
from tests.sync.world import paragraph


def test_without_settings_everything_the_api_can_write_is_synced(world: Chosen, book: str) -> None:
    world.make("Page", "x")
    world.make("Dune", "x", structure=book)
    world.sandbox.app_add_media("MediaImage", "A photo", "https://example.org/a.png")
    world.sandbox.app_create("RootDailyNote", "2026-11-03T00:00:00.000Z")
    world.sync()
    assert [name.split("/")[0] for name in world.files()] == ["Books", "Daily notes", "Pages"]


def test_only_the_types_that_are_named_are_synced(world: Chosen, book: str) -> None:
    world.make("Page", "x")
    world.make("Dune", "x", structure=book)
    world.choosing(structures=["book"])
    assert list(world.files()) == ["Books/Dune.md"]


def test_an_excluded_type_is_not_synced(world: Chosen, book: str) -> None:
    world.make("Page", "x")
    world.make("Dune", "x", structure=book)
    world.choosing(exclude_structures=[book])
    assert list(world.files()) == ["Pages/Page.md"]


@pytest.mark.parametrize(
    ("settings", "message"),
    [
        ({"structures": ["Boook"]}, "structures: the space has no type called “Boook”; did you"),
        ({"structures": ["Image"]}, "Image cannot be synced"),
        ({"collections": ["Favorits"]}, "no collection called “Favorits”; did you mean “Fav"),
        ({"tags": ["zzz"]}, "no tag called “zzz”; it has “urgent”"),
        ({"exclude_tags": ["zzz"]}, "no tag called"),
    ],
)  # fmt: skip
def test_a_name_the_space_does_not_have_stops_before_anything_is_touched(
    world: Chosen, book: str, settings: dict[str, list[str]], message: str
) -> None:
    world.sandbox.app_add_collection(book, "Favorites")
    world.make("urgent", structure="RootTag")
    world.make("Page", "x")
    world.write("New.md", "new\n")
    world.traffic()
    with pytest.raises(ConfigError, match=message):
        world.choosing(**settings)
    assert world.traffic()[1] == 0
    assert list(world.files()) == ["New.md"]


def test_a_type_that_is_taken_out_stays_as_it_is_on_both_sides(world: Chosen, book: str) -> None:
    dune = world.make("Dune", "spice", structure=book)
    world.make("Page", "x")
    world.sync()
    report = world.choosing(exclude_structures=["Book"])
    assert (report.trashed, report.troubles) == (0, [])
    assert "not synced any more: Books/Dune.md" in report.remarks[0]
    world.edit("Books/Dune.md", "spice", "sand")
    for _ in range(2):
        report = world.sync()
        assert (report.pushed, report.remarks, report.troubles) == (0, [], [])
    edit_there(world, dune, "worms")
    world.sync()
    assert (world.body("Books/Dune.md"), world.texts(dune)) == ("sand\n", ["worms"])
    world.sandbox.app_trash(dune)
    for _ in range(3):
        assert world.sync().trashed == 0
    assert dune in world.read("Books/Dune.md")


def test_a_type_that_is_put_back_goes_on_from_the_base(world: Chosen, book: str) -> None:
    dune = world.make("Dune", "one", "two", structure=book)
    world.sync()
    world.choosing(exclude_structures=["Book"])
    world.edit("Books/Dune.md", "one", "ONE")
    world.sandbox.app_edit_block(dune, world.blocks(dune)[1]["id"], paragraph("TWO"))
    world.sync()
    report = world.choosing()
    assert (report.conflicts, report.new_files, report.new_objects) == (0, 0, 0)
    assert world.texts(dune) == ["ONE", "TWO"]
    assert world.body("Books/Dune.md") == "ONE\n\nTWO\n"
    assert unsynced_notes(world.memory) == {}


def test_a_file_that_is_deleted_while_not_synced_deletes_nothing_then_or_later(
    world: Chosen, book: str
) -> None:
    """Who excludes a type and clears its folder wants room, not the books gone."""
    dune = world.make("Dune", "spice", structure=book)
    world.sync()
    world.choosing(exclude_structures=["Book"])
    (world.root / "Books/Dune.md").unlink()
    report = world.sync()
    assert "stays in the space" in report.remarks[0]
    world.choosing()
    assert not world.sandbox.app_get(dune)["trashed"]
    assert world.body("Books/Dune.md") == "spice\n"


@pytest.mark.parametrize("edited", [False, True])
def test_a_note_trashed_while_not_synced_follows_when_it_is_put_back(
    world: Chosen, book: str, edited: bool
) -> None:
    dune = world.make("Dune", "spice", structure=book)
    world.sync()
    world.choosing(exclude_structures=["Book"])
    world.sandbox.app_trash(dune)
    if edited:
        world.edit("Books/Dune.md", "spice", "sand")
    world.sync()
    assert "Books/Dune.md" in world.files()
    world.choosing()
    assert world.sandbox.app_get(dune)["trashed"] is not edited
    assert ("Books/Dune.md" in world.files()) is edited


def test_a_new_file_of_a_type_that_is_not_synced_is_set_aside(world: Chosen, book: str) -> None:
    world.sync()
    world.write("Books/Dune.md", "spice\n")
    world.write("Emma.md", "---\ntype: Book\n---\nx\n")
    world.write("Page.md", "x\n")
    report = world.choosing(structures=["Page"])
    assert sorted(each.path for each in report.troubles) == ["Books/Dune.md", "Emma.md"]
    assert "sync.structures does not name it" in report.troubles[0].message
    assert world.sandbox.app_list(book) == []
    assert world.choosing().new_objects == 2


def test_naming_a_note_that_is_not_synced_says_so(world: Chosen, book: str) -> None:
    world.make("Dune", "spice", structure=book)
    world.sync()
    world.choosing(exclude_structures=["Book"])
    report = world.sync(notes=("Dune",))
    assert [each.path for each in report.troubles] == ["Books/Dune.md"]
    assert "exclude_structures" in report.troubles[0].message


def test_tags_are_not_made_twice_though_they_are_not_synced(world: Chosen, book: str) -> None:
    world.make("urgent", structure="RootTag")
    world.write("Page.md", "---\ntags: [urgent]\n---\nx\n")
    world.choosing(structures=["Page"])
    assert len(world.sandbox.app_list("RootTag")) == 1
    assert list(world.files()) == ["Page.md"]


def test_after_the_memory_is_lost_what_is_not_synced_stays_apart(world: Chosen, book: str) -> None:
    dune = world.make("Dune", "spice", structure=book)
    world.sync()
    world.forget()
    world.edit("Books/Dune.md", "spice", "sand")
    report = world.choosing(exclude_structures=["Book"])
    assert (report.pushed, report.new_objects, report.merged) == (0, 0, 0)
    assert world.texts(dune) == ["spice"]


def test_what_is_not_synced_is_not_on_the_schedule_of_reads(world: Chosen, book: str) -> None:
    dune = world.make("Dune", "x", structure=book)
    page = world.make("Page", "x")
    world.sync()
    world.choosing(exclude_structures=["Book"])
    engine = world.engine()
    engine.run(Options())
    assert engine.last is not None
    chosen = []
    for _ in range(10):
        world.clock.sleep(3600)
        choice = engine.last.reads.next(objects=True, probes=False)
        if choice is not None:
            chosen.append(choice.note)
            engine.last.reads.checked(choice.note, changed=False)
    assert set(chosen) == {page}
    assert dune not in chosen


def test_the_guard_counts_only_what_is_synced(world: Chosen, book: str) -> None:
    for number in range(40):
        world.make(f"Book {number}", "x", structure=book)
    for number in range(10):
        world.make(f"Page {number}", "x")
    world.sync()
    world.choosing(exclude_structures=["Book"])
    for number in range(7):
        (world.root / f"Pages/Page {number}.md").unlink()
    with pytest.raises(SafetyStop, match="7 of 10 notes"):
        world.sync()


# What is told


def test_status_knows_what_is_not_synced_and_counts_nothing_of_it(world: Chosen, book: str) -> None:
    world.make("Dune", "spice", structure=book)
    world.make("Emma", "spice", structure=book)
    for n in range(3):
        world.sandbox.app_add_media("MediaImage", f"Photo {n}", "https://example.org/a.png")
    world.sync()
    world.choosing(exclude_structures=["Book"])
    world.edit("Books/Dune.md", "spice", "sand")
    (world.root / "Books/Emma.md").unlink()
    found = status_of(world.vault, world.memory, world.clock.now())
    assert (found.in_sync, found.waiting) == (0, 0)
    assert found.apart == {"Books/Dune.md": "sync.exclude_structures names it"}
    learnt = {each.title: each for each in what_was_learnt(world.memory).types}
    assert learnt["Books"].reason == "sync.exclude_structures names it"
    images = next(each for each in learnt.values() if each.id == "MediaImage")
    assert (images.count, images.more) == (3, False)
    assert images.reason == "the API cannot change objects of this type"


def test_objects_that_are_not_synced_are_counted_once_a_day(world: Chosen) -> None:
    world.sync()
    first = world.sync().requests
    world.clock.sleep(90_000)
    counting = world.sync().requests
    assert counting > first
    assert world.sync().requests == first


def test_verify_passes_over_what_is_not_synced(world: Chosen, book: str) -> None:
    dune = world.make("Dune", "spice", structure=book)
    world.sync()
    world.choosing(exclude_structures=["Book"])
    world.edit("Books/Dune.md", "spice", "sand")
    edit_there(world, dune, "worms")
    done = verify(world.bench())
    assert (done.notes, done.findings) == (0, [])


def test_a_dry_run_remembers_nothing(world: Chosen, book: str) -> None:
    world.make("Dune", "spice", structure=book)
    world.sync()
    learnt = what_was_learnt(world.memory)
    world.selection = Selection(exclude_structures=(Name("Book"),))
    world.clock.sleep(61)
    world.engine().run(Options(dry_run=True))
    assert unsynced_notes(world.memory) == {}
    assert what_was_learnt(world.memory) == learnt
