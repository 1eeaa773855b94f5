"""``capsync why``, as a person types it."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from pathlib import Path

import pytest

from capsync.clock import ManualClock
from tests.cli.world import Person, person
from tests.sync.world import paragraph

PLAN = "Pages/Plan.md"


@pytest.fixture
def someone(tmp_path: Path) -> Iterator[Person]:
    with person(tmp_path) as found:
        found.connected()
        found.sandbox.app_create("RootPage", "Plan", blocks=[paragraph("one")])
        assert isinstance(found.clock, ManualClock)
        found.types("sync")
        found.clock.sleep(61)
        yield found


def edit(someone: Person) -> None:
    path = someone.vault / PLAN
    path.write_text(path.read_text() + "\nmore\n")


def test_it_tells_both_sides_the_verdict_and_the_calls(someone: Person) -> None:
    edit(someone)
    result = someone.types("why", PLAN)
    assert (result.exit_code, result.stderr) == (0, "")
    lines = [re.sub(" +", " ", line.strip()) for line in result.stdout.splitlines()]
    assert lines[0] == PLAN
    assert "vault changed: 1 line new or changed; 1 block added" in lines
    assert "space unchanged" in lines
    assert "verdict push: only the file was changed" in lines
    assert "would send POST /blocks/append adds 1 block" in lines
    assert any(line.startswith("next time ") for line in lines)


def test_json_has_stable_names(someone: Person) -> None:
    edit(someone)
    found = json.loads(someone.types("why", "plan", "--json").stdout)
    assert (found["path"], found["verdict"]) == (PLAN, "push")
    assert found["calls"] == [
        {"method": "POST", "path": "/blocks/append", "count": 1, "what": "adds 1 block"}
    ]
    assert found["base"]["agreed_at"].endswith("Z")
    assert found["reading"]["notes"] == 1
    assert found["reading"]["waits"] == ""


def test_offline_it_asks_nobody_and_needs_no_token(someone: Person) -> None:
    edit(someone)
    someone.sandbox.log.clear()
    someone.app.environ = {"CAPSYNC_STATE_DIR": someone.app.environ["CAPSYNC_STATE_DIR"]}
    result = someone.types("why", PLAN, "--offline")
    assert "not asked" in result.stdout
    assert someone.sandbox.log == []


def test_a_note_is_found_from_where_one_stands(
    someone: Person, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(someone.vault / "Pages")
    assert someone.types("why", "Plan.md", "--offline").stdout.startswith(f"{PLAN}\n")
    (someone.vault / "Pages/link.md").symlink_to("Plan.md")
    assert "is a link" in someone.types("why", "link.md", "--offline").stdout


@pytest.mark.parametrize("there", [True, False])
def test_what_is_outside_the_vault_is_said_to_be(
    someone: Person, tmp_path: Path, *, there: bool
) -> None:
    place = tmp_path / "outside.md"
    if there:
        place.write_text("x\n")
    result = someone.types("why", str(place))
    assert result.exit_code == (0 if there else 2)
    assert ("is outside the vault" in result.stdout) is there


def test_hostile_names_cannot_steer_the_terminal(someone: Person) -> None:
    path = someone.vault / "a\x1b[31m.txt"
    path.write_text("x")
    assert "\x1b" not in someone.types("why", path.name, "--offline").stdout
