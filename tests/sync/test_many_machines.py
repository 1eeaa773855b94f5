"""Any number of vaults on one space, an editor in each and the app: all come to say the same."""

from __future__ import annotations

import random
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from tests.sync.world import World, paragraph

ROUNDS = 6
"""Rounds within which all machines must have come to rest."""


@contextmanager
def machines(folder: Path, count: int) -> Iterator[list[World]]:
    """Several vaults, each with a memory of its own, on one space."""
    first = World(folder / "0")
    made = [first, *(World(folder / str(n), first) for n in range(1, count))]
    try:
        yield made
    finally:
        for each in reversed(made):
            each.close()


def bodies(world: World) -> dict[str, str]:
    """Give what each note says in a vault, by id."""
    return {world.note_at(path): world.body(path) for path in world.files()}


def settle(worlds: list[World]) -> int:
    """Sync every machine in turn until none has anything to do; give the rounds it took."""
    steps: list[list[str]] = []
    for turn in range(ROUNDS):
        reports = [each.sync(allow_deletes=True) for each in worlds]
        assert [trouble for report in reports for trouble in report.troubles] == []
        steps = [report.steps for report in reports]
        if not any(steps):
            return turn
    raise AssertionError(steps)


def check_agreed(worlds: list[World], folder: Path) -> None:
    """All vaults say what a machine says that has only just been connected."""
    settle(worlds)
    before = [each.files() for each in worlds]
    worlds[0].traffic()
    for each in worlds:
        assert each.sync().steps == []
    assert worlds[0].traffic()[1] == 0
    assert [each.files() for each in worlds] == before
    fresh = World(folder / "fresh", worlds[0])
    fresh.sync()
    for each in worlds:
        assert bodies(each) == bodies(fresh)
    assert worlds[0].sandbox.violations == []
    fresh.close()


class Crowd:
    """Editors and an app that type words found nowhere else, in random order."""

    def __init__(self, worlds: list[World], seed: int) -> None:
        self.worlds, self.random = worlds, random.Random(seed)  # noqa: S311
        self.sandbox = worlds[0].sandbox
        self.words = 0
        self.said: dict[str, str] = {}
        """Every word that was typed, with the id of its note."""
        self.gone: set[str] = set()
        self.acts: list[Callable[[], object]] = [
            self.edit_a_line, self.edit_a_line, self.add_a_line, self.add_a_block,
            self.edit_a_block, self.edit_a_block, self.rename_a_file, self.rename_an_object,
            self.delete_a_file, self.trash_an_object, self.make_an_object,
            self.sync, self.sync, self.sync,
        ]  # fmt: skip

    def word(self, note: str) -> str:
        self.words += 1
        word = f"word{self.words}x"
        self.said[word] = note
        return word

    def a_file(self) -> tuple[World, str] | None:
        world = self.random.choice(self.worlds)
        files = sorted(world.files())
        return (world, self.random.choice(files)) if files else None

    def an_object(self) -> str:
        objects = sorted(self.sandbox.app_list("RootPage"))
        return self.random.choice(objects) if objects else self.make_an_object()

    def edit_a_line(self) -> None:
        if found := self.a_file():
            world, path = found
            head, fence, body = world.read(path).rpartition("---\n")
            lines = body.split("\n")
            wordy = [n for n, each in enumerate(lines) if "word" in each]
            if wordy:
                at = self.random.choice(wordy)
                lines[at] += f" {self.word(world.note_at(path))}"
                world.write(path, head + fence + "\n".join(lines))

    def add_a_line(self) -> None:
        if found := self.a_file():
            world, path = found
            text = world.read(path).rstrip("\n")
            world.write(path, f"{text}\n\n{self.word(world.note_at(path))} added\n")

    def edit_a_block(self) -> None:
        note = self.an_object()
        texts = [b for b in self.worlds[0].blocks(note) if b["type"] == "TextBlock" and b["tokens"]]
        plain = [b for b in texts if not b.get("quote")]
        if plain:
            block = self.random.choice(plain)
            said = "".join(token["text"] for token in block["tokens"])
            edited = paragraph(f"{self.word(note)} {said}")
            self.sandbox.app_edit_block(note, block["id"], edited)

    def add_a_block(self) -> None:
        note = self.an_object()
        first = self.random.random() < 0.5
        self.sandbox.app_append(note, [paragraph(f"{self.word(note)} in the app")], first=first)

    def rename_a_file(self) -> None:
        if found := self.a_file():
            world, path = found
            to = world.root / path
            to.rename(to.with_name(f"Named {self.words} {self.random.randrange(10**6)}.md"))

    def rename_an_object(self) -> None:
        self.sandbox.app_rename(self.an_object(), f"Called {self.random.randrange(10**6)}")

    def delete_a_file(self) -> None:
        if self.random.random() < 0.4 and (found := self.a_file()):
            world, path = found
            self.gone.add(world.note_at(path))
            (world.root / path).unlink()

    def trash_an_object(self) -> None:
        if self.random.random() < 0.4:
            note = self.an_object()
            self.gone.add(note)
            self.sandbox.app_trash(note)

    def make_an_object(self) -> str:
        title = f"Object {self.random.randrange(10**6)}"
        note = self.worlds[0].make(title, "word one", "word two", "word three")
        self.said |= {self.word(note): note}
        self.sandbox.app_append(note, [paragraph(list(self.said)[-1])])
        return note

    def sync(self) -> None:
        report = self.random.choice(self.worlds).sync(allow_deletes=True)
        assert report.troubles == []


