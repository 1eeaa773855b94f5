"""What a list tells beside what is remembered: new, renamed, missing; nothing false."""

from __future__ import annotations

from dataclasses import dataclass, field
from pathlib import Path

import pytest
from hypothesis import example, given, settings, strategies as st

from capsync.model.note import PAGE, TAG, Row, StructureId
from capsync.model.token import NoteId
from capsync.sandbox.core import Request, Response
from capsync.state.notes import Known
from capsync.sync.listed import compare, learn_oddities, listed_oddly
from capsync.sync.report import Report
from tests.sync.world import World


@dataclass(frozen=True)
class List:
    rows: tuple[Row, ...]
    complete: frozenset[StructureId] = frozenset({PAGE})
    notes: tuple[str, ...] = field(default=())


def known(note: str, title: str, structure: str = PAGE) -> Known:
    return Known(id=note, path="", structure=structure, title=title, text_digest="", note_digest="")


def row(note: str, title: str, structure: StructureId = PAGE) -> Row:
    return Row(NoteId(note), structure, title)


def test_new_renamed_and_missing_notes_follow_from_the_list_alone() -> None:
    heard = compare(
        List((row("same", "Same"), row("renamed", "New name"), row("new", "Born"))),
        [known("same", "Same"), known("renamed", "Old name"), known("gone", "Gone")],
    )
    assert [each.id for each in heard.new] == ["new"]
    assert [(each.known.title, each.row.title) for each in heard.renamed] == [
        ("Old name", "New name")
    ]
    assert [each.id for each in heard.missing] == ["gone"]


def test_a_list_that_is_not_complete_misses_nothing() -> None:
    heard = compare(List((), frozenset({TAG})), [known("a", "A"), known("b", "B", TAG)])
    assert [each.id for each in heard.missing] == ["b"]


def test_a_note_that_became_another_type_is_worth_reading_and_not_missing() -> None:
    heard = compare(List((row("a", "A", TAG),)), [known("a", "A")])
    assert (len(heard.renamed), heard.missing) == (1, ())


@pytest.mark.parametrize(("was", "now"), [("Café", "Cafe\u0301"), ("A  b ", "A b")])
def test_another_spelling_of_a_title_is_no_rename(was: str, now: str) -> None:
    assert compare(List((row("a", now),)), [known("a", was)]).renamed == ()


NAMES = st.dictionaries(st.sampled_from("abcdefgh"), st.sampled_from(["x", "y"]), max_size=8)


@given(there=NAMES, here=NAMES)
def test_every_note_is_heard_of_once_and_truly(there: dict[str, str], here: dict[str, str]) -> None:
    heard = compare(
        List(tuple(row(*each) for each in there.items())), [known(*each) for each in here.items()]
    )
    assert {each.id for each in heard.new} == there.keys() - here.keys()
    assert {each.id for each in heard.missing} == here.keys() - there.keys()
    assert {each.known.id for each in heard.renamed} == {
        each for each in there.keys() & here.keys() if there[each] != here[each]
    }


# With the service


def heard(world: World) -> tuple[list[str], list[str], list[str]]:
    rows = world.client.listing([PAGE])
    found = compare(rows, world.memory.notes.all(), listed_oddly(world.memory))
    return (
        [each.title for each in found.new],
        [each.row.title for each in found.renamed],
        [each.title for each in found.missing],
    )


def test_a_rename_in_the_app_is_seen_without_reading_a_note(world: World) -> None:
    notes = [world.make(f"Note {n}", "x") for n in range(5)]
    world.sync()
    world.sandbox.app_rename(notes[3], "Renamed")
    world.make("Born", "x")
    world.sandbox.app_trash(notes[0])
    world.traffic()
    assert heard(world) == (["Born"], ["Renamed"], ["Note 0"])
    assert world.traffic()[0] == 0
    world.sync()
    assert heard(world) == ([], [], [])


def test_a_title_that_lists_show_in_their_own_way_is_a_rename_only_once(world: World) -> None:
    note = world.make("Note", "x")
    world.sync()
    (before,) = world.memory.notes.all()
    oddly = List((row(note, "Note (Page)"),))
    found = compare(oddly, [before], listed_oddly(world.memory))
    assert len(found.renamed) == 1
    world.sync()
    learn_oddities(world.memory, found.renamed)
    now = world.memory.notes.all()
    assert compare(oddly, now, listed_oddly(world.memory)).renamed == ()
    other = List((row(note, "Renamed (Page)"),))
    assert len(compare(other, now, listed_oddly(world.memory)).renamed) == 1


