"""Shell completion: what is offered, and that real shells take it as it is meant."""

from __future__ import annotations

import os
import select
import shutil
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path

import pytest
from click.testing import CliRunner

from capsync.cli.app import COMMANDS, cli
from capsync.cli.completing import PART, SHELLS, VARIABLE, WITH_NOTES, Bash, folder_in, offered
from capsync.state.place import state_path
from capsync.state.store import Record, Store
from capsync.vault.vault import VaultConfig, write_config

CAPSYNC = str(Path(sys.executable).with_name("capsync"))
VAULT_ID = "5f3c0d0e-0000-4000-8000-000000000000"
ROWS = [
    ("Books/Dune.md", "Dune: Messiah"),
    ("Books/Éluard.md", "Éluard"),
    ("Pages/Trip plan.md", "Trip plan"),
    ("Pages/Trip to it's $HOME.md", "Trip to it's $HOME"),
    ("Pages/a, b (c) & `d`.md", "a, b (c) & `d`"),
    ("Pages/twice.md", "Same"),
    ("Pages/twice 2.md", "Same"),
    ("top.md", "top"),
]


def values(typed: str, here: str = "") -> list[str]:
    return [item.value for item in offered(ROWS, typed, here)]


def test_paths_are_offered_folder_by_folder() -> None:
    assert values("") == ["Books/", "Pages/", "top.md"]
    assert values("Books/") == ["Books/Dune.md", "Books/Éluard.md"]
    assert {item.type for item in offered(ROWS, "P")} == {PART}


def test_titles_are_offered_once_something_is_typed() -> None:
    assert values("Dune") == ["Dune: Messiah"]
    assert values("Trip p") == ["Trip plan"]
    assert values("top") == ["top.md", "top"]


def test_a_title_that_means_two_notes_is_not_offered() -> None:
    assert values("Sa") == []


def test_case_matters_only_while_something_is_spelt_so() -> None:
    assert values("trip P") == ["Trip plan"]
    assert values("books/d") == ["Books/Dune.md"]
    assert values("t") == ["top.md", "top"]


def test_paths_are_given_from_where_one_stands(tmp_path: Path) -> None:
    assert values("twice.", "Pages/") == ["twice.md"]
    assert folder_in(tmp_path, tmp_path / "Pages" / "deep") == "Pages/deep/"
    assert folder_in(tmp_path, tmp_path) == folder_in(tmp_path / "other", tmp_path) == ""


def test_a_title_that_could_steer_the_terminal_is_not_offered() -> None:
    assert list(offered([("a.md", "a\x1b[31m"), ("b\tc.md", "b")], "")) == []


@pytest.fixture
def vault(tmp_path: Path) -> Path:
    """A vault whose memory knows some notes, and a `capsync` that tells what it was given."""
    vault = tmp_path / "my vault"
    write_config(vault, VaultConfig(VAULT_ID, "s1"))
    with Store.open(state_path(VAULT_ID, {"CAPSYNC_STATE_DIR": str(tmp_path / "state")})) as store:
        store.notes.remember_all(
            Record(
                id=str(number), path=path, structure="RootPage", title=title, text_digest="",
                note_digest="", base="{}", text="",
            )
            for number, (path, title) in enumerate(ROWS)
        )  # fmt: skip
    (tmp_path / "bin").mkdir()
    program = tmp_path / "bin" / "capsync"
    program.write_text(
        f'#!/bin/sh\nif [ -n "$_CAPSYNC_COMPLETE" ]; then exec "{CAPSYNC}" "$@"; fi\n'
        f'printf "%s\\n" "$@" > "{tmp_path}/part" && mv "{tmp_path}/part" "{tmp_path}/given"\n'
    )
    program.chmod(0o755)
    return vault


def environment(tmp_path: Path) -> dict[str, str]:
    return {
        "PATH": f"{tmp_path}/bin:/usr/local/bin:/usr/bin:/bin",
        "HOME": str(tmp_path),
        "CAPSYNC_STATE_DIR": str(tmp_path / "state"),
        "LANG": "C.UTF-8",
        "TERM": "xterm",
        "PYTHONWARNINGS": "error",
    }


