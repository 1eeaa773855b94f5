"""What the watcher does when it cannot tell all: it says so, and asks for a walk."""

from __future__ import annotations

import ctypes
import errno
import logging
import os
import shutil
import tempfile
import threading
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from capsync.vault.events import ALL, Hears, Source
from capsync.vault.ignore import Ignore
from capsync.vault.watcher import Watcher, best_source
from tests.vault.ears import BOUND, SOURCES, Ear, observed, observers_noise, only_linux, watching

pytestmark = observers_noise


@pytest.fixture
def memory(tmp_path: Path) -> Iterator[Path]:
    """A folder that is not on a disk, where there is such, since thousands are saved in it."""
    shared = Path("/dev/shm")  # noqa: S108
    with tempfile.TemporaryDirectory(dir=shared if shared.is_dir() else tmp_path) as folder:
        yield Path(folder)


def save_all(root: Path, count: int) -> set[str]:
    """Save notes in twenty folders as fast as can be, each beside and into its place."""
    paths = [f"F{number % 20}/{number}.md" for number in range(count)]
    for path in paths:
        place = f"{root}/{path}"
        with open(f"{place}.tmp", "wb", buffering=0) as file:  # noqa: PTH123, for speed
            file.write(b"another text")
        os.replace(f"{place}.tmp", place)  # noqa: PTH105
    return set(paths)


@pytest.mark.parametrize(("source", "count"), [("best", 5_000), ("observed", 1_000)])
def test_a_burst_of_saves_loses_none_unseen(memory: Path, source: str, count: int) -> None:
    for number in range(20):
        (memory / f"F{number}").mkdir()
    with watching(memory, SOURCES[source]) as (_, ear):
        paths = save_all(memory, count)
        told = ear.told()
    assert told == paths or ALL in told


def held_up(ear: Ear, until: threading.Event) -> Callable[[str], None]:
    """Keep the thread that reads events from going on."""

    def touch(path: str) -> None:
        until.wait(BOUND)
        ear.touch(path)

    return touch


def queue_limit() -> int:
    file = Path("/proc/sys/fs/inotify/max_queued_events")
    return int(file.read_text()) if file.exists() else 1 << 30


