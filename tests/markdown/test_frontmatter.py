"""Front matter comes back byte for byte, and an edit touches only its own lines."""

from __future__ import annotations

import json
from collections.abc import Callable
from itertools import pairwise
from pathlib import Path
from time import perf_counter

import pytest
import yaml
from hypothesis import given, strategies as st

from capsync.markdown.frontmatter import (
    FrontMatterProblem,
    Mapping,
    Null,
    Scalar,
    Sequence,
    Value,
    dump_list,
    dump_mapping,
    dump_scalar,
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


EDITS = {
    "comment stays": ("a: 1 # why\nb: 2\n", {"a": "3"}, "a: 3 # why\nb: 2\n"),
    "comment stays by a block": ("a: x # why\n", {"a": "\n  - y"}, "a: # why\n  - y\n"),
    "block list to flow": (
        "a: # t\n  - x # x\n  - y\n# c\nb: 2\n",
        {"a": "[z]"},
        "a: [z] # t\n# c\nb: 2\n",
    ),
    "literal": ("a: |\n  x\n\n  y\n\n# c\nb: 2\n", {"a": "1"}, "a: 1\n\n# c\nb: 2\n"),
    "kept newlines": ("a: |+\n  x\n\n\nb: 2\n", {"a": "1"}, "a: 1\n\n\nb: 2\n"),
    "empty literal": ("a: |\nb: 2\n", {"a": "1"}, "a: 1\nb: 2\n"),
    "several lines": ("a: x\n  y\n  z # c\nb: 2\n", {"a": "1"}, "a: 1 # c\nb: 2\n"),
    "blanks after the colon": ("a:   1\nb  : 2\n", {"a": "3", "b": "4"}, "a:   3\nb  : 4\n"),
    "null": ("a:\nb: # c\nc: 1\n", {"a": "1", "b": "2"}, "a: 1\nb: 2 # c\nc: 1\n"),
    "delete": ("# t\na: 1 # why\n\nb:\n- x\n- y\nc: 3\n", {"a": None, "b": None}, "# t\n\nc: 3\n"),
    "delete all": ("a: 1\n", {"a": None}, ""),
    "quoted key": ('"a:b": 1\nc: 2\n', {"a:b": "x", "c": None}, '"a:b": x\n'),
    "margin": ("  a: 1\n  b: 2\n", {"b": "3", "c": "\n  - x"}, "  a: 1\n  b: 3\n  c:\n    - x\n"),
    "nested": ("a:\n  b: 1\n  # in\n  c: 2\nd: 1\n", {"a": "x"}, "a: x\nd: 1\n"),
    "in order": ("a: 1\n", {"z": "1", "b": "2"}, "a: 1\nz: 1\nb: 2\n"),
    "explicit": ("? a\n: 1\nb: 2\n", {"a": "3"}, "? a\n: 3\nb: 2\n"),
    "strange names": ("a: 1\n", {"on": "x", "a b: c": "y"}, 'a: 1\n"on": x\n"a b: c": y\n'),
    "after a hash": ("a: x#y\nb: 'z' #c\n", {"a": "1", "b": "2"}, "a: 1\nb: 2 #c\n"),
    "list of one": ("a: [1] # c\n", {"a": "[1, 2]"}, "a: [1, 2] # c\n"),
}


@pytest.mark.parametrize("newline", ["\n", "\r\n"])
@pytest.mark.parametrize(("before", "changes", "after"), EDITS.values(), ids=EDITS.keys())
def test_an_edit_is_made_line_by_line(
    before: str, changes: dict[str, str | None], after: str, newline: str
) -> None:
    text, wanted = f"---\n{before}---\nbody\n", f"---\n{after}---\nbody\n"
    edited = edit(text.replace("\n", newline), changes)
    assert edited == wanted.replace("\n", newline)


MADE = {
    "empty": ("", "---\na: 1\n---\n"),
    "text": ("body", "---\na: 1\n---\n\nbody"),
    "mark": ("\ufeffbody\r\n", "\ufeff---\r\na: 1\r\n---\r\n\r\nbody\r\n"),
    "only a mark": ("\ufeff", "\ufeff---\na: 1\n---\n"),
    "empty line": ("\nbody\n", "---\na: 1\n---\n\nbody\n"),
    "rule": ("---\n\nx\n", "---\na: 1\n---\n\n---\n\nx\n"),
}


@pytest.mark.parametrize(("before", "after"), MADE.values(), ids=MADE.keys())
def test_front_matter_is_made_where_there_is_none(before: str, after: str) -> None:
    assert edit(before, {"a": "1", "b": None}) == after


@pytest.mark.parametrize(
    ("yaml", "changes"),
    [
        ("{a: 1, b: 2}", {"a": "3"}),
        ("a: &x 1\nb: *x", {"a": "3"}),
        ("a: &x 1\nb: *x", {"a": None}),
        ("a: 1", {"b": "@x"}),
        ("? a", {"a": "1"}),
        ("? a\nb: 1", {"a": "1"}),
        ("a: 1", {"x" * 1100: "1"}),
        ("a: 1\n   # looks indented\nb: 2", {"a": "|\n   text"}),
    ],
)
def test_an_edit_that_would_change_something_else_is_refused(
    yaml: str, changes: dict[str, str | None]
) -> None:
    with pytest.raises(FrontMatterProblem):
        edit(f"---\n{yaml}\n---\n", changes)


texts = st.text(max_size=12) | st.text("a1-:#[]{}'\" ,\\\n\t@&*!|>%=~.\u2028\ufeff\x85", max_size=8)
whole = texts.filter(lambda text: not any("\ud800" <= char <= "\udfff" for char in text))
FIXED = [
    "12:30",
    "yes",
    "No",
    "010",
    "1e3",
    "~",
    "2024-02-30",
    "[[x]]",
    "1_000",
    "=",
    "<<",
    "-",
    "...",
    "---",
]


@given(texts | st.sampled_from(FIXED))
def test_a_scalar_reads_back_as_itself(text: str) -> None:
    source = dump_scalar(text)
    wanted = text.encode("utf-16", "surrogatepass").decode("utf-16", "replace")
    found = values(f"---\nk: {source}\n---\n")["k"]
    assert found == Scalar(wanted, quoted=source[0] in "\"'")
    assert yaml.safe_load(f"k: {source}\n") == {"k": wanted}
    assert "\n" not in source


@given(st.lists(texts))
def test_a_list_reads_back_as_itself(items: list[str]) -> None:
    plain = [item.encode("utf-16", "surrogatepass").decode("utf-16", "replace") for item in items]
    flow = f"---\nk: {dump_list(items)}\n---\n"
    assert yaml.safe_load(split(flow).yaml) == {"k": plain}
    like = fields(split("---\nk:\n    - x\n---\n"))["k"]
    block = edit("---\nk:\n    - x\n---\n", {"k": dump_list(items, like=like)})
    assert yaml.safe_load(split(block).yaml) == {"k": plain}
    assert ("\n    - " in block) == bool(items)


@given(st.dictionaries(whole, whole, max_size=4))
def test_a_mapping_reads_back_as_itself(entries: dict[str, str]) -> None:
    sources = {key: dump_scalar(value, flow=True) for key, value in entries.items()}
    assert yaml.safe_load(f"k: {dump_mapping(sources)}\n") == {"k": entries}


def test_plain_text_stays_plain() -> None:
    for text in [
        "Reading",
        "Dune Messiah",
        "nested/two",
        "a, b",
        "it's",
        "C#",
        "https://x.y/z",
        "é😀",
    ]:
        assert dump_scalar(text) == text
    assert dump_scalar("[[Home]]") == '"[[Home]]"'
    assert dump_scalar('say "hi"') == 'say "hi"'
    assert dump_scalar('"hi"') == "'\"hi\"'"
    assert (
        dump_mapping({"start": "2026-03-01", "end": "2026-03-02"})
        == "{start: 2026-03-01, end: 2026-03-02}"
    )


def read_alone(source: str) -> Value:
    gap = "" if source.startswith("\n") else " "
    return values(f"---\nk:{gap}{source}\n---\n")["k"]


SNIPPETS = [
    "{k}: plain\n",
    "{k}: 'it''s' # c\n",
    "{k}:\n",
    "{k}:\n  - a\n  - b # c\n",
    "{k}:\n- a\n\n# c\n- b\n",
    "{k}: |\n  one\n\n  # two\n",
    "{k}: >-\n  one\n  two\n\n",
    "{k}: [a,\n  b] # c\n",
    "{k}: x\n  y\n",
    "{k}:\n  m:\n    n: [1]\n",
    "# a comment\n{k}: 1\n\n",
    '{k}: "é😀\\n\\\n  z"\n',
]


@given(
    st.lists(st.sampled_from(SNIPPETS), min_size=1, max_size=6),
    st.dictionaries(st.integers(0, 7), st.none() | texts | st.lists(texts, max_size=2), max_size=4),
    st.sampled_from(["\n", "\r\n"]),
    st.text("a\n-:😀", max_size=9),
)
def test_random_edits_change_nothing_foreign(
    snippets: list[str], edits: dict[int, str | list[str] | None], newline: str, body: str
) -> None:
    lines = [snippet.replace("{k}", f"key{n}") for n, snippet in enumerate(snippets)]
    text = f"---\n{''.join(lines)}---\n{body}".replace("\n", newline)
    before = fields(split(text))
    changes = {
        f"key{n}": None
        if value is None
        else dump_scalar(value)
        if isinstance(value, str)
        else dump_list(value, like=before.get(f"key{n}"))
        for n, value in edits.items()
    }
    edited = edit(text, changes)
    after = values(edited)
    for key, source in changes.items():
        assert after.get(key) == (None if source is None else read_alone(source))
    untouched = [line for n, line in enumerate(lines) if n not in edits]
    at = 0
    for line in untouched:
        at = edited.index(line.rstrip("\n").replace("\n", newline), at)
    assert split(edited).body == split(text).body
