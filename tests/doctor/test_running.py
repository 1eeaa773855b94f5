"""The service that keeps ``capsync watch`` running."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

import pytest

from capsync.doctor.finding import Level
from capsync.doctor.running import judged, running_findings
from capsync.service.manager import Ran, State
from capsync.vault.vault import VaultConfig

CONFIG = VaultConfig("5f3c0d0e-0000-4000-8000-000000000000", "s1", "Workshop")


@pytest.mark.parametrize(
    ("state", "outdated", "level"),
    [
        (State(installed=True, running=True), False, Level.OK),
        (State(installed=True, running=True), True, Level.NOTE),
        (State(installed=True, ended="exit code 5"), False, Level.WARNING),
    ],
)
def test_a_service_that_should_run_and_does_not_is_a_warning(
    state: State, outdated: bool, level: Level
) -> None:
    found = judged(state, outdated=outdated, advice="run: capsync login", file="f")
    assert found.level is level
    assert state.ended in found.what
    assert bool(found.remedy) is (level is not Level.OK)


def test_where_no_service_is_installed_no_program_is_run(tmp_path: Path) -> None:
    def run(words: Sequence[str]) -> Ran:
        raise AssertionError(words)

    environ = {"HOME": str(tmp_path), "CAPSYNC_STATE_DIR": str(tmp_path)}
    (found,) = running_findings(tmp_path, CONFIG, environ, run)
    assert found.level is Level.OK
