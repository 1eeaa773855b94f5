"""Whole files: to a note, and back onto the file."""

from __future__ import annotations

from dataclasses import replace

import pytest

from capsync.markdown.document import (
    document_onto,
    put_document,
    read_document,
    with_id,
    write_document,
)
from capsync.markdown.frontmatter import FrontMatterProblem
from capsync.markdown.links import NoNames
from capsync.model.block import BlockId, TextBlock
from capsync.model.note import PAGE, TITLE, Note, PropertyDefinition, Structure, StructureId
from capsync.model.property import PropertyId, Scalar
from capsync.model.token import NoteId, TextToken

ID = NoteId("0a4d3b8e-9c1f-4a53-8a3e-6b7f1d2c3e44")
BODY, MOOD = PropertyId("body"), PropertyId("11111111-0000-4000-8000-000000000000")
PROPERTIES = (
    PropertyDefinition(TITLE, "", "title"),
    PropertyDefinition(PropertyId("description"), "", "text"),
    PropertyDefinition(MOOD, "Mood", "text"),
)
PAGES = Structure(PAGE, "Page", "Pages", PROPERTIES)
BOOKS = Structure(StructureId("b-1"), "Book", "Books", PROPERTIES)
NAMES = NoNames()


def note(*texts: str, structure: StructureId = PAGE, **values: str) -> Note:
    properties = {TITLE: Scalar("title", "T")}
    for key, value in values.items():
        properties[MOOD if key == "mood" else PropertyId(key)] = Scalar("text", value)
    blocks = tuple(
        TextBlock((TextToken(text),), id=BlockId(f"b{n}")) for n, text in enumerate(texts)
    )
    return Note(ID, structure, properties, {BODY: blocks})


def test_a_new_file_says_what_the_path_cannot() -> None:
    text = write_document(note("one", "two", mood="calm"), PAGES, NAMES, title=None)
    assert text == f"---\ncapacities-id: {ID}\nMood: calm\n---\n\none\n\ntwo\n"
    book = note("one", structure=BOOKS.id)
    text = write_document(book, BOOKS, NAMES, title="Dune: Messiah")
    assert text == (f'---\ncapacities-id: {ID}\ntype: Book\ntitle: "Dune: Messiah"\n---\n\none\n')
    assert write_document(note(), PAGES, NAMES, title=None) == f"---\ncapacities-id: {ID}\n---\n"


@pytest.mark.parametrize("texts", [(), ("one",), ("---",), ("# no heading", "a: b")])
def test_a_written_file_means_its_note(texts: tuple[str, ...]) -> None:
    there = note(*texts, mood="calm")
    text = write_document(there, PAGES, NAMES, title=None)
    document = read_document(text)
    assert document.id == ID
    assert put_document(document, there, PAGES, NAMES, title="T") == there


def test_an_edited_key_changes_the_property_and_a_removed_key_clears_it() -> None:
    there = note("one", mood="calm", description="d")
    before = read_document(write_document(there, PAGES, NAMES, title=None))
    edited = before.text.replace("calm", "wild").replace("description: d\n", "")
    after = put_document(read_document(edited), there, PAGES, NAMES, title="T", before=before)
    assert after.properties[MOOD] == Scalar("text", "wild")
    assert after.properties[PropertyId("description")] == Scalar("text", None)


def test_a_key_that_was_never_in_the_file_clears_nothing() -> None:
    there = note("one", mood="calm")
    document = read_document("one\n")
    after = put_document(document, there, PAGES, NAMES, title="T", before=document)
    assert after.properties[MOOD] == Scalar("text", "calm")


def test_the_front_matter_beats_the_file_name_for_the_title() -> None:
    document = read_document("---\ntitle: From inside\n---\n")
    assert put_document(document, note(), PAGES, NAMES, title="From outside").title == "From inside"
    assert put_document(read_document(""), note(), PAGES, NAMES, title="Outside").title == "Outside"


def test_writing_onto_a_file_touches_only_what_changed() -> None:
    text = (
        f"\ufeff---\r\n# mine\r\ncapacities-id: {ID}\r\nMood:   'calm' # today\r\nx: 1\r\n---\r\n"
        "\r\n* one\r\n\r\ntwo\r\nlines  \r\n"
    )
    document = read_document(text)
    empty = Note(ID, PAGE, {}, {BODY: ()})
    old = put_document(document, empty, PAGES, NAMES, title="T")
    old = replace(
        old,
        sections={
            BODY: tuple(replace(b, id=BlockId(f"b{n}")) for n, b in enumerate(old.sections[BODY]))
        },
    )
    assert document_onto(document, old, old, PAGES, NAMES, title=None) == text
    values = {**old.properties, MOOD: Scalar("text", "wild")}
    new = replace(old, properties=values)
    assert document_onto(document, old, new, PAGES, NAMES, title=None) == text.replace(
        "'calm'", "wild"
    )
    blocks = old.sections[BODY]
    assert isinstance(blocks[1], TextBlock)
    changed = (blocks[0], replace(blocks[1], tokens=(TextToken("three"),)))
    new = replace(old, sections={BODY: changed})
    assert document_onto(document, old, new, PAGES, NAMES, title=None) == text.replace(
        "two\r\nlines  \r\n", "three\r\n"
    )


def test_keys_left_empty_as_in_a_template_say_nothing() -> None:
    document = read_document("---\ncapacities-id:\ntype: ''\ntitle: ~\n---\n")
    assert (document.id, document.type, document.title) == (None, None, None)
    assert with_id(document.text, ID).startswith(f"---\ncapacities-id: {ID}\ntype: ''\n")


def test_an_id_is_written_without_touching_another_byte() -> None:
    assert with_id("body", ID) == f"---\ncapacities-id: {ID}\n---\n\nbody"
    text = "---\na: 1 # c\n---\r\n\r\nbody"
    assert with_id(text, ID) == text.replace("# c\n", f"# c\ncapacities-id: {ID}\n")


@pytest.mark.parametrize(
    ("text", "line"),
    [
        ("---\ncapacities-id: hello\n---\n", 2),
        ("---\na: 1\ncapacities-id: [x]\n---\n", 3),
        ("---\ntitle: [a, b]\n---\n", 2),
        ("---\na: [\n---\n", 3),
    ],
)
def test_front_matter_that_cannot_be_used_says_where(text: str, line: int) -> None:
    with pytest.raises(FrontMatterProblem) as caught:
        read_document(text)
    assert caught.value.line in (line, line - 1)
