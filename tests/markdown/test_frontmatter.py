"""Front matter comes back byte for byte, and an edit touches only its own lines."""

from __future__ import annotations

import json
from collections.abc import Callable
from itertools import pairwise
from pathlib import Path
from time import perf_counter

import pytest

from capsync.markdown.frontmatter import (
    FrontMatterProblem,
    Mapping,
    Null,
    Scalar,
    Sequence,
    Value,
    edit,
    fields,
    has_front_matter,
    split,
)

FIXTURE = Path(__file__).parents[2] / "fixtures" / "front_matter_cases.json"
CASES: dict[str, str] = json.loads(FIXTURE.read_text(encoding="utf-8"))
BROKEN = {"dup keys", "invalid yaml", "tab indent", "unquoted @ tag", "control char in value"}
PROSE = {
    "body leading spaces no fm",
    "no fm",
    "--- thematic first line, no fm",
    "-- setext, no fm",
    "5-dash open",
    "body starts with {",
    "unterminated",
    "list root",
}


def values(text: str) -> dict[str, Value]:
    return {key: field.value for key, field in fields(split(text)).items()}


def joined(text: str) -> str:
    pieces = split(text)
    return pieces.head + pieces.yaml + pieces.close + pieces.body


@pytest.mark.parametrize("case", CASES)
def test_splitting_and_joining_gives_back_every_byte(case: str) -> None:
    assert joined(CASES[case]) == CASES[case]


@pytest.mark.parametrize("case", CASES)
def test_an_edit_without_changes_gives_back_every_byte(case: str) -> None:
    if case not in BROKEN:
        assert edit(CASES[case], {}) == CASES[case]
        assert edit(CASES[case], {"no such key": None}) == CASES[case]


@pytest.mark.parametrize("case", CASES)
def test_prose_is_not_taken_for_front_matter(case: str) -> None:
    assert has_front_matter(split(CASES[case])) == (case not in PROSE)


@pytest.mark.parametrize("case", sorted(BROKEN))
def test_broken_front_matter_is_a_problem_with_a_line(case: str) -> None:
    with pytest.raises(FrontMatterProblem) as caught:
        fields(split(CASES[case]))
    assert 2 <= caught.value.line <= 4
    with pytest.raises(FrontMatterProblem):
        edit(CASES[case], {"a": "1"})


@pytest.mark.parametrize("case", sorted(CASES.keys() - BROKEN - PROSE))
def test_setting_a_key_changes_only_its_lines(case: str) -> None:
    text = CASES[case]
    for key in fields(split(text)):
        try:
            edited = edit(text, {key: "New"})
        except FrontMatterProblem:
            assert case == "anchors"  # the other key refers to this one
            continue
        removed = [line for line in text.splitlines(keepends=True) if line not in edited]
        stem = edited.replace(next(line for line in edited.splitlines(True) if "New" in line), "")
        assert all(line in text for line in stem.splitlines(keepends=True))
        assert removed[0].startswith(key)
        assert values(edited)[key] == Scalar("New")


@pytest.mark.parametrize("case", sorted(CASES.keys() - BROKEN))
def test_a_new_key_goes_to_the_end(case: str) -> None:
    text = CASES[case]
    edited = edit(text, {"zz": '"[[Home]]"'})
    assert values(edited) == {**values(text), "zz": Scalar("[[Home]]", quoted=True)}
    assert list(values(edited))[-1] == "zz"
    if has_front_matter(split(text)):
        assert split(edited).body == split(text).body


def test_values_stay_the_text_they_are_written_with() -> None:
    found = values(CASES["time-like 12:30"])
    assert found == {
        "t": Scalar("12:30"),
        "v": Scalar("1.10"),
        "o": Scalar("010"),
        "n": Null(),
        "b": Scalar("yes"),
        "h": Scalar("0x1F"),
        "e": Scalar("1e3"),
        "u": Scalar("1_000"),
    }


def test_values_know_their_shape_and_line() -> None:
    text = "---\r\na: 'x'\r\nb:\r\n  - 1\r\n  - {c: d}\r\n? e\r\n: !!str 5\r\n---\r\n"
    found = fields(split(text))
    assert found["a"].value == Scalar("x", quoted=True)
    assert found["b"].value == Sequence((Scalar("1"), Mapping((("c", Scalar("d")),))))
    assert isinstance(found["b"].value, Sequence)
    assert found["b"].value.indent == 2
    assert [item.line for item in found["b"].value.items] == [4, 5]
    assert found["e"].value == Scalar("5", quoted=True)
    assert [field.line for field in found.values()] == [2, 3, 6]


def test_keys_of_any_kind_are_kept_as_text() -> None:
    text = "---\n2024: x\nyes: y\n[a, b]: z\n~: n\n---\n"
    assert list(values(text)) == [
        "2024",
        "yes",
        "[a, b]",
        "~",
    ]


def test_duplicate_keys_name_both_lines() -> None:
    with pytest.raises(FrontMatterProblem, match=r'line 4: "a" .* line 2 and line 4'):
        fields(split(CASES["dup keys"]))


def test_a_tab_is_called_a_tab() -> None:
    with pytest.raises(FrontMatterProblem, match="line 3: a line is indented with a tab"):
        fields(split(CASES["tab indent"]))


def test_a_merge_conflict_is_no_prose() -> None:
    text = "---\n<<<<<<< HEAD\ntitle: a\n=======\ntitle: b\n>>>>>>> x\n---\nbody\n"
    assert has_front_matter(split(text))
    with pytest.raises(FrontMatterProblem):
        fields(split(text))


BOMBS: dict[str, Callable[[], str]] = {
    "deep": lambda: "a: " + "[" * 30_000,
    "deep blocks": lambda: "a:\n" + "".join(" " * n + "- \n" for n in range(40)),
    "laughs": lambda: (
        "a: &a [x, x]\n"
        + "".join(f"{b}: &{b} [*{a}, *{a}, *{a}]\n" for a, b in pairwise("abcdefghi"))
    ),
    "itself": lambda: "a: &a [*a]\n",
    "aliases": lambda: "a: &a x\nb: [" + "*a, " * 101 + "]\n",
    "wide": lambda: "a: [" + "x, " * 6_000 + "]\n",
    "long": lambda: "a: " + "x" * 70_000 + "\n",
    "two documents": lambda: "a: b\n--- c\nd: e\n",
    "surrogate": lambda: "a: \ud800\n",
    "not readable": lambda: "%YAML 3.0\na: b\n",
}


@pytest.mark.parametrize("bomb", BOMBS)
def test_a_bomb_is_refused_quickly(bomb: str) -> None:
    text = f"---\n{BOMBS[bomb]()}\n---\nbody\n"
    start = perf_counter()
    with pytest.raises(FrontMatterProblem):
        fields(split(text))
    assert joined(text) == text
    assert perf_counter() - start < 1


def test_long_prose_between_rules_is_prose() -> None:
    text = "---\n\n" + "word word\n" * 10_000 + "---\nmore\n"
    assert split(text).body == text


def test_blanks_without_end_take_no_time() -> None:
    text = "---\n" + (" " * 30_000 + "x\n") * 2 + "@\n---\n"
    start = perf_counter()
    assert joined(text) == text
    assert perf_counter() - start < 1
