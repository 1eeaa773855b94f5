"""What happens in a real folder wakes the right notes, whatever source of events is heard."""

from __future__ import annotations

import os
import shutil
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from capsync.plan.quiet import Quiet
from capsync.vault.events import ALL, Event, Kind
from capsync.vault.files import Folder
from capsync.vault.ignore import Ignore
from capsync.vault.watcher import best_source
from tests.vault.ears import BOUND, SOURCES, Ear, observers_noise, only_linux, replace, watching

pytestmark = observers_noise


@pytest.fixture(params=SOURCES)
def heard(request: pytest.FixtureRequest, vault: Path) -> Iterator[Ear]:
    with watching(vault, SOURCES[request.param]) as (_, ear):
        yield ear


def append(place: Path) -> None:
    with place.open("a") as file:
        file.write("more")


def keep_open(place: Path) -> None:
    descriptor = os.open(place, os.O_WRONLY)
    os.write(descriptor, b"still open")


EDITS: dict[str, tuple[Callable[[Path], object], set[str]]] = {
    "written in place": (lambda root: (root / "a.md").write_text("two"), {"a.md"}),
    "appended to": (lambda root: append(root / "Pages/b.md"), {"Pages/b.md"}),
    "written, not closed": (lambda root: keep_open(root / "a.md"), {"a.md"}),
    "replaced": (lambda root: replace(root / "Pages/b.md"), {"Pages/b.md"}),
    "made": (lambda root: (root / "Pages/Deep/n.md").write_text(""), {"Pages/Deep/n.md"}),
    "made as a link": (lambda root: (root / "l.md").hardlink_to(root / "a.md"), {"l.md"}),
    "deleted": (lambda root: (root / "a.md").unlink(), {"a.md"}),
    "renamed": (lambda root: (root / "a.md").rename(root / "z.md"), {"a.md", "z.md"}),
    "moved": (lambda root: (root / "a.md").rename(root / "Pages/a.md"), {"a.md", "Pages/a.md"}),
    "moved over another": (
        lambda root: (root / "a.md").rename(root / "Pages/b.md"),
        {"a.md", "Pages/b.md"},
    ),
    "moved in": (lambda root: (root / "../elsewhere/c.md").rename(root / "c.md"), {"c.md"}),
    "moved out": (lambda root: (root / "a.md").rename(root / "../a.md"), {"a.md"}),
    "made no note": (lambda root: (root / "a.md").rename(root / "a.md.bak"), {"a.md"}),
    "with capitals": (lambda root: (root / "A B.MD").write_text("x"), {"A B.MD"}),
}


@pytest.mark.parametrize(("edit", "paths"), EDITS.values(), ids=EDITS.keys())
def test_every_kind_of_edit_wakes_its_note(
    heard: Ear, edit: Callable[[Path], object], paths: set[str]
) -> None:
    edit(heard.root)
    assert heard.told() == paths


def test_reading_and_listing_wake_nobody(heard: Ear) -> None:
    for place in (heard.root / "a.md", heard.root / "Pages/b.md"):
        place.read_text()
        place.stat()
    Folder(heard.root).scan()
    Folder(heard.root).read("a.md")
    assert heard.told() == set()


@pytest.mark.parametrize("source", SOURCES)
def test_what_is_ignored_wakes_nobody(vault: Path, source: str) -> None:
    (vault / ".git").mkdir()
    (vault / "Drafts").mkdir()
    with watching(vault, SOURCES[source], Ignore(("Drafts", "secret*"))) as (_, ear):
        for name in (".capsync-1-2.tmp", ".#a.md", "a.md~", "4913", "secret.md", "photo.png"):
            (vault / name).write_text("x")
        (vault / "Drafts" / "d.md").write_text("x")
        (vault / "Drafts" / "New").mkdir()
        (vault / ".git" / "x.md").write_text("x")
        (vault / ".git" / "objects").mkdir()
        (vault / ".capsync").mkdir()
        (vault / ".capsync" / "n.md").write_text("x")
        (vault / b"\xff.md".decode("utf-8", "surrogateescape")).write_text("x")
        assert ear.told() == set()


def test_capsync_itself_wakes_only_for_the_notes_it_wrote(heard: Ear) -> None:
    folder = Folder(heard.root)
    folder.write("a.md", "two", "one")
    folder.write("Pages/new.md", "new", None)
    folder.move("Pages/b.md", "moved.md")
    assert heard.told() == {"a.md", "Pages/new.md", "Pages/b.md", "moved.md"}


def test_a_new_folder_is_watched_to_its_depths(heard: Ear) -> None:
    (heard.root / "One/Two/Three").mkdir(parents=True)
    assert ALL in heard.told()
    (heard.root / "One/Two/Three/n.md").write_text("x")
    assert heard.told() == {"One/Two/Three/n.md"}


