"""A service that starts at login waits for what is not open yet; a person is told at once."""

from __future__ import annotations

import socket
from pathlib import Path

import click
import pytest

from capsync.cli import watch as module
from capsync.cli.app import App
from capsync.clock import ManualClock
from capsync.errors import AuthError, CapsyncError, ConfigError


def started(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, errors: list[CapsyncError], *, notify: bool
) -> int:
    """Run watch where opening the vault fails in these ways, and say how often it was tried."""
    tries = 0

    def watching(*_: object) -> bool:
        nonlocal tries
        tries += 1
        if errors:
            raise errors.pop(0)
        return False

    monkeypatch.setattr(module, "_watch", watching)
    monkeypatch.setattr(module, "find_vault", lambda place: place)
    monkeypatch.setattr(module, "_obey_signals", lambda *_: None)
    monkeypatch.setattr(module, "StoppableClock", lambda clock, *_: clock)
    environ = {}
    with socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM) as theirs:
        if notify:
            theirs.bind(str(tmp_path / "notify"))
            environ["NOTIFY_SOCKET"] = str(tmp_path / "notify")
        app = App(vault=tmp_path, environ=environ, clock=ManualClock())
        try:
            with click.Context(module.watch, obj=app) as context:
                context.invoke(module.watch)
        except CapsyncError:
            return -tries
    return tries


def test_a_service_tries_again_until_the_keyring_and_the_disk_are_open(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    errors: list[CapsyncError] = [AuthError("no token"), ConfigError("in no vault")]
    assert started(tmp_path, monkeypatch, errors, notify=True) == 3


def test_a_service_gives_up_after_a_while(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    errors: list[CapsyncError] = [AuthError("no token") for _ in range(100)]
    tries = -started(tmp_path, monkeypatch, errors, notify=True)
    assert 10 < tries < 40


def test_a_person_is_told_at_once(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    errors: list[CapsyncError] = [AuthError("no token")]
    assert started(tmp_path, monkeypatch, errors, notify=False) == -1
