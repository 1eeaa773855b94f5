"""What a sync can have to do, each as a world that is one sync away from it.

A job prepares a world, and says what must be true once all is settled again: not what
is likely, but the very texts, titles and files.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field

from tests.sync.world import World, paragraph


@dataclass(frozen=True, slots=True)
class Job:
    """One thing a sync has to do."""

    name: str
    prepare: Callable[[World], None]
    files: Mapping[str, str]
    """Paths and bodies once it is done; what is not here is not there."""
    objects: Mapping[str, tuple[str, ...]]
    """Titles and the texts of the blocks, likewise."""
    trashed: int = 0
    """Files in the vault's trash."""
    options: Mapping[str, object] = field(default_factory=dict)


def check(world: World, job: Job) -> None:
    """Check that both sides hold exactly what *job* leads to."""
    assert {path: world.body(path) for path in world.files()} == dict(job.files)
    listed = [each for kind in ("RootPage", "RootTag") for each in world.sandbox.app_list(kind)]
    held = sorted((world.title(each), tuple(world.texts(each))) for each in listed)
    assert held == sorted(job.objects.items())
    trash = [each for each in (world.root / ".capsync/trash").rglob("*") if each.is_file()]
    assert len(trash) == job.trashed, trash
    left = [each.name for each in world.root.rglob(".capsync-*.tmp")]
    assert not left
    for path in world.files():
        assert world.memory.notes.get(world.note_at(path)) is not None
    assert world.memory.intentions.open() == ()


def _push_an_edit(world: World) -> None:
    world.make("Note", "one", "two", "three")
    world.sync()
    world.edit("Pages/Note.md", "two", "TWO")


def _push_many_edits(world: World) -> None:
    world.make("Note", "one", "two", "three", "four", "five")
    world.sync()
    text = world.read("Pages/Note.md").replace("one", "ONE").replace("two\n\n", "")
    text = text.replace("four", "between\n\nfour\n\n- a\n- b").replace("five", "# five")
    world.write("Pages/Note.md", text)


def _push_a_move(world: World) -> None:
    world.make("Note", "one", "two", "three")
    world.sync()
    text = world.read("Pages/Note.md")
    world.write("Pages/Note.md", text.replace("one\n\ntwo\n\nthree", "three\n\none\n\ntwo"))


def _rename_the_file(world: World) -> None:
    world.make("Note", "one")
    world.sync()
    (world.root / "Pages/Note.md").rename(world.root / "Pages/Other.md")


def _pull_an_edit(world: World) -> None:
    note = world.make("Note", "one", "two")
    world.sync()
    world.sandbox.app_edit_block(note, world.blocks(note)[1]["id"], paragraph("TWO"))


def _pull_a_title(world: World) -> None:
    note = world.make("Note", "one")
    world.sync()
    world.sandbox.app_rename(note, "Other")


def _merge(world: World) -> None:
    note = world.make("Note", "one", "two", "three")
    world.sync()
    world.edit("Pages/Note.md", "one", "ONE")
    world.sandbox.app_edit_block(note, world.blocks(note)[2]["id"], paragraph("THREE"))


def _make_objects(world: World) -> None:
    world.write("First.md", "one [[Second]]\n\n- a\n- b\n")
    world.write("Second.md", "two [[First]]\n")


def _make_an_overview(world: World) -> None:
    world.write("Map.md", "all of them\n\n[[First]]\n\n[[Second]]\n")
    world.write("First.md", "one [[Map]]\n")
    world.write("Second.md", "two [[Map]]\n")


def _make_a_tag(world: World) -> None:
    world.write("New.md", "---\ntags: [fresh]\n---\nwords\n")


def _make_files(world: World) -> None:
    world.make("First", "one")
    world.make("Second", "two")


def _trash_the_object(world: World) -> None:
    world.make("Note", "one")
    world.make("Rest", "rest")
    world.sync()
    (world.root / "Pages/Note.md").unlink()


def _trash_the_file(world: World) -> None:
    note = world.make("Note", "one")
    world.make("Rest", "rest")
    world.sync()
    world.sandbox.app_trash(note)


