"""The memory looked at: whole, damaged, from another time; and the lock."""

from __future__ import annotations

import os
import sqlite3
import sys
from pathlib import Path

import pytest

from capsync.doctor.finding import Finding, Level
from capsync.doctor.memory import (
    LockFacts,
    NoteFacts,
    lock_findings,
    look_at_lock,
    look_at_memory,
    memory_findings,
    note_findings,
)
from capsync.state.store import Record, SetAside, Store
from capsync.vault.lock import locked


@pytest.fixture
def file(tmp_path: Path) -> Path:
    """A memory with three notes and all there is to say of them."""
    file = tmp_path / "state" / "state.db"
    with Store.open(file) as store:
        for number in range(3):
            store.notes.remember(
                Record(
                    id=f"id{number}", path=f"{number}.md", structure="RootPage", title=str(number),
                    text_digest="", note_digest="", conflicts=number, base="{}", text="",
                )
            )  # fmt: skip
        store.set_aside.replace_all([SetAside("odd.md", None, "why", 1.0)])
        store.intentions.begin("create", "new.md", None, "{}", at=1.0)
    return file


def found_in(file: Path) -> list[Finding]:
    return list(memory_findings(look_at_memory(file, file.parent)))


def test_a_whole_memory_is_fine_and_its_notes_are_counted(file: Path) -> None:
    found = {each.check: each for each in found_in(file)}
    assert found["set aside"].level is Level.WARNING
    assert "1 note is set aside: odd.md" in found["set aside"].what
    assert "capsync status" in found["set aside"].remedy
    assert "open in 2 notes: 1.md, 2.md" in found["conflicts"].what
    assert "capsync resolve" in found["conflicts"].remedy
    assert any("cut off in 1 step" in each.what for each in found_in(file))
    assert Level.PROBLEM not in {each.level for each in found_in(file)}


def test_looking_changes_nothing(file: Path) -> None:
    before = {each: (each.read_bytes(), each.stat().st_mtime_ns) for each in file.parent.iterdir()}
    found_in(file)
    after = {each: (each.read_bytes(), each.stat().st_mtime_ns) for each in file.parent.iterdir()}
    assert after == before


def test_a_missing_memory_is_a_note_and_is_not_made(tmp_path: Path) -> None:
    (found,) = found_in(tmp_path / "state.db")
    assert (found.level, found.remedy) == (Level.NOTE, "capsync sync")
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize("damage", ["not a database at all", "in the middle", "cut short"])
def test_a_damaged_memory_is_a_problem_whose_remedy_keeps_the_file(file: Path, damage: str) -> None:
    whole = file.read_bytes()
    file.write_bytes(
        {
            "not a database at all": b"hello" * 500,
            "in the middle": whole[:4096] + b"\xff" * 8192 + whole[12288:],
            "cut short": whole[: len(whole) // 2],
        }[damage]
    )
    found = found_in(file)[0]
    assert found.level is Level.PROBLEM
    assert f"mv {file}* " in found.remedy  # the write-ahead log goes along
    assert "no note is lost" in found.remedy


def test_a_memory_of_a_later_capsync_is_a_problem(file: Path) -> None:
    with sqlite3.connect(file) as sql:
        sql.execute(
            "INSERT INTO _sqlite_migrations (migration_set, name, applied_at) "
            "VALUES ('capsync', 'm999_later', '2030-01-01')"
        )
    sql.close()
    found = found_in(file)[0]
    assert found.level is Level.PROBLEM
    assert "m999_later" in found.what
    assert "upgrade" in found.remedy


def test_a_memory_of_an_earlier_capsync_is_not_migrated(file: Path) -> None:
    with sqlite3.connect(file) as sql:
        sql.execute("DELETE FROM _sqlite_migrations WHERE name LIKE 'm003%'")
    sql.close()
    found = found_in(file)
    assert any("brings it up to date" in each.what for each in found)
    with sqlite3.connect(file) as sql:
        names = {name for (name,) in sql.execute("SELECT name FROM _sqlite_migrations")}
    sql.close()
    assert "m003_awaited" not in names


def test_backups_of_upgrades_are_counted(file: Path) -> None:
    Path(f"{file}.before-m002_history").write_bytes(b"x" * 2_000_000)
    found = next(each for each in found_in(file) if "backup" in each.what)
    assert "1 backup from upgrades, 2.0 MB" in found.what
    assert f"rm {file}.before-*" in found.remedy


def test_a_memory_that_another_program_keeps_is_no_damage(file: Path) -> None:
    with sqlite3.connect(file, isolation_level=None) as other:
        other.execute("BEGIN IMMEDIATE")
        assert Level.PROBLEM not in {each.level for each in found_in(file)}
        other.execute("ROLLBACK")
    other.close()


def test_notes_that_are_held_are_named_with_the_way_on() -> None:
    (held,) = note_findings(NoteFacts(known=1, held=("a.md",)))
    assert held.level is Level.NOTE
    assert "capsync sync NOTE" in held.remedy
    (fine,) = note_findings(NoteFacts(known=1))
    assert fine.level is Level.OK


@pytest.mark.skipif(sys.platform != "linux", reason="only Linux lists locks")
def test_a_held_lock_is_seen_without_being_tried(tmp_path: Path) -> None:
    place = tmp_path / "lock"
    assert look_at_lock(place) == LockFacts(str(place))
    with locked(place):
        assert look_at_lock(place) == LockFacts(str(place), os.getpid(), alive=True, held=True)
    after = look_at_lock(place)
    assert (after.pid, after.held) == (os.getpid(), False)


@pytest.mark.parametrize(
    ("facts", "level"),
    [
        (LockFacts("l"), Level.OK),
        (LockFacts("l", 1, alive=True, held=False), Level.OK),
        (LockFacts("l", 1, alive=True, held=True), Level.NOTE),
        (LockFacts("l", 1, alive=False, held=True), Level.WARNING),
    ],
)
def test_a_lock_that_outlived_its_owner_is_a_warning(facts: LockFacts, level: Level) -> None:
    (found,) = lock_findings(facts)
    assert found.level is level
