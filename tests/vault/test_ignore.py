"""What is none of our business stays that way."""

from __future__ import annotations

import pytest
from hypothesis import given, strategies as st

from capsync.vault.ignore import Ignore, is_markdown, is_noise, is_note

NOISE = [
    ".capsync/config.md",
    ".git/x.md",
    "a/.obsidian/x.md",
    ".trash/x.md",
    ".hidden.md",
    "a/.#note.md",
    "#note.md#",
    "note.md~",
    ".note.md.swp",
    "note.md.tmp",
    "4913",
    "picture.png",
    "note",
    "~$note.md",
    "a (Bob's conflicted copy 2024-01-02).md",
    "a (Conflicted copy phone 202401021010).md",
    "a (SFConflict a@b.c 2024-01-02-10-10-10).md",
    "a.sync-conflict-20240102-101010-ABCDEFG.md",
]


@pytest.mark.parametrize("path", NOISE)
def test_noise_is_left_alone(path: str) -> None:
    assert Ignore().covers(path)


@pytest.mark.parametrize(
    "path", ["a.md", "A/B c.MD", "x.markdown", "4913.md", "v1.0 (2).md", "a~b.md"]
)
def test_notes_are_seen(path: str) -> None:
    assert not Ignore().covers(path)


PIECES = st.sampled_from(
    [*NOISE, ".", "#", "~$", ".md", " .MARKDOWN", "conflict", "ſ", "İ", "4913"]
)


@given(st.lists(PIECES | st.text(max_size=3), max_size=4).map("".join))
def test_the_quick_look_at_a_name_says_the_same(name: str) -> None:
    assert is_note(name) == (is_markdown(name) and not is_noise(name))


@pytest.mark.parametrize(
    ("pattern", "path", "covered"),
    [
        ("Templates", "Templates/a.md", True),
        ("Templates/", "x/Templates/b/a.md", True),
        ("Templates/**", "Templates/b/a.md", True),
        ("/Templates/*", "Templates/b/a.md", True),
        ("*.draft.md", "x/a.draft.md", True),
        ("x/*.md", "x/a.md", True),
        ("x/*.md", "y/a.md", False),
        ("Templates", "Templates.md", False),
    ],
)
def test_patterns_of_the_person_count(pattern: str, path: str, covered: bool) -> None:
    assert Ignore((pattern,)).covers(path) == covered


def test_folders_are_covered_whole() -> None:
    assert Ignore(("Old",)).covers_folder("a/Old")
    assert Ignore().covers_folder("a/.git")
    assert not Ignore(("Old",)).covers_folder("a/Older")