@pytest.mark.skipif(queue_limit() > 50_000, reason="the queue is too long to fill")
def test_a_real_overflow_asks_for_everything_and_new_folders_are_watched(vault: Path) -> None:
    with watching(vault) as (watcher, ear):
        held = threading.Event()
        watcher._touched = held_up(ear, held)
        (vault / "a.md").write_text("the thread that reads is held up by this one")
        busy = [vault / "Pages" / f"{number}.txt" for number in (0, 1)]
        for number in range(queue_limit() // 2 + 1_000):
            busy[number % 2].write_bytes(b"")
        (vault / "Unheard").mkdir()
        held.set()
        ear.wait(lambda: any("lost" in why for why in ear.whys))
        assert watcher.losses == 1
        ear.told()
        (vault / "Unheard" / "n.md").write_text("x")
        (vault / "a.md").write_text("x")
        assert ear.told() == {"Unheard/n.md", "a.md"}


def test_what_the_observer_warns_of_is_a_loss(
    vault: Path, caplog: pytest.LogCaptureFixture
) -> None:
    record = "Inotify queue overflowed; filesystem events were lost"
    with watching(vault, observed) as (watcher, ear):
        logging.getLogger("watchdog.observers.inotify_c").warning(record)
        assert ear.whys == [f"events were lost: {record}"]
        assert watcher.losses == 1
        assert "events of the vault were lost" in caplog.text
    logging.getLogger("watchdog.observers.inotify_c").warning(record)
    assert watcher.losses == 1, "nobody listens any more"


@pytest.mark.parametrize("source", SOURCES)
def test_a_vault_that_goes_and_comes_back_is_watched_again(vault: Path, source: str) -> None:
    with watching(vault, SOURCES[source]) as (watcher, ear):
        shutil.rmtree(vault)
        ear.wait(lambda: ear.whys)
        assert not watcher.check()
        assert watcher.trouble == "the vault is not there"
        ear.whys.clear()
        assert not watcher.check()
        assert not ear.whys, "that it is away is told once"
        vault.mkdir()
        assert watcher.check()
        assert ear.whys == ["the vault was away"]
        assert not watcher.trouble
        (vault / "a.md").write_text("x")
        assert "a.md" in ear.told()
        assert not watcher.check()


@pytest.mark.parametrize("source", SOURCES)
def test_a_source_that_has_died_is_replaced(vault: Path, source: str) -> None:
    with watching(vault, SOURCES[source]) as (watcher, ear):
        assert not watcher.check()
        assert watcher._source
        watcher._source.stop()
        assert watcher.check()
        assert ear.whys
        (vault / "a.md").write_text("x")
        assert "a.md" in ear.told()


@only_linux
def test_a_vault_that_is_renamed_is_missed_at_once(vault: Path) -> None:
    with watching(vault) as (watcher, ear):
        vault.rename(vault.with_name("renamed"))
        ear.wait(lambda: ear.whys)
        assert not watcher.check()
        assert watcher.trouble == "the vault is not there"
        vault.with_name("renamed").rename(vault)
        assert watcher.check()
        (vault / "a.md").write_text("x")
        assert "a.md" in ear.told()


@pytest.mark.parametrize("source", SOURCES)
def test_a_vault_that_is_swapped_for_another_is_noticed(vault: Path, source: str) -> None:
    """As a disk is when it is mounted over the folder, or a folder above is renamed."""
    with watching(vault, SOURCES[source]) as (watcher, ear):
        above = vault.parent
        above.rename(above.with_name(f"{above.name}-moved"))
        vault.mkdir(parents=True)
        assert watcher.check()
        assert ear.whys[-1] == "the vault was away"
        (vault / "a.md").write_text("x")
        assert "a.md" in ear.told()


def test_a_vault_that_cannot_be_watched_says_why_and_what_to_do(vault: Path) -> None:
    causes = {
        errno.EMFILE: "fs.inotify.max_user_instances=",
        errno.ENOSPC: "fs.inotify.max_user_watches=",
        errno.ENOENT: "the vault is not there",
        errno.EIO: "cannot watch the vault: broken",
    }
    for number, remedy in causes.items():

        def refuse(
            root: Path, hears: Hears, skip: Callable[[str], bool], number: int = number
        ) -> Source:
            raise OSError(number, "broken")

        ear = Ear(vault)
        watcher = Watcher(
            vault, Ignore(), touched=ear.touch, everything=ear.everything, make_source=refuse
        )
        watcher.start()
        assert remedy in watcher.trouble
        assert not watcher.check()
        assert not ear.whys
        watcher._make_source = best_source
        assert watcher.check(), "it is tried again"
        assert ear.whys
        watcher.stop()


def refusing(monkeypatch: pytest.MonkeyPatch, name: bytes, number: int) -> None:
    """Have inotify refuse the folder of that name."""
    from watchdog.observers import inotify_c  # noqa: PLC0415

    add = inotify_c.inotify_add_watch

    def refuse(descriptor: int, path: bytes, mask: int) -> int:
        if path.endswith(name):
            ctypes.set_errno(number)
            return -1
        return int(add(descriptor, path, mask))

    monkeypatch.setattr(inotify_c, "inotify_add_watch", refuse)


@only_linux
def test_a_folder_beyond_the_limit_is_told_and_the_others_are_watched(
    vault: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """watchdog's observer says nothing of such a folder, and is deaf to it."""
    refusing(monkeypatch, b"/Deep", errno.ENOSPC)
    ear = Ear(vault)
    watcher = Watcher(vault, Ignore(), touched=ear.touch, everything=ear.everything)
    watcher.start()
    assert watcher.trouble.startswith("a folder is not watched")
    assert "max_user_watches" in watcher.trouble
    (vault / "Pages/Deep/n.md").write_text("unheard")
    (vault / "Pages/b.md").write_text("heard")
    assert ear.told() == {"Pages/b.md"}
    monkeypatch.undo()
    watcher.restart()
    assert not watcher.trouble
    assert ear.told() == {ALL}
    (vault / "Pages/Deep/n.md").write_text("heard")
    assert ear.told() == {"Pages/Deep/n.md"}
    watcher.stop()


@only_linux
@pytest.mark.parametrize("number", [errno.EACCES, errno.ENOENT])
def test_a_folder_that_may_not_be_read_costs_no_other(
    vault: Path, monkeypatch: pytest.MonkeyPatch, number: int
) -> None:
    refusing(monkeypatch, b"/Deep", number)
    (vault / "Pages/Wide").mkdir()
    with watching(vault) as (_, ear):
        (vault / "Pages/Wide/n.md").write_text("x")
        assert ear.told() == {"Pages/Wide/n.md"}


@only_linux
def test_a_vault_that_may_not_be_read_is_not_taken_for_watched(
    vault: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    refusing(monkeypatch, b"/vault/", errno.EACCES)
    watcher = Watcher(vault, Ignore(), touched=print, everything=print)
    watcher.start()
    assert "cannot watch the vault" in watcher.trouble


@only_linux
def test_a_folder_that_is_found_where_it_went_before_its_move_is_told(vault: Path) -> None:
    with watching(vault) as (watcher, ear):
        held = threading.Event()
        watcher._touched = held_up(ear, held)
        (vault / "a.md").write_text("the thread that reads is held up by this one")
        (vault / "New").mkdir()
        (vault / "Pages").rename(vault / "New/Pages")
        (vault / "Pages").mkdir()
        held.set()
        ear.told()
        (vault / "New/Pages/Deep/n.md").hardlink_to(vault / "a.md")
        (vault / "Pages/b.md").write_text("x")
        assert ear.told() == {"New/Pages/Deep/n.md", "Pages/b.md"}
        assert ear.ever.count("New/Pages/Deep/n.md") == 1, "one watch for one folder"


@only_linux
def test_stopping_leaves_no_thread_and_no_descriptor(vault: Path) -> None:
    def held() -> tuple[int, int]:
        return threading.active_count(), len(list(Path("/proc/self/fd").iterdir()))

    with watching(vault):
        pass
    before = held()
    for source in SOURCES.values():
        with watching(vault, source) as (_, ear):
            (vault / "a.md").write_text("x")
            ear.told()
    watcher = Watcher(vault.parent / "gone", Ignore(), touched=print, everything=print)
    watcher.start()
    watcher.stop()
    assert held() == before


def test_nothing_is_told_once_it_has_stopped(vault: Path) -> None:
    for source in SOURCES.values():
        with watching(vault, source) as (_, ear):
            save_all_at_once = [vault / f"{number}.md" for number in range(50)]
            for place in save_all_at_once:
                place.write_text("x")
        told = list(ear.touched)
        (vault / "a.md").write_text("after")
        with watching(vault, source) as (_, other):
            assert other.told() is not None
        assert ear.touched == told
