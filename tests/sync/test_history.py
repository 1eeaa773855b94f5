"""Whatever a run overwrites or removes is kept first, under a number that stays."""

from __future__ import annotations

import json
from collections.abc import Callable
from dataclasses import replace

import pytest
from hypothesis import given, strategies as st

from capsync.errors import ConfigError
from capsync.state.revisions import Revision, Weight
from capsync.sync.differences import unified, vault_difference, version_difference
from capsync.sync.engine import Engine
from capsync.sync.history import find_note, history, split_version, version_of
from capsync.sync.observe import observe
from capsync.sync.report import Difference, Options
from capsync.sync.retention import DAY, Keep, dropped
from tests.sync import deeds
from tests.sync.deeds import DEEDS, two, undone
from tests.sync.world import World


def kept(world: World, note: str | None = None) -> list[Revision]:
    """Every version that is kept, the first one first."""
    found = world.memory.revisions.since(0)
    return [each for each in found[::-1] if note is None or each.note == note]


@pytest.mark.parametrize("deed", DEEDS, ids=lambda deed: deed.__name__)
def test_nothing_is_overwritten_or_removed_without_being_kept(
    world: World, deed: Callable[[World], None]
) -> None:
    two(world)
    deed(world)
    files = {path: text for path, (text, *_) in world.files().items()}
    bodies = {note: world.blocks(note) for note in world.sandbox.app_list("RootPage")}
    report = world.sync()
    now = {path: text for path, (text, *_) in world.files().items()}
    versions = kept(world)
    texts = [(each.path, each.content) for each in versions if each.side == "vault"]
    for path, text in files.items():
        assert now.get(path) == text or (path, text) in texts
    for note, blocks in bodies.items():
        there = world.sandbox.app_get(note)
        if there["trashed"] or world.blocks(note) != blocks:
            assert any(
                each.side == "space"
                and [b["id"] for b in next(iter(json.loads(each.content)["blocks"].values()))]
                == [b["id"] for b in blocks]
                for each in versions
                if each.note == note
            )
    assert {each.run for each in versions} <= {report.run}
    assert all(each.reason and each.path for each in versions)


def test_a_property_that_was_pushed_over_is_kept(world: World) -> None:
    first, _ = two(world)
    deeds.sets_a_property(world)
    world.sync()
    (only,) = kept(world, first)
    assert (only.side, only.reason, only.version) == ("space", "overwritten by a push", 1)


def test_versions_are_counted_per_note_and_name_their_run(world: World) -> None:
    first, second = two(world)
    for text in ("a", "b", "c"):
        world.edit("Pages/First.md", "one", f"one {text}")
        world.sync()
    world.edit("Pages/Second.md", "calm", "calm b")
    last = world.sync().run
    assert [(each.version, each.run) for each in kept(world, first)] == [(1, 2), (2, 3), (3, 4)]
    assert [(each.version, each.run) for each in kept(world, second)] == [(1, last)]


def test_a_dry_run_has_no_number(world: World) -> None:
    assert world.sync(dry_run=True).run == 0
    assert world.sync().run == 1


def test_a_note_is_found_by_every_name_it_has_or_had(world: World) -> None:
    first, second = two(world)
    world.sandbox.app_rename(first, "Erste: eine")
    world.sync()
    for name in (first, "Erste: eine", "Pages/Erste- eine.md", "Pages/Erste- eine", "First",
                 "Pages/First.md", "first", "./Pages/First.md"):  # fmt: skip
        assert find_note(world.memory, name).id == first, name
    (world.root / "Pages/Second.md").unlink()
    world.sync()
    for name in (second, "Second", "Pages/Second.md"):
        assert find_note(world.memory, name).id == second, name
    with pytest.raises(ConfigError, match="no note is or was called “Third”"):
        find_note(world.memory, "Third")


def test_a_title_of_two_notes_is_refused_with_both(world: World) -> None:
    one, other = world.make("Same", "a"), world.make("Same", "b")
    world.sync()
    with pytest.raises(ConfigError, match="may be any of") as caught:
        find_note(world.memory, "same")
    assert one in str(caught.value)
    assert other in str(caught.value)
    assert find_note(world.memory, "Pages/Same.md").id in (one, other)


def test_a_note_whose_title_ends_like_a_version_is_meant_first(world: World) -> None:
    world.make("Mail to me@2", "x")
    world.make("Mail to me", "y")
    world.sync()
    assert split_version(world.memory, "Mail to me@2") == ("Mail to me@2", None)
    assert split_version(world.memory, "Mail to me@3") == ("Mail to me", 3)


def test_the_history_says_what_the_note_is_now(world: World) -> None:
    two(world)
    deeds.pushes(world)
    world.sync()
    world.edit("Pages/First.md", "three", "three and four")
    found = history(world.vault, world.memory, observe(world.vault, world.memory), "First")
    assert (found.words, found.edited) == (5, True)
    (version,) = found.versions
    assert (version.version, version.side, version.words) == (1, "space", 3)


def test_a_diff_with_a_version_of_either_side_shows_lines(world: World) -> None:
    first, _ = two(world)
    deeds.merges(world)
    world.sync()
    subject = find_note(world.memory, "First")
    by_side = {each.side: each for each in kept(world, first)}
    here = vault_difference(world.vault, world.memory, subject, by_side["vault"])
    assert [line for line in unified(here) if line[:1] in "+-"] == [
        f"--- Pages/First.md@{by_side['vault'].version}", "+++ Pages/First.md", "-three", "+drei",
    ]  # fmt: skip
    files = world.files()
    there = version_difference(world.engine().bench, subject, by_side["space"])
    assert [line for line in unified(there) if line[:1] in "+-"][2:] == ["-one", "+eins"]
    assert world.files() == files


