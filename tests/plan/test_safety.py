"""Accidents that must not happen, each told as a story."""

from __future__ import annotations

import pytest

from capsync.errors import SafetyStop
from capsync.model.block import CodeBlock, HorizontalLineBlock
from capsync.plan.safety import Removals, check_removals, count_words, is_gutted
from tests.plan.people import para

NONE = Removals()


def check(
    vault: Removals = NONE, space: Removals = NONE, *, known: int, allow: bool = False
) -> None:
    check_removals(vault=vault, space=space, known=known, allow=allow)


def test_an_unmounted_vault_does_not_empty_the_space() -> None:
    """A vault on a drive that is not mounted looks like forty deletions."""
    with pytest.raises(SafetyStop, match=r"delete 40 of 40 notes in the space \(100%\)") as stop:
        check(space=Removals(deleted=40), known=40)
    assert "--allow-deletes" in str(stop.value)


def test_a_list_cut_short_does_not_empty_the_vault() -> None:
    """The service answered with the first page only."""
    with pytest.raises(SafetyStop, match="in the vault"):
        check(vault=Removals(deleted=300), known=400)


def test_a_script_that_empties_every_file_is_stopped() -> None:
    """Nothing is deleted, and yet everything is gone."""
    with pytest.raises(SafetyStop, match="would overwrite most of 30 of 100 notes in the space"):
        check(space=Removals(gutted=30), known=100)


def test_deletions_and_emptied_notes_count_together() -> None:
    said = r"would delete 3 and overwrite most of 3 of 20 notes .*\(30%\)"
    with pytest.raises(SafetyStop, match=said):
        check(space=Removals(deleted=3, gutted=3), known=20)


def test_the_two_sides_are_not_added_up() -> None:
    check(vault=Removals(deleted=4), space=Removals(deleted=4), known=20)


def test_a_few_notes_of_a_small_vault_may_go() -> None:
    check(space=Removals(deleted=5), known=6)


def test_many_notes_of_a_large_vault_may_go() -> None:
    check(space=Removals(deleted=200), known=1000)


def test_both_notes_of_a_tiny_vault_may_not_go() -> None:
    with pytest.raises(SafetyStop, match="delete 2 of 2 notes in the space"):
        check(space=Removals(deleted=2), known=2)


def test_the_only_note_may_go() -> None:
    check(space=Removals(deleted=1), known=1)


def test_many_small_losses_within_an_hour_are_one_large_one() -> None:
    with pytest.raises(SafetyStop, match=r"delete 1 of 17 .*, after 5 in the last hour \(27%\)"):
        check(space=Removals(deleted=1, lately=5), known=17)
    check(space=Removals(lately=5), known=17)


def test_what_a_person_asked_for_is_done() -> None:
    check(vault=Removals(deleted=40), space=Removals(deleted=40), known=40, allow=True)


def test_more_removals_than_known_notes_are_stopped_too() -> None:
    with pytest.raises(SafetyStop, match="delete 9 of 0 notes in the vault; none"):
        check(vault=Removals(deleted=9), known=0)


LONG = tuple(para(f"{n} is a line of text", str(n)) for n in range(10))


@pytest.mark.parametrize(
    ("kept", "gutted"),
    [(0, True), (4, True), (5, False), (10, False)],
)
def test_a_text_is_gutted_when_more_than_half_of_it_goes(kept: int, gutted: bool) -> None:
    assert is_gutted(LONG, LONG[:kept]) is gutted


def test_a_text_that_is_replaced_by_another_is_gutted_too() -> None:
    assert is_gutted(LONG, tuple(para(f"{n} has other words now", str(n)) for n in range(10)))
    assert not is_gutted(LONG, LONG[::-1])


def test_a_short_text_may_be_emptied() -> None:
    assert not is_gutted((para("a line of five words"),) * 4, ())


def test_nested_text_and_code_count_as_words() -> None:
    nested = para("one", None, para("two three"))
    assert count_words((nested, CodeBlock("x = 1"), HorizontalLineBlock())) == 5


def test_scripts_without_spaces_have_words_too() -> None:
    assert is_gutted((para("今日はとても良い天気ですから散歩に行きましょうね"),), ())
