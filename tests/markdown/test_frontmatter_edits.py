"""Front matter is edited by line, and nothing else of it changes."""

from __future__ import annotations

import pytest
import yaml
from hypothesis import given, strategies as st

from capsync.markdown.frontmatter import (
    FrontMatterProblem,
    Scalar,
    Value,
    dump_list,
    dump_mapping,
    dump_scalar,
    edit,
    fields,
    split,
)
from tests.markdown.test_frontmatter import values

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
