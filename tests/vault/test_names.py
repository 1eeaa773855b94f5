"""Names that every disk can bear, and that keep notes apart."""

from __future__ import annotations

from unicodedata import normalize

import pytest
from hypothesis import given, strategies as st

from capsync.vault.ignore import Ignore
from capsync.vault.names import (
    file_stem,
    folder_name,
    folder_of,
    free_path,
    path_key,
    says_exactly,
    stem_of,
)

titles = (
    st.text(max_size=300)
    | st.text('aA./\\:*?"<>|#^[] ~\n\x00\u200d\u0301ß', max_size=12)
    | st.sampled_from(
        ["CON", "nul.txt", "com1", "LPT¹ .x", "4913", "~$x", "#x#", "a (conflicted copy)"]
    )
)

STEMS = {
    "Dune: Messiah": "Dune- Messiah",
    "What?": "What",
    "a/b\\c": "a-b-c",
    "../../etc/passwd": "-..-etc-passwd",
    "..": "Untitled",
    "": "Untitled",
    ".hidden": "hidden",
    "Trailing. ": "Trailing",
    "CON": "_CON",
    "nul.txt": "_nul.txt",
    "Console": "Console",
    "two\nlines": "two lines",
    "ring\x07": "ring-",
    "half\ud800": "half",
    "[[x]]": "x",
    "evil\u202efdp.md": "evilfdp.md",
    "👨\u200d👩\u200d👧 trip": "👨\u200d👩\u200d👧 trip",
    "Cafe\u0301": "Café",
    "日本語": "日本語",
    "x (Bob's conflicted copy 2024-01-02)": "x Bob's conflicted copy 2024-01-02",
    "x.sync-conflict-20240102-101010-ABCDEFG": "x-sync-conflict-20240102-101010-ABCDEFG",
}


@pytest.mark.parametrize(("title", "stem"), STEMS.items())
def test_a_title_becomes_a_name(title: str, stem: str) -> None:
    assert file_stem(title) == stem


@given(titles)
def test_a_name_is_one_that_every_disk_takes(title: str) -> None:
    stem = file_stem(title)
    assert stem
    assert len(stem) <= 121
    assert len(stem.encode()) <= 201
    assert not set(stem) & set('/\\:*?"<>|#^[]\0\n\r')
    assert stem[0] not in ". "
    assert stem[-1] not in ". "
    assert stem == normalize("NFC", stem)


@given(titles)
def test_a_name_of_a_name_is_itself(title: str) -> None:
    assert file_stem(file_stem(title)) == file_stem(title)
    assert folder_name(title) == file_stem(title)


@given(titles)
def test_a_note_that_is_written_is_seen_again(title: str) -> None:
    stem = file_stem(title)
    assert not Ignore().covers(f"{stem}/{stem}.md")
    assert stem_of(f"x/{stem}.md") == stem


@given(titles)
def test_path_keys_do_not_depend_on_how_a_name_is_composed(title: str) -> None:
    assert path_key(normalize("NFD", title)) == path_key(normalize("NFC", title))
    assert path_key(path_key(title)) == path_key(title)


@given(st.lists(st.tuples(titles, st.uuids().map(str)), max_size=8, unique_by=lambda pair: pair[1]))
def test_no_two_notes_share_a_name_even_where_case_does_not_matter(
    notes: list[tuple[str, str]],
) -> None:
    taken: set[str] = set()
    for title, note in notes:
        path = free_path("Pages", file_stem(title), taken, note)
        assert path == free_path("Pages", file_stem(title), taken, note)
        assert path.startswith("Pages/")
        assert path.count("/") == 1
        assert ".." not in path.split("/")
        assert len(path.encode()) <= 255
        taken.add(path_key(path))
    assert len(taken) == len(notes)


def test_a_taken_name_gets_a_piece_of_the_id() -> None:
    note = "1A2B3C4D-9c1f-4a53-8a3e-6b7f1d2c3e44"
    taken: set[str] = set()
    paths = []
    for _ in range(5):
        paths.append(free_path("", "Trip", taken, note))
        taken.add(path_key(paths[-1]))
    plain = "1a2b3c4d9c1f4a538a3e6b7f1d2c3e44"
    assert paths == [
        "Trip.md",
        "Trip 1a2b3c4d.md",
        "Trip 1a2b3c4d9c1f.md",
        f"Trip {plain}.md",
        f"Trip {plain} 2.md",
    ]


def test_an_id_that_is_no_uuid_cannot_leave_the_folder() -> None:
    path = free_path("", "a", {"a.md"}, "../../x")
    assert "/" not in path
    assert path.startswith("a ")


def test_case_counts_as_taken() -> None:
    assert free_path("", "trip", {path_key("TRIP.md")}, "a" * 32) == "trip aaaaaaaa.md"


def test_says_exactly_only_what_it_says() -> None:
    assert says_exactly("Cafe\u0301", "Café")
    assert not says_exactly("Dune- Messiah", "Dune: Messiah")
    assert not says_exactly("trip", "Trip")


def test_a_long_name_is_cut_between_characters_as_they_are_seen() -> None:
    family = "👨\u200d👩\u200d👧"
    assert file_stem(family * 40).replace(family, "") == ""
    assert file_stem("e\u0323\u0301" * 100).endswith("ẹ\u0301")
    assert len(file_stem("\u0301" * 500).encode()) <= 200


def test_paths_come_apart() -> None:
    assert stem_of("a/b.c.Markdown") == "b.c"
    assert stem_of("a/b") == "b"
    assert folder_of("a/b/c.md") == "a/b"
    assert folder_of("c.md") == ""
