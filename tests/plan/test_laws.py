"""The laws of merging, for whole notes: properties, collections and bodies together.

Every word is unique and says who wrote it, so that a lost one can be told from
a repeated one. Bodies hold opaque blocks, links, styles and nested blocks, and
both sides edit, split, move, drop and nest at will.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable
from dataclasses import replace
from typing import Any

from hypothesis import assume, given, strategies as st

from capsync.model.block import Block, Blocks, GroupBlock, TextBlock
from capsync.model.normal import normal_note
from capsync.model.note import PAGE, TITLE, Note
from capsync.model.property import (
    AliasesValue,
    EntityValue,
    LabelOption,
    LabelValue,
    PropertyId,
    PropertyValue,
    RichTextValue,
    Scalar,
)
from capsync.model.token import NoteId, TextToken, plain_text
from capsync.plan.conflicts import is_callout, open_conflicts
from capsync.plan.merge_note import MergedNote, merge_notes
from capsync.plan.twins import followed
from tests.plan.people import (
    anonymous,
    bare,
    opaque,
    revised,
    said_bodies,
    with_new_ids,
    words,
)

BODY = PropertyId("body")
LISTS = ("labels", "links", "aliases")
SCALARS = ("title", "author")


def listing(key: str, items: Iterable[str]) -> PropertyValue:
    match key:
        case "labels":
            return LabelValue(tuple(LabelOption(each, each) for each in items))
        case "links":
            return EntityValue(tuple(map(NoteId, items)))
        case _:
            return AliasesValue(tuple(items))


def items_of(value: PropertyValue | None) -> tuple[str, ...]:
    match value:
        case LabelValue(options=options):
            return tuple(each.id for each in options)
        case EntityValue(targets=targets):
            return tuple(targets)
        case AliasesValue(names=names):
            return names
        case _:
            return ()


@st.composite
def original(draw: st.DrawFn, *, pinned: bool = True) -> Note:
    """Draw a note both sides begin with."""
    properties: dict[PropertyId, PropertyValue] = {TITLE: Scalar("title", "tb")}
    if draw(st.booleans()):
        properties[PropertyId("author")] = Scalar("text", "ab")
    for key in LISTS:
        count = draw(st.integers(0, 3))
        if count:
            properties[PropertyId(key)] = listing(key, [f"{key}b{n}" for n in range(count)])
    if draw(st.booleans()):
        properties[PropertyId("about")] = RichTextValue((TextToken("rb0 rb1 rb2 rb3"),))
    kept = draw(st.sets(st.sampled_from(["cb0", "cb1"])))
    body = draw(said_bodies(pinned=pinned))
    return Note(NoteId("n"), PAGE, properties, {BODY: body}, tuple(sorted(kept)))


@st.composite
def revision(draw: st.DrawFn, base: Note, who: str, *, splits: bool) -> Note:
    """Draw what *who* makes of a note."""
    values = dict(base.properties)
    for key in SCALARS:
        match draw(st.sampled_from(["keep", "keep", "set", "clear"])):
            case "set":
                values[PropertyId(key)] = Scalar("title" if key == "title" else "text", who + key)
            case "clear" if key != "title":
                values.pop(PropertyId(key), None)
    for key in LISTS:
        held = [each for each in items_of(values.get(PropertyId(key))) if draw(st.booleans())]
        held += [f"{who}{key}"] * draw(st.integers(0, 1))
        values[PropertyId(key)] = listing(key, held)
    about = values.get(PropertyId("about"))
    if isinstance(about, RichTextValue) and draw(st.booleans()):
        said = plain_text(about.tokens).split(" ")
        said[draw(st.integers(0, 3))] = f"{who}about"
        values[PropertyId("about")] = RichTextValue((TextToken(" ".join(said)),))
    collections = [each for each in base.collections if draw(st.booleans())]
    collections += [f"{who}c"] * draw(st.integers(0, 1))
    body = draw(revised(base.sections[BODY], who, splits=splits))
    return replace(base, properties=values, sections={BODY: body}, collections=tuple(collections))


def body_of(note: Note, change: Callable[[Blocks], Blocks]) -> Note:
    return replace(note, sections={BODY: change(note.sections[BODY])})


@st.composite
def disagreements(
    draw: st.DrawFn, *, pinned: bool = True, splits: bool = True
) -> tuple[Note, Note, Note]:
    base = draw(original(pinned=pinned))
    vault = body_of(
        draw(revision(base, "v", splits=splits)), lambda b: anonymous(b, base.sections[BODY])
    )
    space = body_of(draw(revision(base, "s", splits=splits)), lambda b: with_new_ids(b, "space"))
    return base, vault, space


def merge(base: Note | None, vault: Note, space: Note) -> MergedNote:
    return merge_notes(base, vault, space, stamp="now")


def plain(note: Note) -> Any:
    """Give what a note says, without ids and in normal form."""
    normal = normal_note(note)
    held = {key: bare(blocks) for key, blocks in normal.sections.items()}
    return normal.structure, dict(normal.properties), held, normal.collections


def words_of_value(value: PropertyValue | None) -> set[str]:
    match value:
        case Scalar(value=str() as text):
            return {text}
        case RichTextValue(tokens=tokens):
            return set(plain_text(tokens).split())
        case _:
            return set(items_of(value))


def words_of(note: Note) -> set[str]:
    held = {word for value in note.properties.values() for word in words_of_value(value)}
    return held | set(words(note.sections[BODY])) | set(note.collections)


def named(merged: MergedNote) -> set[str]:
    """Collect the words a person is told of."""
    shown = [b for each in merged.conflicts for b in (each.vault, each.space) if b is not None]
    lost = {word for each in merged.overruled for word in words_of_value(each.lost)}
    return set(words(tuple(shown))) | lost


@given(disagreements())
def test_what_one_side_did_is_taken_whole(case: tuple[Note, Note, Note]) -> None:
    """merge(b, x, b) = x and merge(b, b, x) = x."""
    base, vault, space = case
    for merged, other in ((merge(base, vault, base), vault), (merge(base, base, space), space)):
        assert plain(merged.note) == plain(other)
        assert (merged.conflicts, merged.overruled) == ((), ())


@given(disagreements())
def test_what_both_did_alike_is_taken_once(case: tuple[Note, Note, Note]) -> None:
    """merge(b, x, x) = x, though new blocks have no id in the vault yet."""
    base, _, space = case
    vault = body_of(space, lambda blocks: anonymous(blocks, base.sections[BODY]))
    merged = merge(base, vault, space)
    assert merged == MergedNote(merged.note)
    assert plain(merged.note) == plain(space)
    assert merged.note.sections == space.sections


@given(disagreements())
def test_every_word_of_either_side_is_kept_or_named(case: tuple[Note, Note, Note]) -> None:
    merged = merge(*case)
    then, here, there = map(words_of, case)
    owed = (here - then) | (there - then) | (here & there)
    assert owed <= words_of(merged.note) | named(merged)


@given(disagreements())
def test_every_word_of_a_conflict_is_in_the_body(case: tuple[Note, Note, Note]) -> None:
    merged = merge(*case)
    shown = [b for each in merged.conflicts for b in (each.vault, each.space) if b is not None]
    assert set(words(tuple(shown))) <= set(words(merged.note.sections[BODY]))
    assert len(list(open_conflicts(merged.note.sections[BODY]))) == len(merged.conflicts)


@given(disagreements(splits=False))
def test_no_word_is_said_twice_without_a_conflict(case: tuple[Note, Note, Note]) -> None:
    merged = merge(*case)
    said = words(merged.note.sections[BODY])
    assert merged.conflicts or len(said) == len(set(said))


@given(disagreements())
def test_what_a_side_took_away_stays_away_unless_the_other_changed_it(
    case: tuple[Note, Note, Note],
) -> None:
    base, vault, space = case
    gone = words_of(base) - words_of(vault) - words_of(space)
    assert not gone & words_of(merge(*case).note)


@given(disagreements(pinned=False))
def test_swapping_the_sides_swaps_the_labels_only(case: tuple[Note, Note, Note]) -> None:
    base, vault, space = case
    vault = body_of(vault, lambda blocks: with_new_ids(blocks, "vault"))
    bodies = [side.sections[BODY] for side in case]
    # what was made anew is known again in the space only: reading a file has seen to the vault
    assume(followed(bodies[0], bodies[2], bodies[1])[0] == bodies[0])
    assume(followed(*bodies)[0] == bodies[0])
    one, other = merge(base, vault, space), merge(base, space, vault)
    assert words_of(one.note) | named(one) == words_of(other.note) | named(other)
    assert set(words(one.note.sections[BODY])) == set(words(other.note.sections[BODY]))
    assert pairs(one) == {(there, here) for here, there in pairs(other)}
    assert rivals(one) == rivals(other)
    assert one.note.collections == tuple(
        sorted(other.note.collections, key=one.note.collections.index)
    )


def rivals(merged: MergedNote) -> dict[PropertyId, set[PropertyValue | None]]:
    """Give the two values of each property that both sides changed."""
    return {each.property: {each.kept, each.lost} for each in merged.overruled}


def pairs(merged: MergedNote) -> set[tuple[str, str]]:
    def text(block: Block | None) -> str:
        return "" if block is None else " ".join(words((block,)))

    return {(text(each.vault), text(each.space)) for each in merged.conflicts}


@given(disagreements())
def test_a_merge_that_was_remembered_is_settled(case: tuple[Note, Note, Note]) -> None:
    once = body_of(merge(*case).note, lambda blocks: with_new_ids(blocks, "pushed"))
    again = merge(once, once, once)
    assert again == MergedNote(once)


@given(disagreements(), st.randoms(use_true_random=False))
def test_open_conflicts_neither_nest_nor_multiply(
    case: tuple[Note, Note, Note], random: Any
) -> None:
    """After a merge, both sides go on editing whatever there is, quotes included."""
    once = body_of(merge(*case).note, lambda blocks: with_new_ids(blocks, "pushed"))
    again = merge(once, _scribbled(once, "vv"), _scribbled(once, "ss"))
    quotes = list(open_conflicts(again.note.sections[BODY]))
    assert all(not list(open_conflicts(each.blocks)) for each in quotes)
    for who in ("vv", "ss"):
        owed = set(words(_scribbled(once, who).sections[BODY]))
        assert {each for each in owed if each.startswith(who)} <= words_of(again.note)


def _scribbled(note: Note, who: str) -> Note:
    """Give a note in which *who* changed the last word of every text, heads of quotes aside."""
    numbers = iter(range(10_000))

    def block(old: Block) -> Block:
        match old:
            case TextBlock(tokens=(*rest, TextToken() as last)) if not is_callout(old):
                last = replace(last, text=re.sub(r"\w+$", f"{who}{next(numbers)}", last.text))
                return replace(old, tokens=(*rest, last), blocks=tuple(map(block, old.blocks)))
            case TextBlock() | GroupBlock():
                return replace(old, blocks=tuple(map(block, old.blocks)))
            case _:
                return old

    return body_of(note, lambda blocks: tuple(map(block, blocks)))


@given(disagreements())
def test_without_a_base_everything_is_kept_and_nothing_equal_is_doubled(
    case: tuple[Note, Note, Note],
) -> None:
    _, vault, space = case
    vault = body_of(vault, bare)
    merged = merge(None, vault, space)
    assert words_of(vault) | words_of(space) <= words_of(merged.note) | named(merged)
    same = merge(None, body_of(space, bare), space)
    assert same == MergedNote(same.note)
    assert plain(same.note) == plain(space)


def test_an_opaque_block_stays_where_the_vault_cannot_hold_it() -> None:
    base = Note(NoteId("n"), PAGE, {}, {BODY: (opaque("x"),)})
    vault = body_of(base, lambda _: ())
    assert merge(base, vault, base).note.sections == base.sections
