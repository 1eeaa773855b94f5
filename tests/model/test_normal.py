"""What the service may rewrite without anyone having edited the note."""

from __future__ import annotations

from dataclasses import replace
from itertools import pairwise
from unicodedata import normalize

import pytest
from hypothesis import given, strategies as st

from capsync.model.block import Block, BlockId, GridBlock, GroupBlock, TextBlock
from capsync.model.codec import decode_note
from capsync.model.normal import (
    digest,
    map_tokens,
    normal_blocks,
    normal_note,
    normal_tokens,
    with_plain_links,
)
from capsync.model.note import PAGE, Note
from capsync.model.property import (
    DateValue,
    EntityValue,
    LabelOption,
    LabelValue,
    PropertyId,
    PropertyValue,
    RichTextValue,
    Scalar,
    cleared,
    is_unset,
)
from capsync.model.token import (
    CodeToken,
    LinkToken,
    Moment,
    NoteId,
    Style,
    TextToken,
    Token,
    Tokens,
    plain_text,
)
from tests.strategies import bodies, notes, token_lists, values

NOTES = PropertyId("notes")
BOLD = Style(bold=True)


def note(*tokens: Token, **properties: PropertyValue) -> Note:
    block = TextBlock(tokens, id=BlockId("b"))
    held = {PropertyId(key): value for key, value in properties.items()}
    return Note(NoteId("n"), PAGE, held, {NOTES: (block,)})


@given(notes())
def test_the_normal_form_is_its_own_normal_form(one: Note) -> None:
    assert normal_note(normal_note(one)) == normal_note(one)
    assert digest(normal_note(one)) == digest(one)


@given(bodies)
def test_normal_blocks_are_their_own_normal_form(body: tuple[Block, ...]) -> None:
    assert normal_blocks(normal_blocks(body)) == normal_blocks(body)


@given(token_lists)
def test_normal_tokens_say_the_same_in_fewer_tokens(tokens: Tokens) -> None:
    normal = normal_tokens(tokens)
    assert normalize("NFC", plain_text(normal)) == normalize("NFC", plain_text(tokens))
    assert len(normal) <= len(tokens)
    for one, other in pairwise(normal):
        if isinstance(one, TextToken) and isinstance(other, TextToken):
            assert (one.style, one.color) != (other.style, other.color)


@given(token_lists, st.data())
def test_splitting_a_token_is_no_edit(tokens: Tokens, data: st.DataObject) -> None:
    split: list[Token] = []
    for token in tokens:
        if isinstance(token, TextToken):
            at = data.draw(st.integers(0, len(token.text)))
            split += [replace(token, text=token.text[:at]), replace(token, text=token.text[at:])]
        else:
            split.append(token)
    assert digest(note(*split)) == digest(note(*tokens))


#: What the service may do to a note that nobody edited.
SAME = {
    "tokens joined": (
        note(TextToken("ab", BOLD)),
        note(TextToken("a", BOLD), TextToken("b", BOLD)),
    ),
    "an empty token": (note(TextToken("a")), note(TextToken("a"), TextToken("", BOLD))),
    "composed characters": (note(TextToken("é")), note(TextToken("e\u0301"))),
    "composed across tokens": (note(TextToken("é")), note(TextToken("e"), TextToken("\u0301"))),
    "composed code": (note(CodeToken("é")), note(CodeToken("e\u0301"))),
    "an unset property": (note(), note(a=Scalar("text", None))),
    "an empty property": (note(), note(a=Scalar("text", ""))),
    "an unset date": (note(), note(a=DateValue(Moment(None)))),
    "no entities": (note(), note(a=EntityValue(()))),
    "a time stamp": (
        note(c=Scalar("lastUpdatedAt", "2026-03-01")),
        note(c=Scalar("lastUpdatedAt", "2026-03-02")),
    ),
    "a time stamp or none": (note(), note(c=Scalar("createdAt", "2026-03-01"))),
    "a whole number": (note(a=Scalar("number", 5)), note(a=Scalar("number", 5.0))),
    "an option renamed": (
        note(a=LabelValue((LabelOption("o", "Old", "red"),))),
        note(a=LabelValue((LabelOption("o", "New", None),))),
    ),
    "collections in another order": (
        replace(note(), collections=("a", "b")),
        replace(note(), collections=("b", "a")),
    ),
    "an unknown field": (note(TextToken("a")), note(TextToken("a", extra='{"x":1}'))),
}