def test_what_was_not_read_since_teaches_nothing(world: World) -> None:
    note = world.make("Note", "x")
    world.sync()
    found = compare(List((row(note, "Renamed"),)), world.memory.notes.all())
    learn_oddities(world.memory, found.renamed)
    assert listed_oddly(world.memory) == {}


# Nothing that lives is ever taken to be gone


ACTS = st.tuples(st.integers(2, 5), st.sampled_from(["trash", "make", "rename"]), st.integers(0, 7))


class Meddler:
    """Someone in the app who is at work while pages are listed, and each time in the same way."""

    def __init__(self, world: World, notes: list[str], acts: list[tuple[int, str, int]]) -> None:
        self.world, self.notes, self.acts = world, notes, acts
        self.page = self.made = 0
        self.handle = world.sandbox.handle
        world.sandbox.handle = self.answer  # type: ignore[method-assign]

    def answer(self, request: Request) -> Response:
        if request.path == "/objects/structure" and request.query["id"] == "RootPage":
            self.page = self.page + 1 if "cursor" in request.query else 1
            if self.page == 1:  # what was trashed is taken back before the next time
                for note in self.notes if self.acts else ():
                    self.world.sandbox.app_restore(note)
            for act, which in (each[1:] for each in self.acts if each[0] == self.page):
                self.meddle(act, self.notes[which])
        return self.handle(request)

    def meddle(self, act: str, note: str) -> None:
        self.made += 1
        if act == "make":
            self.world.make(f"Born {self.made}", "x")
        elif act == "trash":
            self.world.sandbox.app_trash(note)
        else:
            self.world.sandbox.app_rename(note, f"Renamed {self.made}")


@settings(max_examples=12)
@given(acts=st.lists(ACTS, max_size=4), size=st.integers(2, 4))
@example(acts=[(2, "trash", 7)], size=4)
def test_whatever_happens_while_lists_are_read_no_living_note_loses_its_file(
    tmp_path_factory: pytest.TempPathFactory, acts: list[tuple[int, str, int]], size: int
) -> None:
    """Rows slip from page to page whenever the app adds or removes something in between.

    In the example the fifth note slips past two lists in a row, both without a flaw.
    """
    folder = tmp_path_factory.mktemp("world")
    world = World(folder, offset_pages=True, page_size_max=size, page_size=size)
    notes = [world.make(f"Note {n}", "x") for n in range(8)]
    world.sync()
    meddler = Meddler(world, notes, acts)
    trashed: set[str] = set()
    for _ in range(2):
        world.sync(allow_deletes=True)
        trashed |= {note for note in notes if world.sandbox.app_get(note)["trashed"]}
        filed = {world.note_at(path) for path in world.files()}
        assert set(notes) - filed <= trashed
    meddler.acts = []
    world.sync(allow_deletes=True)
    world.sync(allow_deletes=True)
    living = set(world.sandbox.app_list("RootPage"))
    assert {world.note_at(path) for path in world.files()} == living
    world.close()


def test_a_list_that_comes_empty_costs_a_read_or_two_and_not_one_a_note(world: World) -> None:
    for n in range(40):
        world.make(f"Note {n}", "x")
    world.sync()
    complete = world.client.listing

    def empty(*_: object) -> List:
        return List((), frozenset({PAGE}))

    world.client.listing = empty  # type: ignore[method-assign,assignment]
    world.traffic()
    for count in range(1, 4):
        report: Report = world.sync(pull=True)
        assert report.trashed == 0
        assert any("lacks “" in each for each in report.remarks)
        assert world.traffic()[0] <= 40 + count
    world.client.listing = complete  # type: ignore[method-assign]
    assert world.sync().remarks == []
    assert len(world.files()) == 40


def test_a_note_that_is_never_listed_does_not_keep_others_from_being_deleted(
    tmp_path: Path,
) -> None:
    world = World(tmp_path)
    notes = [world.make(f"Note {n}", "x") for n in range(10)]
    world.sync()
    honest = world.client.listing

    def short(*args: object) -> List:
        found = honest(*args)  # type: ignore[arg-type]
        rows = tuple(each for each in found.rows if each.id != notes[0])
        return List(rows, found.complete)

    world.client.listing = short  # type: ignore[method-assign,assignment]
    world.sandbox.app_trash(notes[5])
    assert world.sync().trashed == 0
    assert world.sync().trashed == 1
    assert "Pages/Note 0.md" in world.files()
    world.close()
