"""The simulator catches every bug that is planted, at or soon after a seed that once did."""

from __future__ import annotations

import pytest

from tests.selftest.planted import BUGS, caught_by

NEAR = 200
"""Schedules that are played at most; any change of the engine may move a catch by some."""
FIRST = {
    "a_merge_drops_a_word": 9,
    "a_conflict_takes_the_files_side": 44,
    "no_intention_before_a_create": 34,
    "an_unheard_create_is_made_again": 49,
    "a_list_is_believed": 24,
    "one_404_is_believed": 3,
    "a_file_is_written_unlooked": 51,
    "remembered_before_it_is_done": 44,
    "pushed_without_reading": 1,
    "blocks_are_not_removed": 3,
    "an_echo_is_an_edit": 10,
    "the_answer_is_not_compared": 192,
    "no_history": 8,
    "the_quota_is_not_heard": 67,
}
"""A seed known to catch each."""


@pytest.mark.parametrize("name", BUGS)
def test_the_simulator_catches(name: str) -> None:
    first = FIRST[name]
    assert caught_by(BUGS[name], range(first, first + NEAR)) is not None