@pytest.mark.parametrize(("one", "other"), SAME.values(), ids=SAME.keys())
def test_the_service_may_rewrite(one: Note, other: Note) -> None:
    assert digest(one) == digest(other)


#: What only an edit does.
OTHER = {
    "a character": (note(TextToken("a")), note(TextToken("b"))),
    "a blank": (note(TextToken("a")), note(TextToken("a "))),
    "a style": (note(TextToken("a")), note(TextToken("a", BOLD))),
    "a colour": (note(TextToken("a")), note(TextToken("a", color="text-red"))),
    "a kind of token": (note(TextToken("a")), note(CodeToken("a"))),
    "where a link points": (
        note(LinkToken("a", url="http://a")),
        note(LinkToken("a", url="http://b")),
    ),
    "a property": (note(a=Scalar("text", "a")), note(a=Scalar("text", "b"))),
    "false and unset": (note(a=Scalar("boolean", False)), note()),
    "nought and unset": (note(a=Scalar("number", 0)), note()),
    "nought and false": (note(a=Scalar("number", 0)), note(a=Scalar("boolean", False))),
    "an option": (
        note(a=LabelValue((LabelOption("o", "A"),))),
        note(a=LabelValue((LabelOption("p", "A"),))),
    ),
    "the order of entities": (
        note(a=EntityValue((NoteId("a"), NoteId("b")))),
        note(a=EntityValue((NoteId("b"), NoteId("a")))),
    ),
    "a collection": (note(), replace(note(), collections=("a",))),
    "the name of a block": (
        note(),
        replace(note(), sections={NOTES: (TextBlock(id=BlockId("c")),)}),
    ),
}


@pytest.mark.parametrize(("one", "other"), OTHER.values(), ids=OTHER.keys())
def test_an_edit_is_an_edit(one: Note, other: Note) -> None:
    assert digest(one) != digest(other)


def test_style_flags_that_are_false_say_nothing() -> None:
    def raw(style: dict[str, bool]) -> dict[str, object]:
        token = {"type": "TextToken", "text": "a", "style": style}
        block = {"id": "b", "type": "TextBlock", "tokens": [token], "blocks": []}
        return {
            "id": "n",
            "structureId": "RootPage",
            "properties": {},
            "blocks": {"notes": [block]},
        }

    spelled = {"bold": True, "italic": False, "strikethrough": False, "underline": False}
    assert digest(decode_note(raw(spelled))) == digest(decode_note(raw({"bold": True})))


@given(values)
def test_a_cleared_value_is_unset(value: PropertyValue) -> None:
    nothing = cleared(getattr(value, "kind", "") or "")
    assert nothing is None or is_unset(nothing)


@given(notes())
def test_changing_no_token_changes_nothing(one: Note) -> None:
    assert map_tokens(one, lambda token: token) == one


def test_every_token_is_reached() -> None:
    inner = TextBlock((TextToken("a"),), id=BlockId("i"))
    outer = TextBlock((TextToken("a"),), (inner,), id=BlockId("o"))
    grid = GridBlock(((GroupBlock((inner,)),), (inner,)), (0.5,))
    held = {PropertyId("r"): RichTextValue((TextToken("a"),))}
    one = Note(NoteId("n"), PAGE, held, {NOTES: (outer, grid)})
    changed = map_tokens(one, lambda _: TextToken("b"))
    assert "'a'" not in repr(changed)
    assert repr(changed).count("'b'") == 5


def test_a_link_that_repeats_its_title_says_nothing_more() -> None:
    target = NoteId("t")
    named, told = LinkToken("Title", entity=target), LinkToken("here", entity=target)
    web = LinkToken("Title", url="http://a.b")
    plain = with_plain_links(note(named, told, web), lambda _, text: text == "Title")
    [block] = plain.sections[NOTES]
    assert isinstance(block, TextBlock)
    assert block.tokens == (LinkToken("", entity=target), told, web)
