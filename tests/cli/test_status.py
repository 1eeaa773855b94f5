"""``capsync status``: how things stand, without the network."""

from __future__ import annotations

import json
from pathlib import Path
from uuid import NAMESPACE_URL, uuid5

import pytest

from capsync.clock import ManualClock
from capsync.state.place import state_path
from capsync.state.store import Record, SetAside, Store
from capsync.sync.observe import digest_text
from capsync.sync.status import Move, status_of
from capsync.vault.files import Folder
from capsync.vault.vault import read_config
from tests.cli.world import FakeEngine, Person, person

NOW = 1_763_800_000.0


def remembered(folder: Path, memory: Store, path: str, text: str = "same\n", **more: int) -> None:
    """Make a note that both sides agree on."""
    place = folder / path
    place.parent.mkdir(parents=True, exist_ok=True)
    place.write_text(text)
    stamp = place.stat()
    memory.notes.remember(
        Record(
            id=str(uuid5(NAMESPACE_URL, path)),
            path=path,
            structure="RootPage",
            title=place.stem,
            text_digest=digest_text(text),
            note_digest="",
            mtime_ns=stamp.st_mtime_ns,
            size=stamp.st_size,
            inode=stamp.st_ino,
            base="{}",
            text=text,
            **more,
        )
    )


def memory_of(someone: Person) -> Store:
    return Store.open(state_path(read_config(someone.vault).vault, someone.app.environ))


def test_every_file_is_accounted_for(tmp_path: Path) -> None:
    vault = tmp_path / "vault"
    with Store.open(tmp_path / "state.db") as memory:
        for path in ("same.md", "changed.md", "gone.md", "odd.md", "torn.md", "aside.md"):
            remembered(vault, memory, path, conflicts=2 if path == "torn.md" else 0)
        (vault / "changed.md").write_text("other\n")
        (vault / "gone.md").unlink()
        (vault / "new.md").write_text("new\n")
        (vault / "odd.md").write_bytes(b"\xff\xfe")
        memory.set_aside.replace_all([SetAside("aside.md", None, "no such label", NOW - 60)])
        found = status_of(Folder(vault), memory, NOW)
    assert (found.in_sync, found.waiting) == (1, 3)
    assert (found.changed, found.new, found.gone) == (("changed.md",), ("new.md",), ("gone.md",))
    assert [(each.path, each.since) for each in found.set_aside] == [
        ("aside.md", NOW - 60),
        ("odd.md", NOW),
    ]
    assert [(each.path, each.conflicts) for each in found.conflicts] == [("torn.md", 2)]


def test_a_file_that_was_moved_is_not_gone(tmp_path: Path) -> None:
    vault, text = tmp_path / "vault", "---\ncapacities-id: {}\n---\nx\n"
    with Store.open(tmp_path / "state.db") as memory:
        remembered(vault, memory, "old.md")
        note = memory.notes.all()[0].id
        (vault / "old.md").unlink()
        (vault / "deep").mkdir()
        (vault / "deep/new.md").write_text(text.format(note))
        found = status_of(Folder(vault), memory, NOW)
    assert found.moved == (Move("old.md", "deep/new.md"),)
    assert (found.gone, found.changed, found.new, found.in_sync) == ((), (), (), 0)


def test_a_touched_file_is_still_in_sync(tmp_path: Path) -> None:
    with Store.open(tmp_path / "state.db") as memory:
        remembered(tmp_path / "vault", memory, "a.md")
        (tmp_path / "vault/a.md").touch()
        assert status_of(Folder(tmp_path / "vault"), memory, NOW).in_sync == 1


def test_json_has_all_of_it_and_asks_nobody(tmp_path: Path) -> None:
    with person(tmp_path, FakeEngine()) as someone:
        someone.connected().types("sync")
        with memory_of(someone) as memory:
            remembered(someone.vault, memory, "a.md")
            memory.set_aside.replace_all([SetAside("x.md", None, "m", NOW, "n")])
        (someone.vault / "b.md").write_text("b")
        someone.sandbox.log.clear()
        someone.app.environ = {"CAPSYNC_STATE_DIR": str(tmp_path / "state")}  # and no token
        result = someone.types("status", "--json")
        assert someone.sandbox.log == []
        space = someone.sandbox.space_id
    found = json.loads(result.stdout)
    assert result.exit_code == 0
    assert (found["in_sync"], found["waiting"], found["new"]) == (1, 1, ["b.md"])
    assert found["set_aside"] == [
        {
            "path": "x.md",
            "note": None,
            "message": "m",
            "since": "2025-11-22T08:26:40Z",
            "next_step": "n",
        }
    ]
    assert found["last_run"]["at"] == "2025-11-22T08:26:40Z"
    assert found["last_run"]["errors"] == []
    assert found["quota"][0]["path"] == "/space"
    assert found["space"]["id"] == space


def test_text_says_what_waits_and_when_the_last_sync_was(tmp_path: Path) -> None:
    with person(tmp_path, FakeEngine()) as someone:
        never = someone.connected().types("status")
        someone.types("sync")
        assert isinstance(someone.clock, ManualClock)
        someone.clock.sleep(7300)
        for number in range(25):
            (someone.vault / f"{number:02}.md").write_text("b")
        result = someone.types("status")
    assert "Never synced yet; run: capsync sync" in never.stdout
    lines = result.stdout.splitlines()
    assert "  waiting      25" in lines
    assert "    new      00.md" in lines
    assert "    and 5 more" in lines
    assert "Last sync 2 hours ago: nothing to do." in lines
    assert (result.exit_code, result.stderr) == (0, "")


def test_text_says_why_the_last_sync_stopped(tmp_path: Path) -> None:
    with person(tmp_path, FakeEngine(error=KeyboardInterrupt())) as someone:
        someone.connected().types("sync")
        result = someone.types("status")
    assert "Last sync just now: stopped: interrupted; everything" in result.stdout


def test_a_folder_that_is_no_vault_is_exit_2(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    with person(tmp_path) as someone:
        assert someone.types("status").exit_code == 2
