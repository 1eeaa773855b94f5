"""The simulator catches every bug that is planted, with a seed that once did or soon another."""

from __future__ import annotations

import pytest

from tests.selftest.planted import BUGS, caught_by

MOST = 200
"""Schedules to play if no known seed catches a bug any more; what the engine does moves them."""
KNOWN = {
    "a_merge_drops_a_word": (9, 165, 202),
    "a_conflict_takes_the_files_side": (44, 46, 64),
    "no_intention_before_a_create": (34, 49, 88),
    "an_unheard_create_is_made_again": (49, 88, 119),
    "a_list_is_believed": (24, 36, 43),
    "one_404_is_believed": (3, 7, 24),
    "a_file_is_written_unlooked": (187, 191, 197, 223),
    "remembered_before_it_is_done": (44, 71, 157),
    "pushed_without_reading": (1, 6, 7),
    "blocks_are_not_removed": (3, 6, 11),
    "an_echo_is_an_edit": (7, 196, 197),
    "the_answer_is_not_compared": (192, 534, 568),
    "no_history": (8, 88, 202),
    "the_quota_is_not_heard": (67, 107, 120),
}
"""Seeds that have caught each."""


@pytest.mark.parametrize("name", BUGS)
def test_the_simulator_catches(name: str) -> None:
    seeds = (*KNOWN[name], *range(MOST))
    assert caught_by(BUGS[name], seeds) is not None
