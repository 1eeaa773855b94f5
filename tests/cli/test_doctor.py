"""``capsync doctor``: whatever is broken, it says so, says what helps, and changes nothing."""

from __future__ import annotations

import json
import shutil
import sys
from collections.abc import Mapping
from dataclasses import replace
from email.utils import formatdate
from pathlib import Path
from typing import Any

import pytest

from capsync.capacities.client import Client, connect
from capsync.capacities.http import transport_of
from capsync.config import token_file
from capsync.doctor import examine as examining
from capsync.sandbox.core import Request
from capsync.state.place import state_path
from capsync.state.store import Store
from capsync.sync.home import check_home
from capsync.vault.vault import MARKER, read_config, write_config
from tests.cli.world import TOKEN, Person, person


def checkup(someone: Person, *words: str) -> tuple[int, dict[str, Any]]:
    """Ask the doctor; gives the exit code and what was printed as JSON."""
    result = someone.types("doctor", "--json", *words)
    return result.exit_code, json.loads(result.stdout)


def files_in(folder: Path) -> dict[Path, tuple[int, bytes]]:
    """All files below *folder*: when they were written, and what they hold."""
    files = (each for each in folder.rglob("*") if each.is_file())
    return {each: (each.stat().st_mtime_ns, each.read_bytes()) for each in files}


def bad(found: dict[str, Any], level: str = "problem") -> dict[str, str]:
    """What the findings of a level say, with their remedies, by check."""
    each = [one for one in found["findings"] if one["level"] == level]
    assert all(one["remedy"] for one in each if level == "problem"), each
    return {one["check"]: f"{one['what']} | {one['where']} | {one['remedy']}" for one in each}


def test_a_healthy_vault_is_well_and_nothing_is_changed(tmp_path: Path) -> None:
    with person(tmp_path, seeded=True) as someone:
        someone.connected()
        assert someone.types("sync").exit_code == 0
        before = files_in(tmp_path)
        someone.sandbox.log.clear()
        code, found = checkup(someone)
        assert len(someone.sandbox.log) <= 3
        assert {request.method for request in someone.sandbox.log} == {"GET"}
        after = files_in(tmp_path)
    assert (code, found["problems"]) == (0, 0), found
    assert {"token", "service", "space", "access", "vault", "notes", "memory", "versions"} <= {
        each["check"] for each in found["findings"]
    }
    assert after == before
    assert TOKEN not in json.dumps(found)


def test_a_person_reads_lines_and_remedies(tmp_path: Path) -> None:
    with person(tmp_path) as someone:
        someone.connected()
        (someone.vault / "a (Ann's conflicted copy 2026-11-22).md").write_text("x")
        result = someone.types("doctor")
    assert result.exit_code == 0
    assert "warning conflict files: other tools left 1 conflict file" in result.stdout
    assert "        → compare each" in result.stdout
    assert "1 warning" in result.stdout.splitlines()[-1]


def test_without_a_vault_the_rest_is_still_looked_at(tmp_path: Path) -> None:
    with person(tmp_path) as someone:
        someone.app.vault = tmp_path
        code, found = checkup(someone)
    assert code == 1
    assert "capsync init" in bad(found)["vault"]
    assert "service" in {each["check"] for each in found["findings"] if each["level"] == "ok"}


def test_without_a_token_nothing_is_asked(tmp_path: Path) -> None:
    with person(tmp_path) as someone:
        someone.connected()
        someone.app.environ = {"CAPSYNC_STATE_DIR": str(tmp_path / "state")}
        someone.sandbox.log.clear()
        code, found = checkup(someone)
        assert someone.sandbox.log == []
    assert code == 1
    assert "capsync login" in bad(found)["token"]


def test_without_a_network_it_says_so_and_offline_leaves_it_out(tmp_path: Path) -> None:
    with person(tmp_path) as someone:
        someone.connected()
        someone.sandbox.log.clear()
        someone.sandbox.drop_next(applied=False, times=50)
        code, found = checkup(someone)
        assert code == 1
        assert "--offline" in bad(found)["service"]
        tries = len(someone.sandbox.log)
        assert tries <= 3
        code, found = checkup(someone, "--offline")
        assert len(someone.sandbox.log) == tries
    assert code == 0
    assert "service" not in {each["check"] for each in found["findings"]}


def test_a_refused_token_is_a_problem(tmp_path: Path) -> None:
    with person(tmp_path) as someone:
        someone.connected()
        for token in ("cap-api-wrong", "not a token"):
            someone.app.environ = {**someone.app.environ, "CAPSYNC_TOKEN": token}
            code, found = checkup(someone)
            assert code == 1
            assert "Capacities" in bad(found)["service"] or "CAPSYNC_TOKEN" in bad(found)["service"]
            assert token not in json.dumps(found)


def test_a_token_of_another_space_is_a_problem(tmp_path: Path) -> None:
    with person(tmp_path) as someone:
        config = read_config(someone.connected().vault)
        write_config(someone.vault, replace(config, space="elsewhere", title="Elsewhere"))
        code, found = checkup(someone)
    assert code == 1
    assert "“Elsewhere”" in bad(found)["space"]


