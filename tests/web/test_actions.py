"""What is done from the page, end to end: by one's own hands or the given ones."""

from __future__ import annotations

import re
from collections.abc import Iterator
from contextlib import ExitStack
from pathlib import Path
from threading import Event
from typing import Any

import pytest

from capsync.cli.hands import DirectHands
from capsync.clock import ManualClock
from capsync.errors import ConfigError
from capsync.vault.files import Folder
from tests.cli.world import Person
from tests.sync.world import paragraph
from tests.web.world import FakeHands, Visitor, later, visited

FILE = "Pages/Plan.md"


def texts(someone: Person, note: str) -> list[str]:
    blocks: list[dict[str, Any]] = next(iter(someone.sandbox.app_get(note)["blocks"].values()))
    return ["".join(token["text"] for token in block["tokens"]) for block in blocks]


def body(someone: Person) -> str:
    return (someone.vault / FILE).read_text().rpartition("---\n")[2].strip()


@pytest.fixture
def inside(someone: Person) -> Iterator[Visitor]:
    with visited(someone) as visitor:
        yield visitor.comes_in()


@pytest.mark.parametrize("form", [{"way": "x"}, {"way": ""}, {"line": "x"}, {"line": "²"}])
def test_a_form_that_makes_no_sense_is_refused(
    visitor: Visitor, hands: FakeHands, form: dict[str, str]
) -> None:
    fields = {"path": "x", "line": 1, "seal": "x", "way": "mine"} | form
    assert visitor.sends("/resolve", **fields).status_code == 400
    assert visitor.sends("/notes/x/restore", version="1; drop").status_code == 400
    assert hands.asked == []


def test_a_version_comes_back_on_both_sides(someone: Person, inside: Visitor) -> None:
    note = someone.sandbox.app_create("RootPage", "Plan", blocks=[paragraph("first")])
    someone.types("sync")
    path = someone.vault / FILE
    path.write_text(path.read_text().replace("first", "second"))
    later(someone)
    someone.types("sync")
    later(someone)
    answer = inside.sends(f"/notes/{note}/restore", version=1)
    assert "Restored Pages/Plan.md" in answer.text
    assert body(someone) == "first"
    assert texts(someone, note) == ["first"]


def test_a_deleted_note_comes_back(someone: Person, inside: Visitor) -> None:
    note = someone.sandbox.app_create("RootPage", "Plan", blocks=[paragraph("first")])
    someone.types("sync")
    (someone.vault / FILE).unlink()
    later(someone)
    someone.types("sync")
    assert "Bring Plan back?" in re.sub("</?bdi>", "", inside.sees(f"/notes/{note}/restore"))
    later(someone)
    answer = inside.sends(f"/notes/{note}/restore")
    assert "Restored" in answer.text, answer.text
    assert body(someone) == "first"


def test_sync_now_syncs(someone: Person, inside: Visitor) -> None:
    (someone.vault / "Pages").mkdir(exist_ok=True)
    (someone.vault / FILE).write_text("a thought\n")
    answer = inside.sends("/sync", back="/set-aside")
    assert answer.url.path == "/set-aside"
    assert "1 new object" in answer.text
    assert "Syncing" not in answer.text


def test_where_nothing_syncs_by_itself_there_is_nothing_to_pause(inside: Visitor) -> None:
    assert 'action="/pause"' not in inside.sees("/")
    assert "nothing syncs this vault by itself" in inside.sends("/pause").text
    assert "nothing syncs this vault by itself" in inside.sends("/resume").text


def test_pause_and_resume(someone: Person) -> None:
    hands = FakeHands()
    with visited(someone, hands) as visitor:
        visitor.comes_in()
        assert "Paused." in visitor.sends("/pause").text
        page = visitor.sees("/")
        assert 'action="/resume"' in page
        assert "<strong>paused</strong>" in page
        assert "Syncing goes on." in visitor.sends("/resume").text
        assert 'action="/pause"' in visitor.sees("/")


def test_hands_that_cannot_be_reached_are_no_reason_not_to_look(someone: Person) -> None:
    class Away(FakeHands):
        @property
        def paused(self) -> bool | None:
            raise ConfigError("the daemon is gone")

        @paused.setter
        def paused(self, value: bool | None) -> None: ...

    with visited(someone, Away()) as visitor:
        assert "Sync now" in visitor.comes_in().sees("/")


def test_an_error_is_told_in_its_own_words_and_escaped(visitor: Visitor, hands: FakeHands) -> None:
    hands.error = ConfigError("the <b>vault</b> is away; mount it")
    answer = visitor.sends("/sync")
    hands.error = None
    assert "the &lt;b&gt;vault&lt;/b&gt; is away; mount it" in answer.text


@pytest.mark.parametrize("back", ["//evil.example", "http://evil.example/", "/notes", "\r\nX: y"])
def test_an_action_leads_to_our_own_pages_only(
    visitor: Visitor, hands: FakeHands, back: str
) -> None:
    assert visitor.sends("/sync", back=back).url.path == "/"


def test_a_page_loaded_again_does_nothing_again(visitor: Visitor, hands: FakeHands) -> None:
    answer = visitor.sends("/sync")
    visitor.sees(f"{answer.url.path}?{answer.url.query.decode()}")
    assert hands.asked == ["sync"]


def test_a_long_sync_goes_on_and_is_told_of_later(someone: Person) -> None:
    go = Event()

    class Slow(FakeHands):
        def sync_now(self) -> str:
            go.wait(30)
            return "In sync at last."

    with visited(someone, Slow(), patience=0.0) as visitor:
        visitor.comes_in()
        first = visitor.sends("/sync")
        assert "At work: sync" in first.text
        assert "Still busy" in visitor.sends("/sync").text
        go.set()
        text = ""
        for _ in range(200):
            text = visitor.sees(f"/?{first.url.query.decode()}")
            if "In sync at last." in text:
                break
        assert "In sync at last." in text
        assert "At work" not in text


def test_a_vault_that_is_busy_is_said_to_be(someone: Person) -> None:
    with Folder(someone.vault).lock(), visited(someone) as visitor:
        text = visitor.comes_in().sends("/sync").text
    assert "another capsync is at work on this vault" in text
    assert "wait until it is done, or stop it" in text


def test_who_is_only_busy_for_a_moment_is_waited_for(someone: Person) -> None:
    with ExitStack() as other:
        other.enter_context(Folder(someone.vault).lock())

        class EndsMeanwhile(ManualClock):
            def sleep(self, seconds: float) -> None:
                other.close()
                super().sleep(seconds)

        someone.app.clock = EndsMeanwhile()
        assert "In sync" in DirectHands(someone.app).sync_now()


def test_restoring_needs_a_note_and_a_version_that_are_there(
    inside: Visitor, tmp_path: Path
) -> None:
    answer = inside.sends("/notes/nobody/restore", version=1)
    assert answer.status_code == 404  # its page, where the outcome would be told
    job = inside.sees("/", job=1)
    assert "no note is or was called" in job
