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
from operator import itemgetter
from pathlib import Path
from typing import NamedTuple

from capsync.errors import NoteError, RunError, SafetyStop
from capsync.vault.disk import TEMPORARY, Stamp
from capsync.vault.ignore import Ignore, is_note, is_text
from capsync.vault.system import Entry, System
from capsync.vault.trouble import told
from capsync.vault.vault import MARKER

_UNLISTED = sys.platform == "win32"


class Found(NamedTuple):
    """A note's file; a tuple, since they are many and sorted."""

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
        self._root = f"{root}"  # for 5,000 folders, to make a `Path` of each is slow
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
        self._found.sort(key=itemgetter(0))
        return tuple(self._found)

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
            listed = self.system.entries(f"{self._root}/{folder}" if folder else self._root)
        except OSError as exc:
            problem = told(exc, folder)
            if not isinstance(problem, NoteError) or not folder:
                raise RunError(str(problem)) from exc
            self.skipped.append(Skipped(folder, problem.message))
            return []
        inside = f"{folder}/" if folder else ""
        folders = []
        for entry in listed:
            path = inside + entry.name
            try:
                if entry.name.startswith("."):
                    self.pass_over(entry.name, path)
                elif entry.is_dir():
                    if self.wants(entry, path):
                        folders.append(path)
                elif is_note(entry.name) and self.wants(entry, path):
                    self.take(entry, path)
            except FileNotFoundError:
                pass  # gone between being listed and being looked at
            except OSError as exc:
                problem = told(exc, path)
                if not isinstance(problem, NoteError):
                    raise problem from exc
                self.skipped.append(Skipped(path, problem.message))
        return folders

    def pass_over(self, name: str, path: str) -> None:
        """Take note of a hidden name if it is one of ours."""
        if name.startswith(TEMPORARY[0]) and name.endswith(TEMPORARY[1]):
            self.unfinished.append(self.root / path)

    def wants(self, entry: Entry, path: str) -> bool:
        """Say whether a file or folder is to be looked at; note it if that cannot be."""
        if self.ignore.patterns and self.ignore.names(path):
            return False
        if entry.is_symlink():
            what = "a link, which is not followed; put the file or folder itself there"
        elif path.isascii() or is_text(path):
            return True
        else:
            what = "its name is not UTF-8; rename it"
        self.skipped.append(Skipped(path, what))
        return False

    def take(self, entry: Entry, path: str) -> None:
        """Take in a file that is called like a note."""
        # Windows leaves the inode out of what it lists
        status = self.system.status(Path(entry.path)) if _UNLISTED else entry.stat()
        if stat.S_ISREG(status.st_mode):
            stamp = Stamp(status.st_mtime_ns, status.st_size, status.st_ino)
            self._found.append(Found(path, stamp))
        else:
            self.skipped.append(Skipped(path, "not a file; move it out of the vault"))
