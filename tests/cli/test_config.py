"""Where the token and the address come from, and where they are kept."""

from __future__ import annotations

import sys
from pathlib import Path
from uuid import uuid4

import keyring
import pytest
from keyring.backend import KeyringBackend
from keyring.errors import KeyringError

from capsync.config import (
    check_trusted,
    chosen_url,
    find_token,
    forget_token,
    is_loopback,
    keep_token,
    locate_token,
    token_file,
)
from capsync.errors import AuthError, ConfigError
from capsync.state.place import state_path
from capsync.vault.vault import VaultConfig

CONFIG = VaultConfig(str(uuid4()), "the-space")


class Ring(KeyringBackend):
    """A keyring in memory."""

    priority = 1

    def __init__(self, *, swallows: bool = False) -> None:
        self.held: dict[tuple[str, str], str] = {}
        self.swallows = swallows

    def get_password(self, service: str, username: str) -> str | None:
        return self.held.get((service, username))

    def set_password(self, service: str, username: str, password: str) -> None:
        if not self.swallows:
            self.held[service, username] = password

    def delete_password(self, service: str, username: str) -> None:
        del self.held[service, username]


@pytest.fixture
def environ(tmp_path: Path) -> dict[str, str]:
    return {"CAPSYNC_STATE_DIR": str(tmp_path)}


def use(ring: KeyringBackend, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(keyring, "get_password", ring.get_password)
    monkeypatch.setattr(keyring, "set_password", ring.set_password)
    monkeypatch.setattr(keyring, "delete_password", ring.delete_password)


def test_the_environment_comes_first(
    environ: dict[str, str], monkeypatch: pytest.MonkeyPatch
) -> None:
    use(Ring(), monkeypatch)
    keep_token("kept", CONFIG, environ)
    assert find_token(CONFIG, environ) == "kept"
    assert find_token(CONFIG, {**environ, "CAPSYNC_TOKEN": " given\n"}) == "given"
    assert find_token(CONFIG, {**environ, "CAPSYNC_TOKEN": " "}) == "kept"


def test_the_keyring_is_used_if_there_is_one(
    environ: dict[str, str], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    use(ring := Ring(), monkeypatch)
    assert keep_token("kept", CONFIG, environ) == "the system's keyring"
    assert ring.held == {("capsync", "the-space"): "kept"}
    assert not list(tmp_path.rglob("token*"))


def test_a_keyring_that_keeps_nothing_is_no_keyring(
    environ: dict[str, str], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    use(Ring(swallows=True), monkeypatch)
    assert keep_token("kept", CONFIG, environ) == str(tmp_path / CONFIG.vault / "token")
    assert find_token(CONFIG, environ) == "kept"


@pytest.mark.parametrize("trouble", [KeyringError("locked"), RuntimeError("no D-Bus")])
def test_a_broken_keyring_is_no_keyring(
    environ: dict[str, str], monkeypatch: pytest.MonkeyPatch, trouble: Exception
) -> None:
    def broken(*_: str) -> str:
        raise trouble

    monkeypatch.setattr(keyring, "get_password", broken)
    monkeypatch.setattr(keyring, "set_password", broken)
    with pytest.raises(AuthError, match="capsync login"):
        find_token(CONFIG, environ)
    keep_token("kept", CONFIG, environ)
    keep_token("kept again", CONFIG, environ)
    assert find_token(CONFIG, environ) == "kept again"


def test_a_keyring_that_works_again_replaces_the_file(
    environ: dict[str, str], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    keep_token("old", CONFIG, environ)
    use(Ring(), monkeypatch)
    keep_token("new", CONFIG, environ)
    assert find_token(CONFIG, environ) == "new"
    assert not list(tmp_path.rglob("token*"))


def test_where_a_token_was_found_is_said_and_never_shown(
    environ: dict[str, str], monkeypatch: pytest.MonkeyPatch
) -> None:
    assert locate_token(CONFIG, environ) is None
    keep_token("in a file", CONFIG, environ)
    found = locate_token(CONFIG, environ)
    assert found is not None
    assert (found.token, found.place) == ("in a file", str(token_file(CONFIG, environ)))
    assert "in a file" not in repr(found)
    use(Ring(), monkeypatch)
    keep_token("in the ring", CONFIG, environ)
    for given, place in ((environ, "the system's keyring"),
                         ({**environ, "CAPSYNC_TOKEN": "x"}, "CAPSYNC_TOKEN")):  # fmt: skip
        found = locate_token(CONFIG, given)
        assert found is not None
        assert found.place == place


def test_a_token_is_forgotten_everywhere_and_once(
    environ: dict[str, str], monkeypatch: pytest.MonkeyPatch
) -> None:
    keep_token("in a file", CONFIG, environ)
    use(ring := Ring(), monkeypatch)
    ring.set_password("capsync", "the-space", "in the ring")
    done = forget_token(CONFIG, environ)
    assert done.removed == ("the system's keyring", str(token_file(CONFIG, environ)))
    assert done.left == ()
    assert locate_token(CONFIG, environ) is None
    assert forget_token(CONFIG, environ).removed == ()


@pytest.mark.skipif(sys.platform == "win32", reason="Windows has other permissions")
def test_a_token_that_others_can_read_is_not_used(environ: dict[str, str]) -> None:
    keep_token("kept", CONFIG, environ)
    file = state_path(CONFIG.vault, environ).with_name("token")
    file.chmod(0o644)
    with pytest.raises(ConfigError, match="chmod 600"):
        find_token(CONFIG, environ)


def test_the_address_is_given_or_the_vaults_or_the_usual_one() -> None:
    config = VaultConfig(CONFIG.vault, "s", api_url="https://there.example")
    assert chosen_url(config, {"CAPSYNC_API_URL": "https://here.example"}) == "https://here.example"
    assert chosen_url(config, {}) == "https://there.example"
    assert chosen_url(CONFIG, {"CAPSYNC_API_URL": ""}) is None
    assert chosen_url(None, {}) is None


def test_an_address_of_the_vaults_own_needs_someones_consent() -> None:
    config = VaultConfig(CONFIG.vault, "s", api_url="https://there.example")
    with pytest.raises(ConfigError, match="nobody on this machine agreed"):
        check_trusted(config, None, {})
    with pytest.raises(ConfigError):
        check_trusted(config, "https://elsewhere.example", {})
    check_trusted(config, "https://there.example", {})
    check_trusted(config, None, {"CAPSYNC_API_URL": "https://there.example"})
    check_trusted(CONFIG, None, {})
    check_trusted(VaultConfig(CONFIG.vault, "s", api_url="http://127.0.0.1:8765"), None, {})


@pytest.mark.parametrize(
    ("url", "here"),
    [
        ("http://127.0.0.1:8765", True),
        ("http://localhost", True),
        ("http://[::1]:1", True),
        ("https://api.capacities.io", False),
        ("http://127.0.0.1.evil.example", False),
        ("http://[", False),
        (None, False),
    ],
)
def test_only_this_machine_is_this_machine(url: str | None, here: bool) -> None:
    assert is_loopback(url) is here
