"""Looking at a large vault costs as little as it can: nothing is listed or opened twice."""

from __future__ import annotations

import os
from collections import Counter
from collections.abc import Sequence
from pathlib import Path

from capsync.sync.observe import observe
from capsync.sync.status import status_of
from capsync.vault.files import Folder
from capsync.vault.system import Entry, RealSystem, Status
from tests.sync.world import World


class Counting(RealSystem):
    """The disk of this machine, and what it was asked for."""

    def __init__(self, root: Path) -> None:
        self.root = root
        self.listed: Counter[str] = Counter()
        self.opened: Counter[str] = Counter()

    def entries(self, folder: Path | str) -> Sequence[Entry]:
        self.listed[os.path.relpath(folder, self.root)] += 1
        return super().entries(folder)

    def read(self, place: Path, limit: int) -> tuple[bytes, Status]:
        self.opened[place.relative_to(self.root).as_posix()] += 1
        return super().read(place, limit)


def looked_at(world: World) -> Counting:
    """Look at the vault once and say what that took."""
    system = Counting(world.root)
    observe(Folder(world.root, system=system), world.memory)
    return system


def synced(world: World) -> None:
    for path in ("a.md", "b.md", "P/c.md", "P/deep/d.md", "P/deep/e.md"):
        world.write(path, f"Text of {path}.\n")
    world.sync()
    world.sync()


def test_a_look_at_what_nobody_changed_opens_no_file(world: World) -> None:
    synced(world)
    assert looked_at(world).opened == {}


def test_a_look_lists_every_folder_once(world: World) -> None:
    synced(world)
    assert looked_at(world).listed == {".": 1, "P": 1, "P/deep": 1}


def test_a_look_opens_only_what_changed_and_that_once(world: World) -> None:
    synced(world)
    world.edit("a.md", "Text", "Words")
    world.write("new.md", "New.\n")
    (world.root / "b.md").touch()
    (world.root / "P/c.md").rename(world.root / "moved.md")
    assert looked_at(world).opened == {"a.md": 1, "new.md": 1, "b.md": 1, "moved.md": 1}


def test_a_file_that_was_only_touched_is_not_opened_again(world: World) -> None:
    synced(world)
    (world.root / "b.md").touch()
    assert looked_at(world).opened == {"b.md": 1}
    assert looked_at(world).opened == {}


def test_what_was_looked_at_is_known_with_the_stamps_of_now(world: World) -> None:
    synced(world)
    (world.root / "b.md").touch()
    seen = observe(world.vault, world.memory)
    assert tuple(seen.known.values()) == world.memory.notes.all()
    assert all(
        seen.known[note].mtime_ns == file.stamp.mtime_ns for note, file in seen.files.items()
    )


def test_a_sync_and_a_status_open_nothing_either(world: World) -> None:
    synced(world)
    system = Counting(world.root)
    world.vault = Folder(world.root, clock=world.clock, system=system)
    world.sync()
    status_of(world.vault, world.memory, world.clock.now())
    assert system.opened == {}