@pytest.mark.parametrize("count", [2, 3])
@pytest.mark.parametrize("seed", range(8))
def test_any_number_of_machines_come_to_say_the_same(tmp_path: Path, count: int, seed: int) -> None:
    with machines(tmp_path, count) as worlds:
        crowd = Crowd(worlds, seed)
        for _ in range(3):
            crowd.make_an_object()
        for _ in range(50):
            crowd.random.choice(crowd.acts)()
        check_agreed(worlds, tmp_path)
        everywhere = bodies(worlds[0])
        for word, note in crowd.said.items():
            if note not in crowd.gone:
                assert word in everywhere[note], word
                assert word in str(worlds[0].blocks(note)), word


def test_an_edit_on_one_machine_is_on_the_other_and_nothing_comes_back(tmp_path: Path) -> None:
    with machines(tmp_path, 2) as (here, there):
        note = here.make("Note", "one", "two")
        settle([here, there])
        here.edit("Pages/Note.md", "two", "TWO")
        assert here.sync().pushed == 1
        assert there.sync().pulled == 1
        assert there.body("Pages/Note.md") == "one\n\nTWO\n"
        here.traffic()
        for each in (here, there, here, there):
            assert each.sync().steps == []
        assert here.traffic()[1] == 0
        assert here.texts(note) == ["one", "TWO"]


def test_the_same_words_changed_on_two_machines_and_in_the_app_are_all_kept(
    tmp_path: Path,
) -> None:
    with machines(tmp_path, 2) as (here, there):
        note = here.make("Note", "one word here", "other")
        settle([here, there])
        here.edit("Pages/Note.md", "word", "mine")
        there.edit("Pages/Note.md", "word", "yours")
        block = here.blocks(note)[0]["id"]
        here.sandbox.app_edit_block(note, block, paragraph("one theirs here"))
        settle([here, there])
        for each in (here, there):
            for said in ("one mine here", "one yours here", "one theirs here", "other"):
                assert said in each.body("Pages/Note.md")
            assert each.sync().exit_code == 3
        text = here.read("Pages/Note.md")
        kept = [line for line in text.splitlines() if not line.startswith(">")]
        here.write("Pages/Note.md", "\n".join(kept) + "\n")
        settle([here, there])
        assert [each.sync().exit_code for each in (here, there)] == [0, 0]
        assert "[!conflict]" not in there.read("Pages/Note.md")


def test_a_file_made_on_one_machine_comes_to_the_other_once(tmp_path: Path) -> None:
    with machines(tmp_path, 3) as worlds:
        worlds[0].write("Zettel/New.md", "words\n")
        settle(worlds)
        note = worlds[0].note_at("Zettel/New.md")
        assert [bodies(each) for each in worlds] == [{note: "words\n"}] * 3
        assert worlds[0].sandbox.app_list("RootPage") == [note]


def test_files_of_one_name_made_on_two_machines_are_two_notes(tmp_path: Path) -> None:
    with machines(tmp_path, 2) as (here, there):
        here.write("Pages/Idea.md", "mine\n")
        there.write("Pages/Idea.md", "yours\n")
        settle([here, there])
        assert sorted(bodies(here).values()) == ["mine\n", "yours\n"]
        assert bodies(here) == bodies(there)
        check_agreed([here, there], tmp_path)


def test_a_file_deleted_here_and_edited_there_stays_on_both(tmp_path: Path) -> None:
    for order in (0, 1):
        with machines(tmp_path / str(order), 2) as (here, there):
            here.make("Note", "one")
            here.make("Other", "x")
            settle([here, there])
            (here.root / "Pages/Note.md").unlink()
            there.edit("Pages/Note.md", "one", "one, edited")
            settle([here, there] if order else [there, here])
            assert here.body("Pages/Note.md") == there.body("Pages/Note.md") == "one, edited\n"


def test_a_file_deleted_here_goes_to_the_trash_there_and_does_not_come_back(
    tmp_path: Path,
) -> None:
    with machines(tmp_path, 2) as (here, there):
        here.make("Note", "one")
        here.make("Other", "x")
        settle([here, there])
        (here.root / "Pages/Note.md").unlink()
        (there.root / "Pages/Note.md").rename(there.root / "Pages/Moved.md")
        for each in (here, there, here, there):
            each.sync()
        assert [list(each.files()) for each in (here, there)] == [["Pages/Other.md"]] * 2
        (kept,) = (there.root / ".capsync/trash").rglob("*.md")
        assert "one" in kept.read_text()
