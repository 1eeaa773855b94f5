"""Property values: the laws of merging them, then the cases."""

from __future__ import annotations

import pytest
from hypothesis import given, strategies as st

from capsync.model.property import (
    AliasesValue,
    DateValue,
    EntityValue,
    IconValue,
    LabelOption,
    LabelValue,
    OpaqueValue,
    PropertyId,
    PropertyValue,
    RichTextValue,
    Scalar,
    is_unset,
)
from capsync.model.token import Moment, NoteId, TextToken
from capsync.plan.properties import Overruled, Values, changed_values, merge_values
from tests.strategies import property_ids, values, writable_values

P = PropertyId("p")
all_values = st.dictionaries(property_ids, values, max_size=4)
all_writable = st.dictionaries(property_ids, writable_values, max_size=4)


def settled(values: Values) -> dict[PropertyId, PropertyValue]:
    return {key: value for key, value in values.items() if not is_unset(value)}


def merge(
    base: PropertyValue | None, vault: PropertyValue | None, space: PropertyValue | None
) -> tuple[PropertyValue | None, tuple[Overruled, ...]]:
    sides = ({} if side is None else {P: side} for side in (base, vault, space))
    merged, overruled = merge_values(*sides)
    return merged.get(P), overruled


def text(value: str) -> Scalar:
    return Scalar("text", value)


def labels(*names: str) -> LabelValue:
    return LabelValue(tuple(LabelOption(name, name.upper()) for name in names))


def entities(*names: str) -> EntityValue:
    return EntityValue(tuple(map(NoteId, names)))


# The laws.


@given(all_writable, all_writable)
def test_what_only_one_side_changed_is_taken(base: Values, other: Values) -> None:
    for sides in ((base, other, base), (base, base, other), (base, other, other)):
        merged, overruled = merge_values(*sides)
        assert changed_values(merged, other) == {}
        assert overruled == ()


@given(all_values, all_values, all_values)
def test_a_value_is_taken_from_a_side_or_made_of_both_or_named(
    base: Values, vault: Values, space: Values
) -> None:
    merged, overruled = merge_values(base, vault, space)
    assert set(merged) <= {*vault, *space}
    for each in overruled:
        assert each.kept == merged.get(each.property)
        assert each.kept != each.lost


@given(all_values, all_values, all_values)
def test_merging_again_changes_nothing(base: Values, vault: Values, space: Values) -> None:
    once, _ = merge_values(base, vault, space)
    again, overruled = merge_values(once, once, once)
    assert (again, overruled) == (once, ())


@given(all_values, all_values, all_values)
def test_no_value_set_on_a_side_vanishes_unless_the_other_left_it_alone(
    base: Values, vault: Values, space: Values
) -> None:
    merged, overruled = merge_values(base, vault, space)
    named = {each.property for each in overruled}
    for key in settled(vault).keys() & settled(space).keys():
        if changed_values({key: vault[key]}, {key: space[key]}):
            is_list = isinstance(vault[key], LabelValue | EntityValue | AliasesValue)
            untouched = [
                side
                for side in (vault, space)
                if not changed_values(_one(base, key), _one(side, key))
            ]
            assert untouched or is_list or key in named or isinstance(merged[key], RichTextValue)


def _one(values: Values, key: PropertyId) -> Values:
    return {key: values[key]} if key in values else {}


@given(all_values, all_values)
def test_sending_the_changes_leads_to_the_new_values(old: Values, new: Values) -> None:
    sent = changed_values(old, new)
    assert changed_values({**old, **sent}, new) == {}


@given(all_values)
def test_nothing_is_sent_where_nothing_changed(old: Values) -> None:
    assert changed_values(old, old) == {}
    assert changed_values(old, settled(old)) == {}


# The cases.


def test_of_two_texts_the_local_one_wins_and_the_other_is_named() -> None:
    assert merge(text("a"), text("b"), text("c")) == (
        text("b"),
        (Overruled(P, text("b"), text("c")),),
    )


@pytest.mark.parametrize("nothing", [None, Scalar("text", None), Scalar("text", "")])
def test_nothing_never_beats_something_both_sides_changed(nothing: Scalar | None) -> None:
    assert merge(text("a"), nothing, text("c")) == (text("c"), (Overruled(P, text("c"), nothing),))
    assert merge(text("a"), text("b"), nothing) == (text("b"), (Overruled(P, text("b"), nothing),))


