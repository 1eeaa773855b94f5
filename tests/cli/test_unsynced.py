"""What is not synced is told by init and status, with the reason."""

from __future__ import annotations

import json
from pathlib import Path

from capsync.cli.unsynced import unsynced_as_json, unsynced_as_text
from capsync.sync.apart import Learnt, LeftOut
from capsync.vault.selection import Name, Selection
from capsync.vault.vault import MARKER, VaultConfig
from tests.cli.world import Person, person

CANNOT = "the API cannot change objects of this type"


def setting(someone: Person, line: str) -> None:
    place = someone.vault / MARKER
    text = place.read_text()
    place.write_text(f"{text}\n[sync]\n{line}\n" if "[sync]" not in text else f"{text}{line}\n")


def test_init_says_what_is_synced_and_what_is_not(tmp_path: Path) -> None:
    with person(tmp_path, seeded=True) as someone:
        lines = someone.types("init", str(someone.vault)).stdout.splitlines()
        assert lines[1] == "Synced: Books, Daily notes, Meetings, Pages, Tags, Tasks."
        assert lines[2].startswith(f"Not synced, as {CANNOT}: ")
        assert "Images" in lines[2]


def test_init_follows_the_configuration_that_is_there(tmp_path: Path) -> None:
    with person(tmp_path, seeded=True) as someone:
        someone.connected()
        setting(someone, 'structures = ["Book", "Page"]\nexclude_collections = ["Favorites"]')
        said = someone.types("init", str(someone.vault)).stdout
        assert "Synced: Books, Pages (not with collection “Favorites”)." in said
        assert "Not synced, as sync.structures does not name it: " in said


def test_a_name_the_space_does_not_have_is_an_error_with_its_line(tmp_path: Path) -> None:
    with person(tmp_path, seeded=True) as someone:
        someone.connected()
        setting(someone, 'structures = ["Page",\n  "Bok"]')
        result = someone.types("sync")
        assert result.exit_code == 2
        assert "line 11: sync.structures: the space has no type called “Bok”; did you mean" in (
            " ".join(result.stderr.split())
        )


def test_status_lists_what_is_not_synced_with_the_reason(tmp_path: Path) -> None:
    with person(tmp_path, seeded=True) as someone:
        someone.connected()
        assert someone.types("sync").exit_code == 0
        asked = len(someone.sandbox.log)
        setting(someone, 'exclude_structures = ["Book"]\nignore = ["Templates/**"]')
        text = someone.types("status").stdout
        assert "the configuration was changed since; the next sync follows it" in text
        assert len(someone.sandbox.log) == asked
        assert someone.types("sync").exit_code == 0
        text = someone.types("status").stdout
        assert "  not synced\n    Books (" in text
        assert f"Images (1), Weblinks (1): {CANNOT}" in text
        assert "Videos" not in text
        assert "Books/The Dispossessed.md: sync.exclude_structures names it" in text
        assert "files that match “Templates/**”: sync.ignore names them" in text
        assert "the configuration was changed" not in text
        said = json.loads(someone.types("status", "--json").stdout)["not_synced"]
        books = next(each for each in said["types"] if each["title"] == "Books")
        assert books["count"] == len(list((someone.vault / "Books").glob("*.md")))
        assert {
            "path": "Books/The Dispossessed.md",
            "reason": "sync.exclude_structures names it",
        } in said["notes"]
        assert said["ignored"] == ["Templates/**"]
        assert said["configuration_changed"] is False


CONFIG = VaultConfig("v", "s")


def test_nothing_is_said_where_nothing_is_left_out() -> None:
    assert unsynced_as_text(Learnt(settings=CONFIG.selection.settings()), {}, CONFIG) == ""


def test_a_long_list_of_notes_is_cut_for_people_and_not_for_programs() -> None:
    learnt = Learnt((LeftOut("x", "Xs", "why", 500, more=True), LeftOut("y", "Ys\x1b", "because")))
    apart = {f"{number:03}.md": "why" for number in range(30)}
    lines = unsynced_as_text(learnt, apart, CONFIG).splitlines()
    assert lines[1:3] == ["    Xs (more than 500): why", "    Ys\\x1b: because"]
    assert lines[-1] == "    and 10 more notes"
    assert len(unsynced_as_json(learnt, apart, CONFIG)["notes"]) == 30


def test_before_the_first_sync_no_configuration_was_followed() -> None:
    chosen = VaultConfig("v", "s", selection=Selection(tags=(Name("x"),)))
    assert unsynced_as_json(Learnt(), {}, chosen)["configuration_changed"] is False
