"""``capsync demo``, with the whole of capsync and a real port."""

from __future__ import annotations

import os
import re
import signal
import subprocess
import sys
from pathlib import Path

import pytest
from click.testing import CliRunner

from capsync.cli.app import App, cli

COMMAND = str(Path(sys.executable).with_name("capsync"))


@pytest.fixture
def temporary(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Where temporary folders are made."""
    monkeypatch.setattr("tempfile.tempdir", str(tmp_path))
    return tmp_path


def test_the_tour_shows_an_edit_each_way_and_cleans_up(temporary: Path) -> None:
    result = CliRunner().invoke(cli, ["demo", "--once"], obj=App(), catch_exceptions=False)
    assert result.exit_code == 0, result.output
    lines = result.stdout.splitlines()
    assert "    -Oak for the top, **ash** for the legs." in lines
    assert "    +Beech for the top, **ash** for the legs." in lines
    assert any(re.fullmatch(r"    [0-9a-f-]{36}  Beech for the top.*", line) for line in lines)
    assert "    -- [x] buy wood" in lines
    assert "    +- [x] buy wood and glue" in lines
    assert lines[-3].startswith("In sync: nothing to do")
    assert list(temporary.iterdir()) == []


def test_the_folder_can_be_kept(temporary: Path) -> None:
    result = CliRunner().invoke(cli, ["demo", "--once", "--keep"], obj=App())
    assert result.exit_code == 0
    (folder,) = temporary.iterdir()
    assert f"The folder is left at {folder}" in result.stderr
    assert (folder / "Workshop/Pages/The bench.md").is_file()


@pytest.mark.skipif(sys.platform == "win32", reason="Windows has no SIGINT for children")
def test_it_says_what_to_try_and_ends_with_ctrl_c(tmp_path: Path) -> None:
    process = subprocess.Popen(
        [COMMAND, "demo"],
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
        env={**os.environ, "TMPDIR": str(tmp_path)},
    )
    assert process.stdout is not None
    export = next(line for line in process.stdout if "export " in line)
    given = dict(word.split("=", 1) for word in export.split()[1:])
    here = {**os.environ, **given}
    done = subprocess.run(
        [COMMAND, "status"], env=here, capture_output=True, text=True, check=False
    )
    assert done.returncode == 0
    assert "  in sync      20" in done.stdout
    process.send_signal(signal.SIGINT)
    _, error = process.communicate(timeout=20)
    assert process.returncode == 0, error
    assert "Traceback" not in error
    assert list(tmp_path.iterdir()) == []
