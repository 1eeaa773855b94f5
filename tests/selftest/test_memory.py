"""The file system in memory behaves like the real one, as far as capsync can tell."""

from __future__ import annotations

import errno
from pathlib import Path

import pytest

from capsync.clock import ManualClock
from capsync.errors import Stale
from capsync.selftest.memory import MemorySystem
from capsync.vault.files import Folder
from capsync.vault.system import RealSystem, System


@pytest.fixture(params=["real", "memory"])
def place(request: pytest.FixtureRequest, tmp_path: Path) -> tuple[System, Path]:
    if request.param == "real":
        return RealSystem(), tmp_path / "v"
    return MemorySystem(ManualClock().now), Path("/v")


@pytest.fixture
def folder(place: tuple[System, Path]) -> Folder:
    system, root = place
    system.make_folder(root)
    return Folder(root, clock=ManualClock(1_763_800_000.0), system=system)


def paths(folder: Folder) -> list[str]:
    return [each.path for each in folder.scan()]


def test_files_are_made_replaced_moved_and_trashed(folder: Folder) -> None:
    folder.write("a.md", "one", None)
    folder.write("P/b.md", "two", None)
    folder.write("a.md", "three", "one")
    folder.move("P/b.md", "Q/R/c.md")
    assert paths(folder) == ["Q/R/c.md", "a.md"]
    assert [folder.read(path).text for path in paths(folder)] == ["two", "three"]
    assert folder.trash("a.md", "three") == ".capsync/trash/2025-11-22/a.md"
    assert paths(folder) == ["Q/R/c.md"]


def test_nothing_is_overwritten_unseen(folder: Folder) -> None:
    folder.write("a.md", "one", None)
    folder.write("b.md", "two", None)
    for act in (
        lambda: folder.write("a.md", "x", None),
        lambda: folder.write("a.md", "x", "y"),
        lambda: folder.write("gone.md", "x", "y"),
        lambda: folder.move("a.md", "b.md"),
        lambda: folder.move("gone.md", "c.md"),
        lambda: folder.trash("a.md", "y"),
    ):
        with pytest.raises(Stale):
            act()
    assert {path: folder.read(path).text for path in paths(folder)} == {
        "a.md": "one",
        "b.md": "two",
    }


def test_calls_complain_alike(place: tuple[System, Path]) -> None:
    system, root = place
    system.make_folder(root / "P")
    system.write_new(root / "a", b"x")
    system.link(root / "a", root / "b")
    found = []
    for act in (
        lambda: system.read(root / "gone", 1),
        lambda: system.read(root / "P", 1),
        lambda: system.write_new(root / "a", b""),
        lambda: system.write_new(root / "nowhere" / "a", b""),
        lambda: system.link(root / "a", root / "P"),
        lambda: system.unlink(root / "gone"),
        lambda: system.rename(root / "gone", root / "c"),
        lambda: system.entries(root / "gone"),
        lambda: system.status(root / "gone"),
    ):
        with pytest.raises(OSError) as caught:  # noqa: PT011  (its number is looked at below)
            act()
        found.append(caught.value.errno)
    gone, there = errno.ENOENT, errno.EEXIST
    assert found == [gone, errno.EISDIR, there, gone, there, gone, gone, gone, gone]
    assert system.status(root / "a").st_ino == system.status(root / "b").st_ino
    system.rename(root / "a", root / "b")  # two names of one file: nothing happens
    assert system.exists(root / "a")
    assert {each.name for each in system.entries(root)} == {"P", "a", "b"}


def test_a_disk_that_folds_knows_one_file_by_all_its_spellings() -> None:
    system = MemorySystem(ManualClock().now, folds=True)
    folder = Folder(Path("/v"), clock=ManualClock(), system=system)
    system.make_folder(folder.root)
    folder.write("Straße.md", "x", None)
    assert folder.read("STRASSE.md").text == "x"
    folder.move("Straße.md", "STRASSE.md")
    assert paths(folder) == ["STRASSE.md"]
    folder.write("a.md", "y", None)
    folder.move("a.md", "A.md")
    assert paths(folder) == ["A.md", "STRASSE.md"]


def test_a_disk_that_decomposes_gives_names_in_nfd() -> None:
    system = MemorySystem(ManualClock().now, decomposes=True)
    folder = Folder(Path("/v"), clock=ManualClock(), system=system)
    system.make_folder(folder.root)
    folder.write("\u00e4.md", "x", None)
    assert paths(folder) == ["a\u0308.md"]
    assert folder.read("\u00e4.md").text == "x"
