"""Odd names and odd files: nothing leaves the vault, nothing is overwritten, nobody is mistaken."""

from __future__ import annotations

from pathlib import Path
from unicodedata import normalize

import pytest

from tests.sync.world import World

TITLES = (
    "CON",
    "aux.md",
    "nul",
    "COM1.txt",
    "x" * 300,
    "長" * 300,
    "../../etc/passwd",
    "/absolute",
    "C:\\Windows\\System32",
    'a/b\\c:d*e?f"g<h>i|j',
    ".hidden",
    ".capsync",
    "trailing dot.",
    " spaces around ",
    "two\nlines",
    "tab\there",
    "bell\x07",
    "left\u202eright",
    "👨\u200d👩\u200d👧 family",
    "مرحبا",
    "Cafe\u0301",
    "---",
    "# heading",
    "[[link]]",
    "{{template}}",
    "key: value",
    "null",
    "~$owner",
    "x (Bob's conflicted copy 2024-01-02)",
    "100%",
    "~",
)


def quiet(world: World) -> None:
    """A further sync finds nothing to do."""
    before = world.files()
    world.traffic()
    report = world.sync()
    assert (report.steps, report.troubles) == ([], [])
    assert world.traffic()[1] == 0
    assert world.files() == before


def at(world: World, note: str) -> str:
    """Find the file of a note."""
    (path,) = [each for each in world.files() if world.note_at(each) == note]
    return path


def test_any_title_makes_a_file_in_the_vault_and_comes_back_unchanged(world: World) -> None:
    notes = {world.make(title, f"text of {n}"): n for n, title in enumerate(TITLES)}
    titles = {note: world.title(note) for note in notes}
    assert world.sync().troubles == []
    assert len(world.files()) == len(TITLES)
    inside = {each.relative_to(world.root).parts[0] for each in world.root.rglob("*")}
    assert inside == {".capsync", "Pages"}
    assert sorted(each.name for each in world.folder.iterdir() if each.is_dir()) == ["vault"]
    for note, number in notes.items():
        path = at(world, note)
        assert len(path.rpartition("/")[2].encode()) <= 255
        world.edit(path, f"text of {number}", f"edited text of {number}")
    assert world.sync().troubles == []
    assert {note: world.title(note) for note in notes} == titles
    for note, number in notes.items():
        assert world.texts(note) == [f"edited text of {number}"]
    quiet(world)


@pytest.mark.parametrize("title", ["x" * 300, "Dune: Messiah", "CON"])
def test_a_title_no_file_can_have_survives_the_rename_of_its_neighbours(
    world: World, title: str
) -> None:
    note = world.make(title, "text")
    world.sync()
    world.sandbox.app_rename(note, f"{title}?")
    world.sync()
    assert world.title(note) == f"{title}?"
    quiet(world)


def test_equal_titles_get_files_of_their_own_that_keep_their_names(world: World) -> None:
    notes = [world.make("Trip", f"number {n}") for n in range(4)]
    world.sync()
    names = {note: at(world, note) for note in notes}
    assert len({path.casefold() for path in names.values()}) == 4
    for n, note in enumerate(notes):
        assert world.body(names[note]) == f"number {n}\n"
        world.edit(names[note], f"number {n}", f"edited {n}")
    world.sync()
    assert {note: at(world, note) for note in notes} == names
    assert [world.texts(note) for note in notes] == [[f"edited {n}"] for n in range(4)]
    assert [world.title(note) for note in notes] == ["Trip"] * 4
    quiet(world)


def test_equal_titles_have_the_same_names_on_every_machine(world: World, tmp_path: Path) -> None:
    notes = [world.make("Trip", f"number {n}") for n in range(4)]
    other = World(tmp_path / "other", world)
    for each in (world, other):
        each.sync()
    assert {note: at(world, note) for note in notes} == {note: at(other, note) for note in notes}
    other.close()


def test_titles_that_differ_in_case_only_share_no_file(world: World) -> None:
    lower, upper = world.make("trip", "lower"), world.make("TRIP", "upper")
    world.sync()
    assert at(world, lower).casefold() != at(world, upper).casefold()
    assert (world.title(lower), world.title(upper)) == ("trip", "TRIP")
    quiet(world)


def test_a_rename_that_changes_case_only_goes_both_ways(world: World) -> None:
    note = world.make("Trip plan", "text")
    world.sync()
    (world.root / "Pages/Trip plan.md").rename(world.root / "Pages/trip plan.md")
    assert world.sync().trashed == 0
    assert world.title(note) == "trip plan"
    world.sandbox.app_rename(note, "TRIP PLAN")
    assert world.sync().trashed == 0
    assert list(world.files()) == ["Pages/TRIP PLAN.md"]
    quiet(world)


def test_a_name_spelt_with_other_code_points_is_no_change(world: World) -> None:
    """A disk or another tool gives the file back as NFD; nothing happened."""
    title = normalize("NFC", "Café résumé")
    note = world.make(title, "text")
    world.sync()
    (place,) = (world.root / "Pages").iterdir()
    for spelt in (normalize("NFD", title), normalize("NFC", title), normalize("NFD", title)):
        place = place.rename(place.with_name(f"{spelt}.md"))
        world.traffic()
        report = world.sync()
        assert (report.steps, report.troubles, world.traffic()[1]) == ([], [], 0)
        assert list(world.files()) == [f"Pages/{spelt}.md"]
    assert world.title(note) == title