def _revive_the_object(world: World) -> None:
    note = world.make("Note", "one")
    world.make("Rest", "rest")
    world.sync()
    world.sandbox.app_trash(note)
    world.edit("Pages/Note.md", "one", "ONE")


def _revive_the_file(world: World) -> None:
    note = world.make("Note", "one")
    world.make("Rest", "rest")
    world.sync()
    (world.root / "Pages/Note.md").unlink()
    world.sandbox.app_edit_block(note, world.blocks(note)[0]["id"], paragraph("ONE"))


def _lose_the_memory(world: World) -> None:
    note = world.make("Note", "one", "two")
    world.make("Same", "same")
    world.sync()
    world.sandbox.app_append(note, [paragraph("there")])
    world.write("Pages/Note.md", world.read("Pages/Note.md") + "\nhere\n")
    world.forget()


_REST = {"Pages/Rest.md": "rest\n"}
_REST_THERE = {"Rest": ("rest",)}

JOBS = (
    Job("an edit is pushed", _push_an_edit, {"Pages/Note.md": "one\n\nTWO\n\nthree\n"},
        {"Note": ("one", "TWO", "three")}),
    Job("blocks are edited, added, retyped and removed", _push_many_edits,
        {"Pages/Note.md": "ONE\n\nthree\n\nbetween\n\nfour\n\n- a\n- b\n\n# five\n"},
        {"Note": ("ONE", "three", "between", "four", "a", "b", "five")}),
    Job("a block is moved", _push_a_move, {"Pages/Note.md": "three\n\none\n\ntwo\n"},
        {"Note": ("three", "one", "two")}),
    Job("a file is renamed", _rename_the_file, {"Pages/Other.md": "one\n"}, {"Other": ("one",)}),
    Job("an edit is pulled", _pull_an_edit, {"Pages/Note.md": "one\n\nTWO\n"},
        {"Note": ("one", "TWO")}),
    Job("a new title is pulled", _pull_a_title, {"Pages/Other.md": "one\n"}, {"Other": ("one",)}),
    Job("both sides are merged", _merge, {"Pages/Note.md": "ONE\n\ntwo\n\nTHREE\n"},
        {"Note": ("ONE", "two", "THREE")}),
    Job("new files that link to each other", _make_objects,
        {"First.md": "one [[Second]]\n\n- a\n- b\n", "Second.md": "two [[First]]\n"},
        {"First": ("one Second", "a", "b"), "Second": ("two First",)}),
    Job("an overview of new files that link to it", _make_an_overview,
        {"Map.md": "all of them\n\n[[First]]\n\n[[Second]]\n", "First.md": "one [[Map]]\n",
         "Second.md": "two [[Map]]\n"},
        {"Map": ("all of them", "First", "Second"), "First": ("one Map",),
         "Second": ("two Map",)}),
    Job("a new file with a new tag", _make_a_tag,
        {"New.md": "words\n", "Tags/fresh.md": ""}, {"New": ("words",), "fresh": ("",)}),
    Job("new objects", _make_files, {"Pages/First.md": "one\n", "Pages/Second.md": "two\n"},
        {"First": ("one",), "Second": ("two",)}),
    Job("a file was deleted", _trash_the_object, _REST, _REST_THERE),
    Job("an object was trashed", _trash_the_file, _REST, _REST_THERE, trashed=1),
    Job("an object was trashed, its file edited", _revive_the_object,
        {**_REST, "Pages/Note.md": "ONE\n"}, {**_REST_THERE, "Note": ("ONE",)}),
    Job("a file was deleted, its object edited", _revive_the_file,
        {**_REST, "Pages/Note.md": "ONE\n"}, {**_REST_THERE, "Note": ("ONE",)}),
    Job("the memory is lost", _lose_the_memory,
        {"Pages/Note.md": "one\n\ntwo\n\nhere\n\nthere\n", "Pages/Same.md": "same\n"},
        {"Note": ("one", "two", "here", "there"), "Same": ("same",)}),
)  # fmt: skip