def test_clearing_a_value_nobody_else_touched_clears_it() -> None:
    assert merge(text("a"), None, text("a")) == (None, ())
    assert changed_values({P: text("a")}, {}) == {P: Scalar("text", None)}


@pytest.mark.parametrize(
    ("base", "vault", "space", "wanted"),
    [
        pytest.param(
            labels("a", "b"),
            labels("a", "b", "v"),
            labels("s", "b"),
            labels("b", "v", "s"),
            id="labels",
        ),
        pytest.param(entities(), entities("v"), entities("s"), entities("v", "s"), id="entities"),
        pytest.param(
            None,
            AliasesValue(("v", "x")),
            AliasesValue(("x", "s")),
            AliasesValue(("v", "x", "s")),
            id="aliases",
        ),
    ],
)
def test_lists_merge_as_sets_that_keep_their_order(
    base: PropertyValue, vault: PropertyValue, space: PropertyValue, wanted: PropertyValue
) -> None:
    assert merge(base, vault, space) == (wanted, ())


def test_a_label_with_one_option_is_a_single_choice() -> None:
    kept, overruled = merge(labels("a"), labels("b"), labels("c"))
    assert kept == labels("b")
    assert overruled == (Overruled(P, labels("b"), labels("c")),)


def test_a_label_known_to_be_single_stays_single() -> None:
    sides = ({P: labels(*names)} for names in (("a", "b"), ("b", "c"), ("a", "d")))
    merged, overruled = merge_values(*sides, several=())
    assert merged == {P: labels("b", "c")}
    assert overruled == (Overruled(P, labels("b", "c"), labels("a", "d")),)


def test_rich_text_merges_by_words() -> None:
    base, vault, space = (
        RichTextValue((TextToken(words),))
        for words in ("one two three", "1 two three", "one two 3")
    )
    assert merge(base, vault, space) == (RichTextValue((TextToken("1 two 3"),)), ())


def test_rich_text_that_cannot_be_merged_is_the_local_one() -> None:
    base, vault, space = (RichTextValue((TextToken(word),)) for word in ("one", "v", "s"))
    assert merge(base, vault, space) == (vault, (Overruled(P, vault, space),))


@pytest.mark.parametrize("kind", ["createdAt", "lastUpdatedAt"])
def test_time_stamps_are_the_service_s(kind: str) -> None:
    then, here, there = (Scalar(kind, f"2026-0{n}-01T00:00:00.000Z") for n in (1, 2, 3))
    assert merge(then, here, there) == (there, ())
    assert changed_values({P: then}, {P: here}) == {}


def test_what_is_unknown_is_the_service_s() -> None:
    old, new = OpaqueValue("rating", "1"), OpaqueValue("rating", "2")
    assert merge(old, None, new) == (new, ())
    assert changed_values({P: old}, {}) == {}


def test_a_number_and_a_yes_are_not_the_same() -> None:
    assert changed_values({P: Scalar("number", 1)}, {P: Scalar("boolean", True)})
    assert not changed_values({P: Scalar("number", 1)}, {P: Scalar("number", 1.0)})


@pytest.mark.parametrize(
    ("value", "nothing"),
    [
        (text("a"), Scalar("text", None)),
        (DateValue(Moment("2026-03-01")), DateValue(Moment(None))),
        (labels("a"), LabelValue(())),
        (EntityValue((NoteId("n"),)), EntityValue(())),
        (AliasesValue(("a",)), AliasesValue(())),
        (IconValue("emoji", "x"), IconValue(None)),
        (RichTextValue((TextToken("a"),)), RichTextValue(())),
    ],
)
def test_a_cleared_value_is_sent_as_the_service_wants_it(
    value: PropertyValue, nothing: PropertyValue
) -> None:
    assert changed_values({P: value}, {}) == {P: nothing}
    assert changed_values({P: value}, {P: nothing}) == {P: nothing}


def test_a_key_that_lost_its_value_on_both_sides_is_gone() -> None:
    assert merge_values({P: text("a")}, {}, {}) == ({}, ())
