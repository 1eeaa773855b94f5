"""``capsync web``, as a person starts and stops it; and no other command pays for it."""

from __future__ import annotations

import re
import signal
import socket
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import httpx
import pytest

from capsync.state.place import state_path
from capsync.vault.vault import read_config
from capsync.web import server
from tests.cli.world import Person, person

LINK = re.compile(r"http://127\.0\.0\.1:\d+/open\?secret=[\w-]{43}")


@pytest.fixture
def someone(tmp_path: Path) -> Iterator[Person]:
    with person(tmp_path) as found:
        yield found.connected()


@pytest.mark.skipif(sys.platform == "win32", reason="Windows has no SIGINT to send")
def test_it_is_served_until_ctrl_c_and_prints_a_new_link_for_each_that_was_used(
    someone: Person,
) -> None:
    words = [sys.executable, "-m", "capsync", "-C", str(someone.vault), "web", "--no-open"]
    with subprocess.Popen(
        words, stderr=subprocess.PIPE, text=True, env={**someone.app.environ}
    ) as process:
        assert process.stderr is not None
        said = "".join(process.stderr.readline() for _ in range(3))
        first = LINK.search(said)
        assert first is not None, said
        with httpx.Client() as client:
            assert client.get(first[0]).status_code == 200
            page = client.get(first[0].partition("/open")[0] + "/").text
        assert "Never synced yet" in page
        assert "Sync now" in page
        process.send_signal(signal.SIGINT)
        said = process.stderr.read()
        second = LINK.search(said)
        assert second is not None
        assert second[0] != first[0]
        assert process.wait(20) == 0
        assert "Traceback" not in said


def test_it_opens_a_browser_unless_told_not_to(
    someone: Person, monkeypatch: pytest.MonkeyPatch
) -> None:
    opened: list[str] = []
    monkeypatch.setattr("webbrowser.open", opened.append)

    def serve_on(listener: socket.socket, place: object, hands: object, announce: object) -> None:
        assert callable(announce)
        announce("http://link")
        announce("http://next")

    monkeypatch.setattr(server, "serve_on", serve_on)
    result = someone.types("web")
    assert (result.exit_code, opened) == (0, ["http://link"])
    assert "For another browser" in result.stderr
    someone.types("web", "--no-open")
    assert len(opened) == 1


def test_a_taken_port_is_said(someone: Person) -> None:
    with socket.socket() as other:
        other.bind(("127.0.0.1", 0))
        other.listen()
        result = someone.types("web", "--no-open", "--port", str(other.getsockname()[1]))
    assert result.exit_code == 2
    assert "choose another with --port" in result.stderr


def test_outside_a_vault_there_is_no_page(tmp_path: Path) -> None:
    with person(tmp_path) as someone:
        someone.app.vault = tmp_path
        assert someone.types("web", "--no-open").exit_code == 2


def test_looking_needs_no_token(someone: Person) -> None:
    state = state_path(read_config(someone.vault).vault, someone.app.environ)
    assert state.exists()
    someone.app.environ = {"CAPSYNC_STATE_DIR": someone.app.environ["CAPSYNC_STATE_DIR"]}
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(server, "serve_on", lambda *_: None)
        assert someone.types("web", "--no-open").exit_code == 0


@pytest.mark.parametrize("command", ["sync", "status", "log", "web", "conflicts"])
def test_no_command_loads_the_page_before_it_is_served(command: str) -> None:
    code = (
        "import sys\nfrom capsync.cli.app import cli\n"
        f"cli(['{command}', '--help'], standalone_mode=False)\n"
        "heavy = {'capsync.web', 'starlette', 'uvicorn', 'jinja2'}\n"
        "print(sorted(heavy & set(sys.modules)))"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.splitlines()[-1] == "[]"