@pytest.fixture
def ask(tmp_path: Path, vault: Path, monkeypatch: pytest.MonkeyPatch) -> Callable[..., str]:
    """Ask as the script for bash does, standing in the vault; gives what is printed."""
    monkeypatch.chdir(vault)
    monkeypatch.setenv("CAPSYNC_STATE_DIR", str(tmp_path / "state"))

    def ask(line: str, current: str | None = None) -> str:
        monkeypatch.setenv("COMP_LINE", line)
        monkeypatch.setenv("COMP_CUR", line.rpartition(" ")[2] if current is None else current)
        return Bash(cli, {}, "capsync", VARIABLE).complete()

    return ask


def test_commands_and_options_are_completed_with_their_help(ask: Callable[..., str]) -> None:
    assert ask("capsync statu") == f"plain\tstatus\t{COMMANDS['status'][1]}"
    assert ask("capsync history --j").startswith("plain\t--json\t")


@pytest.mark.parametrize("command", sorted(WITH_NOTES & COMMANDS.keys()))
def test_every_command_for_notes_completes_them_also_after_an_option(
    ask: Callable[..., str], command: str
) -> None:
    first = ask(f"capsync {command} Pages/twice.")
    assert first == "plain\tPages/twice.md\t"
    assert ask(f"capsync -C . {command} --json Pages/twice.") == first


@pytest.mark.parametrize("trouble", ["no memory", "damaged", "nonsense", "bad configuration"])
def test_a_completion_that_fails_offers_nothing(
    ask: Callable[..., str], tmp_path: Path, vault: Path, trouble: str
) -> None:
    line = "capsync sync Pa"
    match trouble:
        case "no memory":
            shutil.rmtree(tmp_path / "state")
        case "damaged":
            state_path(VAULT_ID, environment(tmp_path)).write_bytes(b"x" * 9999)
        case "nonsense":
            line = "capsync nonsense 'half"
        case _:
            (vault / ".capsync" / "config.toml").write_text("[")
    assert ask(line) == ""


def test_a_completion_that_fails_says_nothing(tmp_path: Path, vault: Path) -> None:
    asked = {"_CAPSYNC_COMPLETE": "bash_complete", "COMP_LINE": "capsync sync Pa"}
    done = subprocess.run(
        [CAPSYNC], env={**environment(tmp_path), **asked}, cwd=tmp_path, capture_output=True,
        text=True, check=False,
    )  # fmt: skip
    assert (done.stdout.strip(), done.stderr, done.returncode) == ("", "", 0)


def test_completing_notes_loads_neither_the_engine_nor_the_client(
    tmp_path: Path, vault: Path
) -> None:
    done = subprocess.run(
        [sys.executable, "-X", "importtime", CAPSYNC],
        env={**environment(tmp_path), "_CAPSYNC_COMPLETE": "bash_complete",
             "COMP_LINE": "capsync sync Pa", "PYTHONWARNINGS": ""},
        cwd=vault, capture_output=True, text=True, check=False,
    )  # fmt: skip
    assert "Pages/" in done.stdout
    for heavy in ("httpx", "rich", "mistune", "capsync.sync", "keyring"):
        assert f" {heavy}\n" not in done.stderr


@pytest.mark.parametrize(
    ("line", "current", "wanted"),
    [
        ("capsync sync Dune", "Dune", "Dune: Messiah"),
        ("capsync sync Dune:", ":", " Messiah"),
        ("capsync sync Dune:\\ Me", "\\ Me", " Messiah"),
        ("capsync sync 'Dune: Me", "'Dune: Me", "Dune: Messiah"),
    ],
)
def test_words_with_colons_are_completed_from_where_bash_took_them_apart(
    ask: Callable[..., str], line: str, current: str, wanted: str
) -> None:
    assert ask(line, current) == f"plain\t{wanted}\t"


