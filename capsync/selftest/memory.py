"""A file system in memory, at the level of system calls.

It knows what trips sync tools up on real disks: names that differ only in case
may be one file, a disk may spell names in another normal form than it was given,
two names may lead to one file. Every write gets a time of its own, as on a disk
with a fine clock.
"""

from __future__ import annotations

import errno
import os
import stat
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from unicodedata import normalize


@dataclass(slots=True)
class Inode:
    """A file; also what the system says of it."""

    st_ino: int
    data: bytes
    st_mtime_ns: int
    st_mode: int = stat.S_IFREG | 0o644

    @property
    def st_size(self) -> int:
        """Its length in bytes."""
        return len(self.data)


@dataclass(frozen=True, slots=True)
class Told:
    """What the system said of a file at some moment."""

    st_ino: int
    st_size: int
    st_mtime_ns: int
    st_mode: int


@dataclass(frozen=True, slots=True)
class Name:
    """One entry of a folder."""

    name: str
    path: str
    file: Inode | None
    """None for a folder."""

    def is_dir(self) -> bool:
        return self.file is None

    def is_symlink(self) -> bool:
        return False

    def stat(self) -> Told:
        return FOLDER if self.file is None else told(self.file)


FOLDER = Told(0, 0, 0, stat.S_IFDIR | 0o755)
"""What the system says of any folder."""


def told(file: Inode) -> Told:
    """Take down what the system says of a file now."""
    return Told(file.st_ino, file.st_size, file.st_mtime_ns, file.st_mode)


@dataclass(slots=True)
class MemorySystem:
    """A disk with one folder, the vault, and whatever is in it."""

    now: Callable[[], float]
    """Seconds since the epoch, for the times of files."""
    folds: bool = False
    """Whether names that differ only in case are one, as on most macs and on Windows."""
    decomposes: bool = False
    """Whether names are kept in NFD, as on older macs; NFC finds them all the same."""
    changes: int = 0
    """Calls so far that changed something."""
    folders: dict[str, dict[str, tuple[str, Inode | None]]] = field(default_factory=dict)
    """What is in each folder: the key of a name, its spelling, and the file."""
    inodes: int = 1

    def __post_init__(self) -> None:
        self.folders[""] = {}

    # What capsync asks for, by place

    def status(self, place: Path) -> Told:
        found = self._found(str(place))
        if found is None and str(place) not in ("/", "") and not self.is_folder(place):
            raise _problem(errno.ENOENT)
        file = found[1] if found is not None else None
        return FOLDER if file is None else told(file)

    def exists(self, place: Path) -> bool:
        return self._found(str(place)) is not None

    def is_file(self, place: Path) -> bool:
        found = self._found(str(place))
        return found is not None and found[1] is not None

    def is_folder(self, place: Path) -> bool:
        return self._key(str(place)) in self.folders

    def entries(self, folder: Path | str) -> Sequence[Name]:
        at = self._key(str(folder))
        if at not in self.folders:
            raise _problem(errno.ENOENT)
        return [
            Name(name, f"{folder}/{name}", file) for name, file in list(self.folders[at].values())
        ]

    def real(self, place: Path) -> Path:
        return place

    def read(self, place: Path, limit: int) -> tuple[bytes, Told]:
        file = self._file(str(place))
        return file.data[:limit], told(file)

    def write_new(self, place: Path, data: bytes) -> None:
        self._put(str(place), self._made(data), over=False)

    def set_mode(self, place: Path, mode: int) -> None:
        self._file(str(place)).st_mode = stat.S_IFREG | mode

    def link(self, source: Path, place: Path) -> None:
        self._put(str(place), self._file(str(source)), over=False)

    def rename(self, source: Path, place: Path) -> None:
        self.replace(source, place)

    def replace(self, source: Path, place: Path) -> None:
        file = self._file(str(source))
        found = self._found(str(place))
        if found is not None and found[1] is file and not self._is_one_name(source, place):
            return  # two names of one file: POSIX does nothing
        self._drop(str(source))
        self._put(str(place), file, over=True)

    def unlink(self, place: Path) -> None:
        self._file(str(place))
        self._drop(str(place))

    def make_folder(self, place: Path) -> None:
        key = self._key(str(place))
        if key in self.folders:
            return
        if self.exists(place):
            raise _problem(errno.EEXIST)
        self.make_folder(place.parent)
        self.changes += 1
        self.folders[key] = {}
        folder, name, spelling = self._parts(str(place))
        self.folders[folder][name] = (spelling, None)

    def flush_folder(self, folder: Path) -> None:
        pass

    # What an editor does

    def save(self, place: Path, data: bytes) -> None:
        """Write over a file in place, or make it; its folder too."""
        self.make_folder(place.parent)
        found = self._found(str(place))
        if found is None or found[1] is None:
            self._put(str(place), self._made(data), over=False)
            return
        self.changes += 1
        found[1].data, found[1].st_mtime_ns = data, self._tick()

    def touch(self, place: Path) -> None:
        """Give a file another time."""
        self._file(str(place)).st_mtime_ns = self._tick()

    def walk(self, folder: Path) -> Iterator[tuple[Path, bytes]]:
        """Give every file below *folder* that is not hidden, in order of their names."""
        for each in sorted(self.entries(folder), key=lambda each: each.name):
            if each.name.startswith("."):
                continue
            if each.file is None:
                yield from self.walk(folder / each.name)
            else:
                yield folder / each.name, each.file.data

    # Names

    def _key(self, path: str) -> str:
        path = path.strip("/")
        if self.decomposes or self.folds:
            path = normalize("NFD", path)
        return path.casefold() if self.folds else path

    def _parts(self, path: str) -> tuple[str, str, str]:
        folder, _, name = path.strip("/").rpartition("/")
        return (
            self._key(folder),
            self._key(name),
            normalize("NFD", name) if self.decomposes else name,
        )

    def _is_one_name(self, one: Path, other: Path) -> bool:
        return self._key(str(one)) == self._key(str(other))

    def _found(self, path: str) -> tuple[str, Inode | None] | None:
        folder, name, _ = self._parts(path)
        return self.folders.get(folder, {}).get(name)

    def _file(self, path: str) -> Inode:
        found = self._found(path)
        if found is None:
            raise _problem(errno.ENOENT)
        if found[1] is None:
            raise _problem(errno.EISDIR)
        return found[1]

    def _put(self, path: str, file: Inode, *, over: bool) -> None:
        folder, name, spelling = self._parts(path)
        if folder not in self.folders:
            raise _problem(errno.ENOENT)
        held = self.folders[folder].get(name)
        if held is not None and (not over or held[1] is None):
            raise _problem(errno.EEXIST if held[1] is not None or not over else errno.EISDIR)
        self.changes += 1
        self.folders[folder][name] = (held[0] if held is not None else spelling, file)

    def _drop(self, path: str) -> None:
        folder, name, _ = self._parts(path)
        self.changes += 1
        del self.folders[folder][name]

    def _made(self, data: bytes) -> Inode:
        self.inodes += 1
        return Inode(self.inodes, data, self._tick())

    def _tick(self) -> int:
        self.inodes += 1
        return int(self.now() * 1e9) + self.inodes


def _problem(code: int) -> OSError:
    return OSError(code, os.strerror(code))