def test_a_token_is_not_sent_where_only_the_folder_says(tmp_path: Path) -> None:
    with person(tmp_path) as someone:
        config = read_config(someone.connected().vault)
        write_config(someone.vault, replace(config, api_url="https://evil.example"))
        someone.sandbox.log.clear()
        code, found = checkup(someone)
        assert someone.sandbox.log == []
    assert code == 1
    assert "evil.example" in bad(found)["service"]


@pytest.mark.skipif(sys.platform == "win32", reason="Windows has other permissions")
def test_a_token_others_can_read_is_a_problem(tmp_path: Path) -> None:
    with person(tmp_path) as someone:
        config = read_config(someone.connected().vault)
        someone.app.environ = {"CAPSYNC_STATE_DIR": str(tmp_path / "state")}
        file = token_file(config, someone.app.environ)
        file.write_text(TOKEN)
        file.chmod(0o644)
        code, found = checkup(someone)
        assert code == 1
        assert "chmod 600" in bad(found)["token"]
        file.chmod(0o600)
        code, found = checkup(someone)
    assert code == 0
    assert any("mode 0600" in each["what"] for each in found["findings"])


@pytest.mark.parametrize("text", ["[vault]\nid = 3\n", "not toml", "[wrong]\n", "\0"])
def test_a_broken_configuration_is_a_problem_and_no_crash(tmp_path: Path, text: str) -> None:
    with person(tmp_path) as someone:
        (someone.connected().vault / MARKER).write_text(text)
        code, found = checkup(someone)
    assert code == 1
    assert "correct that line" in bad(found)["configuration"]
    assert "notes" in {each["check"] for each in found["findings"]}


def test_a_damaged_memory_is_a_problem_and_no_crash(tmp_path: Path) -> None:
    with person(tmp_path) as someone:
        config = read_config(someone.connected().vault)
        state_path(config.vault, someone.app.environ).write_bytes(b"garbage" * 999)
        code, found = checkup(someone)
    assert code == 1
    assert "mv " in bad(found)["memory"]


@pytest.mark.parametrize(
    ("status", "body", "level", "words"),
    [
        (200, b"<html>a hotel asks for your room</html>", "problem", "makes no sense"),
        (200, b"[]", "problem", "makes no sense"),
        (503, b"down", "problem", "maintenance"),
        (404, b"nothing here", "problem", "CAPSYNC_API_URL"),
        (429, b"slow down", "note", "wait a minute"),
    ],
)
def test_whatever_answers_in_place_of_the_service_is_named(
    tmp_path: Path, status: int, body: bytes, level: str, words: str
) -> None:
    with person(tmp_path) as someone:
        someone.connected()
        asked = []

        def service(*request: Any) -> tuple[int, Mapping[str, str], bytes]:
            asked.append(request)
            return status, {}, body

        def client(*args: Any, **kwargs: Any) -> Client:
            return connect(*args, transport=transport_of(service), **kwargs)

        someone.app.client = client
        code, found = checkup(someone)
    assert code == (1 if level == "problem" else 0)
    assert words in bad(found, level)["service"]
    assert len(asked) == 1


def test_a_copy_of_the_vault_is_a_problem(tmp_path: Path) -> None:
    with person(tmp_path) as someone:
        config = read_config(someone.connected().vault)
        with Store.open(state_path(config.vault, someone.app.environ)) as memory:
            check_home(someone.vault, memory)
        shutil.copytree(someone.vault, tmp_path / "copy")
        assert checkup(someone)[0] == 0
        someone.app.vault = tmp_path / "copy"
        code, found = checkup(someone)
    assert code == 1
    assert str(tmp_path / "vault") in bad(found)["vault"]


@pytest.mark.parametrize(("header", "level"), [(0, "ok"), (-3600, "warning"), (None, None)])
def test_the_clock_is_compared_with_the_services(
    tmp_path: Path, header: int | None, level: str | None
) -> None:
    with person(tmp_path) as someone:
        someone.connected()

        def service(
            method: str,
            path: str,
            query: Mapping[str, str],
            headers: Mapping[str, str],
            body: bytes,
        ) -> tuple[int, Mapping[str, str], bytes]:
            answer = someone.sandbox.handle(Request(method, path, query, headers, body))
            said = dict(answer.headers)
            if header is not None:
                said["date"] = formatdate(someone.clock.now() + header, usegmt=True)
            return answer.status, said, answer.body

        def client(*args: Any, **kwargs: Any) -> Client:
            return connect(*args, transport=transport_of(service), **kwargs)

        someone.app.client = client
        code, found = checkup(someone)
    assert code == 0
    said = [each["level"] for each in found["findings"] if each["check"] == "clock"]
    assert said == ([level] if level else [])


def test_a_check_that_breaks_is_a_finding_and_the_others_go_on(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def broken(*_: object) -> None:
        raise ZeroDivisionError("oops")

    monkeypatch.setattr(examining, "walk", broken)
    with person(tmp_path) as someone:
        someone.connected()
        code, found = checkup(someone)
    assert code == 1
    assert "ZeroDivisionError: oops" in bad(found)["notes"]
    assert "memory" in {each["check"] for each in found["findings"]}
