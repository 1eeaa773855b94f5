"""The command line with the real engine and a seeded sandbox."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
from itertools import count
from pathlib import Path

import pytest

from capsync.clock import SystemClock
from capsync.sandbox.core import Sandbox
from capsync.sandbox.options import Options as Switches
from capsync.sandbox.seed import seed_content
from capsync.sandbox.server import running
from tests.cli.world import person


def says(sandbox: Sandbox, title: str) -> str:
    """All the text of an object."""
    return json.dumps(sandbox.app_get(sandbox.app_find(title)), ensure_ascii=False)


def test_a_first_sync_brings_everything_and_status_agrees(tmp_path: Path) -> None:
    with person(tmp_path, seeded=True) as someone:
        rehearsal = json.loads(someone.connected().types("sync", "--dry-run", "--json").stdout)
        assert not list(someone.vault.rglob("*.md"))
        result = someone.types("sync", "--json")
        report = json.loads(result.stdout)
        files = list(someone.vault.rglob("*.md"))
        status = json.loads(someone.types("status", "--json").stdout)
    assert result.exit_code == 0, result.output
    assert report["created"] == rehearsal["created"] == len(files) > 10
    assert (status["in_sync"], status["waiting"], status["set_aside"]) == (len(files), 0, [])


def test_an_edit_waits_in_status_and_arrives_with_the_next_sync(tmp_path: Path) -> None:
    with person(tmp_path, seeded=True) as someone:
        someone.connected().types("sync")
        bench = someone.vault / "Pages" / "The bench.md"
        bench.write_text(bench.read_text().replace("Oak", "Beech"))
        waiting = json.loads(someone.types("status", "--json").stdout)
        report = json.loads(someone.types("sync", "--push", "--json").stdout)
        assert "Beech for the top" in says(someone.sandbox, "The bench")
        after = json.loads(someone.types("status", "--json").stdout)
    assert waiting["changed"] == ["Pages/The bench.md"]
    assert (report["pushed"], after["waiting"], after["changed"]) == (1, 0, [])


def test_a_file_that_cannot_be_read_is_set_aside_and_nothing_else(tmp_path: Path) -> None:
    with person(tmp_path, seeded=True) as someone:
        someone.connected().types("sync")
        (someone.vault / "odd.md").write_bytes(b"\xff\xfe\x00")
        result = someone.types("sync")
        status = json.loads(someone.types("status", "--json").stdout)
    assert result.exit_code == 1
    assert "set aside odd.md: not UTF-8" in result.stdout
    assert [each["path"] for each in status["set_aside"]] == ["odd.md"]


def test_another_space_behind_the_token_stops_with_4(tmp_path: Path) -> None:
    with person(tmp_path) as first:
        first.connected()
    with person(tmp_path) as second:
        second.app.vault = second.vault
        result = second.types("sync", "--json")
    assert result.exit_code == 4
    assert "another space" in json.loads(result.stdout)["errors"][0]["message"]


@pytest.mark.skipif(sys.platform == "win32", reason="Windows has no SIGINT for children")
@pytest.mark.parametrize("moment", [1, 6, 15])
def test_ctrl_c_keeps_what_was_done_and_the_next_sync_does_the_rest(
    tmp_path: Path, moment: int
) -> None:
    vault = tmp_path / "vault"
    seen = count(1)

    def interrupt() -> None:
        if next(seen) == moment:
            syncing.send_signal(signal.SIGINT)

    with Sandbox(Switches(quota_scale=1000.0), clock=SystemClock()) as sandbox:
        seed_content(sandbox)
        with running(sandbox) as url:
            own = {"CAPSYNC_STATE_DIR": str(tmp_path / "state"), "CAPSYNC_API_URL": url}
            environ = {**os.environ, **own, "CAPSYNC_TOKEN": sandbox.options.token}
            finished(started(environ, "init", str(vault)))
            environ["CAPSYNC_VAULT"] = str(vault)
            sandbox.before_next(interrupt, method="GET", path="/object", times=moment)
            syncing = started(environ, "sync", "--json")
            code, output, error = finished(syncing)
            assert (code, error) == (130, "capsync: stopped; everything done so far is kept\n")
            assert "interrupted" in json.loads(output)["errors"][0]["message"]
            done = len(list(vault.rglob("*.md")))
            code, output, error = finished(started(environ, "sync", "--json"))
            assert (code, error) == (0, "")
            assert json.loads(output)["created"] == 20 - done < 20 - moment + 2
    assert len(list(vault.rglob("*.md"))) == 20


def started(environ: dict[str, str], *words: str) -> subprocess.Popen[str]:
    """Start the installed command."""
    command = [str(Path(sys.executable).with_name("capsync")), *words]
    pipe = subprocess.PIPE
    return subprocess.Popen(command, env=environ, stdout=pipe, stderr=pipe, text=True)


def finished(process: subprocess.Popen[str]) -> tuple[int, str, str]:
    """Wait for a command's end and give its exit code and what it wrote."""
    output, error = process.communicate(timeout=30)
    return process.returncode, output, error
