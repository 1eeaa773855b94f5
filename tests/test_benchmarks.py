"""The runner of the benchmarks; what they measure is not judged here."""

from __future__ import annotations

import os
import sys
from importlib import import_module
from pathlib import Path

import pytest

from capsync.state.store import Store
from capsync.sync.status import status_of
from capsync.vault.files import Folder
from tests.benchmarks.__main__ import as_page, as_text, benchmarks
from tests.benchmarks._commands import measured
from tests.benchmarks._synced import make_synced
from tests.benchmarks.timing import Row, medians


def test_every_benchmark_gives_rows() -> None:
    assert "start" in benchmarks()
    for name in benchmarks():
        assert callable(import_module(f"tests.benchmarks.{name}").rows)


def test_alternatives_are_measured_in_turn() -> None:
    done: list[str] = []
    found = medians({"a": lambda: done.append("a"), "b": lambda: done.append("b")}, 3)
    assert done == ["a", "b"] * 4
    assert set(found) == {"a", "b"}


def test_a_table_has_a_line_for_every_row() -> None:
    row = Row("capsync --version", "23 ms", "1.2 × python -c pass")
    assert "capsync --version" in as_text("start", [row])
    assert "| `capsync --version` | 23 ms | 1.2 × python -c pass |" in as_page({"start": [row]})


@pytest.mark.skipif(sys.platform == "win32", reason="there the system does not say")
def test_commands_are_measured_with_the_memory_they_had() -> None:
    code = "held = bytearray({}); held[:] = b'x' * len(held)"
    commands = {
        name: [sys.executable, "-c", code.format(size)]
        for name, size in {"small": 0, "large": 40_000_000}.items()
    }
    found = measured(commands, 1, os.environ)
    assert 40e6 < found["large"].peak - found["small"].peak < 160e6
    assert all(run.seconds > 0 for run in found.values())


@pytest.mark.skipif(sys.platform == "win32", reason="there the system does not say")
def test_a_command_that_fails_is_not_measured() -> None:
    with pytest.raises(RuntimeError, match="ended with 3"):
        measured({"fails": [sys.executable, "-c", "raise SystemExit(3)"]}, 1, os.environ)


def test_a_vault_that_was_made_to_measure_is_in_sync(tmp_path: Path) -> None:
    with Store.open(make_synced(tmp_path / "vault", tmp_path / "state", 30, 25)) as memory:
        found = status_of(Folder(tmp_path / "vault"), memory, 0.0)
    assert (found.in_sync, found.waiting, found.set_aside) == (30, 0, ())
