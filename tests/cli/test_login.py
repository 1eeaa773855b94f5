"""``capsync login`` and ``capsync logout``: a token kept, and removed again."""

from __future__ import annotations

import stat
import sys
from dataclasses import replace
from pathlib import Path

import keyring
import pytest

from capsync.cli import signing_in
from capsync.config import API_URL, TOKEN as VARIABLE, token_file
from capsync.vault.vault import read_config, write_config
from tests.cli.test_config import Ring
from tests.cli.world import TOKEN, FakeEngine, Person, person


@pytest.fixture
def ring(monkeypatch: pytest.MonkeyPatch) -> Ring:
    """A keyring that works."""
    ring = Ring()
    for name in ("get_password", "set_password", "delete_password"):
        monkeypatch.setattr(keyring, name, getattr(ring, name))
    return ring


def without_token(someone: Person) -> Person:
    """Someone with a vault whose token was never kept."""
    someone.connected()
    someone.app.environ = {k: v for k, v in someone.app.environ.items() if k != VARIABLE}
    return someone


def kept_file(someone: Person) -> Path:
    return token_file(read_config(someone.vault), someone.app.environ)


def test_a_token_from_stdin_is_kept_for_its_owner_only_and_works(tmp_path: Path) -> None:
    with person(tmp_path, FakeEngine()) as someone:
        without_token(someone)
        missing = someone.types("sync")
        result = someone.types("login", "--with-token", answers=f"{TOKEN}\n")
        assert missing.exit_code == 5
        assert "capsync login" in missing.stderr
        assert result.exit_code == 0, result.output
        assert "Signed in to the space" in result.stdout
        assert TOKEN not in result.output
        assert kept_file(someone).read_text() == f"{TOKEN}\n"
        if sys.platform != "win32":
            assert stat.S_IMODE(kept_file(someone).stat().st_mode) == 0o600
        assert someone.types("sync").exit_code == 0


def test_a_token_is_asked_for_without_being_shown(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, ring: Ring
) -> None:
    monkeypatch.setattr(signing_in, "somebody_is_there", lambda: True)
    with person(tmp_path) as someone:
        without_token(someone)
        result = someone.types("login", answers=f" {TOKEN} \n")
        space = read_config(someone.vault).space
        assert result.exit_code == 0, result.output
        assert "the system's keyring" in result.stdout
        assert TOKEN not in result.output
        assert ring.held == {("capsync", space): TOKEN}
        assert not kept_file(someone).exists()


def test_nobody_is_asked_where_nobody_is(tmp_path: Path) -> None:
    with person(tmp_path) as someone:
        without_token(someone)
        assert someone.types("login").exit_code == 5
        empty = someone.types("login", "--with-token", answers="  \n")
    assert empty.exit_code == 5
    assert "stdin held no token" in empty.stderr


def test_a_refused_token_does_not_replace_one_that_works(tmp_path: Path) -> None:
    with person(tmp_path) as someone:
        without_token(someone).types("login", "--with-token", answers=TOKEN)
        result = someone.types("login", "--with-token", answers="cap-api-wrong")
        assert result.exit_code == 5
        assert "cap-api-wrong" not in result.output
        assert kept_file(someone).read_text() == f"{TOKEN}\n"


def test_a_token_of_another_space_is_refused(tmp_path: Path) -> None:
    with person(tmp_path / "first") as first:
        vault = first.connected().vault
    with person(tmp_path / "second") as second:
        second.app.environ = {"CAPSYNC_STATE_DIR": str(tmp_path / "second" / "state")}
        second.app.vault = vault
        result = second.types("login", "--with-token", answers=TOKEN)
        kept = token_file(read_config(vault), second.app.environ)
    assert result.exit_code == 2
    assert "belongs to the space" in result.stderr
    assert not kept.exists()


def test_a_token_is_not_sent_to_an_address_that_only_the_folder_names(tmp_path: Path) -> None:
    with person(tmp_path) as someone:
        without_token(someone)
        config = read_config(someone.vault)
        write_config(someone.vault, replace(config, api_url="https://evil.example"))
        someone.sandbox.log.clear()
        result = someone.types("login", "--with-token", answers=TOKEN)
        assert result.exit_code == 2
        assert f"{API_URL}=https://evil.example capsync init" in result.stderr
        assert someone.sandbox.log == []


def test_the_service_being_away_is_exit_6_and_keeps_nothing(tmp_path: Path) -> None:
    with person(tmp_path) as someone:
        without_token(someone)
        someone.sandbox.drop_next(applied=False, times=50)
        assert someone.types("login", "--with-token", answers=TOKEN).exit_code == 6
        assert not kept_file(someone).exists()


def test_another_token_in_the_environment_is_said_to_come_first(tmp_path: Path) -> None:
    with person(tmp_path) as someone:
        someone.connected()
        someone.app.environ = {**someone.app.environ, VARIABLE: "cap-api-older"}
        result = someone.types("login", "--with-token", answers=TOKEN)
    assert result.exit_code == 0
    assert f"unset {VARIABLE}" in result.stderr
    assert "cap-api-older" not in result.output


def test_logout_removes_the_token_from_the_file_and_from_the_keyring(
    tmp_path: Path, ring: Ring
) -> None:
    with person(tmp_path) as someone:
        without_token(someone).types("login", "--with-token", answers=TOKEN)
        kept_file(someone).write_text(TOKEN)  # as an older capsync may have left it
        result = someone.types("logout")
        assert result.exit_code == 0
        assert result.stdout.count("Removed") == 2
        assert "until revoked" in result.stdout
        assert ring.held == {}
        assert not kept_file(someone).exists()
        again = someone.types("logout")
    assert again.exit_code == 0
    assert again.stdout.startswith("No token")


def test_logout_says_what_it_cannot_remove(
    tmp_path: Path, ring: Ring, monkeypatch: pytest.MonkeyPatch
) -> None:
    def refuses(*_: str) -> None:
        raise RuntimeError("locked")

    with person(tmp_path) as someone:
        someone.connected().types("login", "--with-token", answers=TOKEN)
        monkeypatch.setattr(keyring, "delete_password", refuses)
        result = someone.types("logout")
    assert result.exit_code == 1
    assert "could not be removed from the system's keyring" in result.stderr
    assert f"unset {VARIABLE}" in result.stderr


@pytest.mark.parametrize("command", ["login", "logout"])
def test_both_need_a_vault(tmp_path: Path, command: str) -> None:
    with person(tmp_path) as someone:
        someone.app.vault = tmp_path
        result = someone.types(command)
    assert result.exit_code == 2
    assert "capsync init" in result.stderr
