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
import stat
import sys
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from itertools import count
from pathlib import Path

TEMPORARY = (".capsync-", ".tmp")
"""How the names of unfinished files begin and end."""

_UNLINKABLE = {errno.EPERM, errno.ENOTSUP, errno.EOPNOTSUPP, errno.ENOSYS, errno.EMLINK}
_BINARY: int = getattr(os, "O_BINARY", 0)
_NOFOLLOW: int = getattr(os, "O_NOFOLLOW", 0)
_numbers = count(1)


@dataclass(frozen=True, slots=True)
class Stamp:
    """What changes when a file does; equal stamps mean it need not be read again."""

    mtime_ns: int
    """Nanoseconds since the Unix epoch."""
    size: int
    """Bytes."""
    inode: int


def stamp_of(status: os.stat_result) -> Stamp:
    """Take the stamp from what the system says of a file."""
    return Stamp(status.st_mtime_ns, status.st_size, status.st_ino)


def stamp_at(place: Path) -> Stamp:
    """Give the stamp of the file at *place*, not of what a link there leads to."""
    return stamp_of(place.lstat())


def read(place: Path, *, limit: int) -> tuple[bytes, os.stat_result]:
    """Read at most *limit* bytes, and what the system said of the file at that moment.

    Raises:
        OSError: The file cannot be read, or *place* is a link or no file.
    """
    descriptor = os.open(place, os.O_RDONLY | _BINARY | _NOFOLLOW | getattr(os, "O_NONBLOCK", 0))
    with os.fdopen(descriptor, "rb") as file:
        status = os.fstat(descriptor)
        if not stat.S_ISREG(status.st_mode):
            raise OSError(errno.EISDIR, os.strerror(errno.EISDIR))
        return file.read(limit), status


@contextmanager
def written_beside(place: Path, data: bytes, mode: int | None) -> Iterator[Path]:
    """Write *data* to an unfinished file next to *place*; it is gone afterwards.

    Args:
        mode: Permission bits, or None for those of any new file.
    """
    descriptor, beside = _open_beside(place)
    try:
        with os.fdopen(descriptor, "wb") as file:
            file.write(data)
            file.flush()
            os.fsync(file.fileno())
        if mode is not None:
            beside.chmod(mode)
        yield beside
    finally:
        beside.unlink(missing_ok=True)


def _open_beside(place: Path) -> tuple[int, Path]:
    flags = os.O_WRONLY | os.O_CREAT | os.O_EXCL | _BINARY
    while True:
        beside = unfinished(place.parent)
        with suppress(FileExistsError):
            return os.open(beside, flags, 0o666), beside


def unfinished(folder: Path) -> Path:
    """Give a new name for an unfinished file in *folder*."""
    return folder / f"{TEMPORARY[0]}{os.getpid()}-{next(_numbers)}{TEMPORARY[1]}"


def put_new(source: Path, place: Path) -> None:
    """Move a file to where nothing is; *source* may be left as a second name of it.

    Raises:
        FileExistsError: There is something at *place* by now.
    """
    if sys.platform == "win32":
        source.rename(place)  # refuses by itself where something is
        return
    try:
        os.link(source, place, follow_symlinks=False)
    except OSError as exc:
        if exc.errno not in _UNLINKABLE:
            raise
        place.touch(exist_ok=False)
        source.replace(place)


def move(source: Path, place: Path) -> None:
    """Move a file to where nothing is, or change the spelling of its name.

    Raises:
        FileExistsError: There is another file at *place*.
        BlockingIOError: Someone saved *source* anew in this very moment.
    """
    if place.exists() and place.samefile(source):
        _respell(source, place)
    else:
        put_new(source, place)
        _drop_name(source, place)


def _drop_name(source: Path, place: Path) -> None:
    """Take the old name away, unless it has come to mean another file meanwhile."""
    aside = unfinished(source.parent)
    try:
        source.rename(aside)
    except FileNotFoundError:
        return  # put_new took it along
    if aside.samefile(place):
        aside.unlink()
        return
    put_new(aside, source)
    aside.unlink(missing_ok=True)
    place.unlink()
    raise BlockingIOError(errno.EAGAIN, os.strerror(errno.EAGAIN))


def _respell(source: Path, place: Path) -> None:
    """Rename a file that stands in its own way, as ``a`` does for ``A`` on many disks."""
    source.rename(place)
    if source == place or all(each.name != source.name for each in source.parent.iterdir()):
        return
    # Some disks do nothing at all then. The name in between is one that is seen, so that
    # a crash right here loses no note.
    between = place.with_name(f"{next(_numbers)}-{os.getpid()} {place.name}")
    source.rename(between)
    try:
        put_new(between, place)
    except FileExistsError:
        put_new(between, source)
        raise
    finally:
        if place.exists() or source.exists():
            between.unlink(missing_ok=True)


def flush_folder(folder: Path) -> None:
    """Make names that changed in *folder* survive a power cut, where that can be asked for."""
    if sys.platform == "win32":
        return
    with suppress(OSError):  # some network drives cannot; the file itself is safe
        descriptor = os.open(folder, os.O_RDONLY)
        try:
            os.fsync(descriptor)
        finally:
            os.close(descriptor)
