"""Other sync tools around the vault, file systems and room."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest

from capsync.doctor.finding import Level
from capsync.doctor.look import look_at
from capsync.doctor.places import (
    FolderFacts,
    kind_of,
    state_findings,
    sync_tools,
    vault_findings,
)

NONE: frozenset[str] = frozenset()
PLAIN = FolderFacts("/home/a/notes", mode=0o700, above=(("/home/a/notes", NONE), ("/home/a", NONE)))


def inside(path: str, *names: str) -> FolderFacts:
    """A folder of this name, with these hidden names in it, and the vault in it."""
    return replace(PLAIN, path=f"{path}/v", above=((f"{path}/v", NONE), (path, frozenset(names))))


@pytest.mark.parametrize(
    ("facts", "tool"),
    [
        (inside("/home/a/Dropbox"), "Dropbox"),
        (inside("/home/a/Dropbox (Personal)"), "Dropbox"),
        (inside("/home/a/Files", ".dropbox.cache"), "Dropbox"),
        (inside("/home/a/OneDrive"), "OneDrive"),
        (inside("C:\\Users\\a\\OneDrive - Contoso"), "OneDrive"),
        (inside("/Users/a/Library/CloudStorage/OneDrive-Personal"), "OneDrive"),
        (inside("/Users/a/Library/Mobile Documents"), "iCloud Drive"),
        (inside("/Users/a/Library/Mobile Documents/iCloud~md~obsidian"), "iCloud Drive"),
        (inside("C:\\Users\\a\\iCloudDrive"), "iCloud Drive"),
        (inside("/Users/a/Library/CloudStorage/GoogleDrive-a@example.com"), "Google Drive"),
        (inside("/home/a/Sync", ".stfolder"), "Syncthing"),
        (inside("/home/a/Sync", ".stignore"), "Syncthing"),
        (inside("/home/a/Files", ".sync_0a1b2c3d4e5f.db"), "Nextcloud"),
        (inside("/home/a/Files", ".nextcloudsync.log"), "Nextcloud"),
        (inside("/home/a/Nextcloud"), "Nextcloud"),
        (replace(PLAIN, path="D:\\Work\\v", roots=(("OneDrive", "D:\\Work"),)), "OneDrive"),
        (replace(PLAIN, roots=(("Dropbox", "/home/a"),)), "Dropbox"),
    ],
)
def test_a_folder_of_another_sync_tool_is_recognised(facts: FolderFacts, tool: str) -> None:
    assert [name for name, _ in sync_tools(facts)] == [tool]
    (found,) = (each for each in vault_findings(facts) if each.level is Level.WARNING)
    assert tool in found.what
    assert found.remedy


@pytest.mark.parametrize(
    "facts",
    [
        PLAIN,
        inside("/home/a/dropbox notes"),
        inside("/home/a/Synchrony", ".syncopation", ".stuff"),
        replace(PLAIN, roots=(("Dropbox", "/home/a/notes-too"),)),
    ],
)
def test_other_folders_are_not(facts: FolderFacts) -> None:
    assert list(sync_tools(facts)) == []
    assert {each.level for each in vault_findings(facts)} == {Level.OK}


def test_a_git_working_tree_is_fine_and_said() -> None:
    found = list(vault_findings(inside("/home/a/work", ".git")))
    assert [each.level for each in found] == [Level.NOTE, Level.OK]
    assert "git working tree" in found[0].what


def test_a_plugin_of_obsidian_that_syncs_is_a_warning() -> None:
    found = list(vault_findings(replace(PLAIN, plugins=frozenset({"obsidian-livesync", "tasks"}))))
    assert [each.level for each in found] == [Level.WARNING, Level.OK]
    assert "LiveSync" in found[0].what


@pytest.mark.parametrize(
    ("kind", "level"),
    [
        ("ext4", None),
        ("apfs", None),
        ("nfs4", Level.WARNING),
        ("cifs", Level.WARNING),
        ("fuse.sshfs", Level.WARNING),
        ("9p", Level.WARNING),
        ("vfat", Level.NOTE),
        ("fuse.mergerfs", Level.NOTE),
    ],
)
def test_file_systems_that_behave_otherwise_are_named(kind: str, level: Level | None) -> None:
    found = [each for each in vault_findings(replace(PLAIN, kind=kind)) if each.what and
             each.check == "file system"]  # fmt: skip
    assert [each.level for each in found] == ([level] if level else [])


@pytest.mark.parametrize(
    ("free", "level"), [(10**12, None), (300 * 10**6, Level.WARNING), (10**6, Level.PROBLEM)]
)
def test_little_room_is_a_warning_and_none_a_problem(free: int, level: Level | None) -> None:
    for findings in (
        vault_findings(replace(PLAIN, free=free)),
        state_findings(replace(PLAIN, free=free), "linux"),
    ):
        assert [each.level for each in findings if "MB" in each.what] == ([level] if level else [])


def test_a_memory_in_a_sync_folder_is_a_problem() -> None:
    (found,) = state_findings(inside("/home/a/Dropbox"), "linux")
    assert found.level is Level.PROBLEM
    assert "CAPSYNC_STATE_DIR" in found.remedy


def test_a_memory_others_can_read_is_a_warning() -> None:
    (found,) = state_findings(replace(PLAIN, mode=0o755), "linux")
    assert found.level is Level.WARNING
    assert found.remedy == "chmod 700 /home/a/notes"
    assert not list(state_findings(replace(PLAIN, mode=0o777), "win32"))


def test_what_cannot_be_written_is_a_problem() -> None:
    shut = replace(PLAIN, writable=False)
    assert [each.level for each in vault_findings(shut)] == [Level.PROBLEM]
    assert [each.level for each in state_findings(shut, "linux")] == [Level.PROBLEM]


def test_the_file_system_is_that_of_the_innermost_mount() -> None:
    mounts = [
        "22 1 8:1 / / rw,relatime - ext4 /dev/sda1 rw",
        "30 22 0:40 / /mnt/my\\040disk rw shared:1 - cifs //host/share rw",
        "31 22 0:41 / /mnt/my rw - tmpfs tmpfs rw",
        "nonsense",
    ]
    assert kind_of("/home/a", mounts) == "ext4"
    assert kind_of("/mnt/my disk/v", mounts) == "cifs"
    assert kind_of("/mnt/my/v", mounts) == "tmpfs"
    assert kind_of("/mnt/mystery", mounts) == "ext4"


def test_a_real_folder_is_looked_at_without_a_change(tmp_path: Path) -> None:
    vault = tmp_path / "Sync" / "vault"
    (vault / ".obsidian" / "plugins" / "obsidian-livesync").mkdir(parents=True)
    (tmp_path / "Sync" / ".stfolder").mkdir()
    (tmp_path / ".dropbox").mkdir()
    info = '{"personal": {"path": "' + str(tmp_path / "Sync") + '"}, "odd": {}}'
    (tmp_path / ".dropbox" / "info.json").write_text(info)
    before = sorted(map(str, tmp_path.rglob("*")))
    facts = look_at(vault, {"HOME": str(tmp_path), "OneDrive": ""})
    assert {tool for tool, _ in sync_tools(facts)} == {"Syncthing", "Dropbox"}
    assert facts.plugins == {"obsidian-livesync"}
    assert facts.there
    assert facts.writable
    assert facts.free
    assert sorted(map(str, tmp_path.rglob("*"))) == before
    missing = look_at(tmp_path / "no" / "such", {})
    assert not missing.there
    assert missing.writable


def test_a_folder_behind_a_link_is_known_by_both_its_places(tmp_path: Path) -> None:
    (tmp_path / "Dropbox" / "notes").mkdir(parents=True)
    (tmp_path / "notes").symlink_to(tmp_path / "Dropbox" / "notes")
    facts = look_at(tmp_path / "notes", {"HOME": str(tmp_path)})
    assert dict(sync_tools(facts)) == {"Dropbox": str(tmp_path / "Dropbox")}


def test_a_disk_that_takes_two_spellings_for_one_is_seen_without_writing(tmp_path: Path) -> None:
    (tmp_path / ".capsync").mkdir()
    if look_at(tmp_path, {}).ignores_case:
        pytest.skip("this disk does so anyway")
    assert look_at(tmp_path, {}).ignores_case is False
    (tmp_path / ".CAPSYNC").symlink_to(tmp_path / ".capsync")  # as such a disk would answer
    facts = look_at(tmp_path, {})
    assert facts.ignores_case
    assert any("the same file" in each.what for each in vault_findings(facts))
