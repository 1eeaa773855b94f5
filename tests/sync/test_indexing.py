"""What is kept of the memory from one look to the next is what the memory holds."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest

from capsync.model.token import NoteId
from capsync.state.store import Record, Store
from capsync.sync.glance import glance
from capsync.sync.index import Entry
from capsync.sync.indexing import Indexing
from tests.sync.world import World


def record(number: int, title: str, path: str) -> Record:
    note = f"00000000-0000-4000-8000-{number:012}"
    return Record(
        id=note, path=path, structure="RootPage", title=title, text_digest="", note_digest="",
        base="{}", text="",
    )  # fmt: skip


@pytest.fixture
def memory(tmp_path: Path) -> Iterator[Store]:
    with Store.open(tmp_path / "state.db") as store:
        store.notes.remember_all(record(n, f"Title {n}", f"Pages/{n}.md") for n in range(5))
        yield store


def fresh(memory: Store, tmp_path: Path) -> list[str]:
    with Store.open(tmp_path / "state.db") as other:
        return [str(each) for each in other.notes.all()]


def test_all_notes_are_as_written_whoever_wrote_them(memory: Store, tmp_path: Path) -> None:
    first = memory.notes.all()
    memory.notes.remember(record(1, "Another", "Aside/1.md"))
    memory.notes.forget(first[2].id)
    memory.notes.checked(first[3].id, 12.0)
    memory.notes.mark_missing(first[4].id, 13.0)
    memory.notes.touch([replace(first[0], size=99)])
    assert [str(each) for each in memory.notes.all()] == fresh(memory, tmp_path)
    with Store.open(tmp_path / "state.db") as other:
        other.notes.forget(first[0].id)
    assert [str(each) for each in memory.notes.all()] == fresh(memory, tmp_path)


def test_what_was_taken_back_was_never_written(memory: Store, tmp_path: Path) -> None:
    before = memory.notes.all()
    seen: list[int] = []

    def change_of_mind() -> None:
        with memory.transaction():
            memory.notes.forget(before[0].id)
            seen.append(len(memory.notes.all()))
            raise ZeroDivisionError

    with pytest.raises(ZeroDivisionError):
        change_of_mind()
    assert seen == [4]
    assert memory.notes.all() == before
    assert [str(each) for each in memory.notes.all()] == fresh(memory, tmp_path)


def test_a_kept_index_finds_what_a_new_one_finds(memory: Store) -> None:
    kept = Indexing()
    run = kept.of(memory)
    run.add(Entry(NoteId("x"), "Only of that run", run.entries[next(iter(run.entries))].structure))
    names = ["Title 1", "Title 2", "Pages/2", "Only of that run", "Renamed", "Aside/1", "1"]
    memory.notes.remember(record(1, "Renamed", "Aside/1.md"))
    memory.notes.forget(memory.notes.all()[2].id)
    new = Indexing().of(memory)
    index = kept.of(memory)
    assert index.entries == new.entries
    assert [index.resolve(each) for each in names] == [new.resolve(each) for each in names]
    assert [index.is_taken(each) for each in names] == [new.is_taken(each) for each in names]


@pytest.mark.parametrize("odd", ["gone", "moved", "foreign", "broken", "unknown"])
def test_a_glance_leaves_what_is_not_plain_to_a_full_look(world: World, odd: str) -> None:
    note, _ = world.make("One", "text"), world.make("Two", "text")
    world.sync()
    path = "Pages/One.md"
    plain = glance(world.vault, world.memory, [path])
    assert plain is not None
    assert [*plain.files] == [note]
    match odd:
        case "gone":
            (world.root / path).unlink()
        case "moved":
            (world.root / path).rename(world.root / "One.md")
        case "foreign":
            world.write(path, world.read("Pages/Two.md"))
        case "broken":
            world.write(path, "---\na: [\n---\n")
        case _:
            path = "Pages/Three.md"
            world.write(path, "text")
    assert glance(world.vault, world.memory, [path]) is None
