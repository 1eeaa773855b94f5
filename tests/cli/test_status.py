"""``capsync status``: how things stand, without the network."""

from __future__ import annotations

import json
from pathlib import Path
from uuid import NAMESPACE_URL, uuid5

import pytest

from capsync.cli.watching import understood
from capsync.clock import ManualClock
from capsync.errors import SafetyStop
from capsync.state.activity import Activity
from capsync.state.place import state_path
from capsync.state.store import Record, SetAside, Store
from capsync.sync.observe import digest_text
from capsync.sync.status import Move, status_of
from capsync.vault.files import Folder
from capsync.vault.vault import read_config
from tests.benchmarks._synced import make_synced
from tests.cli.daemon import daemon
from tests.cli.test_app import LATER, loaded_by
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


def place_of(someone: Person) -> Path:
    return state_path(read_config(someone.vault).vault, someone.app.environ).parent


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
    assert "    and 17 more" in lines
    assert "Last sync 2 hours ago: nothing to do." in lines
    assert (result.exit_code, result.stderr) == (0, "")


def test_text_says_why_the_last_sync_stopped(tmp_path: Path) -> None:
    with person(tmp_path, FakeEngine(error=KeyboardInterrupt())) as someone:
        someone.connected().types("sync")
        result = someone.types("status")
    assert "Last sync just now: stopped: interrupted; everything" in result.stdout


def test_it_loads_only_what_it_needs(tmp_path: Path) -> None:
    root, state = tmp_path / "vault", tmp_path / "state"
    make_synced(root, state, notes=4, folders=4)
    code = (
        f"import os; os.environ['CAPSYNC_STATE_DIR'] = {str(state)!r}\n"
        "from capsync.cli.app import cli\n"
        f"cli(['-C', {str(root)!r}, 'status', '--json'], standalone_mode=False)"
    )
    assert not LATER & loaded_by(code)
    changed = next(root.glob("Deep*/*.md"))
    changed.write_text(changed.read_text() + "More.\n")
    assert LATER & loaded_by(code) == {"frontmatter", "yaml"}


def test_a_folder_that_is_no_vault_is_exit_2(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    with person(tmp_path) as someone:
        assert someone.types("status").exit_code == 2


def test_the_daemon_is_asked_how_it_is(tmp_path: Path) -> None:
    state = {
        "pid": 7, "since": NOW, "paused": False, "trouble": "no connection", "cause": "offline",
        "retry_in": 42.0, "watching": "", "waiting": [], "doing": None,
    }  # fmt: skip
    with person(tmp_path, FakeEngine()) as someone:
        someone.connected().types("sync")
        (someone.vault / "b.md").write_text("b")
        with daemon(place_of(someone), state=state) as there:
            text = someone.types("status").stdout
            found = json.loads(someone.types("status", "--json").stdout)
            there.answers["state"] = state | {
                "trouble": "", "retry_in": None, "waiting": [{"path": "b.md", "in": 3.0}],
                "doing": {"stage": "comparing", "done": 3, "total": 9},
            }  # fmt: skip
            well = someone.types("status").stdout
    assert "why: the service cannot be reached: no connection; the next try is in 42 s" in text
    assert "(process 7): the service cannot be reached, next try in 42 s" in text
    (wait,) = found["waits"]
    assert (wait["path"], wait["what"], wait["cause"], wait["seconds"]) == (
        "b.md", "new", "offline", 42.0,
    )  # fmt: skip
    assert found["watch"]["since"] == "2025-11-22T08:26:40Z"
    assert "new      b.md  it is still being edited; goes in 3 s" in well
    assert "comparing, 3 of 9" in well
    assert "why:" not in well


def test_a_daemon_that_says_nothing_is_said_to_be_busy(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("capsync.cli.watching.PATIENCE", 0.05)
    with person(tmp_path, FakeEngine()) as someone, daemon(place_of(someone.connected())):
        (someone.vault / "b.md").write_text("b")
        result = someone.types("status")
    assert result.exit_code == 0
    assert "capsync watch is busy and will come to it" in result.stdout
    assert "runs, and is too busy to say more" in result.stdout


def test_a_daemon_of_another_version_is_understood_as_far_as_it_goes() -> None:
    assert understood({}).running
    assert understood({"waiting": [1, {"path": "a"}], "pid": "x"}).editing == {"a": 0.0}
    assert not understood("nonsense").answers


def test_without_a_daemon_what_waits_says_how_to_go_on(tmp_path: Path) -> None:
    with person(tmp_path, FakeEngine()) as someone:
        someone.connected()
        (someone.vault / "b.md").write_text("b")
        text = someone.types("status").stdout
    assert "why: nothing syncs this vault by itself\n    → capsync sync, or capsync watch" in text
    assert "  watch        does not run" in text


def test_a_guard_that_stopped_the_last_sync_says_how_to_go_on(tmp_path: Path) -> None:
    stop = SafetyStop("would delete 9 of 9 notes; if that is meant, run with --allow-deletes")
    with person(tmp_path, FakeEngine(error=stop)) as someone:
        someone.connected().types("sync")
        (someone.vault / "b.md").write_text("b")
        text = someone.types("status").stdout
        found = json.loads(someone.types("status", "--json").stdout)
    assert "→ look at capsync diff; if it is meant, capsync sync --allow-deletes" in text
    assert found["waits"][0]["cause"] == "guard"
    assert [each["kind"] for each in found["last_errors"]] == ["error"]


def test_errors_of_the_last_day_are_told_once_each(tmp_path: Path) -> None:
    with person(tmp_path, FakeEngine()) as someone:
        someone.connected().types("sync")
        activity = Activity(place_of(someone) / "log.jsonl", someone.clock)
        activity.add("error", text="long ago")
        assert isinstance(someone.clock, ManualClock)
        someone.clock.sleep(2 * 86_400)
        for kind, text in (("offline", "away"), ("push", "fine"), ("offline", "away")):
            activity.add(kind, text=text)
        lines = someone.types("status").stdout.splitlines()
        found = json.loads(someone.types("status", "--json").stdout)
    assert sum("away" in line for line in lines) == 1
    assert not any("long ago" in line or "fine" in line for line in lines)
    assert [each["text"] for each in found["last_errors"]] == ["away", "away", "long ago"]


def test_conflicts_and_what_is_set_aside_come_with_a_next_step(tmp_path: Path) -> None:
    with person(tmp_path, FakeEngine()) as someone:
        someone.connected().types("sync")
        with memory_of(someone) as memory:
            remembered(someone.vault, memory, "a b.md", conflicts=1)
            memory.set_aside.replace_all([SetAside("x.md", None, "the file has changed", NOW)])
        text = someone.types("status").stdout
        found = json.loads(someone.types("status", "--json").stdout)
    assert "      → capsync resolve 'a b.md'" in text
    assert "      → nothing to do: the next sync looks again" in text
    assert found["conflicts"] == [
        {"path": "a b.md", "conflicts": 1, "next_step": "capsync resolve 'a b.md'"}
    ]
    assert found["freshness"]["notes"] == 1
    assert found["freshness"]["never"] == 1
