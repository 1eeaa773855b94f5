"""What a file does not show lives through its edits: empty paragraphs, placeholders, sections."""

from __future__ import annotations

from dataclasses import replace

from capsync.markdown.lens import get, put
from capsync.model.block import (
    BlockId,
    EntityBlock,
    GridBlock,
    GroupBlock,
    TextBlock,
)
from capsync.model.token import (
    NoteId,
    TextToken,
)
from tests.markdown.people import (
    MORE,
    NAMES,
    NOTES,
    PLACEHOLDER,
    edit,
    heading,
    names,
    opaque,
    para,
    rewrite,
    said,
    shown,
)

# What a file does not show.


def test_empty_paragraphs_stay_where_they_are() -> None:
    body = (para(""), para("one"), para(""), para(" "), para("two"), para(""))
    result = edit(body, ("two", "zwei"))
    assert names(result) == names(body)


def test_empty_paragraphs_stay_behind_what_moved() -> None:
    body = (para("one"), para(""), para("two"), para("three"))
    result = rewrite(body, "two\n\nthree\n\none\n")
    assert names(result) == names((body[2], body[3], body[0], body[1]))


def test_empty_paragraphs_go_with_the_block_above() -> None:
    body = (para("one"), para("two"), para(""), para("three"))
    assert edit(body, ("two\n\n", "")) == (body[0], body[3])


def test_text_written_into_an_empty_note_takes_its_empty_paragraph() -> None:
    body = (para(""),)
    result = rewrite(body, "hello\n\nyou\n")
    assert result == (
        replace(body[0], tokens=(TextToken("hello"),)),
        TextBlock((TextToken("you"),)),
    )


# Placeholders.


def test_a_placeholder_stands_for_its_block() -> None:
    body = (para("one"), opaque(), para("two"))
    assert shown(*body) == f"one\n\n{PLACEHOLDER}\n\ntwo\n"
    assert edit(body, ("two", "three"))[1] is body[1]


def test_a_placeholder_that_goes_takes_no_block_with_it() -> None:
    body = (para("one"), opaque(), para("two"))
    assert edit(body, (f"{PLACEHOLDER}\n\n", "")) == body


def test_a_placeholder_that_moves_takes_its_block_with_it() -> None:
    body = (para("one"), opaque(), para("two"))
    assert rewrite(body, f"{PLACEHOLDER}\n\none\n\ntwo\n") == (body[1], body[0], body[2])


def test_a_placeholder_can_leave_a_group_and_enter_one() -> None:
    """The block once stood in both places."""
    held, free = opaque(), opaque("99999999-2")
    body = (GroupBlock((held, para("in")), id=BlockId("g")), free, para("out"))
    [key] = [line for line in shown(*body).split("\n") if "99999999" in line]
    text = f"{PLACEHOLDER}\n\n::: group\nin\n\n{key}\n:::\n\nout\n"
    result = rewrite(body, text)
    assert names(result) == [held.id, "g", body[0].blocks[1].id, free.id, body[2].id]


def test_a_placeholder_written_twice_stands_for_one_block() -> None:
    body = (opaque(), para("one"))
    assert rewrite(body, f"{PLACEHOLDER}\n\none\n\n{PLACEHOLDER}\n") == body


def test_a_placeholder_of_nothing_is_dropped() -> None:
    body = (para("one"),)
    assert rewrite(body, f"one\n\n{PLACEHOLDER}\n") == body


def test_a_block_goes_with_neither_placeholder_nor_heading() -> None:
    """It was lost where a child of the heading was still there."""
    body = (heading("title", opaque(), para("one")), para("two"))
    assert rewrite(body, "one\n\ntwo\n") == (opaque(), body[0].blocks[1], body[1])
    result = rewrite(body, "title\n\none\n\ntwo\n")
    assert names(result) == [body[0].id, opaque().id, body[0].blocks[1].id, body[1].id]


def test_a_group_that_goes_stays_if_it_holds_what_cannot_be_made_again() -> None:
    group = GroupBlock((para("in"), opaque()), id=BlockId("g"))
    assert rewrite((group, para("out")), "out\n")[0] == group


def test_a_column_that_goes_leaves_what_cannot_be_made_again() -> None:
    columns = ((para("a"),), (para("b"), para("c")), (opaque(),))
    grid = GridBlock(columns, (0.3, 0.6), id=BlockId("grid"))
    text = "::: grid\n::: column\na\n:::\n::: column\nb\n\nc\n:::\n:::\n"
    [result] = rewrite((grid,), text)
    assert isinstance(result, GridBlock)
    assert result.columns == (columns[0], (*columns[1], opaque()))


def test_an_embedded_day_is_shown_by_a_placeholder() -> None:
    day = EntityBlock(None, id=BlockId("0abcdef0-1"))
    assert shown(day) == "<!-- capacities: EntityBlock 0abcdef0 -->\n"
    assert rewrite((day,), "") == (day,)


def test_an_embedded_note_stands_on_its_own_line() -> None:
    note = NoteId("0a4d3b8e-9c1f-4a53-8a3e-6b7f1d2c3e44")
    body = (EntityBlock(note, id=BlockId("e")),)
    assert shown(*body) == f"![[{note}]]\n"
    other = note.replace("0a4d", "ffff")
    assert edit(body, ("0a4d", "ffff")) == (EntityBlock(NoteId(other), id=BlockId("e")),)


# Sections.


def test_sections_are_shown_under_their_markers_and_edited_apart() -> None:
    sections = {NOTES: (para("one"),), MORE: (para("two"),)}
    text = get(sections, NAMES)
    assert text == "one\n\n<!-- capacities: section more -->\n\ntwo\n"
    assert put(text, sections, NAMES) == sections
    result = put(text.replace("two", "three"), sections, NAMES)
    assert result[NOTES] == sections[NOTES]
    assert said(result[MORE][0]) == "three"
    assert result[MORE][0].id == sections[MORE][0].id


def test_a_section_whose_marker_goes_stays() -> None:
    sections = {NOTES: (para("one"),), MORE: (para("two"), opaque())}
    assert put("one\n", sections, NAMES)[MORE] == sections[MORE]


def test_an_empty_section_is_not_shown_and_can_be_written_into() -> None:
    sections = {NOTES: (para("one"),), MORE: ()}
    assert get(sections, NAMES) == "one\n"
    result = put("one\n\n<!-- capacities: section more -->\n\ntwo\n", sections, NAMES)
    assert result == {NOTES: sections[NOTES], MORE: (TextBlock((TextToken("two"),)),)}


def test_nothing_is_left_when_a_file_is_emptied() -> None:
    assert rewrite((para("one"), para("two")), "") == ()