def test_a_diff_shows_what_a_sync_would_change_and_changes_nothing(world: World) -> None:
    two(world)
    third = world.make("Third", "x")
    world.make("Fourth", "y")
    world.sync()
    deeds.merges(world)
    world.edit("Pages/Second.md", "calm", "calm\n\nand more")
    world.sandbox.app_rename(third, "Dritte")
    world.write("New.md", "new")
    world.make("From the app", "fresh")
    (world.root / "Pages/Fourth.md").unlink()
    files = world.files()
    world.traffic()
    report = world.sync(dry_run=True, differences=True)
    assert world.files() == files
    assert world.traffic()[1] == 0
    shown = {(each.verb, each.old, each.new): list(unified(each)) for each in report.differences}
    assert [(verb, old, new) for verb, old, new in shown if old != new] == [
        ("push", None, "New.md"),
        ("pull", None, "Pages/From the app.md"),
        ("pull", "Pages/Third.md", "Pages/Dritte.md"),
        ("push", "Pages/Fourth.md", None),
    ]
    changed = [
        line for key, lines in shown.items() for line in lines[2:]
        if line[:1] in "+-" and key[1] == key[2]
    ]  # fmt: skip
    assert changed == ["-one", "+eins", "-three", "+drei", "+", "+and more"]
    assert shown["push", None, "New.md"][-2:] == ["+new", "\\ No newline at end of file"]


def test_a_rename_alone_is_a_difference_of_names() -> None:
    assert list(unified(Difference("pull", "a.md", "b.md", "x\n", "x\n"))) == [
        "--- a.md",
        "+++ b.md",
    ]


WEIGHTS = [Weight(n, f"n{n % 3}", "vault", at=float(n), size=1024**2) for n in range(1, 11)]


def test_the_oldest_versions_go_when_they_are_too_many() -> None:
    keep = Keep(days=365, megabytes=6)
    assert dropped(WEIGHTS, keep, now=20.0, needed=()) == {1, 2, 3, 4}
    assert dropped(WEIGHTS, keep, now=20.0, needed=(1, 2)) == {3, 4, 5, 6}
    assert dropped(WEIGHTS, keep, now=20.0, needed=(), beside=2 * 1024**2) == {1, 2, 3, 4, 5, 6}


def test_the_newest_of_each_note_stays_whatever_it_weighs() -> None:
    assert dropped(WEIGHTS, Keep(365, 0), now=20.0, needed=()) == set(range(1, 8))


def test_old_versions_go_but_for_what_undoes_the_last_run() -> None:
    now = 365 * DAY + 5.5
    assert dropped(WEIGHTS, Keep(365, 500), now=now, needed=(2,)) == {1, 3, 4, 5}
    assert dropped(WEIGHTS, Keep(365, 500), now=now + 100, needed=(2,)) == {
        1, 3, 4, 5, 6, 7, 8, 9, 10,
    }  # fmt: skip


@given(
    st.lists(st.tuples(st.integers(0, 3), st.integers(0, 9), st.integers(0, 5)), max_size=30),
    st.sets(st.integers(0, 30)),
    st.integers(0, 8),
    st.integers(0, 30),
)
def test_what_is_needed_is_never_dropped_and_less_room_never_keeps_more(
    rows: list[tuple[int, int, int]], needed: set[int], days: int, room: int
) -> None:
    weights = [
        Weight(n, str(note), "space", at=at * DAY, size=size * 1024**2)
        for n, (note, at, size) in enumerate(sorted(rows, key=lambda row: row[1]))
    ]
    keep = Keep(days, room)
    gone = dropped(weights, keep, now=9 * DAY, needed=needed)
    assert not gone & needed
    assert gone <= dropped(weights, replace(keep, megabytes=room / 2), now=9 * DAY, needed=needed)


def engine(world: World, keep: Keep) -> Engine:
    return Engine(replace(world.bench(), keep=keep))


def test_a_run_drops_what_is_too_old_and_numbers_go_on(world: World) -> None:
    first, second = two(world)
    world.sandbox.app_trash(second)
    world.sync()
    for text in ("a", "b"):
        world.edit("Pages/First.md", "one", f"one {text}")
        world.sync()
    assert len(list((world.root / ".capsync/trash").rglob("*.md"))) == 1
    world.clock.sleep(40 * DAY)
    engine(world, Keep(30, 500)).run(Options())
    assert [each.version for each in kept(world, first)] == [2]  # what undoes the last change
    assert kept(world, second) == []
    assert not list((world.root / ".capsync/trash").rglob("*.md"))
    world.edit("Pages/First.md", "one", "one c")
    engine(world, Keep(30, 500)).run(Options())
    assert [each.version for each in kept(world, first)] == [3]
    with pytest.raises(ConfigError, match="there is no version 1"):
        version_of(world.memory, find_note(world.memory, "First"), 1)
    assert undone(world).notes == 1
    assert world.texts(first)[0] == "one b a"


def test_a_file_in_the_trash_of_the_last_days_stays(world: World) -> None:
    _, second = two(world)
    world.sandbox.app_trash(second)
    world.sync()
    world.clock.sleep(20 * DAY)
    engine(world, Keep(30, 500)).run(Options())
    assert len(list((world.root / ".capsync/trash").rglob("*.md"))) == 1
