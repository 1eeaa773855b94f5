"""Front matter to property values and back, type by type."""

from __future__ import annotations

from collections.abc import Collection

import pytest

from capsync.markdown.frontmatter import FrontMatterProblem, fields, split
from capsync.markdown.links import NoNames
from capsync.markdown.properties import find_fields, keys_of, missing_tags, write_value
from capsync.markdown.property_values import read_value
from capsync.model.note import TAG, PropertyDefinition, Structure, StructureId
from capsync.model.property import (
    AliasesValue,
    DateValue,
    EntityValue,
    IconValue,
    LabelOption,
    LabelValue,
    PropertyId,
    PropertyValue,
    RichTextValue,
    Scalar,
    cleared,
    is_unset,
)
from capsync.model.token import LinkToken, Moment, NoteId, Style, TextToken

ADA, TEA = (
    NoteId("aaaaaaaa-0000-4000-8000-000000000001"),
    NoteId("aaaaaaaa-0000-4000-8000-000000000002"),
)
UUID = "bbbbbbbb-0000-4000-8000-00000000000"
READING, DONE = LabelOption("r", "Reading", "blue"), LabelOption("d", "Done")


class Two(NoNames):
    """Knows Ada, a person, and tea, a tag."""

    def resolve(self, name: str) -> NoteId | None:
        return {"Ada": ADA, "tea": TEA}.get(name)

    def resolve_among(self, name: str, structures: Collection[StructureId]) -> NoteId | None:
        found = self.resolve(name)
        return None if found == ADA and TAG in structures else found

    def name_of(self, note: NoteId) -> str:
        return {ADA: "Ada", TEA: "tea"}[note]

    def title_of(self, note: NoteId) -> str | None:
        return self.name_of(note)


def a(kind: str, name: str = "Prop", **more: object) -> PropertyDefinition:
    return PropertyDefinition(PropertyId(UUID + "1"), name, kind, **more)  # type: ignore[arg-type]


OPTIONS = (READING, DONE)

#: definition, YAML -> value, and what is written for it
CASES: dict[str, tuple[PropertyDefinition, str, PropertyValue, str | None]] = {
    "text": (a("text"), "plain words", Scalar("text", "plain words"), "plain words"),
    "text like a time": (a("text"), "12:30", Scalar("text", "12:30"), '"12:30"'),
    "text like a boolean": (a("text"), "yes", Scalar("text", "yes"), '"yes"'),
    "text in quotes": (a("text"), '"a: b"', Scalar("text", "a: b"), '"a: b"'),
    "nothing": (a("text"), "", Scalar("text", None), None),
    "url": (a("url"), "https://x.y/z?a=b#c", Scalar("url", "https://x.y/z?a=b#c"), "https://x.y/z?a=b#c"),
    "number": (a("number"), "2.50", Scalar("number", 2.5), "2.5"),
    "whole number": (a("number"), "007", Scalar("number", 7), "7"),
    "true": (a("boolean"), "true", Scalar("boolean", True), "true"),
    "no": (a("boolean"), "no", Scalar("boolean", False), "false"),
    "day": (a("date"), "2026-03-01", DateValue(Moment("2026-03-01T00:00:00.000Z")), "2026-03-01"),
    "instant": (
        a("date"),
        "2026-03-01T10:30:00+01:00",
        DateValue(Moment("2026-03-01T09:30:00.000Z", None, "time")),
        "2026-03-01T09:30:00Z",
    ),
    "span": (
        a("date"),
        "{start: 2026-03-01, end: 2026-03-05}",
        DateValue(Moment("2026-03-01T00:00:00.000Z", "2026-03-05T00:00:00.000Z")),
        "{start: 2026-03-01, end: 2026-03-05}",
    ),
    "label": (a("label", options=OPTIONS), "reading", LabelValue((READING,)), "Reading"),
    "labels": (
        a("label", multiple=True, options=OPTIONS),
        "[Done, Reading]",
        LabelValue((DONE, READING)),
        "[Done, Reading]",
    ),
    "entity": (a("entity"), '"[[Ada]]"', EntityValue((ADA,)), '"[[Ada]]"'),
    "entities": (
        a("entity"),
        '["[[Ada]]", tea]',
        EntityValue((ADA, TEA)),
        '["[[Ada]]", "[[tea]]"]',
    ),
    "tags": (a("entity", allowed=(TAG,)), "[tea]", EntityValue((TEA,)), "[tea]"),
    "aliases": (a("aliases"), "[A, B]", AliasesValue(("A", "B")), "[A, B]"),
    "emoji": (a("icon"), "📕", IconValue("emoji", "📕"), "📕"),
    "icon": (a("icon"), "ph-leaf", IconValue("iconify", "ph-leaf"), "ph-leaf"),
    "rich text": (
        a("richText"),
        '"Two *worlds*, see [[Ada]]"',
        RichTextValue(
            (
                TextToken("Two "),
                TextToken("worlds", Style(italic=True)),
                TextToken(", see "),
                LinkToken("", entity=ADA),
            )
        ),
        "Two *worlds*, see [[Ada]]",
    ),
}  # fmt: skip


