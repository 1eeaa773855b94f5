"""``capsync sync`` at the command line, with a made-up engine."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from capsync.cli.quotas import usage_of
from capsync.errors import AuthError, RunError, Unreachable
from capsync.state.place import state_path
from capsync.state.store import Run, Store
from capsync.sync.report import Options, Report, Trouble
from capsync.vault.vault import read_config
from tests.cli.world import FakeEngine, Person, person

COUNTS = ("pushed", "pulled", "created", "merged", "renamed", "trashed", "conflicts", "set_aside")


def last_run(someone: Person) -> Run | None:
    """What the memory says of the last run."""
    with Store.open(state_path(read_config(someone.vault).vault, someone.app.environ)) as memory:
        return memory.runs.last()


def test_steps_come_first_then_what_was_set_aside_then_the_sum(tmp_path: Path) -> None:
    report = Report(
        pushed=1,
        pulled=2,
        requests=14,
        seconds=3.21,
        steps=["push    a.md: 1 block changed"],
        troubles=[Trouble("b.md", "line 2: not YAML")],
        remarks=["the list was odd"],
    )
    with person(tmp_path, FakeEngine(report)) as someone:
        result = someone.connected().types("sync")
    assert result.exit_code == 1
    assert result.stdout.splitlines() == [
        "push    a.md: 1 block changed",
        "set aside b.md: line 2: not YAML",
        "note: the list was odd",
        "Synced in part: 1 pushed, 2 pulled, 1 note set aside (14 requests, 3.2 s).",
    ]
    assert result.stderr == ""


def test_json_is_one_object_with_every_count(tmp_path: Path) -> None:
    report = Report(pushed=3, conflicts=1, seconds=1.0)
    with person(tmp_path, FakeEngine(report)) as someone:
        result = someone.connected().types("sync", "--json")
    found = json.loads(result.stdout)
    assert result.exit_code == 3
    assert found == report.as_json()
    assert {*COUNTS, "errors", "requests", "seconds"} <= set(found)


@pytest.mark.parametrize(
    ("words", "asked"),
    [
        ([], Options()),
        (["--push"], Options(pull=False)),
        (["--pull"], Options(push=False)),
        (["--push", "--pull"], Options()),
        (["--dry-run", "--allow-deletes"], Options(dry_run=True, allow_deletes=True)),
        (["Trip plan", "x.md"], Options(notes=("Trip plan", "x.md"))),
    ],
)
def test_options_reach_the_engine(tmp_path: Path, words: list[str], asked: Options) -> None:
    with person(tmp_path, engine := FakeEngine()) as someone:
        assert someone.connected().types("sync", *words).exit_code == 0
    assert engine.asked == [asked]


def test_a_file_is_named_from_where_one_stands(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    with person(tmp_path, engine := FakeEngine()) as someone:
        pages = someone.connected().vault / "Pages"
        pages.mkdir()
        (pages / "Trip.md").write_text("x")
        (tmp_path / "else.md").write_text("x")
        monkeypatch.chdir(pages)
        assert someone.types("sync", "Trip.md", "a title").exit_code == 0
        outside = someone.types("sync", "../../else.md")
    assert engine.asked == [Options(notes=("Pages/Trip.md", "a title"))]
    assert outside.exit_code == 2
    assert "is not in the vault" in outside.stderr


@pytest.mark.parametrize("error", [RunError("disk full"), Unreachable("no answer")])
def test_json_also_tells_of_a_run_that_was_stopped(
    tmp_path: Path, error: RunError | Unreachable
) -> None:
    with person(tmp_path, FakeEngine(Report(pushed=2), error)) as someone:
        result = someone.connected().types("sync", "--json")
        kept = last_run(someone)
    found = json.loads(result.stdout)
    assert result.exit_code == error.exit_code
    assert found["errors"] == [{"path": "", "message": str(error)}]
    assert found["pushed"] == 2
    assert result.stderr == f"capsync: {error}\n"
    assert kept is not None
    assert json.loads(kept.report) == found


def test_json_tells_of_an_interrupt_too(tmp_path: Path) -> None:
    with person(tmp_path, FakeEngine(error=KeyboardInterrupt())) as someone:
        result = someone.connected().types("sync", "--json")
    assert result.exit_code == 130
    assert "interrupted" in json.loads(result.stdout)["errors"][0]["message"]


def test_json_tells_of_a_missing_vault_and_token(tmp_path: Path) -> None:
    with person(tmp_path, FakeEngine()) as someone:
        someone.app.vault = tmp_path
        nowhere = someone.types("sync", "--json")
        someone.connected()
        someone.app.environ = {"CAPSYNC_STATE_DIR": str(tmp_path / "state")}
        nobody = someone.types("sync", "--json")
    assert nowhere.exit_code == 2
    assert "capsync init" in json.loads(nowhere.stdout)["errors"][0]["message"]
    assert nobody.exit_code == AuthError.exit_code
    assert "CAPSYNC_TOKEN" in json.loads(nobody.stdout)["errors"][0]["message"]


def test_a_run_is_remembered_and_a_dry_run_is_not(tmp_path: Path) -> None:
    with person(tmp_path, engine := FakeEngine(Report(pulled=4))) as someone:
        someone.connected().types("sync")
        engine.report = Report(dry_run=True, pulled=9)
        result = someone.types("sync", "--dry-run")
        kept = last_run(someone)
    assert "Dry run, nothing was changed: 9 pulled" in result.stdout
    assert kept is not None
    assert kept.at == someone.clock.now()
    assert json.loads(kept.report)["pulled"] == 4


def test_only_one_capsync_works_on_a_vault(tmp_path: Path) -> None:
    with person(tmp_path, FakeEngine()) as someone:

        class Meanwhile(FakeEngine):
            def run(self, options: Options, *ahead: object) -> Report:
                other = someone.types("sync")
                assert other.exit_code == 2
                assert "another capsync" in other.stderr
                return Report()

        someone.connected()
        someone.app.engine = Meanwhile()
        assert someone.types("sync").exit_code == 0


def test_what_was_used_of_the_quota_is_known_to_the_next_run(tmp_path: Path) -> None:
    with person(tmp_path, FakeEngine()) as someone:
        someone.connected().types("sync")
        path = state_path(read_config(someone.vault).vault, someone.app.environ)
        with Store.open(path) as memory:
            used = {each.path: each.used for each in usage_of(memory, someone.clock)}
            memory.meta.put("quotas", '[{"method": 1}]')
        assert used == {"/space": 1}
        assert someone.types("sync").exit_code == 0  # nonsense in the memory is no trouble


def test_titles_cannot_steer_the_terminal(tmp_path: Path) -> None:
    report = Report(steps=["push    \x1b[31mred\u202e\n.md\ud800"])
    with person(tmp_path, FakeEngine(report)) as someone:
        result = someone.connected().types("sync")
    assert result.stdout.splitlines()[0] == r"push    \x1b[31mred\u202e\n.md\ud800"
