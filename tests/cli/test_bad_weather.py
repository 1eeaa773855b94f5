"""What a person reads when the disk, the memory or another program is in the way.

Each time: a code, a line that says what and what to do, and both sides as they were.
"""

from __future__ import annotations

import errno
import os
import sqlite3
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path
from typing import Any

import pytest

from capsync.state import database
from capsync.vault.lock import locked
from capsync.vault.system import RealSystem
from tests.cli.world import Person, person


@pytest.fixture
def ada(tmp_path: Path) -> Iterator[Person]:
    """Someone whose vault was synced, and who then wrote something."""
    with person(tmp_path, seeded=True) as someone:
        assert someone.connected().types("sync").exit_code == 0
        bench = someone.vault / "Pages/The bench.md"
        bench.write_text(bench.read_text() + "\nOne more line.\n")
        yield someone


def state(ada: Person) -> Path:
    (found,) = (ada.home / "state").rglob("*.db")
    return found


def files(ada: Person) -> dict[Path, str]:
    return {place: place.read_text() for place in ada.vault.rglob("*.md")}


def check_goes_on(ada: Person, files_before: dict[Path, str]) -> None:
    """Check that nothing was changed, and that the next sync does what this one should have."""
    assert files(ada) == files_before
    result = ada.types("sync")
    assert result.exit_code == 0, result.output
    assert ada.types("sync", "--dry-run").stdout.count("nothing to do")
    assert files(ada) == files_before
    note = ada.sandbox.app_find("The bench")
    assert "One more line." in str(ada.sandbox.app_get(note)["blocks"])


def test_a_second_capsync_on_the_vault_is_turned_away(ada: Person) -> None:
    before = files(ada)
    with locked(ada.vault / ".capsync/lock"):
        result = ada.types("sync")
    assert result.exit_code != 0
    assert "another capsync is at work on this vault" in result.stderr
    check_goes_on(ada, before)


def test_a_damaged_memory_is_named_with_its_remedy_and_removing_it_loses_nothing(
    ada: Person,
) -> None:
    before = files(ada)
    for rest in state(ada).parent.glob("*.db-*"):
        rest.unlink()
    state(ada).write_bytes(b"this is no database" * 100)
    result = ada.types("sync")
    assert result.exit_code == 2
    assert str(state(ada)) in result.stderr
    assert "damaged; remove it: no note is lost" in result.stderr
    state(ada).unlink()
    check_goes_on(ada, before)


def test_a_memory_that_another_program_holds_is_waited_for_and_then_named(
    ada: Person, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(database, "PATIENCE", 0.0)
    before = files(ada)
    with closing(sqlite3.connect(state(ada), isolation_level=None)) as other:
        other.execute("BEGIN IMMEDIATE")
        result = ada.types("sync")
    assert result.exit_code == 2
    assert "another program keeps it locked" in result.stderr
    check_goes_on(ada, before)


@pytest.mark.parametrize(
    ("code", "said"),
    [
        (errno.ENOSPC, "the disk is full; free some space"),
        (errno.EROFS, "the disk is read-only"),
        (errno.EIO, "the disk does not answer properly"),
    ],
)
def test_a_disk_that_cannot_be_written_stops_the_run(
    ada: Person, monkeypatch: pytest.MonkeyPatch, code: int, said: str
) -> None:
    before = files(ada)
    ada.sandbox.app_rename(ada.sandbox.app_find("Oil the plane"), "Oil it")

    def refuse(*_: Any) -> None:
        raise OSError(code, os.strerror(code))

    with monkeypatch.context() as patched:
        for call in ("write_new", "link", "rename", "replace", "make_folder"):
            patched.setattr(RealSystem, call, refuse)
        result = ada.types("sync")
    assert result.exit_code == 2
    assert said in result.stderr
    assert files(ada) == before
    assert ada.types("sync").exit_code == 0


def test_a_file_without_permission_stays_aside_and_the_rest_goes_on(
    ada: Person, monkeypatch: pytest.MonkeyPatch
) -> None:
    read = RealSystem.read

    def guarded(self: RealSystem, place: Path, limit: int) -> Any:
        if place.name == "Oil the plane.md":
            raise PermissionError(errno.EACCES, os.strerror(errno.EACCES))
        return read(self, place, limit)

    oil = next(ada.vault.rglob("Oil the plane.md"))
    oil.write_text(oil.read_text() + "\nanother\n")
    before = files(ada)
    with monkeypatch.context() as patched:
        patched.setattr(RealSystem, "read", guarded)
        result = ada.types("sync")
    assert result.exit_code == 1
    assert "no permission" in result.output
    check_goes_on(ada, before)
