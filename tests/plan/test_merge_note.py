"""Whole notes: properties and sections together, with and without a base."""

from __future__ import annotations

from collections import Counter
from dataclasses import replace

from hypothesis import given, strategies as st

from capsync.model.block import BlockId, Blocks, CodeBlock, GridBlock, walk
from capsync.model.normal import digest
from capsync.model.note import PAGE, TITLE, Note, StructureId
from capsync.model.property import PropertyId, Scalar
from capsync.model.token import NoteId
from capsync.plan.edits import own
from capsync.plan.merge_note import MergedNote, merge_notes
from capsync.plan.properties import Overruled
from capsync.plan.union import unite_blocks
from tests.plan.people import bare, ids, opaque, para, revised, said_bodies, with_new_ids, words
from tests.strategies import bodies, notes, writable_bodies

BODY, MORE = PropertyId("body"), PropertyId("more")
A, B, C = para("a", "a"), para("b", "b"), para("c", "c")


def note(*blocks: object, title: str = "t", **sections: Blocks) -> Note:
    body: dict[PropertyId, Blocks] = {BODY: blocks} if blocks else {}  # type: ignore[dict-item]
    named = {PropertyId(key): value for key, value in sections.items()}
    return Note(NoteId("n"), PAGE, {TITLE: Scalar("title", title)}, {**body, **named})


def merge(base: Note | None, vault: Note, space: Note) -> MergedNote:
    return merge_notes(base, vault, space, stamp="now")


# With a base.


@given(notes(writable_bodies), notes(writable_bodies))
def test_what_only_one_side_changed_is_taken(base: Note, other: Note) -> None:
    other = replace(other, id=base.id)
    for merged in (merge(base, other, base), merge(base, base, other), merge(base, other, other)):
        assert not merged.overruled
        assert merged.note.structure == other.structure
        assert sorted(merged.note.collections) == sorted(other.collections)
        assert {k: bare(v) for k, v in merged.note.sections.items()} == {
            k: bare(v) for k, v in other.sections.items()
        }


@given(notes())
def test_a_note_merged_with_itself_is_itself(one: Note) -> None:
    assert digest(merge(one, one, one).note) == digest(one)
    assert digest(merge(None, one, one).note) == digest(one)


def test_title_and_body_merge_apart() -> None:
    base, vault, space = note(A), note(A, title="v"), note(A, para("new", "s"))
    assert merge(base, vault, space) == MergedNote(note(A, para("new", "s"), title="v"))


def test_conflicts_and_overruled_values_are_both_told() -> None:
    merged = merge(note(A), note(para("v", "a"), title="v"), note(para("s", "a"), title="s"))
    assert [each.where for each in merged.conflicts] == ["v"]
    assert merged.overruled == (Overruled(TITLE, Scalar("title", "v"), Scalar("title", "s")),)


def test_every_section_merges_on_its_own() -> None:
    base = note(body=(A,), more=(B,))
    merged = merge(base, note(body=(A, para("v")), more=(B,)), note(body=(A,), more=(B, C)))
    assert merged.note.sections == {BODY: (A, para("v")), MORE: (B, C)}


def test_a_section_one_side_does_not_show_is_not_emptied() -> None:
    """The answer came without a body, or the file has no place for a second one."""
    base = note(body=(A,), more=(B,))
    assert merge(base, note(body=(A,)), base).note.sections == base.sections
    assert merge(base, base, note(body=(A,))).note.sections == base.sections


def test_a_section_new_on_both_sides_has_both() -> None:
    merged = merge(note(A), note(body=(A,), more=(para("v"),)), note(body=(A,), more=(B,)))
    assert merged.note.sections[MORE] == (para("v"), B)


def test_collections_and_type_merge() -> None:
    base = replace(note(A), collections=("x", "y"))
    vault = replace(base, collections=("x", "y", "v"), structure=StructureId("book"))
    space = replace(base, collections=("y", "s"))
    merged = merge(base, vault, space).note
    assert merged.structure == "book"
    assert merged.collections == ("y", "s", "v")


def test_a_note_whose_type_moved_in_the_space_follows_it() -> None:
    base = note(A)
    space = replace(base, structure=StructureId("book"))
    assert merge(base, base, space).note.structure == "book"
    assert merge(None, base, space).note.structure == "book"


# Without one.


@given(bodies, bodies)
def test_without_a_base_every_block_is_kept(vault: Blocks, space: Blocks) -> None:
    united = unite_blocks(vault, space)
    held = Counter(own(block) for block in walk(united))
    for side in (vault, space):
        assert Counter(own(block) for block in walk(side)) <= held
    assert ids(united) == ids(space)


@given(bodies)
def test_equal_bodies_are_adopted(body: Blocks) -> None:
    assert unite_blocks(bare(body), body) == body


@given(said_bodies(pinned=True).flatmap(lambda b: st.tuples(revised(b, "v"), revised(b, "s"))))
def test_uniting_again_adds_nothing(case: tuple[Blocks, Blocks]) -> None:
    vault, space = bare(case[0]), with_new_ids(case[1], "s")
    once = unite_blocks(vault, space)
    assert sorted(words(unite_blocks(bare(once), space))) == sorted(words(once))
    assert sorted(words(unite_blocks(vault, once))) == sorted(words(once))


def test_without_a_base_different_blocks_are_both_kept() -> None:
    vault, space = (para("same"), para("v"), para("end")), (A, para("same", "m"), para("end", "e"))
    united = unite_blocks(vault, space)
    assert united == (A, para("same", "m"), para("v"), para("end", "e"))


def test_without_a_base_children_of_one_parent_are_united() -> None:
    vault, space = (para("p", None, para("v")),), (para("p", "p", para("s", "s")),)
    assert unite_blocks(vault, space) == (para("p", "p", para("v"), para("s", "s")),)


def test_without_a_base_grids_that_differ_are_both_kept() -> None:
    left = GridBlock(((para("v"),), ()), (0.5,))
    right = GridBlock(((A,), (opaque("x"),)), (0.5,), id=BlockId("g"))
    assert unite_blocks((left,), (right,)) == (left, right)


def test_without_a_base_there_is_no_conflict() -> None:
    merged = merge(None, note(CodeBlock("v"), title="v"), note(CodeBlock("s"), title="s"))
    assert merged.conflicts == ()
    assert merged.note.sections[BODY] == (CodeBlock("v"), CodeBlock("s"))
    assert [each.lost for each in merged.overruled] == [Scalar("title", "s")]
