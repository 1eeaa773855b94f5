"""The order in which notes that link to each other are made."""

from __future__ import annotations

from collections.abc import Mapping
from itertools import chain, combinations

from hypothesis import given, strategies as st

from capsync.plan.creation import creation_order

Links = dict[int, frozenset[int]]


def graphs(size: int) -> st.SearchStrategy[Links]:
    nodes = st.integers(0, size - 1)
    return st.lists(st.frozensets(nodes, max_size=3), max_size=size).map(
        lambda found: dict(enumerate(found))
    )


def twice(order: list[int]) -> set[int]:
    return {each for each in order if order.count(each) == 2}


def runs_in_circles(links: Mapping[int, frozenset[int]]) -> bool:
    left = dict(links)
    while ends := [each for each, targets in left.items() if not targets & left.keys()]:
        for each in ends:
            del left[each]
    return bool(left)


@given(graphs(12))
def test_whatever_a_note_links_to_is_made_before_it_or_before_its_second_visit(
    links: Links,
) -> None:
    order = creation_order(links)
    assert set(order) == set(links)
    assert all(order.count(each) in (1, 2) for each in order)
    for note, targets in links.items():
        last = len(order) - 1 - order[::-1].index(note)
        assert all(target in order[:last] for target in targets if target in links)


@given(graphs(12))
def test_without_circles_nothing_is_visited_twice(links: Links) -> None:
    straight = {
        note: frozenset(each for each in targets if each > note) for note, targets in links.items()
    }
    assert twice(creation_order(straight)) == set()


@given(graphs(7))
def test_hardly_more_is_visited_twice_than_must_be(links: Links) -> None:
    choices = chain.from_iterable(combinations(links, count) for count in range(len(links) + 1))
    fewest = next(
        len(choice)
        for choice in choices
        if not runs_in_circles({each: links[each] for each in links if each not in choice})
    )
    assert len(twice(creation_order(links))) <= fewest + 1


def test_an_overview_is_begun_first_and_finished_last() -> None:
    links = {"map": {"a", "b", "c"}, "a": {"map"}, "b": {"map"}, "c": {"map"}}
    assert creation_order(links) == ["map", "a", "b", "c", "map"]


def test_a_circle_is_broken_where_that_costs_least() -> None:
    links = {"a": {"b"}, "b": {"c"}, "c": {"a"}}
    assert creation_order(links, {"a": 2, "b": 1, "c": 2}).count("b") == 2


def test_what_is_begun_is_finished_as_soon_as_it_can_be() -> None:
    links = {
        "m": {"a", "b"}, "a": {"m", "n"}, "b": {"m"},
        "n": {"c", "d"}, "c": {"n"}, "d": {"n", "m"},
    }  # fmt: skip
    assert creation_order(links) == ["m", "n", "a", "b", "m", "c", "d", "n"]


def test_a_note_that_links_to_itself_is_visited_twice() -> None:
    assert creation_order({"a": {"a"}}) == ["a", "a"]


def test_the_order_of_many_notes_is_found_at_once() -> None:
    """A chain of this length is deeper than Python's stack."""
    count = 20_000
    chained = {n: {n + 1} for n in range(count)}
    assert creation_order(chained) == [*range(count)][::-1]
    paired = {n: {n - 1, n + 1} for n in range(count)}
    assert len(creation_order(paired)) == count + count // 2
