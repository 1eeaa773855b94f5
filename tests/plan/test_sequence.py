"""What may stay in place when an order changes."""

from __future__ import annotations

from itertools import combinations, pairwise

from hypothesis import given, strategies as st

from capsync.plan.sequence import heaviest_increasing, unmoved

weighed = st.lists(
    st.tuples(st.integers(0, 20), st.integers(1, 5)), unique_by=lambda pair: pair[0], max_size=8
)


@given(weighed)
def test_no_increasing_subsequence_is_heavier(case: list[tuple[int, int]]) -> None:
    positions, weights = [at for at, _ in case], [weight for _, weight in case]
    chosen = heaviest_increasing(positions, weights)
    assert [positions[i] for i in chosen] == sorted(positions[i] for i in chosen)
    best = max(
        sum(weights[i] for i in some)
        for size in range(len(positions) + 1)
        for some in combinations(range(len(positions)), size)
        if all(positions[a] < positions[b] for a, b in pairwise(some))
    )
    assert sum(weights[i] for i in chosen) == best


def test_one_heavy_block_outweighs_two_light_ones() -> None:
    assert heaviest_increasing([2, 0, 1], [5, 1, 1]) == [0]


def test_only_the_moved_element_moves() -> None:
    assert unmoved("abcde", "acdeb") == frozenset("acde")
