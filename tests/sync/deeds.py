"""Everything a run may do, one at a time, for tests of taking it back."""

from __future__ import annotations

import re
from typing import Any

from capsync.sync.report import Options
from capsync.sync.undo import Undone, undo
from tests.sync.world import World, paragraph


def undone(world: World, **options: Any) -> Undone:
    """Undo, in a minute of its own."""
    world.clock.sleep(61)
    return undo(world.engine().bench, Options(**options))


def texts(world: World) -> dict[str, str]:
    """Every file with what it holds, marks of a rewrite aside."""
    return {path: text for path, (text, *_) in world.files().items()}


def space(world: World) -> dict[str, tuple[bool, str, list[str]]]:
    """Every page: whether it is in the trash, its title and its texts."""
    return {
        note: (world.sandbox.app_get(note)["trashed"], world.title(note), world.texts(note))
        for note in world.sandbox.app_list("RootPage", trashed=True)
    }


def without_times(objects: dict[str, tuple[bool, str, list[str]]]) -> list[str]:
    """What objects hold, also of those made anew, without the time of a conflict."""
    return sorted(re.sub(r"\d+-\d+-\d+ \d+:\d+", "", str(each)) for each in objects.values())


def two(world: World) -> tuple[str, str]:
    """Two notes that are in sync."""
    first = world.make("First", "one", "two", "three")
    second = world.make("Second", "calm")
    world.sync()
    return first, second


def pushes(world: World) -> None:
    world.edit("Pages/First.md", "two", "zwei")


def pushes_a_paragraph_away(world: World) -> None:
    world.edit("Pages/First.md", "two\n\n", "")


def pulls(world: World) -> None:
    note = world.note_at("Pages/First.md")
    world.sandbox.app_edit_block(note, world.blocks(note)[1]["id"], paragraph("zwei"))


def merges(world: World) -> None:
    world.edit("Pages/First.md", "one", "eins")
    note = world.note_at("Pages/First.md")
    world.sandbox.app_edit_block(note, world.blocks(note)[2]["id"], paragraph("drei"))


def conflicts(world: World) -> None:
    pulls(world)
    world.edit("Pages/First.md", "two", "deux")


def renames_in_the_vault(world: World) -> None:
    (world.root / "Pages/First.md").rename(world.root / "Pages/Erste.md")


def renames_in_the_space(world: World) -> None:
    world.sandbox.app_rename(world.note_at("Pages/First.md"), "Erste: eine")


def makes_an_object(world: World) -> None:
    world.write("New.md", "# Mine\n\nwords\n")


def makes_a_tag(world: World) -> None:
    world.write("New.md", "---\ntags: [fresh]\n---\nwords\n")


def makes_a_file(world: World) -> None:
    world.make("From the app", "fresh")


def trashes_an_object(world: World) -> None:
    (world.root / "Pages/First.md").unlink()


def trashes_a_file(world: World) -> None:
    world.sandbox.app_trash(world.note_at("Pages/First.md"))


def revives_an_object(world: World) -> None:
    world.sandbox.app_trash(world.note_at("Pages/First.md"))
    world.edit("Pages/First.md", "two", "two and a half")


def brings_a_file_back(world: World) -> None:
    pulls(world)
    (world.root / "Pages/First.md").unlink()


def sets_a_property(world: World) -> None:
    world.edit("Pages/First.md", "---\n\n", "description: so so\n---\n\n")


def adopts(world: World) -> None:
    world.edit("Pages/First.md", "two", "zwei")
    world.forget()


DEEDS = [
    pushes,
    pushes_a_paragraph_away,
    pulls,
    merges,
    conflicts,
    renames_in_the_vault,
    renames_in_the_space,
    makes_an_object,
    makes_a_tag,
    makes_a_file,
    trashes_an_object,
    trashes_a_file,
    revives_an_object,
    brings_a_file_back,
    sets_a_property,
    adopts,
]
