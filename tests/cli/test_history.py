"""history, diff, restore, undo and verify at the command line, with the real engine."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path

import pytest
from click.testing import CliRunner

from capsync.cli.app import cli
from tests.cli.world import Person, person

BENCH = "Pages/The bench.md"


@pytest.fixture
def someone(tmp_path: Path) -> Iterator[Person]:
    """A person who has corrected a word and synced twice."""
    with person(tmp_path, seeded=True) as found:
        found.connected().types("sync")
        rewrite(found, "Oak", "Beech")
        assert found.types("sync").exit_code == 0
        yield found


def rewrite(someone: Person, old: str, new: str) -> None:
    bench = someone.vault / BENCH
    assert old in bench.read_text()
    bench.write_text(bench.read_text().replace(old, new))


def in_space(someone: Person) -> str:
    return json.dumps(someone.sandbox.app_get(someone.sandbox.app_find("The bench")))


def test_history_lists_versions_the_latest_first(someone: Person) -> None:
    rewrite(someone, "Beech", "Ash")
    someone.types("sync")
    result = someone.types("history", "The bench")
    head, *versions = result.stdout.splitlines()
    assert head == f"{BENCH}: 16 words"
    assert [line.split()[0] for line in versions] == ["2", "1"]
    assert all(line.endswith("overwritten by a push") for line in versions)


def test_history_as_json_has_everything(someone: Person) -> None:
    found = json.loads(someone.types("history", "the bench", "--json").stdout)
    (version,) = found.pop("versions")
    note = someone.sandbox.app_find("The bench")
    assert found == {
        "note": note,
        "path": BENCH,
        "title": "The bench",
        "now": {"file": True, "words": 16, "edited": False},
    }
    assert version.pop("at").endswith("Z")
    assert version == {
        "version": 1,
        "side": "space",
        "reason": "overwritten by a push",
        "path": BENCH,
        "words": 15,
        "run": 2,
    }


def test_history_of_a_note_without_a_past_says_so(someone: Person) -> None:
    assert "No earlier versions" in someone.types("history", "Oil the plane").stdout


def test_history_of_nobody_is_an_error(someone: Person) -> None:
    result = someone.types("history", "Nobody")
    assert result.exit_code == 2
    assert "no note is or was called “Nobody”" in result.stderr


def test_diff_shows_what_would_be_pushed_and_changes_nothing(someone: Person) -> None:
    rewrite(someone, "Beech", "Ash")
    result = someone.types("diff")
    assert result.exit_code == 0
    lines = result.stdout.splitlines()
    assert lines[:2] == [f"--- {BENCH}", f"+++ {BENCH}"]
    assert [line for line in lines[2:] if line[:1] in "+-"] == [
        "-Beech for the top, **ash** for the legs.",
        "+Ash for the top, **ash** for the legs.",
    ]
    assert "Beech" in in_space(someone)
    assert someone.types("diff", "Oil the plane").stdout == ""


def test_diff_with_a_version_of_the_space_shows_it_as_markdown(someone: Person) -> None:
    result = someone.types("diff", "The bench@1")
    assert result.stdout.startswith(f"--- {BENCH}@1\n+++ {BENCH}\n")
    assert "-Oak for the top" in result.stdout
    assert "+Beech for the top" in result.stdout


def test_diff_is_in_colour_on_a_terminal_only(
    someone: Person, monkeypatch: pytest.MonkeyPatch
) -> None:
    def shown(**environ: str) -> str:
        someone.app.environ = {**someone.app.environ, **environ}
        return CliRunner().invoke(cli, ["diff", "The bench@1"], obj=someone.app, color=True).stdout

    assert "\x1b[" not in shown()
    monkeypatch.setattr("capsync.cli.diff.on_terminal", lambda: True)
    assert "\x1b[31m-Oak" in shown()
    assert "\x1b[" not in shown(NO_COLOR="1")


def test_restore_brings_a_version_back_on_both_sides(someone: Person) -> None:
    result = someone.types("restore", f"{BENCH}@1")
    assert result.exit_code == 0
    assert f"Restored {BENCH}" in result.stdout
    assert "Oak for the top" in (someone.vault / BENCH).read_text()
    assert "Oak for the top" in in_space(someone)
    assert json.loads(someone.types("sync", "--json").stdout)["steps"] == []


def test_restore_names_files_from_where_the_person_stands(
    someone: Person, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(someone.vault / "Pages")
    assert someone.types("restore", "The bench.md@1", "-n").exit_code == 0
    report = json.loads(someone.types("restore", "The bench.md@1", "--json").stdout)
    assert (report["path"], report["version"], report["dry_run"]) == (BENCH, 1, False)


def test_restore_brings_a_deleted_note_back(someone: Person) -> None:
    text = (someone.vault / BENCH).read_text()
    (someone.vault / BENCH).unlink()
    someone.types("sync")
    result = someone.types("restore", "The bench")
    assert "the note comes back from the space's trash" in result.stdout
    assert (someone.vault / BENCH).read_text() == text


def test_undo_takes_the_last_run_back_and_status_says_so(someone: Person) -> None:
    rehearsal = someone.types("undo", "--dry-run")
    assert "Dry run, nothing was changed: 1 note of run 2" in rehearsal.stdout
    assert "Beech" in in_space(someone)
    result = someone.types("undo")
    assert result.exit_code == 0
    assert f"undo    {BENCH}: the object gets back what it held" in result.stdout
    assert "Oak" in in_space(someone)
    status = json.loads(someone.types("status", "--json").stdout)
    assert status["waiting"] == 0
    (aside,) = status["set_aside"]
    assert aside["path"] == BENCH
    assert "undone" in aside["message"]
    assert someone.types("sync").exit_code == 1
    assert someone.types("sync", "The bench").exit_code == 0
    assert "Beech" in in_space(someone)


def test_undo_asks_before_it_empties_the_vault(someone: Person) -> None:
    someone.types("undo")
    result = someone.types("undo")
    assert result.exit_code == 4
    assert "--allow-deletes" in result.stderr
    found = json.loads(someone.types("undo", "--allow-deletes", "--json").stdout)
    assert (found["run"], found["notes"]) == (1, 19)
    assert [each["path"] for each in found["errors"]] == [BENCH]
    assert "Nothing to undo" in someone.types("undo").stdout


def test_verify_says_that_all_agree_or_what_does_not(someone: Person) -> None:
    result = someone.types("verify")
    assert result.exit_code == 0
    assert "Checked 20 notes: all agreements hold" in result.stdout
    (someone.vault / "Copy.md").write_text((someone.vault / BENCH).read_text())
    rewrite(someone, "Beech", "Ash")
    result = someone.types("verify")
    assert result.exit_code == 1
    assert "wrong   Copy.md: has the same capacities-id" in result.stdout
    assert f"edited  {BENCH}: edited since the last sync" in result.stdout
    found = json.loads(someone.types("verify", "--json").stdout)
    assert (found["notes"], found["damage"], len(found["findings"])) == (20, 1, 2)


def test_old_versions_go_as_the_configuration_says(someone: Person) -> None:
    config = someone.vault / ".capsync" / "config.toml"
    config.write_text(config.read_text() + "\n[history]\nkeep_days = 1\n")
    rewrite(someone, "Beech", "Ash")
    someone.types("sync")
    someone.clock.sleep(3 * 86400)
    rewrite(someone, "Ash", "Elm")
    someone.types("sync")
    versions = json.loads(someone.types("history", "The bench", "--json").stdout)["versions"]
    assert [each["version"] for each in versions] == [3]
