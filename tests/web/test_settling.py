"""Settling conflicts on the page: the file and the space both hold the choice."""

from __future__ import annotations

import re
from collections.abc import Iterator
from html import unescape
from typing import Any, cast

import pytest

from capsync.cli.app import App
from capsync.cli.hands import DirectHands
from capsync.errors import Stale, Unconvertible, Unreachable
from capsync.sync.resolve import open_files
from capsync.sync.seen import Settlement, Way, seal_of, settle_seen
from tests.cli.world import Person
from tests.sync.world import paragraph
from tests.web.world import Visitor, later, place_of, visited

FILE = "Pages/Plan.md"


def in_conflict(someone: Person, *numbers: str) -> str:
    """Make a note in which each of *numbers* was said differently by both sides."""
    blocks = [paragraph(f"{each} word") for each in numbers]
    note = someone.sandbox.app_create("RootPage", "Plan", blocks=blocks)
    later(someone)
    someone.types("sync")
    path = someone.vault / FILE
    path.write_text(path.read_text().replace(" word", " mine"))
    held = next(iter(someone.sandbox.app_get(note)["blocks"].values()))
    for block, each in zip(held, numbers, strict=True):
        someone.sandbox.app_edit_block(note, block["id"], paragraph(f"{each} theirs"))
    later(someone)
    assert someone.types("sync").exit_code == 3
    return note


def texts(someone: Person, note: str) -> list[str]:
    blocks: list[dict[str, Any]] = next(iter(someone.sandbox.app_get(note)["blocks"].values()))
    return ["".join(token["text"] for token in block["tokens"]) for block in blocks]


def body(someone: Person) -> str:
    return (someone.vault / FILE).read_text().rpartition("---\n")[2].strip()


def forms(page: str) -> list[dict[str, str]]:
    """Give the hidden fields of each conflict's form."""
    found = re.findall(r'<form method="post" action="/resolve">(.*?)</form>', page, re.DOTALL)
    field = re.compile(r'<input type="hidden" name="(\w+)" value="([^"]*)">')
    return [{name: unescape(value) for name, value in field.findall(each)} for each in found]


@pytest.fixture
def inside(someone: Person) -> Iterator[Visitor]:
    with visited(someone) as visitor:
        yield visitor.comes_in()


@pytest.mark.parametrize(
    ("way", "said"),
    [
        ("mine", ["one mine"]),
        ("theirs", ["one theirs"]),
        ("both", ["one mine", "one theirs"]),
        ("text", ["one of **both**", "and more"]),
    ],
)
def test_a_settled_conflict_is_in_the_file_and_in_the_space(
    someone: Person, inside: Visitor, way: str, said: list[str]
) -> None:
    note = in_conflict(someone, "one")
    (form,) = forms(inside.sees("/conflicts"))
    later(someone)
    answer = inside.sends("/resolve", **form, way=way, text="one of **both**\r\n\r\nand more")
    assert answer.status_code == 200
    assert "No conflicts are open" in answer.text
    assert "in Pages/Plan.md." in answer.text
    assert body(someone) == "\n\n".join(said)
    assert texts(someone, note) == [each.replace("**", "") for each in said]


def test_one_of_two_conflicts_is_settled(someone: Person, inside: Visitor) -> None:
    note = in_conflict(someone, "one", "two")
    later(someone)
    inside.sends("/resolve", **forms(inside.sees("/conflicts"))[1], way="theirs")
    (left,) = forms(inside.sees("/conflicts"))
    assert "[!conflict]" in body(someone)
    later(someone)
    inside.sends("/resolve", **left, way="mine")
    assert body(someone) == "one mine\n\ntwo theirs"
    assert texts(someone, note) == ["one mine", "two theirs"]


def test_a_conflict_that_moved_down_is_still_the_one_that_was_seen(
    someone: Person, inside: Visitor
) -> None:
    in_conflict(someone, "one", "two")
    first, _ = forms(inside.sees("/conflicts"))
    path = someone.vault / FILE
    path.write_text(path.read_text().replace("one mine", "a line above\n\none mine"))
    later(someone)
    inside.sends("/resolve", **first, way="theirs")
    assert body(someone).startswith("a line above\n\none theirs\n\ntwo mine")


