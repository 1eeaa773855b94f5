"""Nothing takes more requests than it did, nor more than a reason is given for."""

from __future__ import annotations

from collections import Counter

import pytest

from tests.benchmarks import calls
from tests.benchmarks._imports import fewest, make_vault
from tests.benchmarks.calls import OPERATIONS, Operation

each_operation = pytest.mark.parametrize("operation", OPERATIONS, ids=lambda each: each.name)


@each_operation
def test_one_note_takes_the_fewest_requests(operation: Operation) -> None:
    counts = calls.of_one(operation)
    assert calls.around(counts).total() <= 2
    assert counts - calls.around(counts) == operation.fewest + operation.more


@each_operation
def test_among_others_it_takes_no_more_than_these_take_anyway(operation: Operation) -> None:
    nothing = calls.of_all(OPERATIONS[0], 5)
    more = calls.of_all(operation, 5) - nothing
    known = Counter({calls.READ: 1, calls.LIST: more[calls.LIST]})
    assert more - known <= (operation.fewest + operation.more) - known
    assert more[calls.LIST] <= 0


def test_the_first_note_of_a_type_takes_two_more() -> None:
    """Only its own answer says what the type calls its body."""
    counts = calls.first_of_its_kind()
    assert (counts - calls.around(counts)).total() == 3


def test_a_run_over_everything_takes_a_read_a_note_and_a_list_a_hundred() -> None:
    counts = calls.of_all(OPERATIONS[0], 150)
    assert counts[calls.READ] == 150
    assert counts[calls.LIST] == 2 + 3
    assert (counts - calls.around(counts)).total() == 155


def test_an_import_takes_little_more_than_it_must() -> None:
    counts, minutes = calls.of_import(75)
    objects, circles = fewest(make_vault(75))
    assert counts[calls.MAKE] == objects
    assert counts[calls.READ] <= 1.2 * circles
    writes = counts - Counter({calls.MAKE: objects, calls.READ: counts[calls.READ]})
    assert minutes <= objects / 30 + 2
    taken = writes.total() - calls.around(counts).total() - counts[calls.LIST]
    assert taken <= 1.3 * circles + 2


def test_nothing_is_left_to_do_after_an_import() -> None:
    with calls.a_world() as world:
        for path, text in make_vault(40).items():
            world.write(path, text)
        bodies = {path: world.body(path) for path in world.files()}
        calls.requests(world)
        assert {path: world.body(path) for path in bodies} == bodies
        assert world.sync().steps == []
