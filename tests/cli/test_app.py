"""The command group: help, options before the command, errors as text and exit codes."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import click
import pytest
from click.testing import CliRunner

from capsync import __version__
from capsync.cli.app import COMMANDS, App, cli
from capsync.errors import (
    AuthError,
    CapsyncError,
    ConfigError,
    Rejected,
    RunError,
    SafetyStop,
    Unreachable,
)
from tests.cli.world import FakeEngine, person

COMMAND = str(Path(sys.executable).with_name("capsync"))
HEAVY = {"httpx", "sqlite_utils", "sqlite3", "mistune", "rich", "starlette", "uvicorn", "keyring"}
LATER = (HEAVY - {"sqlite3"}) | {"frontmatter", "rapidfuzz", "stamina", "yaml"}
"""What a command may load only once it is at work; sqlite3 itself takes no time."""
QUICK = (
    "completion", "conflicts", "diff", "history", "log", "logout", "restore", "sandbox",
    "service", "status", "sync", "undo", "verify", "web",
)  # fmt: skip
"""Commands that say what they do without loading what they do it with."""


def loaded_by(code: str) -> set[str]:
    """The modules that are loaded once *code* has run in a Python of its own."""
    program = f"{code}\nimport sys\nprint('\\n' + ' '.join(sys.modules))"
    done = subprocess.run(
        [sys.executable, "-c", program], capture_output=True, text=True, check=False
    )
    assert done.returncode == 0, done.stderr
    return {name.partition(".")[0] for name in done.stdout.splitlines()[-1].split()}


def test_the_version_is_said_without_loading_anything() -> None:
    code = (
        "import sys; sys.argv = ['capsync', '--version']\nimport capsync.cli.start as s; s.main()"
    )
    assert not (HEAVY | {"click"}) & loaded_by(code)


def test_the_list_of_commands_is_given_without_loading_any() -> None:
    code = (
        "import sys; from capsync.cli.app import cli\ncli(['--help'], standalone_mode=False)\n"
        "assert not any(name.startswith('capsync.cli.s') for name in sys.modules)"
    )
    assert not HEAVY & loaded_by(code)


@pytest.mark.parametrize("command", QUICK)
def test_help_is_given_without_loading_what_does_the_work(command: str) -> None:
    code = f"from capsync.cli.app import cli\ncli(['{command}', '--help'], standalone_mode=False)"
    assert not LATER & loaded_by(code)


def test_the_installed_command_says_its_version() -> None:
    done = subprocess.run([COMMAND, "--version"], capture_output=True, text=True, check=False)
    assert (done.returncode, done.stdout) == (0, f"capsync {__version__}\n")


def test_it_runs_as_a_module_too() -> None:
    done = subprocess.run(
        [sys.executable, "-m", "capsync", "-v", "--version"],
        capture_output=True,
        text=True,
        check=False,
    )
    assert (done.returncode, done.stdout) == (0, f"capsync {__version__}\n")


@pytest.mark.parametrize("command", COMMANDS)
def test_every_command_has_help_and_the_table_says_the_same(command: str) -> None:
    result = CliRunner().invoke(cli, [command, "--help"])
    assert result.exit_code == 0
    assert result.output.splitlines()[0].startswith(f"Usage: cli {command}")
    assert COMMANDS[command][1] in result.output
    assert COMMANDS[command][1] in CliRunner().invoke(cli, ["--help"]).output


def test_a_misspelt_command_is_a_usage_error_with_a_suggestion() -> None:
    result = CliRunner().invoke(cli, ["snyc"])
    assert result.exit_code == 2
    assert "Did you mean 'sync'?" in result.stderr


@pytest.mark.parametrize(
    ("error", "code"),
    [
        (Rejected("not like this", note="a.md"), 1),
        (ConfigError("no"), 2),
        (RunError("no"), 2),
        (SafetyStop("the plan deletes 40 of 41 notes"), 4),
        (AuthError("no"), 5),
        (Unreachable("no"), 6),
    ],
)
def test_own_errors_are_one_line_and_an_exit_code(
    tmp_path: Path, error: CapsyncError, code: int
) -> None:
    with person(tmp_path, FakeEngine(error=error)) as someone:
        result = someone.connected().types("sync")
    assert (result.exit_code, result.stdout) == (code, "")
    assert result.stderr == f"capsync: {error}\n"


def test_an_interrupt_is_exit_130_and_says_that_nothing_is_lost(tmp_path: Path) -> None:
    with person(tmp_path, FakeEngine(error=KeyboardInterrupt())) as someone:
        result = someone.connected().types("sync")
    assert result.exit_code == 130
    assert result.stderr == "capsync: stopped; everything done so far is kept\n"


def test_a_bug_keeps_its_traceback(tmp_path: Path) -> None:
    with (
        person(tmp_path, FakeEngine(error=ZeroDivisionError())) as someone,
        pytest.raises(ZeroDivisionError),
    ):
        someone.connected().types("sync")


@pytest.mark.skipif(sys.platform == "win32", reason="pipes break differently on Windows")
def test_a_reader_that_has_seen_enough_is_no_error() -> None:
    reader, writer = os.pipe()
    os.close(reader)
    done = subprocess.run(
        [COMMAND, "--vault", "/nowhere", "status", "--help"],
        stdout=writer,
        stderr=subprocess.PIPE,
        text=True,
        check=False,
    )
    os.close(writer)
    assert "Traceback" not in done.stderr
    assert "BrokenPipe" not in done.stderr
    assert done.returncode == 141


def test_the_vault_is_named_by_option_variable_or_place(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    with person(tmp_path, engine := FakeEngine()) as someone:
        someone.connected()
        someone.app.vault = None
        monkeypatch.chdir(tmp_path)
        assert someone.types("sync").exit_code == 2
        assert someone.types("-C", str(someone.vault), "sync").exit_code == 0
        someone.app.vault = None
        monkeypatch.setenv("CAPSYNC_VAULT", str(someone.vault))
        assert someone.types("sync").exit_code == 0
        monkeypatch.delenv("CAPSYNC_VAULT")
        someone.app.vault = None
        below = someone.vault / "Pages" / "deep"
        below.mkdir(parents=True)
        monkeypatch.chdir(below)
        assert someone.types("sync").exit_code == 0
    assert len(engine.asked) == 3


def test_no_vault_says_what_to_do(tmp_path: Path) -> None:
    result = CliRunner().invoke(cli, ["sync"], obj=App(tmp_path, {}))
    assert result.exit_code == 2
    assert result.stderr.startswith("capsync: ")
    assert "capsync init" in result.stderr


@pytest.mark.parametrize(("value", "coloured"), [("", True), ("1", False)])
def test_no_color_is_honoured(value: str, coloured: bool) -> None:
    app = App(environ={"NO_COLOR": value})
    ctx = cli.make_context("capsync", ["sync", "--help"], obj=app)
    with pytest.raises(click.exceptions.Exit):
        cli.invoke(ctx)
    assert (ctx.color is not False) is coloured
