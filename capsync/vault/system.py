"""The calls to the file system that capsync makes, so that a folder can live elsewhere.

Everything above reasons in `pathlib` paths but never lets them touch the disk by
themselves. Each call does what the system call of that name does and raises
`OSError`; what to do about a half-done sequence of them is the business of
`capsync.vault.disk`.
"""

from __future__ import annotations

import os
import stat
from collections.abc import Sequence
from errno import EISDIR
from pathlib import Path
from typing import Protocol

_BINARY: int = getattr(os, "O_BINARY", 0)
_NOFOLLOW: int = getattr(os, "O_NOFOLLOW", 0)
_NONBLOCK: int = getattr(os, "O_NONBLOCK", 0)


class Status(Protocol):
    """What the system says of a file; `os.stat_result` is one."""

    @property
    def st_mode(self) -> int:
        """Its kind and permissions."""

    @property
    def st_ino(self) -> int:
        """Its number on the disk."""

    @property
    def st_size(self) -> int:
        """Its length in bytes."""

    @property
    def st_mtime_ns(self) -> int:
        """When it was last written, in nanoseconds since the epoch."""


class Entry(Protocol):
    """One name in a folder; `os.DirEntry` is one."""

    @property
    def name(self) -> str:
        """As spelt on the disk."""

    @property
    def path(self) -> str:
        """With the folder it was listed from."""

    def is_dir(self) -> bool:
        """Say whether it is a folder, or leads to one."""

    def is_symlink(self) -> bool:
        """Say whether it is a link."""

    def stat(self) -> Status:
        """Say more of it."""


class System(Protocol):
    """A file system."""

    def status(self, place: Path) -> Status:
        """Tell about what is at *place*, not about what a link there leads to."""

    def exists(self, place: Path) -> bool:
        """Say whether there is anything at *place*."""

    def is_file(self, place: Path) -> bool:
        """Say whether there is a file at *place*."""

    def is_folder(self, place: Path) -> bool:
        """Say whether there is a folder at *place*."""

    def entries(self, folder: Path | str) -> Sequence[Entry]:
        """List a folder, in no order."""

    def real(self, place: Path) -> Path:
        """Follow all links on the way to *place*."""

    def read(self, place: Path, limit: int) -> tuple[bytes, Status]:
        """Read at most *limit* bytes, and tell about the file at that moment.

        Raises:
            OSError: It cannot be read, or is a link or no file.
        """

    def write_new(self, place: Path, data: bytes) -> None:
        """Make a file and have it on the disk when this returns.

        Raises:
            FileExistsError: There is something at *place*; it was left alone.
        """

    def set_mode(self, place: Path, mode: int) -> None:
        """Set the permission bits of a file."""

    def link(self, source: Path, place: Path) -> None:
        """Give a file a second name.

        Raises:
            FileExistsError: There is something at *place*.
        """

    def rename(self, source: Path, place: Path) -> None:
        """Rename a file; on Windows not to where something is."""

    def replace(self, source: Path, place: Path) -> None:
        """Rename a file, in one step and over whatever is there."""

    def unlink(self, place: Path) -> None:
        """Take a name away."""

    def make_folder(self, place: Path) -> None:
        """Make a folder and those above it, where they are not there yet."""

    def flush_folder(self, folder: Path) -> None:
        """Make names that changed in *folder* survive a power cut."""


class RealSystem:
    """The file system of this machine."""

    def status(self, place: Path) -> Status:
        return place.lstat()

    def exists(self, place: Path) -> bool:
        return place.exists()

    def is_file(self, place: Path) -> bool:
        return place.is_file()

    def is_folder(self, place: Path) -> bool:
        return place.is_dir()

    def entries(self, folder: Path | str) -> Sequence[Entry]:
        with os.scandir(folder) as entries:
            return list(entries)

    def real(self, place: Path) -> Path:
        return place.resolve()

    def read(self, place: Path, limit: int) -> tuple[bytes, Status]:
        descriptor = os.open(place, os.O_RDONLY | _BINARY | _NOFOLLOW | _NONBLOCK)
        with os.fdopen(descriptor, "rb") as file:
            status = os.fstat(descriptor)
            if not stat.S_ISREG(status.st_mode):
                raise OSError(EISDIR, os.strerror(EISDIR))
            return file.read(limit), status

    def write_new(self, place: Path, data: bytes) -> None:
        descriptor = os.open(place, os.O_WRONLY | os.O_CREAT | os.O_EXCL | _BINARY, 0o666)
        try:
            with os.fdopen(descriptor, "wb") as file:
                file.write(data)
                file.flush()
                os.fsync(file.fileno())
        except BaseException:
            place.unlink(missing_ok=True)
            raise

    def set_mode(self, place: Path, mode: int) -> None:
        place.chmod(mode)

    def link(self, source: Path, place: Path) -> None:
        os.link(source, place, follow_symlinks=False)

    def rename(self, source: Path, place: Path) -> None:
        source.rename(place)

    def replace(self, source: Path, place: Path) -> None:
        source.replace(place)

    def unlink(self, place: Path) -> None:
        place.unlink()

    def make_folder(self, place: Path) -> None:
        place.mkdir(parents=True, exist_ok=True)

    def flush_folder(self, folder: Path) -> None:
        descriptor = os.open(folder, os.O_RDONLY)
        try:
            os.fsync(descriptor)
        finally:
            os.close(descriptor)
