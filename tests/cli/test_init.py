"""``capsync init``: a folder and a space, connected."""

from __future__ import annotations

import stat
import sys
from dataclasses import replace
from pathlib import Path

import pytest

from capsync.cli import signing_in
from capsync.state.place import state_path
from capsync.vault.vault import read_config, write_config
from tests.cli.world import TOKEN, FakeEngine, person


def everything_in(folder: Path) -> str:
    """All text in all files below *folder*."""
    files = (each for each in folder.rglob("*") if each.is_file())
    return "\n".join(each.read_bytes().decode("utf-8", "replace") for each in files)


def test_a_missing_folder_is_made_and_connected_without_a_question(tmp_path: Path) -> None:
    with person(tmp_path) as someone:
        result = someone.types("init", str(someone.vault))
        config = read_config(someone.vault)
        assert config.space == someone.sandbox.space_id
    assert result.exit_code == 0
    assert "connected to the space" in result.stdout
    assert "capsync sync" in result.stdout
    assert config.api_url is None
    assert TOKEN not in everything_in(tmp_path) + result.output


def test_another_address_is_kept_in_the_configuration(tmp_path: Path) -> None:
    with person(tmp_path) as someone:
        someone.app.environ = {**someone.app.environ, "CAPSYNC_API_URL": "http://127.0.0.1:1"}
        assert someone.types("init", str(someone.vault)).exit_code == 0
        assert read_config(someone.vault).api_url == "http://127.0.0.1:1"


def test_doing_it_twice_changes_nothing(tmp_path: Path) -> None:
    with person(tmp_path) as someone:
        before = everything_in(someone.connected().vault)
        result = someone.types("init", str(someone.vault))
        assert (result.exit_code, everything_in(someone.vault)) == (0, before)
    assert "already connected" in result.stdout


def test_a_vault_keeps_its_space(tmp_path: Path) -> None:
    with person(tmp_path) as first:
        first.connected()
    with person(tmp_path) as second:
        result = second.types("init", str(second.vault))
    assert result.exit_code == 2
    assert "belongs to the space" in result.stderr


@pytest.mark.parametrize(
    ("first", "second", "words"),
    [("vault", "vault/inner", "is in the vault"), ("outer/vault", "outer", "holds the vault")],
)
def test_vaults_are_not_nested(tmp_path: Path, first: str, second: str, words: str) -> None:
    with person(tmp_path) as someone:
        assert someone.types("init", str(tmp_path / first)).exit_code == 0
        result = someone.types("init", str(tmp_path / second))
    assert result.exit_code == 2
    assert words in result.stderr
    assert not (tmp_path / second / ".capsync").exists()


def test_files_that_are_there_are_counted_and_announced(tmp_path: Path) -> None:
    with person(tmp_path) as someone:
        someone.vault.mkdir()
        for name in ("a.md", "b.md", "c.txt"):
            (someone.vault / name).write_text("x")
        result = someone.types("init", str(someone.vault))
    assert result.exit_code == 0
    assert "2 Markdown files" in result.stderr
    assert "capsync sync --dry-run" in result.stderr


def test_a_refused_token_leaves_nothing_behind(tmp_path: Path) -> None:
    with person(tmp_path) as someone:
        someone.app.environ = {**someone.app.environ, "CAPSYNC_TOKEN": "cap-api-wrong"}
        result = someone.types("init", str(someone.vault))
    assert result.exit_code == 5
    assert not someone.vault.exists()
    assert "cap-api-wrong" not in result.output


def test_a_file_cannot_be_a_vault(tmp_path: Path) -> None:
    (tmp_path / "note.md").write_text("x")
    with person(tmp_path) as someone:
        assert someone.types("init", str(tmp_path / "note.md")).exit_code == 2


def test_without_a_token_and_a_person_it_says_how_to_get_one(tmp_path: Path) -> None:
    with person(tmp_path) as someone:
        someone.app.environ = {"CAPSYNC_STATE_DIR": str(tmp_path / "state")}
        result = someone.types("init", str(someone.vault))
    assert result.exit_code == 5
    assert "CAPSYNC_TOKEN" in result.stderr


def test_a_token_that_is_asked_for_is_kept_for_its_owner_only(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(signing_in, "somebody_is_there", lambda: True)
    with person(tmp_path, FakeEngine()) as someone:
        someone.app.environ = {"CAPSYNC_STATE_DIR": str(tmp_path / "state")}
        result = someone.types("init", str(someone.vault), answers=f" {TOKEN} \n")
        assert result.exit_code == 0, result.output
        assert TOKEN not in result.output
        file = state_path(read_config(someone.vault).vault, someone.app.environ).parent / "token"
        assert file.read_text() == f"{TOKEN}\n"
        if sys.platform != "win32":
            assert stat.S_IMODE(file.stat().st_mode) == 0o600
        assert TOKEN not in everything_in(someone.vault)
        assert someone.types("-C", str(someone.vault), "sync").exit_code == 0
        assert someone.types("init", str(someone.vault)).exit_code == 0  # asks no more


def test_a_token_is_not_sent_where_only_the_folder_says(tmp_path: Path) -> None:
    with person(tmp_path, FakeEngine()) as someone:
        config = read_config(someone.connected().vault)
        write_config(someone.vault, replace(config, api_url="https://evil.example"))
        for command in (["sync"], ["init"]):
            someone.sandbox.log.clear()
            result = someone.types("-C", str(someone.vault), *command)
            assert result.exit_code == 2
            assert "CAPSYNC_API_URL=https://evil.example capsync init" in result.stderr
            assert someone.sandbox.log == []
        usual = someone.app.environ
        someone.app.environ = {**usual, "CAPSYNC_API_URL": "https://evil.example"}
        assert someone.types("init", str(someone.vault)).exit_code == 0
        someone.app.environ = usual
        assert someone.types("sync").exit_code == 0


def test_the_service_being_away_is_exit_6(tmp_path: Path) -> None:
    with person(tmp_path) as someone:
        someone.sandbox.drop_next(applied=False, times=50)
        result = someone.types("init", str(someone.vault))
    assert result.exit_code == 6
    assert not someone.vault.exists()
