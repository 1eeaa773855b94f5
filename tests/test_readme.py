"""The README is true: its commands run, its table is what the converter does."""

from __future__ import annotations

import re
import shlex
import subprocess
import sys
from pathlib import Path

import pytest

from capsync.cli.app import COMMANDS
from capsync.clock import SystemClock
from capsync.sandbox.core import Sandbox
from capsync.sandbox.options import Options
from capsync.sandbox.seed import seed_content
from capsync.sandbox.server import running

ROOT = Path(__file__).parent.parent
README = (ROOT / "README.md").read_text(encoding="utf-8")
MAKEFILE = (ROOT / "Makefile").read_text(encoding="utf-8")


STAY = {"watch": "Watching", "web": "http://"}
"""Commands that go on until they are stopped, and what they say once they are ready."""
KINDLY = {"service": ["--print"], "web": ["--no-open"]}
"""What keeps commands from changing this machine."""


def commands() -> list[str]:
    """List the commands in the README's console blocks, comments aside."""
    blocks = re.findall(r"```console\n(.*?)```", README, re.DOTALL)
    lines = [line for block in blocks for line in block.splitlines() if line.startswith("$ ")]
    return [line[2:].split("  #")[0].strip() for line in lines]


def test_every_make_target_named_is_there() -> None:
    targets = {each.split()[1] for each in commands() if each.startswith("make ")}
    assert targets == {"demo", "test"}
    assert all(re.search(rf"^{target}:", MAKEFILE, re.MULTILINE) for target in targets)


def test_every_command_named_exists() -> None:
    named = set(re.findall(r"capsync (?:-C \w+ )?([a-z]+)", " ".join(commands())))
    assert named
    assert named <= set(COMMANDS)


def run(words: list[str], env: dict[str, str], folder: Path) -> str:
    """Run a command to its end, or until it says that it is ready; give what it printed."""
    ready = STAY.get(words[0])
    more = KINDLY.get(words[0], [])
    command = [sys.executable, "-m", "capsync", *words, *more]
    if ready is None:
        done = subprocess.run(
            command, env=env, cwd=folder, capture_output=True, text=True, check=False, timeout=60
        )
        assert done.returncode == 0, (words, done.stdout, done.stderr)
        return done.stdout
    with subprocess.Popen(
        command, env=env, cwd=folder, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True
    ) as process:
        assert process.stdout is not None
        said = next((line for line in process.stdout if ready in line), "")
        process.terminate()
        process.stdout.read()
    assert said, words
    return said


def test_the_commands_run_in_the_order_given(tmp_path: Path) -> None:
    """Every capsync command of the README, in a new home, against a seeded sandbox."""
    sandbox = Sandbox(Options(quota_scale=1000), clock=SystemClock())
    seed_content(sandbox)
    ran = []
    with running(sandbox) as url:
        env = {
            "HOME": str(tmp_path),
            "PATH": "/usr/bin:/bin",
            "CAPSYNC_API_URL": url,
            "CAPSYNC_TOKEN": "cap-api-sandbox",
            "CAPSYNC_STATE_DIR": str(tmp_path / "state"),
            "PYTHON_KEYRING_BACKEND": "keyring.backends.fail.Keyring",
        }
        folder = tmp_path
        for command in commands():
            for part in command.split(" && "):
                words = shlex.split(part.replace("~", str(tmp_path)))
                if words[0] == "cd":
                    folder = Path(words[1])
                elif words[0] == "vim":
                    edited = folder / words[1]
                    edited.write_text(edited.read_text().replace("Oak", "Beech"))
                elif words[0] == "capsync":
                    ran.append((part, run(words[1:], env, folder)))
    sandbox.close()
    assert "push    Pages/The bench.md: 1 block changed" in ran[2][1]
    assert len(ran) >= 6


@pytest.mark.parametrize("code", ["0", "1", "2", "3", "4", "5", "6", "130"])
def test_every_exit_code_is_named(code: str) -> None:
    assert re.search(rf"\b{code} [a-z]", README)