def test_a_conflict_that_reads_otherwise_now_is_left_alone(
    someone: Person, inside: Visitor
) -> None:
    in_conflict(someone, "one")
    (form,) = forms(inside.sees("/conflicts"))
    path = someone.vault / FILE
    path.write_text(path.read_text().replace("one mine", "one mine, but better"))
    before = path.read_text()
    answer = inside.sends("/resolve", **form, way="theirs")
    assert "was settled or changed meanwhile" in answer.text
    assert path.read_text() == before


def test_nothing_written_settles_nothing(someone: Person, inside: Visitor) -> None:
    in_conflict(someone, "one")
    (form,) = forms(inside.sees("/conflicts"))
    assert "nothing was written" in inside.sends("/resolve", **form, way="text", text=" \n").text
    assert "[!conflict]" in body(someone)


def test_a_text_keeps_what_the_block_has_beside_its_words(someone: Person) -> None:
    """What is written takes the block's place, so that its id stays."""
    note = in_conflict(someone, "one")
    before = next(iter(someone.sandbox.app_get(note)["blocks"].values()))[0]["id"]
    hands = DirectHands(someone.app)
    later(someone)
    hands.resolve(_seen(someone, Way.TEXT, "one, settled"))
    (block,) = next(iter(someone.sandbox.app_get(note)["blocks"].values()))
    assert block["id"] == before
    assert body(someone) == "one, settled"


def _seen(someone: Person, way: Way, text: str = "") -> Settlement:
    with place_of(someone).opened() as (vault, memory):
        (conflict,) = open_files(vault, memory)[0].conflicts
    return Settlement(conflict.path, conflict.line, seal_of(conflict), way, text)


def test_where_the_service_is_away_the_file_is_settled_all_the_same(someone: Person) -> None:
    in_conflict(someone, "one")
    settlement = _seen(someone, Way.THEIRS)

    class Away:
        def __init__(self, *args: Any, **kwargs: Any) -> None: ...

        def run(self, options: Any) -> Any:
            raise Unreachable("no answer")

    app, away = someone.app, cast(Any, Away)
    said = DirectHands(App(app.vault, app.environ, app.clock, app.client, away)).resolve(settlement)
    assert "the next sync brings it to the space. no answer" in said
    assert body(someone) == "one theirs"


def test_the_path_in_a_form_is_only_compared(someone: Person, inside: Visitor) -> None:
    in_conflict(someone, "one")
    (form,) = forms(inside.sees("/conflicts"))
    for path in ("../outside.md", "/etc/passwd", "Pages/../Pages/Plan.md", ""):
        answer = inside.sends("/resolve", **form | {"path": path}, way="mine")
        assert "was settled or changed meanwhile" in answer.text


def test_conflicts_that_read_the_same_are_told_apart_by_their_place(someone: Person) -> None:
    in_conflict(someone, "one")
    path = someone.vault / FILE
    text = path.read_text()
    again = text[text.index("one mine") :]
    path.write_text(f"{text}\n{again}")
    place = place_of(someone)
    with place.opened() as (vault, memory):
        first, second = open_files(vault, memory)[0].conflicts
        assert seal_of(first) == seal_of(second)
        chosen = Settlement(FILE, second.line, seal_of(second), Way.THEIRS)
        assert settle_seen(vault, memory, someone.clock, chosen) == second
        assert body(someone).startswith("one mine")
        assert body(someone).endswith("one theirs")
        with pytest.raises(Stale, match="meanwhile"):
            settle_seen(vault, memory, someone.clock, Settlement(FILE, 1, "x", Way.MINE))
        empty = Settlement(FILE, first.line, seal_of(first), Way.TEXT)
        with pytest.raises(Unconvertible, match="nothing was written"):
            settle_seen(vault, memory, someone.clock, empty)
