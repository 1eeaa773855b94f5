"""The decision table, row by row, then the laws it must obey."""

from __future__ import annotations

from itertools import product

import pytest
from hypothesis import given, strategies as st

from capsync.model.normal import Digest
from capsync.plan.reconcile import (
    NEVER,
    RULES,
    Agreement,
    Change,
    Verdict,
    Version,
    reconcile,
)

A, B, C = Digest("a"), Digest("b"), Digest("c")
AT_A = Agreement(vault=A, space=A)

#: base, vault, space -> verdict. The id spells the case: "_" is absent.
CASES = {
    "a aa": (AT_A, A, A, Verdict.KEEP),
    "a ba": (AT_A, B, A, Verdict.PUSH),
    "a ab": (AT_A, A, B, Verdict.PULL),
    "a bb": (AT_A, B, B, Verdict.AGREE),
    "a bc": (AT_A, B, C, Verdict.MERGE),
    "a _a": (AT_A, None, A, Verdict.PUSH),
    "a a_": (AT_A, A, None, Verdict.PULL),
    "a __": (AT_A, None, None, Verdict.AGREE),
    "a b_": (AT_A, B, None, Verdict.PUSH),
    "a _b": (AT_A, None, B, Verdict.PULL),
    "_ a_": (NEVER, A, None, Verdict.PUSH),
    "_ _a": (NEVER, None, A, Verdict.PULL),
    "_ aa": (NEVER, A, A, Verdict.AGREE),
    "_ ab": (NEVER, A, B, Verdict.MERGE),
}


@pytest.mark.parametrize(("base", "vault", "space", "verdict"), CASES.values(), ids=CASES.keys())
def test_reconcile_follows_the_table(
    base: Agreement, vault: Version, space: Version, verdict: Verdict
) -> None:
    assert reconcile(base, vault, space) is verdict


def test_table_lists_every_case() -> None:
    """Up to renaming digests, there are no other cases."""
    shapes = {case for case in product("_a", "_abc", "_abc") if case == renamed(*case)}
    assert {tuple(case.replace(" ", "")) for case in CASES} == shapes - {("_", "_", "_")}


def test_rules_cover_every_pair_of_changes() -> None:
    assert set(RULES) == set(product(Change, repeat=2))


def test_a_note_nobody_has_ever_had_is_kept_that_way() -> None:
    assert reconcile(NEVER, None, None) is Verdict.KEEP


def test_sides_that_agree_without_being_equal_stay_as_they_are() -> None:
    """A colour has no Markdown, so the digests differ from the start."""
    assert reconcile(Agreement(vault=A, space=B), A, B) is Verdict.KEEP


def renamed(*case: str) -> tuple[str, ...]:
    """Rename digests in order of appearance: ``_cb`` becomes ``_ab``."""
    names: dict[str, str] = {"_": "_"}
    for letter in case:
        names.setdefault(letter, "abc"[len(names) - 1])
    return tuple(names[letter] for letter in case)


versions = st.sampled_from([None, A, B, C])
agreements = st.builds(Agreement, vault=versions, space=versions)


@given(agreements, versions, versions)
def test_swapping_sides_swaps_push_and_pull(
    base: Agreement, vault: Version, space: Version
) -> None:
    mirrored = {Verdict.PUSH: Verdict.PULL, Verdict.PULL: Verdict.PUSH}
    verdict = reconcile(base, vault, space)
    swapped = reconcile(Agreement(vault=base.space, space=base.vault), space, vault)
    assert swapped is mirrored.get(verdict, verdict)


@given(agreements, versions, versions)
def test_no_edit_is_ever_overwritten(base: Agreement, vault: Version, space: Version) -> None:
    wrote = {Change.MADE, Change.EDITED}
    verdict = reconcile(base, vault, space)
    if verdict is Verdict.PUSH:
        assert Change.between(base.space, space) not in wrote
    if verdict is Verdict.PULL:
        assert Change.between(base.vault, vault) not in wrote


@given(versions, versions)
def test_without_a_base_nothing_is_ever_removed(vault: Version, space: Version) -> None:
    """The state was lost: absence on one side means nothing."""
    verdict = reconcile(NEVER, vault, space)
    if verdict is Verdict.PUSH:
        assert vault is not None
    if verdict is Verdict.PULL:
        assert space is not None
