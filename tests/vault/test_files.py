"""The folder never loses a byte that someone wrote."""

from __future__ import annotations

import errno
import os
from pathlib import Path

import pytest
from hypothesis import given, strategies as st

from capsync.errors import Stale, Unconvertible
from capsync.vault import disk
from capsync.vault.files import Folder


def paths(folder: Folder) -> list[str]:
    return [found.path for found in folder.scan()]


def raw(folder: Folder, path: str) -> bytes:
    return (folder.root / path).read_bytes()


def test_what_is_written_is_found_and_read(folder: Folder) -> None:
    for path in ["b.md", "Pages/a.md", "Pages/Ünï/😀.MD"]:
        stamp = folder.write(path, "\ufeffx\r\ny\n", None)
        assert folder.read(path).text == "\ufeffx\r\ny\n"
        assert folder.read(path).stamp == stamp
        assert stamp in [found.stat for found in folder.scan()]
    assert paths(folder) == ["Pages/a.md", "Pages/Ünï/😀.MD", "b.md"]
    assert folder.skipped == ()


def test_what_is_ignored_is_neither_found_nor_taken_for_gone(folder: Folder) -> None:
    for name in ["Drafts/a.md", ".obsidian/x.md", "x.png", "a.md~"]:
        place = folder.root / name
        place.parent.mkdir(exist_ok=True)
        place.touch()
    assert paths(folder) == []
    assert folder.unseen("Drafts/a.md")
    assert not folder.unseen("a.md")


def test_a_file_that_changed_is_not_overwritten(folder: Folder) -> None:
    folder.write("a.md", "one", None)
    (folder.root / "a.md").write_text("two")
    for expect in ["one", None]:
        with pytest.raises(Stale):
            folder.write("a.md", "three", expect)
    assert raw(folder, "a.md") == b"two"
    assert folder.write("a.md", "three", "two").size == 5


def test_a_file_that_is_gone_is_not_made_again(folder: Folder) -> None:
    with pytest.raises(Stale, match="gone"):
        folder.write("a.md", "x", "y")
    with pytest.raises(Stale):
        folder.read("a.md")


def test_writing_what_is_there_touches_nothing(folder: Folder) -> None:
    folder.write("a.md", "x", None)
    before = (folder.root / "a.md").stat()
    for expect in [None, "x", "something else"]:
        assert folder.write("a.md", "x", expect) == disk.stamp_of(before)
    assert (folder.root / "a.md").stat().st_ctime_ns == before.st_ctime_ns


def test_a_file_made_in_the_last_moment_is_not_overwritten(
    folder: Folder, monkeypatch: pytest.MonkeyPatch
) -> None:
    put_new = folder.disk.put_new

    def late(source: Path, place: Path) -> None:
        place.write_text("theirs")
        put_new(source, place)

    monkeypatch.setattr(folder.disk, "put_new", late)
    with pytest.raises(Stale):
        folder.write("a.md", "ours", None)
    assert raw(folder, "a.md") == b"theirs"
    assert sorted(each.name for each in folder.root.iterdir()) == [".capsync", "a.md"]


def test_a_file_saved_in_the_last_moment_is_not_overwritten(
    folder: Folder, monkeypatch: pytest.MonkeyPatch
) -> None:
    folder.write("a.md", "old", None)
    stamp_at = folder.disk.stamp_at

    def saved(place: Path) -> disk.Stamp:
        if (beside := list(place.parent.glob(".capsync-*"))) and beside[0].read_text() == "ours":
            place.write_text("theirs")
        return stamp_at(place)

    monkeypatch.setattr(folder.disk, "stamp_at", saved)
    with pytest.raises(Stale):
        folder.write("a.md", "ours", "old")
    assert raw(folder, "a.md") == b"theirs"


def test_a_disk_without_links_works_too(folder: Folder, monkeypatch: pytest.MonkeyPatch) -> None:
    def no_links(*_: object, **__: object) -> None:
        raise OSError(errno.EPERM, "no links here")

    monkeypatch.setattr(os, "link", no_links)
    folder.write("a.md", "x", None)
    with pytest.raises(Stale):
        folder.write("a.md", "y", None)
    folder.move("a.md", "B/b.md")
    assert raw(folder, "B/b.md") == b"x"
    assert paths(folder) == ["B/b.md"]


def test_permissions_stay(folder: Folder) -> None:
    folder.write("a.md", "x", None)
    (folder.root / "a.md").chmod(0o640)
    folder.write("a.md", "y", "x")
    assert (folder.root / "a.md").stat().st_mode & 0o777 == 0o640


def test_a_read_only_file_is_respected(folder: Folder) -> None:
    folder.write("a.md", "x", None)
    (folder.root / "a.md").chmod(0o444)
    with pytest.raises(Unconvertible, match="read-only"):
        folder.write("a.md", "y", "x")


UNREADABLE = {
    "latin-1": (b"a\nb\nc\xe9d\n", "a.md: not UTF-8 (byte 0xe9 in line 3); save it as UTF-8"),
    "utf-16": ("a".encode("utf-16"), "byte 0xff in line 1"),
    "binary": (b"a\n\0", "NUL byte in line 2"),
    "large": (b"x" * (10 * 1024 * 1024 + 1), "larger than 10 MB"),
}