@pytest.mark.parametrize("shell", SHELLS)
def test_the_command_prints_a_script_the_shell_can_read(shell: str, tmp_path: Path) -> None:
    result = CliRunner().invoke(cli, ["completion", shell], prog_name="capsync")
    assert result.exit_code == 0
    assert "_CAPSYNC_COMPLETE" in result.output
    if shutil.which(shell):
        script = tmp_path / "script"
        script.write_text(result.output)
        done = subprocess.run(
            [shell, "-n", str(script)], capture_output=True, text=True, check=False
        )
        assert (done.returncode, done.stderr) == (0, "")


START = {"bash": ["--norc", "--noprofile", "-i"], "zsh": ["-f", "-i"], "fish": ["-i"]}


def typed(shell: str, lines: list[str], tmp_path: Path, vault: Path) -> list[list[str]]:
    """Type lines into a real shell, each with Tab and Return; gives what was run with what."""
    script = CliRunner().invoke(cli, ["completion", shell], prog_name="capsync").output
    (tmp_path / "script").write_text(script)
    env = {**environment(tmp_path), "XDG_CONFIG_HOME": str(tmp_path / ".config")}
    program = shutil.which(shell)
    assert program
    import pty  # noqa: PLC0415  (Windows has none)

    child, terminal = pty.fork()
    if child == 0:
        os.chdir(vault)
        os.execve(program, [shell, *START[shell]], env)  # noqa: S606  (the shell is what we want)
    try:
        os.write(terminal, f" . {tmp_path}/script; echo rea''dy\r".encode())
        _read_until(terminal, lambda seen: b"ready" in seen)
        return [_run(line, terminal, tmp_path / "given") for line in lines]
    finally:
        os.close(terminal)
        os.kill(child, 9)
        os.waitpid(child, 0)


def _run(line: str, terminal: int, given: Path) -> list[str]:
    given.unlink(missing_ok=True)
    os.write(terminal, f"{line}\t\r".encode())
    seen = _read_until(terminal, lambda _: given.exists())
    assert given.exists(), seen.decode(errors="replace")
    return given.read_text().splitlines()


def _read_until(terminal: int, done: Callable[[bytes], bool]) -> bytes:
    seen, end = b"", time.monotonic() + 20
    while not done(seen) and time.monotonic() < end:
        ready, _, _ = select.select([terminal], [], [], 0.02)
        seen += os.read(terminal, 65536) if ready else b""
    return seen


CASES = [
    ("capsync verif", ["verify"]),
    ("capsync sync top.", ["sync", "top.md"]),
    ("capsync sync Pages/Trip\\ pl", ["sync", "Pages/Trip plan.md"]),
    ("capsync sync 'Pages/Trip pl", ["sync", "Pages/Trip plan.md"]),
    ('capsync sync "Pages/Trip pl', ["sync", "Pages/Trip plan.md"]),
    ("capsync sync Trip\\ t", ["sync", "Trip to it's $HOME"]),
    ('capsync sync "Trip t', ["sync", "Trip to it's $HOME"]),
    ("capsync sync Pages/a", ["sync", "Pages/a, b (c) & `d`.md"]),
    ("capsync history Dun", ["history", "Dune: Messiah"]),
    ("capsync history É", ["history", "Éluard"]),
    ("capsync sync top.md Books/D", ["sync", "top.md", "Books/Dune.md"]),
]


@pytest.mark.skipif(sys.platform == "win32", reason="needs a terminal of Unix")
@pytest.mark.parametrize("shell", SHELLS)
def test_a_real_shell_completes_what_is_meant(shell: str, tmp_path: Path, vault: Path) -> None:
    if shell != "bash" and shutil.which(shell) is None:
        pytest.skip(f"needs {shell}")
    given = typed(shell, [line for line, _ in CASES], tmp_path, vault)
    assert given == [wanted for _, wanted in CASES]


def test_bash_takes_a_line_apart_as_click_expects(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("COMP_LINE", "capsync sync 'a b' c\\ ")
    complete = Bash(cli, {}, "capsync", "_X")
    assert complete.get_completion_args() == (["sync", "a b"], "c ")
    monkeypatch.setenv("COMP_LINE", "capsync sync ")
    assert complete.get_completion_args() == (["sync"], "")
