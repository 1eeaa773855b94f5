"""``capsync conflicts`` and ``capsync resolve``, as a person types them."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from capsync.cli import resolve as resolving
from capsync.clock import ManualClock
from tests.cli.world import Person, person
from tests.sync.world import paragraph

PLAN, OTHER = "Pages/Plan.md", "Pages/Other.md"


def in_conflict(someone: Person, title: str, *numbers: str) -> str:
    """Make a note in which each of *numbers* was said differently by both sides."""
    blocks = [paragraph(f"{each} word") for each in numbers]
    note = someone.sandbox.app_create("RootPage", title, blocks=blocks)
    sync(someone)
    path = someone.vault / f"Pages/{title}.md"
    path.write_text(path.read_text().replace(" word", " mine"))
    held = next(iter(someone.sandbox.app_get(note)["blocks"].values()))
    for block, each in zip(held, numbers, strict=True):
        someone.sandbox.app_edit_block(note, block["id"], paragraph(f"{each} theirs"))
    assert sync(someone) == 3
    return note


def sync(someone: Person) -> int:
    assert isinstance(someone.clock, ManualClock)
    someone.clock.sleep(61)
    return someone.types("sync").exit_code


def texts(someone: Person, note: str) -> list[str]:
    blocks: list[dict[str, Any]] = next(iter(someone.sandbox.app_get(note)["blocks"].values()))
    return ["".join(token["text"] for token in block["tokens"]) for block in blocks]


@pytest.fixture
def someone(tmp_path: Path) -> Iterator[Person]:
    with person(tmp_path) as found:
        yield found.connected()


def test_without_conflicts_there_is_nothing_to_list(someone: Person) -> None:
    result = someone.types("conflicts")
    assert (result.stdout, result.exit_code) == ("No conflicts are open.\n", 0)
    assert json.loads(someone.types("conflicts", "--json").stdout) == {"conflicts": []}


def test_conflicts_are_listed_for_people_without_the_network(someone: Person) -> None:
    in_conflict(someone, "Plan", "one", "two")
    someone.sandbox.log.clear()
    someone.app.environ = {"CAPSYNC_STATE_DIR": someone.app.environ["CAPSYNC_STATE_DIR"]}
    result = someone.types("conflicts")
    assert someone.sandbox.log == []
    assert result.exit_code == 3
    lines = result.stdout.splitlines()
    assert lines[0].startswith(f"{PLAN}:7, since 20")
    assert lines[1:3] == ["  mine    one mine", "  theirs  one theirs"]
    assert lines[-1].startswith("2 conflicts are open. Settle them with: capsync resolve")


def test_conflicts_are_listed_for_programs(someone: Person) -> None:
    in_conflict(someone, "Plan", "one")
    result = someone.types("conflicts", "--json")
    (found,) = json.loads(result.stdout)["conflicts"]
    assert result.exit_code == 3
    assert found.pop("since").endswith("Z")
    assert found == {
        "path": PLAN,
        "line": 7,
        "where": "one mine",
        "under": "",
        "local": "one mine",
        "space": "one theirs",
    }


@pytest.mark.parametrize(
    ("option", "wanted"),
    [
        ("--mine", ["one mine"]),
        ("--theirs", ["one theirs"]),
        ("--both", ["one mine", "one theirs"]),
    ],
)
@pytest.mark.parametrize("name", [PLAN, "Pages/Plan", "plan"])
def test_a_note_is_settled_and_synced(
    someone: Person, option: str, wanted: list[str], name: str
) -> None:
    note = in_conflict(someone, "Plan", "one")
    result = someone.types("resolve", name, option)
    assert result.exit_code == 0
    assert f"kept {option[2:]:<6}  {PLAN}:7: one mine" in result.stdout
    assert "In sync" in result.stdout
    assert texts(someone, note) == wanted
    assert sync(someone) == someone.types("conflicts").exit_code == 0


def test_one_of_several_is_named_by_its_line(someone: Person) -> None:
    note = in_conflict(someone, "Plan", "one", "two")
    listed = json.loads(someone.types("conflicts", "--json").stdout)["conflicts"]
    result = someone.types("resolve", f"{PLAN}:{listed[1]['line']}", "--theirs")
    assert result.exit_code == 3
    assert texts(someone, note)[0] == "one mine"
    assert texts(someone, note)[-1] == "two theirs"
    wrong = someone.types("resolve", f"{PLAN}:1", "--theirs")
    assert wrong.exit_code == 2
    assert "no conflict begins on line 1 of Pages/Plan.md, but: 7" in wrong.stderr


def test_all_notes_are_settled_at_once(someone: Person) -> None:
    first = in_conflict(someone, "Plan", "one", "two")
    second = in_conflict(someone, "Other", "three")
    result = someone.types("resolve", "--all", "--mine", "--json")
    found = json.loads(result.stdout)
    assert result.exit_code == 0
    assert [(each["path"], each["kept"]) for each in found["resolved"]] == [
        (OTHER, "mine"),
        (PLAN, "mine"),
        (PLAN, "mine"),
    ]
    assert (found["errors"], found["dry_run"], found["sync"]["pushed"]) == ([], False, 2)
    assert texts(someone, first) == ["one mine", "two mine"]
    assert texts(someone, second) == ["three mine"]


def test_a_dry_run_changes_nothing(someone: Person) -> None:
    in_conflict(someone, "Plan", "one")
    before = (someone.vault / PLAN).read_text()
    someone.sandbox.log.clear()
    result = someone.types("resolve", PLAN, "--theirs", "--dry-run")
    assert "would keep theirs" in result.stdout
    assert result.stdout.endswith("Dry run, nothing was changed.\n")
    assert json.loads(someone.types("resolve", PLAN, "--theirs", "-n", "--json").stdout)["dry_run"]
    assert (someone.vault / PLAN).read_text() == before
    assert someone.sandbox.log == []


def test_without_the_network_the_file_is_settled_and_synced_later(someone: Person) -> None:
    note = in_conflict(someone, "Plan", "one")
    environ = someone.app.environ
    someone.app.environ = {"CAPSYNC_STATE_DIR": environ["CAPSYNC_STATE_DIR"]}  # and no token
    result = someone.types("resolve", PLAN, "--theirs")
    assert result.exit_code == 5
    assert "The files are changed; the next sync brings it to the space." in result.stderr
    assert (someone.vault / PLAN).read_text().endswith("\n\none theirs\n")
    assert texts(someone, note)[0] == "one mine"
    assert someone.types("conflicts").exit_code == 0
    someone.app.environ = environ
    assert sync(someone) == 0
    assert texts(someone, note) == ["one theirs"]


def test_without_the_network_programs_are_told_too(someone: Person) -> None:
    in_conflict(someone, "Plan", "one")
    someone.app.environ = {"CAPSYNC_STATE_DIR": someone.app.environ["CAPSYNC_STATE_DIR"]}
    result = someone.types("resolve", PLAN, "--theirs", "--json")
    found = json.loads(result.stdout)
    assert result.exit_code == 5
    assert len(found["resolved"]) == 1
    assert found["sync"]["errors"][0]["path"] == ""


def test_a_person_is_asked(someone: Person, monkeypatch: pytest.MonkeyPatch) -> None:
    note = in_conflict(someone, "Plan", "one", "two", "three")
    monkeypatch.setattr(resolving, "_somebody_is_there", lambda: True)
    result = someone.types("resolve", PLAN, answers="t\nx\ns\nb\n")
    assert result.exit_code == 3
    assert "mine:\n  one mine\ntheirs:\n  one theirs\n" in result.stderr
    said = texts(someone, note)
    assert said[:2] == ["one theirs", "two mine"]
    assert said[2].startswith("[!conflict]")
    assert said[3:] == ["three mine", "three theirs"]


def test_skipping_everything_changes_nothing(
    someone: Person, monkeypatch: pytest.MonkeyPatch
) -> None:
    in_conflict(someone, "Plan", "one")
    monkeypatch.setattr(resolving, "_somebody_is_there", lambda: True)
    result = someone.types("resolve", "--all", answers="s\n")
    assert (result.stdout, result.exit_code) == ("Nothing was settled.\n", 3)


@pytest.mark.parametrize(
    ("words", "message"),
    [
        (["resolve", PLAN], "say what to keep: --mine, --theirs or --both."),
        (["resolve", "--mine"], "name the notes to settle, or all of them with --all."),
        (["resolve", "--all", PLAN, "--mine"], "name the notes to settle"),
        (["resolve", "Nowhere", "--mine"], "no note is called “Nowhere”"),
    ],
)
def test_what_cannot_be_meant_is_refused(someone: Person, words: list[str], message: str) -> None:
    in_conflict(someone, "Plan", "one")
    result = someone.types(*words)
    assert result.exit_code == 2
    assert message in result.stderr


def test_a_note_without_conflicts_needs_nothing(someone: Person) -> None:
    someone.sandbox.app_create("RootPage", "Calm", blocks=[paragraph("x")])
    sync(someone)
    result = someone.types("resolve", "Calm", "--mine")
    assert (result.stdout, result.exit_code) == ("No conflicts are open there.\n", 0)


def test_a_title_of_two_notes_must_be_said_better(someone: Person) -> None:
    in_conflict(someone, "Plan", "one")
    second = someone.vault / "Else/Plan.md"
    second.parent.mkdir()
    second.write_text("mine\n\n> [!conflict] by hand\n>\n> theirs\n")
    result = someone.types("resolve", "Plan", "--mine")
    assert result.exit_code == 2
    assert "may be any of Else/Plan.md, Pages/Plan.md" in result.stderr
    (found, _) = json.loads(someone.types("conflicts", "--json").stdout)["conflicts"]
    assert (found["path"], found["space"], found["since"]) == (
        "Else/Plan.md",
        "by hand\n\ntheirs",
        None,
    )
    assert someone.types("resolve", "Else/Plan.md", "--both").exit_code == 3
    assert second.read_text().endswith("mine\n\nby hand\n\ntheirs\n")
