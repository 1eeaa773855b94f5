"""``capsync sandbox`` as a person meets it."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
from dataclasses import fields
from pathlib import Path

import httpx
import pytest
from click.testing import CliRunner

from capsync.cli.sandbox import HELP, sandbox
from capsync.sandbox.options import Options
from capsync.sandbox.server import bound

ROOT = Path(__file__).parents[2]
PROGRAM = "from capsync.cli.sandbox import sandbox; sandbox()"


def test_every_switch_has_an_option_and_a_line_of_help() -> None:
    names = {field.name for field in fields(Options)}
    assert set(HELP) == names
    text = CliRunner().invoke(sandbox, ["--help"]).output
    for name in names:
        assert f"--{name.replace('_', '-')}" in text


def test_asking_for_help_does_not_load_the_server() -> None:
    program = "import capsync.cli.sandbox, sys; print('uvicorn' in sys.modules)"
    command = [sys.executable, "-c", program]
    done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "False"


def test_a_port_in_use_is_exit_code_2() -> None:
    with bound("127.0.0.1", 0) as taken:
        port = str(taken.getsockname()[1])
        result = CliRunner().invoke(sandbox, ["--port", port])
    assert result.exit_code == 2
    assert f"port {port} is in use; choose another with --port" in result.stderr


def test_a_wrong_file_is_exit_code_2(tmp_path: Path) -> None:
    wrong = tmp_path / "x.db"
    wrong.write_text("not a database, but long enough to be told from one " * 10)
    result = CliRunner().invoke(sandbox, ["--port", "0", "--db", str(wrong)])
    assert result.exit_code == 2
    assert "not a database" in result.stderr


@pytest.mark.skipif(sys.platform == "win32", reason="Windows has no SIGINT for children")
def test_it_says_how_to_connect_serves_and_stops_on_ctrl_c(tmp_path: Path) -> None:
    options = ["--port", "0", "--seed-content", "--token", "secret", "--db", str(tmp_path / "s.db")]
    process = subprocess.Popen(
        [sys.executable, "-W", "error", "-c", PROGRAM, *options],
        cwd=ROOT,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
        env={**os.environ, "PYTHONUNBUFFERED": "1"},
    )
    assert process.stderr is not None
    line = next(line for line in process.stderr if "CAPSYNC_API_URL=" in line)
    assert line.rstrip().endswith("CAPSYNC_TOKEN=secret")
    url = line.split("CAPSYNC_API_URL=")[1].split()[0]
    headers = {"Authorization": "Bearer secret"}
    body = {"query": "Dune"}
    answer = httpx.post(f"{url}/objects/search", json=body, headers=headers, timeout=10)
    assert answer.json()["results"][0]["title"] == "Dune: Messiah"
    process.send_signal(signal.SIGINT)
    output, error = process.communicate(timeout=10)
    assert (process.returncode, output) == (0, "")
    assert "Traceback" not in error
    assert "Warning" not in error