def test_a_folder_that_is_moved_takes_its_notes_along(heard: Ear) -> None:
    (heard.root / "Pages/Deep/n.md").write_text("x")
    assert heard.told() == {"Pages/Deep/n.md"}
    (heard.root / "Pages").rename(heard.root / "Texts")
    assert ALL in heard.told()
    (heard.root / "Texts/Deep/n.md").write_text("y")
    assert heard.told() == {"Texts/Deep/n.md"}


def test_a_folder_moved_out_and_in_again_is_noticed_both_times(heard: Ear) -> None:
    away = heard.root.parent / "away"
    (heard.root / "Pages").rename(away)
    assert ALL in heard.told()
    away.rename(heard.root / "Back")
    assert ALL in heard.told()
    (heard.root / "Back/b.md").write_text("y")
    assert "Back/b.md" in heard.told()


@only_linux
def test_a_folder_moved_out_is_not_listened_to_any_more(vault: Path) -> None:
    with watching(vault) as (_, ear):
        (vault / "Pages").rename(vault.parent / "away")
        assert ear.told() == {ALL}
        (vault.parent / "away" / "b.md").write_text("not ours")
        assert ear.told() == set()


def test_a_folder_that_is_replaced_by_another_is_watched(heard: Ear) -> None:
    shutil.rmtree(heard.root / "Pages")
    (heard.root / "Pages").mkdir()
    assert ALL in heard.told()
    (heard.root / "Pages/b.md").write_text("y")
    assert heard.told() == {"Pages/b.md"}


@pytest.mark.parametrize("source", SOURCES)
def test_a_vault_that_is_reached_by_a_link_is_watched(
    vault: Path, tmp_path: Path, source: str
) -> None:
    link = tmp_path / "link"
    link.symlink_to(vault)
    with watching(link, SOURCES[source]) as (_, ear):
        (vault / "a.md").write_text("x")
        assert ear.told() >= {"a.md"}


class Tap:
    """Hears events as they come from a source."""

    def __init__(self) -> None:
        self.events: list[Event] = []

    def heard(self, event: Event) -> None:
        self.events.append(event)

    def lost(self, why: str) -> None:
        pytest.fail(why)

    def wait_for(self, path: str) -> None:
        deadline = time.monotonic() + BOUND
        while not any(event.path == path for event in self.events):
            assert time.monotonic() < deadline


@contextmanager
def tapping(root: Path) -> Iterator[Tap]:
    tap = Tap()
    source = best_source(root, tap, lambda path: False)
    source.start()
    try:
        yield tap
    finally:
        source.stop()


@only_linux
def test_a_real_edit_right_behind_our_own_write_is_told_after_it(vault: Path) -> None:
    """So that whoever is woken by it finds the edit, and another stamp than ours."""
    folder, text = Folder(vault), "one"
    with tapping(vault) as tap:
        for number in range(200):
            stamp = folder.write("a.md", f"ours {number}", text)
            text = f"theirs, which is longer, {number}"
            (vault / "a.md").write_text(text)
            assert folder.disk.stamp_at(vault / "a.md") != stamp
        (vault / "end.md").write_text("x")
        tap.wait_for("end.md")
    kinds = [event.kind for event in tap.events if event.path == "a.md"]
    ours_and_theirs = [kind for kind in kinds if kind in {Kind.HERE, Kind.CLOSED}]
    assert ours_and_theirs == [Kind.HERE, Kind.CLOSED] * 200


def test_edits_among_our_own_writes_all_arrive_and_echoes_do_not(vault: Path) -> None:
    """A small daemon: it writes, a person writes, and it takes in what is not its own."""
    folder = Folder(vault)
    memory = {path: folder.read(path).stamp for path in ("a.md", "Pages/b.md")}
    taken: dict[str, str] = {}
    quiet = Quiet(0.01, 0.05)
    with watching(vault) as (_, ear):

        def turn() -> None:
            while ear.touched:
                quiet.touched(ear.touched.pop(0), time.monotonic())
            for path in quiet.due(time.monotonic()).paths:
                read = folder.read(path)
                if memory.get(path) != read.stamp:
                    memory[path], taken[path] = read.stamp, read.text

        last = {}
        for number in range(60):
            for path in memory:
                memory[path] = folder.write(path, f"ours {number}", folder.read(path).text)
                if number % 3:
                    last[path] = f"theirs, and longer, {number}"
                    (vault / path).write_text(last[path])
                else:
                    last.pop(path, None)
                turn()
        deadline = time.monotonic() + BOUND
        while taken != last | taken or any(taken[path] != last[path] for path in last):
            assert time.monotonic() < deadline
            turn()
    assert not any(text.startswith("ours") for text in taken.values()), "an echo"


@only_linux
def test_the_kinds_of_a_save_beside_are_told_in_order(vault: Path) -> None:
    with tapping(vault) as tap:
        replace(vault / "a.md")
        tap.wait_for("a.md")
    assert [(event.kind, event.path) for event in tap.events] == [
        (Kind.CREATED, "a.tmp"),
        (Kind.MODIFIED, "a.tmp"),
        (Kind.CLOSED, "a.tmp"),
        (Kind.AWAY, "a.tmp"),
        (Kind.HERE, "a.md"),
    ]
