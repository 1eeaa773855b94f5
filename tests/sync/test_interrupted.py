"""Whatever stops a sync, the next one goes on from there and nothing is lost or doubled."""

from __future__ import annotations

import pytest

from capsync.errors import RetryError
from tests.sync.cut import connection_lost, plug_pulled
from tests.sync.world import World, paragraph


def edited_on_both_sides(world: World) -> None:
    """Give the next sync one of everything to do."""
    both = world.make("Both", "one", "two", "three")
    world.make("Renamed", "r")
    gone = world.make("Trashed", "t")
    for n in range(6):
        world.make(f"Calm {n}", "x")
    world.sync()
    world.edit("Pages/Both.md", "one", "ONE")
    world.sandbox.app_edit_block(both, world.blocks(both)[2]["id"], paragraph("THREE"))
    (world.root / "Pages/Renamed.md").rename(world.root / "Pages/Other name.md")
    world.sandbox.app_trash(gone)
    world.write("New.md", "brand new\n\n- with\n- a list\n")
    world.make("From the app", "fresh")


def check_settled(world: World) -> None:
    world.sync()
    world.sync()
    report = world.sync()
    assert report.steps == []
    assert report.troubles == []
    titles = [world.title(note) for note in world.sandbox.app_list("RootPage")]
    calm = [f"Calm {n}" for n in range(6)]
    assert sorted(titles) == sorted(["Both", "From the app", "New", "Other name", *calm])
    assert world.body("Pages/Both.md") == "ONE\n\ntwo\n\nTHREE\n"
    assert world.texts(world.note_at("New.md")) == ["brand new", "with", "a list"]
    names = [f"Pages/{name}.md" for name in ("Both", "From the app", "Other name", *calm)]
    assert sorted(world.files()) == sorted(["New.md", *names])


@pytest.mark.parametrize("applied", [False, True], ids=["before", "after it was applied"])
@pytest.mark.parametrize("at", range(40))
def test_a_connection_lost_at_any_request(
    tmp_path_factory: pytest.TempPathFactory, at: int, applied: bool
) -> None:
    """Every request of a sync in turn is the one whose answer never comes."""
    world = World(tmp_path_factory.mktemp("world"))
    edited_on_both_sides(world)
    with connection_lost(world, at=at, applied=applied):
        world.sync()
    check_settled(world)
    world.close()


@pytest.mark.parametrize("at", range(60))
def test_a_crash_at_any_step(tmp_path_factory: pytest.TempPathFactory, at: int) -> None:
    """Every request, file change and memory write in turn is the last thing that happens."""
    world = World(tmp_path_factory.mktemp("world"))
    edited_on_both_sides(world)
    with plug_pulled(world, at=at):
        world.sync()
    check_settled(world)
    world.close()


def test_a_write_that_has_no_effect_is_made_again(world: World) -> None:
    """The service was seen to answer 200, with the change, and not to make it."""
    note = world.make("Note", "old")
    world.sync()
    world.edit("Pages/Note.md", "old", "new")
    world.sandbox.ignore_next(method="PATCH")
    world.sync()
    assert world.texts(note) == ["old"]
    report = world.sync()
    assert report.pushed == 1
    assert world.texts(note) == ["new"]
    assert world.body("Pages/Note.md") == "new\n"
    assert world.sync().steps == []


@pytest.mark.parametrize("ignored", [("PATCH", "/blocks/block"), ("POST", "/blocks/append")])
def test_one_request_of_several_that_has_no_effect_is_made_again(
    world: World, ignored: tuple[str, str]
) -> None:
    note = world.make("Note", "one old word", "last")
    world.sync()
    world.edit("Pages/Note.md", "one old word\n", "one new word\n\nmore\n")
    method, path = ignored
    world.sandbox.ignore_next(method=method, path=path)
    world.sync()
    assert world.texts(note) != ["one new word", "more", "last"]
    world.sync()
    assert world.texts(note) == ["one new word", "more", "last"]
    assert world.body("Pages/Note.md") == "one new word\n\nmore\n\nlast\n"
    assert world.sync().steps == []


def test_a_write_that_was_read_back_can_be_taken_back_in_the_app(world: World) -> None:
    note = world.make("Note", "old")
    world.sync()
    world.edit("Pages/Note.md", "old", "new")
    world.sync()
    world.sync()
    world.sandbox.app_edit_block(note, world.blocks(note)[0]["id"], paragraph("old"))
    world.sync()
    assert world.body("Pages/Note.md") == "old\n"


def test_a_file_saved_while_it_is_synced_is_not_overwritten(world: World) -> None:
    note = world.make("Note", "one", "two")
    world.sync()
    world.sandbox.app_edit_block(note, world.blocks(note)[0]["id"], paragraph("ONE"))

    def save() -> None:
        world.edit("Pages/Note.md", "two", "two, typed just now")

    world.sandbox.before_next(save, path="/object", method="GET")
    report = world.sync()
    assert report.exit_code == 1
    world.sync()
    assert world.body("Pages/Note.md") == "ONE\n\ntwo, typed just now\n"
    assert world.texts(note) == ["ONE", "two, typed just now"]


def test_unreachable_from_the_start_changes_nothing(world: World) -> None:
    world.make("Note", "one")
    world.sync()
    before = world.files()
    world.sandbox.drop_next(applied=False, times=50)
    with pytest.raises(RetryError):
        world.sync()
    assert world.files() == before


def test_a_file_that_moved_after_its_object_was_made_unheard_gets_that_object(
    world: World,
) -> None:
    world.write("New.md", "words\n")
    world.sandbox.drop_next(applied=True, method="POST", path="/object")
    with pytest.raises(RetryError):
        world.sync()
    (world.root / "Deep").mkdir()
    (world.root / "New.md").rename(world.root / "Deep/New.md")
    world.sync()
    assert [world.title(note) for note in world.sandbox.app_list("RootPage")] == ["New"]
    assert list(world.files()) == ["Deep/New.md"]


def test_an_object_whose_file_was_deleted_unheard_comes_back_once(world: World) -> None:
    world.write("New.md", "words\n")
    world.sandbox.drop_next(applied=True, method="POST", path="/object")
    with pytest.raises(RetryError):
        world.sync()
    (world.root / "New.md").unlink()
    world.sync()
    world.sync()
    assert list(world.files()) == ["Pages/New.md"]
    assert world.memory.intentions.open() == ()
