"""What other tools and crashed runs left in the vault."""

from __future__ import annotations

import os
import sys
from pathlib import Path

import pytest

from capsync.doctor.files import VaultFacts, file_findings, has_markers, id_in, is_copy
from capsync.doctor.finding import Level
from capsync.doctor.walk import walk
from capsync.vault.ignore import Ignore

NOTE_ID = "0a4d3b8e-9c1f-4a53-8a3e-6b7f1d2c3e44"
CONFLICT = "a\n<<<<<<< HEAD\nmine\n=======\ntheirs\n>>>>>>> branch\n"


@pytest.mark.parametrize(
    "name",
    [
        "Trip.sync-conflict-20261122-101112-ABCDEFG.md",
        "Trip (Ann's conflicted copy 2026-11-22).md",
        "Trip (conflicted copy 2026-11-22 101112).md",
        "Trip (In Konflikt stehende Kopie von Ann 2026-11-22).md",
        "Trip (Konflikt-Kopie von Ann 2026-11-22).md",
        "Trip (Copie en conflit de Ann 2026-11-22).md",
        "Trip (Copia en conflicto de Ann 2026-11-22).md",
        "Trip (Copia in conflitto di Ann 2026-11-22).md",
        "Trip (Cópia em conflito de Ann 2026-11-22).md",
        "Trip (Ann の競合コピー 2026-11-22).md",
        "Trip (Ann 的冲突副本 2026-11-22).md",
        "Trip (Case Conflict).md",
        "Trip (SFConflict ann@example.com 2026-11-22-10-11-12).md",
        "Trip_conflict-20261122-101112.md",
        "Trip.conflict1.md",
        "Trip-DESKTOP-AB12CD3.md",
        "Trip-laptop-9x8y7z6.md",
        "Trip-DESKTOP-AB12CD3-2.md",
        "Trip-anns-box.md",
    ],
)
def test_conflict_files_of_other_tools_are_recognised(name: str) -> None:
    assert is_copy(name, {name, "Trip.md"}, "anns-box")


@pytest.mark.parametrize(
    "name",
    [
        "Trip.md",
        "Trip-notes.md",
        "Conflict resolution.md",
        "On conflicted copies.md",
        "Trip (copy).md",
        "Peace-anns-box.md",
        "Other-DESKTOP-AB12CD3.md",
    ],
)
def test_ordinary_names_are_not(name: str) -> None:
    assert not is_copy(name, {name, "Trip.md"}, "anns-box")
    assert not is_copy("Trip-.md", {"Trip.md"}, "")


def test_gits_markers_are_found_only_when_they_are_a_conflict() -> None:
    assert has_markers(CONFLICT)
    assert has_markers(CONFLICT.replace("\n", "\r\n"))
    assert not has_markers("<<<<<<< only the first\n")
    assert not has_markers("a <<<<<<< b\n=======\n>>>>>>> c\n")
    assert not has_markers("Heading\n=======\n")
    assert not has_markers("<<<<<<< x\n" * 20_000)


@pytest.mark.parametrize(
    ("text", "found"),
    [
        (f"---\ncapacities-id: {NOTE_ID}\n---\nx", NOTE_ID),
        (f'\ufeff---\r\na: b\r\ncapacities-id: "{NOTE_ID.upper()}"\r\n---\r\n', NOTE_ID),
        (f"---\n[broken: yaml\ncapacities-id: {NOTE_ID}\n...\n", NOTE_ID),
        (f"capacities-id: {NOTE_ID}\n", None),
        (f"---\na: b\n---\ncapacities-id: {NOTE_ID}\n", None),
        (f"---\ncapacities-id: {NOTE_ID}\n", None),
        ("", None),
    ],
)
def test_an_id_is_read_from_the_front_matter_alone(text: str, found: str | None) -> None:
    assert id_in(text) == found


def test_one_walk_sees_all_and_changes_nothing(tmp_path: Path) -> None:
    (tmp_path / "Pages").mkdir()
    (tmp_path / ".obsidian").mkdir()
    (tmp_path / "drafts").mkdir()
    head = f"---\ncapacities-id: {NOTE_ID}\n---\n"
    for path, text in {
        "Pages/a.md": head,
        "Pages/b.md": head + CONFLICT,
        "Pages/a.sync-conflict-20261122-101112-ABCDEFG.md": "x",
        "Pages/.capsync-12-3.tmp": "half",
        ".obsidian/c.md": head,
        "drafts/d.md": head,
        "Pages/picture.png": "x",
    }.items():
        (tmp_path / path).write_text(text)
    if sys.platform != "win32":
        (tmp_path / "link.md").symlink_to(tmp_path / "Pages" / "a.md")
    before = {place: place.lstat().st_mtime_ns for place in tmp_path.rglob("*")}
    facts = walk(tmp_path, Ignore(("drafts",)), "box")
    assert facts.notes == 2
    assert facts.folders == 3
    assert facts.copies == ["Pages/a.sync-conflict-20261122-101112-ABCDEFG.md"]
    assert facts.marked == ["Pages/b.md"]
    assert facts.unfinished == ["Pages/.capsync-12-3.tmp"]
    assert facts.ids == {NOTE_ID: ["Pages/a.md", "Pages/b.md"]}
    assert facts.links == ([] if sys.platform == "win32" else ["link.md"])
    assert {place: place.lstat().st_mtime_ns for place in tmp_path.rglob("*")} == before
    found = list(file_findings(facts))
    assert all(each.remedy for each in found if each.level in {Level.WARNING, Level.PROBLEM})
    doubled = next(each for each in found if NOTE_ID in each.what)
    assert doubled.where == "Pages/a.md, Pages/b.md"


@pytest.mark.skipif(not hasattr(os, "geteuid") or os.geteuid() == 0, reason="root reads all")
def test_what_cannot_be_read_is_named(tmp_path: Path) -> None:
    shut = tmp_path / "a.md"
    shut.write_text("x")
    shut.chmod(0)
    assert walk(tmp_path, Ignore(), "").unread == ["a.md"]


def test_copies_that_sync_are_told_from_those_that_are_left_alone() -> None:
    facts = VaultFacts(
        copies=["a (Ann's conflicted copy 2026-11-22).md", "b (Copie en conflit de Ann).md"]
    )
    alone, synced, _ = file_findings(facts)
    assert "leaves them alone" in alone.what
    assert "taken for notes" in synced.what
    assert synced.where.startswith("b ")