@pytest.mark.parametrize(("definition", "yaml", "value", "written"), CASES.values(), ids=CASES)
def test_values_are_read_and_written_by_the_names_people_know(
    definition: PropertyDefinition, yaml: str, value: PropertyValue, written: str | None
) -> None:
    field = fields(split(f"---\nProp: {yaml}\n---\n"))["Prop"]
    assert read_value(field, definition, Two()) == value
    assert write_value(value, definition, Two()) == written
    if written is not None:
        again = fields(split(f"---\nProp: {written}\n---\n"))["Prop"]
        assert read_value(again, definition, Two()) == value


#: definition, YAML -> what the message must name
BAD = {
    "no number": (a("number"), "many", "takes a number"),
    "infinite number": (a("number"), "inf", "takes a number"),
    "list for a text": (a("text"), "[a, b]", "not a list"),
    "no boolean": (a("boolean"), "perhaps", "true or false"),
    "no such day": (a("date"), "2026-02-30", "2026-03-01"),
    "ends before it starts": (a("date"), "{start: 2026-03-02, end: 2026-03-01}", "before"),
    "unknown option": (a("label", options=OPTIONS), "Devoured", "Reading, Done"),
    "two of one": (a("label", options=OPTIONS), "[Reading, Done]", "only one"),
    "unknown note": (a("entity"), '"[[Nobody]]"', "Nobody"),
    "too many aliases": (a("aliases"), str(list("abcdefghi")), "at most 8"),
}


@pytest.mark.parametrize(("definition", "yaml", "said"), BAD.values(), ids=BAD)
def test_what_is_no_value_is_named_with_its_line_and_remedy(
    definition: PropertyDefinition, yaml: str, said: str
) -> None:
    field = fields(split(f"---\n# c\nProp: {yaml}\n---\n"))["Prop"]
    with pytest.raises(FrontMatterProblem, match="Prop") as caught:
        read_value(field, definition, Two())
    assert said in caught.value.message
    assert caught.value.line == 3


@pytest.mark.parametrize(
    "kind",
    ["text", "number", "boolean", "url", "date", "label", "entity", "aliases", "icon", "richText"],
)
def test_a_cleared_value_has_no_line(kind: str) -> None:
    value = cleared(kind)
    assert value is not None
    assert is_unset(value)
    assert write_value(value, a(kind), Two()) is None


def book(*names: str) -> Structure:
    properties = tuple(
        PropertyDefinition(PropertyId(f"{UUID}{n}"), name, "text") for n, name in enumerate(names)
    )
    tags = PropertyDefinition(PropertyId("tags"), "Tags", "entity", allowed=(TAG,))
    hidden = PropertyDefinition(PropertyId("createdAt"), "Created", "createdAt")
    sealed = PropertyDefinition(PropertyId(UUID + "9"), "Sealed", "text", writable=False)
    return Structure(StructureId("b"), "Book", "Books", (*properties, tags, hidden, sealed))


def test_keys_are_names_unless_a_name_is_not_clear() -> None:
    keys = keys_of(book("Status", "Twice", "twice", "Type", ""))
    assert list(keys) == ["Status", UUID + "1", UUID + "2", UUID + "3", UUID + "4", "tags"]


def test_fields_are_found_by_name_in_any_case_and_by_id() -> None:
    text = f"---\nstatus: a\n{UUID}1: b\nmine: c\ntitle: d\n---\n"
    found = find_fields(fields(split(text)), book("Status", "Other"))
    assert {key: each[0].key for key, each in found.items()} == {
        UUID + "0": "status",
        UUID + "1": UUID + "1",
    }


def test_one_property_under_two_keys_is_a_problem() -> None:
    text = f"---\nStatus: a\n{UUID}0: b\n---\n"
    with pytest.raises(FrontMatterProblem, match="same property"):
        find_fields(fields(split(text)), book("Status"))


def test_tags_that_nobody_made_yet_are_listed() -> None:
    text = "---\ntags: [tea, coffee, '#milk']\n---\n"
    found = find_fields(fields(split(text)), book())
    assert missing_tags(found, Two()) == ("coffee", "#milk")