def test_a_title_in_nfd_from_the_app_is_one_file_and_stays(world: World) -> None:
    note = world.make(normalize("NFD", "Café"), "text")
    world.sync()
    assert list(world.files()) == ["Pages/Café.md"]
    quiet(world)
    world.edit("Pages/Café.md", "text", "edited")
    world.sync()
    assert world.texts(note) == ["edited"]
    quiet(world)


def test_two_files_that_swap_names_swap_titles_and_keep_their_texts(world: World) -> None:
    one, two = world.make("One", "text one"), world.make("Two", "text two")
    world.sync()
    pages = world.root / "Pages"
    (pages / "One.md").rename(pages / "between")
    (pages / "Two.md").rename(pages / "One.md")
    (pages / "between").rename(pages / "Two.md")
    report = world.sync()
    assert (report.trashed, report.new_objects, report.troubles) == (0, 0, [])
    assert (world.title(one), world.title(two)) == ("Two", "One")
    assert (world.texts(one), world.texts(two)) == (["text one"], ["text two"])
    quiet(world)


def test_two_objects_that_swap_titles_keep_their_texts(world: World) -> None:
    one, two = world.make("One", "text one"), world.make("Two", "text two")
    world.sync()
    world.sandbox.app_rename(one, "Two")
    world.sandbox.app_rename(two, "One")
    report = world.sync()
    assert (report.trashed, report.new_files, report.troubles) == (0, 0, [])
    assert world.body(at(world, one)) == "text one\n"
    assert world.body(at(world, two)) == "text two\n"
    assert (world.title(one), world.title(two)) == ("Two", "One")
    quiet(world)


def test_a_file_renamed_edited_and_moved_at_once_is_still_the_same_note(world: World) -> None:
    note = world.make("Note", "text", "more")
    world.sync()
    world.edit("Pages/Note.md", "text", "edited")
    (world.root / "Deep/er").mkdir(parents=True)
    (world.root / "Pages/Note.md").rename(world.root / "Deep/er/Renamed.md")
    report = world.sync()
    assert (report.trashed, report.new_objects, report.new_files) == (0, 0, 0)
    assert (world.title(note), world.texts(note)) == ("Renamed", ["edited", "more"])
    quiet(world)


def test_a_copy_with_its_id_becomes_a_note_of_its_own_without_it(world: World) -> None:
    note = world.make("Note", "text")
    world.sync()
    text = world.read("Pages/Note.md")
    world.write("Pages/Copy.md", text.replace("text", "copied and edited"))
    report = world.sync()
    assert [each.path for each in report.troubles] == ["Pages/Copy.md"]
    assert world.texts(note) == ["text"]
    world.write("Pages/Copy.md", "copied and edited\n")
    assert world.sync().new_objects == 1
    assert world.note_at("Pages/Copy.md") != note
    assert world.texts(note) == ["text"]
    quiet(world)


def test_an_id_edited_to_that_of_another_note_deletes_neither(world: World) -> None:
    one, two = world.make("One", "text one"), world.make("Two", "text two")
    world.sync()
    world.edit("Pages/One.md", one, two)
    report = world.sync()
    assert [each.path for each in report.troubles] == ["Pages/One.md"]
    assert not world.sandbox.app_get(one)["trashed"]
    assert (world.texts(one), world.texts(two)) == (["text one"], ["text two"])
    world.edit("Pages/One.md", two, one)
    assert world.sync().troubles == []
    quiet(world)


def test_an_id_edited_to_one_that_nobody_has_deletes_nothing(world: World) -> None:
    note = world.make("One", "text one")
    world.make("Two", "text two")
    world.sync()
    nobody = "00000000-0000-4000-8000-000000000001"
    world.edit("Pages/One.md", note, nobody)
    for _ in range(2):
        report = world.sync()
        assert [each.path for each in report.troubles] == ["Pages/One.md"]
        assert not world.sandbox.app_get(note)["trashed"]
    world.edit("Pages/One.md", nobody, note)
    assert world.sync().troubles == []
    quiet(world)


def test_a_note_moved_over_another_trashes_that_one_and_keeps_its_own(world: World) -> None:
    one, two = world.make("One", "text one"), world.make("Two", "text two")
    world.make("Three", "text three")
    world.sync()
    (world.root / "Pages/Two.md").replace(world.root / "Pages/One.md")
    assert world.sync().trashed == 1
    assert world.sandbox.app_get(one)["trashed"]
    assert (world.title(two), world.texts(two)) == ("One", ["text two"])


def test_a_file_that_lost_all_its_front_matter_gets_it_back_and_clears_nothing(
    world: World,
) -> None:
    """Someone selects all and pastes the text anew."""
    note = world.make("Dune: Messiah", "text")
    value = {"type": "text", "text": {"value": "long to write"}}
    world.sandbox.app_set_property(note, "description", value)
    world.sync()
    (path,) = world.files()
    front = world.read(path).removesuffix("text\n")
    world.write(path, "text, pasted anew\n")
    assert world.sync().troubles == []
    assert world.read(path) == f"{front}text, pasted anew\n"
    assert world.texts(note) == ["text, pasted anew"]
    assert world.title(note) == "Dune: Messiah"
    assert world.sandbox.app_get(note)["properties"]["description"] == value
    quiet(world)
