"""Which notes are in the folder, and what could not be looked at.

A walk over the folder is the truth about it; events of the file system are not.
What the walk cannot see is as important as what it sees, since a note that is
missing is a note that was deleted, unless it is in a folder that may not be
read, behind a link, or on a disk that is not mounted.
"""

from __future__ import annotations

import stat
import sys
from dataclasses import dataclass
from pathlib import Path

from capsync.errors import NoteError, RunError, SafetyStop
from capsync.vault.disk import TEMPORARY, Stamp, stamp_of
from capsync.vault.ignore import Ignore, is_markdown
from capsync.vault.system import Entry, System
from capsync.vault.trouble import told
from capsync.vault.vault import MARKER


@dataclass(frozen=True, slots=True)
class Found:
    """A note's file."""

    path: str
    stat: Stamp


@dataclass(frozen=True, slots=True)
class Skipped:
    """A file or folder that was not looked at though it might hold notes."""

    path: str
    reason: str


class Scan:
    """Walks one vault, again and again."""

    def __init__(self, root: Path, ignore: Ignore, system: System) -> None:
        self.root = root
        self.ignore = ignore
        self.system = system
        self.marked = system.is_file(root / MARKER)
        self.skipped: list[Skipped] = []
        self.unfinished: list[Path] = []
        """Half-written files that a crashed run left."""
        self._found: list[Found] = []

    def run(self) -> tuple[Found, ...]:
        """List all notes, sorted by path.

        Raises:
            SafetyStop: The vault is not there.
            RunError: Its disk does not answer.
        """
        self.skipped, self.unfinished, self._found = [], [], []
        self.check_there()
        folders = [""]
        while folders:
            folders += self.walk(folders.pop())
        self.check_there()
        return tuple(sorted(self._found, key=lambda found: found.path))

    def unseen(self, path: str) -> bool:
        """Say whether the last walk could not have seen a file at *path*."""
        behind = any(path == each.path or path.startswith(f"{each.path}/") for each in self.skipped)
        return behind or self.ignore.covers(path)

    def check_there(self) -> None:
        """Refuse to take a folder that is not there for an empty one."""
        marker = self.root / MARKER
        gone = self.marked and not self.system.is_file(marker)
        if gone or not self.system.is_folder(self.root):
            raise SafetyStop(f"{self.root} is no vault any more, or its disk is not mounted")

    def walk(self, folder: str) -> list[str]:
        """Take in what is in *folder* and give the folders in it."""
        try:
            listed = self.system.entries(self.root / folder)
        except OSError as exc:
            problem = told(exc, folder)
            if not isinstance(problem, NoteError) or not folder:
                raise RunError(str(problem)) from exc
            self.skipped.append(Skipped(folder, problem.message))
            return []
        inside = f"{folder}/" if folder else ""
        return [inside + entry.name for entry in listed if self.take(entry, inside + entry.name)]

    def take(self, entry: Entry, path: str) -> bool:
        """Take in a file; say whether it is a folder to walk."""
        if entry.name.startswith("."):
            if entry.name.startswith(TEMPORARY[0]) and entry.name.endswith(TEMPORARY[1]):
                self.unfinished.append(self.root / path)
            return False
        try:
            return self.look(entry, path)
        except FileNotFoundError:
            return False  # gone between being listed and being looked at
        except OSError as exc:
            problem = told(exc, path)
            if not isinstance(problem, NoteError):
                raise problem from exc
            self.skipped.append(Skipped(path, problem.message))
            return False

    def look(self, entry: Entry, path: str) -> bool:
        is_folder = entry.is_dir()
        if not is_folder and not is_markdown(entry.name):
            return False
        if self.ignore.covers_folder(path) if is_folder else self.ignore.covers_name(path):
            return False
        if reason := self.objection(entry, path):
            self.skipped.append(Skipped(path, reason))
            return False
        if is_folder:
            return True
        # Windows leaves the inode out of what it lists
        unlisted = sys.platform == "win32"
        status = self.system.status(Path(entry.path)) if unlisted else entry.stat()
        if stat.S_ISREG(status.st_mode):
            self._found.append(Found(path, stamp_of(status)))
        else:
            self.skipped.append(Skipped(path, "not a file; move it out of the vault"))
        return False

    def objection(self, entry: Entry, path: str) -> str:
        """Say why something that might be notes is not looked at; empty if it is."""
        if entry.is_symlink():
            return "a link, which is not followed; put the file or folder itself there"
        try:
            path.encode()
        except UnicodeEncodeError:
            return "its name is not UTF-8; rename it"
        return ""
