"""Single files: replaced at once or not at all, and never over someone's work.

A file is written beside its place under a name nobody looks at, flushed to the
disk, and only then put into place in one step. Where nothing may be in the
place, that step is one that fails if there is (a hard link, or an exclusive
creation where the disk has no links). Everything raises `OSError`; what that
means for a note is said in `capsync.vault.trouble`.
"""

from __future__ import annotations

import errno
import os
import sys
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from itertools import count
from pathlib import Path

from capsync.vault.system import RealSystem, Status, System

TEMPORARY = (".capsync-", ".tmp")
"""How the names of unfinished files begin and end."""

_UNLINKABLE = {errno.EPERM, errno.ENOTSUP, errno.EOPNOTSUPP, errno.ENOSYS, errno.EMLINK}
_numbers = count(1)


@dataclass(slots=True)
class Stamp:
    """What changes when a file does; equal stamps mean it need not be read again.

    Not frozen, though nobody changes one: every look at a vault makes one a file.
    """

    mtime_ns: int
    """Nanoseconds since the Unix epoch."""
    size: int
    """Bytes."""
    inode: int


def stamp_of(status: Status) -> Stamp:
    """Take the stamp from what the system says of a file."""
    return Stamp(status.st_mtime_ns, status.st_size, status.st_ino)


def unfinished(folder: Path) -> Path:
    """Give a new name for an unfinished file in *folder*."""
    return folder / f"{TEMPORARY[0]}{os.getpid()}-{next(_numbers)}{TEMPORARY[1]}"


class Disk:
    """Changes single files."""

    def __init__(self, system: System | None = None) -> None:
        """
        Args:
            system: The file system; None for this machine's.
        """
        self.system = system or RealSystem()

    def stamp_at(self, place: Path) -> Stamp:
        """Give the stamp of the file at *place*, not of what a link there leads to."""
        return stamp_of(self.system.status(place))

    @contextmanager
    def written_beside(self, place: Path, data: bytes, mode: int | None) -> Iterator[Path]:
        """Write *data* to an unfinished file next to *place*; it is gone afterwards.

        Args:
            mode: Permission bits, or None for those of any new file.
        """
        beside = self._beside(place, data)
        try:
            if mode is not None:
                self.system.set_mode(beside, mode)
            yield beside
        finally:
            self._discard(beside)

    def _beside(self, place: Path, data: bytes) -> Path:
        while True:
            beside = unfinished(place.parent)
            with suppress(FileExistsError):
                self.system.write_new(beside, data)
                return beside

    def _discard(self, place: Path) -> None:
        with suppress(FileNotFoundError):
            self.system.unlink(place)

    def put_new(self, source: Path, place: Path) -> None:
        """Move a file to where nothing is; *source* may be left as a second name of it.

        Raises:
            FileExistsError: There is something at *place* by now.
        """
        if sys.platform == "win32":
            self.system.rename(source, place)  # refuses by itself where something is
            return
        try:
            self.system.link(source, place)
        except OSError as exc:
            if exc.errno not in _UNLINKABLE:
                raise
            self.system.write_new(place, b"")
            self.system.replace(source, place)

    def move(self, source: Path, place: Path) -> None:
        """Move a file to where nothing is, or change the spelling of its name.

        Raises:
            FileExistsError: There is another file at *place*.
            BlockingIOError: Someone saved *source* anew in this very moment.
        """
        if self.system.exists(place) and self._is_same(place, source):
            self._respell(source, place)
        else:
            self.put_new(source, place)
            self._drop_name(source, place)

    def finish_move(self, source: Path, place: Path) -> bool:
        """Take the old name away of a file whose move was cut off, and say whether it was.

        Nothing is done where the move never began, came to its end, or another file
        has taken either name since.
        """
        if not (self.system.exists(source) and self.system.exists(place)):
            return False
        if self._is_same(source, place):
            if self._is_one_name(source, place):
                return False
            self._drop_name(source, place)
            return True
        if self.system.status(place).st_size == 0:  # what `put_new` holds a place with
            self.system.replace(source, place)
            return True
        return False

    def _is_one_name(self, one: Path, other: Path) -> bool:
        """Say whether two spellings lead to the same entry of the same folder."""
        if not self._is_same(one.parent, other.parent):
            return False
        names = {each.name for each in self.system.entries(one.parent)}
        return not {one.name, other.name} <= names or one.name == other.name

    def _is_same(self, one: Path, other: Path) -> bool:
        return self.system.status(one).st_ino == self.system.status(other).st_ino

    def _drop_name(self, source: Path, place: Path) -> None:
        """Take the old name away, unless it has come to mean another file meanwhile."""
        aside = unfinished(source.parent)
        try:
            self.system.rename(source, aside)
        except FileNotFoundError:
            return  # put_new took it along
        if self._is_same(aside, place):
            self.system.unlink(aside)
            return
        self.put_new(aside, source)
        self._discard(aside)
        self.system.unlink(place)
        raise BlockingIOError(errno.EAGAIN, os.strerror(errno.EAGAIN))

    def _respell(self, source: Path, place: Path) -> None:
        """Rename a file that stands in its own way, as ``a`` does for ``A`` on many disks."""
        self.system.rename(source, place)
        names = (each.name for each in self.system.entries(source.parent))
        if source == place or all(name != source.name for name in names):
            return
        # Some disks do nothing at all then. The name in between is one that is seen, so that
        # a crash right here loses no note.
        between = place.with_name(f"{next(_numbers)}-{os.getpid()} {place.name}")
        self.system.rename(source, between)
        try:
            self.put_new(between, place)
        except FileExistsError:
            self.put_new(between, source)
            raise
        finally:
            if self.system.exists(place) or self.system.exists(source):
                self._discard(between)

    def flush_folder(self, folder: Path) -> None:
        """Make names that changed in *folder* survive a power cut, where that can be asked for."""
        if sys.platform == "win32":
            return
        with suppress(OSError):  # some network drives cannot; the file itself is safe
            self.system.flush_folder(folder)
