"""Disks that go away, fill up or refuse, and other processes at work."""

from __future__ import annotations

import errno
import os
import subprocess
import sys
from pathlib import Path

import pytest

from capsync.errors import CapsyncError, NoteError, RunError, Stale, Unconvertible
from capsync.vault import disk
from capsync.vault.files import Folder
from capsync.vault.trouble import told, trouble_at
from capsync.vault.vault import MARKER
from tests.vault.test_files import paths, raw


def test_a_vault_that_is_not_mounted_is_not_empty(folder: Folder) -> None:
    (folder.root / MARKER).unlink()
    with pytest.raises(RunError, match="not mounted"):
        folder.scan()
    with pytest.raises(RunError):
        Folder(folder.root / "nowhere").scan()


def test_a_folder_that_may_not_be_read_is_not_empty(
    folder: Folder, monkeypatch: pytest.MonkeyPatch
) -> None:
    folder.write("P/a.md", "x", None)
    folder.write("b.md", "x", None)
    scandir = os.scandir

    def refusing(path: str) -> object:
        if Path(path).name == "P":
            raise PermissionError(errno.EACCES, "no")
        return scandir(path)

    monkeypatch.setattr(os, "scandir", refusing)
    assert paths(folder) == ["b.md"]
    assert [each.path for each in folder.skipped] == ["P"]
    assert folder.unseen("P/a.md")
    assert not folder.unseen("Pb.md")


def test_a_disk_that_goes_away_stops_the_scan(
    folder: Folder, monkeypatch: pytest.MonkeyPatch
) -> None:
    def failing(_: Path) -> object:
        raise OSError(errno.EIO, "no")

    monkeypatch.setattr(os, "scandir", failing)
    with pytest.raises(RunError):
        folder.scan()


def test_odd_files_are_skipped_with_a_reason(folder: Folder) -> None:
    os.mkfifo(folder.root / "fifo.md")
    (folder.root / os.fsdecode(b"caf\xe9.md")).touch()
    (folder.root / "folder.md").mkdir()
    assert paths(folder) == []
    reasons = {each.path: each.reason for each in folder.skipped}
    assert "not a file" in reasons["fifo.md"]
    assert "not UTF-8" in reasons["caf\udce9.md"]
    for path in ["fifo.md", "folder.md"]:
        with pytest.raises(Unconvertible):
            folder.read(path)


class Entry:
    """A file that cannot be looked at, as the system lists it."""

    def __init__(self, name: str, code: int) -> None:
        self.name, self.code = name, code

    def is_dir(self) -> bool:
        raise OSError(self.code, "no")


def test_a_file_that_goes_while_it_is_listed_is_not_there(
    folder: Folder, monkeypatch: pytest.MonkeyPatch
) -> None:
    code = errno.ENOENT
    monkeypatch.setattr(folder.disk.system, "entries", lambda _: [Entry("a.md", code)])
    assert (paths(folder), folder.skipped) == ([], ())
    code = errno.EACCES
    assert paths(folder) == []
    assert folder.unseen("a.md")
    code = errno.EIO
    with pytest.raises(RunError):
        folder.scan()


def test_a_file_that_never_stays_the_same_is_left_for_later(
    folder: Folder, monkeypatch: pytest.MonkeyPatch
) -> None:
    folder.write("a.md", "x", None)
    monkeypatch.setattr(folder.disk, "stamp_at", lambda _: disk.Stamp(0, 0, 0))
    with pytest.raises(Stale, match="being saved"):
        folder.read("a.md")


def test_what_a_crash_left_is_swept(folder: Folder) -> None:
    (folder.root / "P").mkdir()
    (folder.root / "P" / ".capsync-1-1.tmp").write_text("half")
    assert paths(folder) == []
    folder.sweep()
    assert list((folder.root / "P").iterdir()) == []


def test_a_name_too_long_is_set_aside(folder: Folder) -> None:
    with pytest.raises(Unconvertible, match="too long"):
        folder.write("x" * 300 + ".md", "x", None)


def test_a_file_where_a_folder_should_be_is_named(folder: Folder) -> None:
    (folder.root / "P").write_text("x")
    with pytest.raises(Unconvertible, match="file where a folder should be"):
        folder.write("P/a.md", "x", None)


TROUBLE: dict[int, type[CapsyncError]] = {
    errno.ENOENT: Stale,
    errno.EAGAIN: Stale,
    errno.EACCES: Unconvertible,
    errno.ENAMETOOLONG: Unconvertible,
    errno.EXDEV: Unconvertible,
    errno.ENOSPC: RunError,
    errno.EROFS: RunError,
    errno.ENODEV: RunError,
}


@pytest.mark.parametrize(("code", "kind"), TROUBLE.items())
def test_trouble_names_the_path(code: int, kind: type[CapsyncError]) -> None:
    problem = told(OSError(code, os.strerror(code)), "P/a.md")
    assert type(problem) is kind
    assert str(problem).startswith("P/a.md: ")
    with pytest.raises(kind), trouble_at("P/a.md"):
        raise OSError(code, "x")


def test_a_full_disk_leaves_the_old_file(folder: Folder, monkeypatch: pytest.MonkeyPatch) -> None:
    folder.write("a.md", "old", None)

    def full(_: int) -> None:
        raise OSError(errno.ENOSPC, "full")

    monkeypatch.setattr(os, "fsync", full)
    with pytest.raises(RunError, match="disk is full"):
        folder.write("a.md", "new", "old")
    monkeypatch.undo()
    assert raw(folder, "a.md") == b"old"
    assert sorted(each.name for each in folder.root.iterdir()) == [".capsync", "a.md"]


def test_half_a_surrogate_pair_is_set_aside(folder: Folder) -> None:
    with pytest.raises(NoteError, match="surrogate"):
        folder.write("a.md", "\ud800", None)


HOLDER = """
import sys
from pathlib import Path
from capsync.vault.lock import locked
with locked(Path(sys.argv[1])):
    print("held", flush=True)
    sys.stdin.read()
"""


def test_only_one_capsync_works_on_a_vault(folder: Folder) -> None:
    with folder.lock(), pytest.raises(RunError, match=f"pid {os.getpid()}"), folder.lock():
        pass
    with folder.lock():
        pass


def test_a_process_that_dies_lets_go(folder: Folder) -> None:
    command = [sys.executable, "-c", HOLDER, str(folder.root / ".capsync" / "lock")]
    with subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE) as holder:
        assert holder.stdout is not None
        assert holder.stdout.readline() == b"held\n"
        with pytest.raises(RunError, match=f"another capsync .*pid {holder.pid}"), folder.lock():
            pass
        holder.kill()
        holder.wait()
        with folder.lock():
            pass


def test_a_lock_that_cannot_be_made_stops_the_run(folder: Folder) -> None:
    (folder.root / ".capsync" / "lock").mkdir()
    with pytest.raises(RunError, match="folder"), folder.lock():
        pass
