"""What took one note for another."""

from __future__ import annotations

import shutil
from pathlib import Path
from unicodedata import normalize

import pytest

from tests.cli.world import person
from tests.pitfalls.acts import at_rest
from tests.sync.world import World


def test_p36_a_title_is_no_identity(world: World) -> None:
    """kovetskiy/mark#150, hunyadi/md2conf#114, #149, epam/dm.ai PR#520: renames made doubles."""
    note, twin = world.make("Plan", "first"), world.make("Plan", "second")
    world.sync()
    world.sandbox.app_rename(note, "Old plan")
    world.sandbox.app_rename(twin, "Plan B")
    world.sync()
    world.sandbox.app_rename(twin, "Old plan")
    (world.root / "Pages/Old plan.md").rename(world.root / "Kept.md")
    assert world.sync().new_files == 0
    said = {world.note_at(path): world.body(path) for path in world.files()}
    assert said == {note: "first\n", twin: "second\n"}
    assert (world.title(note), world.title(twin)) == ("Kept", "Old plan")
    assert len(world.sandbox.app_list("RootPage")) == 2


def test_p37_equal_titles_never_share_a_file_and_are_called_the_same_everywhere(
    world: World, other: World
) -> None:
    """justmiles/go-markdown2confluence#63, md2conf#133: the second overwrote the first."""
    notes = [world.make("Trip", f"number {n}") for n in range(5)]
    for each in (world, other):
        each.sync()
    names = [{each.note_at(path): path for path in each.files()} for each in (world, other)]
    assert names[0] == names[1]
    for n, note in enumerate(notes):
        assert world.body(names[0][note]) == f"number {n}\n"
        world.edit(names[0][note], "number", "edited")
    for each in (world, other, world):
        each.sync()
    assert [world.texts(note) for note in notes] == [[f"edited {n}"] for n in range(5)]
    assert {world.note_at(path): path for path in world.files()} == names[0]
    at_rest(world, other)


def test_p38_one_name_in_two_spellings_of_unicode_is_one_name(world: World) -> None:
    """samschott/maestral#120, nextcloud/desktop#10087, owncloud/client PR#12365: NFC and NFD."""
    note = world.make("Übergänge und Café", "text")
    world.sync()
    (path,) = world.files()
    for form in ("NFD", "NFC", "NFD"):
        (place,) = (world.root / "Pages").iterdir()
        place.rename(place.with_name(normalize(form, place.name)))
        world.traffic()
        assert world.sync().steps == []
        assert world.traffic()[1] == 0
    assert world.sandbox.app_list("RootPage") == [note]
    world.edit(normalize("NFD", path), "text", "edited")
    world.sync()
    assert world.texts(note) == ["edited"]
    at_rest(world)


def test_p39_names_that_differ_in_case_only_neither_clash_nor_vanish(world: World) -> None:
    """syncthing#1787, Maestral 1.6.4, bcpierce00/unison#1054: case-only renames deleted files."""
    note = world.make("Readme", "text")
    world.sync()
    for name in ("README", "readme", "ReadMe"):
        world.sandbox.app_rename(note, name)
        assert world.sync().trashed == 0
        assert list(world.files()) == [f"Pages/{name}.md"]
    second = world.make("README", "second")
    world.sync()
    assert len({path.casefold() for path in world.files()}) == 2
    assert (world.title(note), world.title(second)) == ("ReadMe", "README")
    at_rest(world)


def test_p40_a_vault_that_was_moved_is_not_downloaded_again(tmp_path: Path) -> None:
    """samschott/maestral#346, #304: after a move, everything was fetched or merged anew."""
    with person(tmp_path, seeded=True) as someone:
        someone.connected().types("sync")
        files = {each.name: each.stat().st_mtime_ns for each in someone.vault.rglob("*.md")}
        moved = tmp_path / "elsewhere" / "notes"
        moved.parent.mkdir()
        shutil.move(someone.vault, moved)
        absent = someone.types("sync")
        assert absent.exit_code == 2
        assert "is in no vault" in absent.stderr
        someone.app.vault = moved
        someone.sandbox.log.clear()
        result = someone.types("sync", "--json")
        assert result.exit_code == 0, result.output
        assert '"steps": []' in result.stdout
        writes = [each for each in someone.sandbox.log if each.method != "GET"]
        assert writes == []
        assert {each.name: each.stat().st_mtime_ns for each in moved.rglob("*.md")} == files


@pytest.mark.parametrize("name", ["copy.md", "Deep/copy.md"])
def test_a_copy_of_a_note_is_told_apart_from_the_note(world: World, name: str) -> None:
    """A file that was duplicated in a file manager has the same id in it."""
    note = world.make("Note", "text")
    world.sync()
    world.write(name, world.read("Pages/Note.md").replace("text", "text of the copy"))
    report = world.sync()
    assert [each.path for each in report.troubles] == [name]
    assert world.texts(note) == ["text"]