@pytest.mark.parametrize(("data", "message"), UNREADABLE.values(), ids=UNREADABLE.keys())
def test_what_is_no_text_is_set_aside(folder: Folder, data: bytes, message: str) -> None:
    (folder.root / "a.md").write_bytes(data)
    with pytest.raises(Unconvertible) as caught:
        folder.read("a.md")
    assert message in str(caught.value)


def test_no_link_is_followed(folder: Folder, tmp_path: Path) -> None:
    (tmp_path / "out").mkdir()
    (tmp_path / "out" / "x.md").write_text("secret")
    (folder.root / "dir").symlink_to(tmp_path / "out")
    (folder.root / "x.md").symlink_to(tmp_path / "out" / "x.md")
    (folder.root / "broken.md").symlink_to("nowhere")
    assert paths(folder) == []
    assert sorted(each.path for each in folder.skipped) == ["broken.md", "dir", "x.md"]
    assert folder.unseen("dir/x.md")
    for path in ["dir/x.md", "x.md"]:
        with pytest.raises(Unconvertible, match="link"):
            folder.read(path)
        with pytest.raises((Unconvertible, Stale)):
            folder.write(path, "mine", "secret")
    with pytest.raises(Unconvertible, match="link"):
        folder.write("dir/new/y.md", "mine", None)
    assert [each.name for each in (tmp_path / "out").iterdir()] == ["x.md"]
    assert (tmp_path / "out" / "x.md").read_text() == "secret"


@pytest.mark.parametrize(
    "path",
    ["../x.md", "/x.md", "a/../../x.md", "", "a//b.md", "./a.md", "a\0.md", "\ud800.md", ".."],
)
def test_no_path_leaves_the_vault(folder: Folder, path: str) -> None:
    folder.write("ok.md", "x", None)
    for attempt in (
        lambda: folder.read(path),
        lambda: folder.write(path, "x", None),
        lambda: folder.move("ok.md", path),
        lambda: folder.trash(path),
    ):
        with pytest.raises(Unconvertible, match="out of the vault"):
            attempt()
    assert paths(folder) == ["ok.md"]


@given(st.text("ab/.\\:\0~ é", max_size=10))
def test_whatever_the_path_it_stays_inside_or_is_refused(path: str) -> None:
    place = Folder(Path("/nonexistent/vault"))
    try:
        inside = place._place(path)
    except Unconvertible:
        return
    assert Path("/nonexistent/vault") in Path(os.path.normpath(inside)).parents


def test_moving_never_overwrites(folder: Folder) -> None:
    folder.write("a.md", "a", None)
    folder.write("b.md", "b", None)
    with pytest.raises(Stale, match=r"there is a file at b\.md"):
        folder.move("a.md", "b.md")
    with pytest.raises(Stale, match="gone"):
        folder.move("c.md", "New/d.md")
    assert not (folder.root / "New").exists()
    assert (raw(folder, "a.md"), raw(folder, "b.md")) == (b"a", b"b")


def test_moving_keeps_the_file_itself(folder: Folder) -> None:
    before = folder.write("a.md", "a", None)
    assert folder.move("a.md", "X/Y/b.md") == before
    assert paths(folder) == ["X/Y/b.md"]


@pytest.mark.parametrize(
    ("old", "new"), [("a.md", "A.md"), ("e\u0301.md", "é.md"), ("x.md", "x.md")]
)
def test_only_the_spelling_may_change(folder: Folder, old: str, new: str) -> None:
    folder.write(old, "a", None)
    folder.move(old, new)
    assert paths(folder) == [new]
    assert raw(folder, new) == b"a"


def test_two_names_of_one_file_both_survive(folder: Folder) -> None:
    """A disk that respells by doing nothing looks like this from outside."""
    folder.write("a.md", "a", None)
    os.link(folder.root / "a.md", folder.root / "A.md")
    with pytest.raises(Stale):
        folder.move("a.md", "A.md")
    assert paths(folder) == ["A.md", "a.md"]


def test_a_save_while_a_file_moves_is_kept(folder: Folder, monkeypatch: pytest.MonkeyPatch) -> None:
    folder.write("a.md", "old", None)
    put_new = folder.disk.put_new

    def saved(source: Path, place: Path) -> None:
        put_new(source, place)
        if source.name == "a.md":
            fresh = source.with_name("fresh")
            fresh.write_text("new")
            fresh.replace(source)

    monkeypatch.setattr(folder.disk, "put_new", saved)
    with pytest.raises(Stale, match="being saved"):
        folder.move("a.md", "b.md")
    assert raw(folder, "a.md") == b"new"
    assert paths(folder) == ["a.md"]


def test_deleted_notes_go_to_the_trash_of_the_day(folder: Folder) -> None:
    for text in ["one", "two", "three"]:
        folder.write("P/a.md", text, None)
        folder.trash("P/a.md", text)
    trash = ".capsync/trash/2025-11-22/P"
    assert raw(folder, f"{trash}/a.md") == b"one"
    assert raw(folder, f"{trash}/a 2.md") == b"two"
    assert raw(folder, f"{trash}/a 3.md") == b"three"
    assert paths(folder) == []


def test_a_changed_file_is_not_trashed(folder: Folder) -> None:
    folder.write("a.md", "new", None)
    with pytest.raises(Stale):
        folder.trash("a.md", "old")
    with pytest.raises(Stale):
        folder.trash("b.md")
    assert paths(folder) == ["a.md"]
