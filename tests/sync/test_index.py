"""Which note a title means."""

from __future__ import annotations

from capsync.model.note import PAGE, TAG
from capsync.model.token import NoteId
from capsync.sync.index import Entry, Index

A, B, C = (NoteId(f"0000000{n}-0000-4000-8000-000000000000") for n in range(3))


def index(*entries: Entry, former: dict[str, tuple[str, ...]] | None = None) -> Index:
    made = Index(lambda name: (former or {}).get(name, ()))
    for entry in entries:
        made.add(entry)
    return made


def test_a_title_means_its_note_in_any_case_but_exactly_first() -> None:
    names = index(Entry(A, "Trip", PAGE), Entry(B, "trip", PAGE), Entry(C, "Other", PAGE))
    assert names.resolve("Trip") == A
    assert names.resolve("trip") == B
    assert names.resolve("TRIP") is None
    assert names.resolve("other") == C
    assert names.resolve("Nothing") is None


def test_a_title_of_two_notes_means_neither_but_their_paths_do() -> None:
    names = index(Entry(A, "Glue", PAGE, "Pages/Glue.md"), Entry(B, "Glue", PAGE, "Old/Glue.md"))
    assert names.resolve("Glue") is None
    assert names.resolve("Old/Glue") == B
    assert names.resolve("Old/Glue.md") == B
    assert names.name_of(A) == "Pages/Glue"


def test_an_id_is_always_a_name() -> None:
    names = index()
    assert names.resolve(A) == A
    assert names.name_of(A) == A


def test_a_title_no_link_can_hold_is_written_by_path_or_id() -> None:
    names = index(Entry(A, "a [b]", PAGE, "Pages/a -b-.md"), Entry(B, "c|d", PAGE))
    assert names.name_of(A) == "Pages/a -b-"
    assert names.name_of(B) == B


def test_a_former_title_counts_as_long_as_nobody_else_has_it() -> None:
    names = index(Entry(A, "New", PAGE), former={"Old": (A,)})
    assert names.resolve("Old") == A
    assert names.repeats(A, "Old")
    names.add(Entry(B, "Old", PAGE))
    assert names.resolve("Old") == B


def test_a_rename_during_the_run_keeps_the_old_name() -> None:
    names = index(Entry(A, "Old", PAGE, "Pages/Old.md"))
    names.add(Entry(A, "New", PAGE))
    assert names.resolve("Old") == names.resolve("New") == A
    assert names.entries[A].path == "Pages/Old.md"
    assert names.title_of(A) == "New"


def test_a_link_to_a_heading_means_the_note() -> None:
    names = index(Entry(A, "Trip", PAGE), Entry(B, "C#", PAGE))
    assert names.resolve("Trip#Packing") == A
    assert names.resolve("C#") == B


def test_a_tag_and_a_page_of_one_name_are_told_apart_by_structure() -> None:
    names = index(Entry(A, "garden", PAGE), Entry(B, "garden", TAG))
    assert names.resolve("garden") is None
    assert names.resolve_among("garden", (TAG,)) == B


def test_every_name_given_resolves_to_its_note() -> None:
    entries = [
        Entry(A, "Same", PAGE, "Pages/Same.md"),
        Entry(B, "Same", PAGE, "Pages/Same 1.md"),
        Entry(C, "same", PAGE, "Else/Same.md"),
    ]
    names = index(*entries)
    for entry in entries:
        assert names.resolve(names.name_of(entry.id)) == entry.id
