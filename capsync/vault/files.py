"""The folder as a whole: what is there, and changes to it that lose nothing.

Paths are strings relative to the vault, with ``/`` between folders, spelt as on
the disk. Every change says what it expects to find and does nothing if that is
not there any more. What is deleted goes to ``.capsync/trash/``.
"""

from __future__ import annotations

import os
import stat
from contextlib import AbstractContextManager, suppress
from dataclasses import dataclass
from datetime import UTC, datetime
from itertools import chain, count
from pathlib import Path

from capsync.clock import Clock, SystemClock
from capsync.errors import Stale, Unconvertible
from capsync.vault.disk import Disk, Stamp, stamp_of
from capsync.vault.ignore import Ignore
from capsync.vault.lock import locked
from capsync.vault.scan import Found, Scan, Skipped
from capsync.vault.system import Status, System
from capsync.vault.trouble import trouble_at
from capsync.vault.vault import OURS

__all__ = ["FileText", "Folder", "Found", "Skipped", "Stamp"]

MAX_BYTES = 10 * 1024 * 1024
"""The largest file that is taken for a note, in bytes."""
TRASH = f"{OURS}/trash"
LOCK = f"{OURS}/lock"
_READS = 3
"""How often a file that changes while it is read is read again."""


@dataclass(frozen=True, slots=True)
class FileText:
    """What a file holds; line ends and byte order mark are as in the file."""

    text: str
    stamp: Stamp


class Folder:
    """The files of one vault."""

    def __init__(
        self,
        root: Path,
        ignore: Ignore | None = None,
        clock: Clock | None = None,
        system: System | None = None,
    ) -> None:
        """
        Args:
            ignore: What is left alone; None for the built-in rules only.
            clock: Says which day the trash is from; None for the system's.
            system: The file system it is on; None for this machine's.
        """
        self.root = root.absolute()
        self.ignore = ignore or Ignore()
        self.disk = Disk(system)
        self._system = self.disk.system
        self._clock = clock or SystemClock()
        self._scan = Scan(self.root, self.ignore, self._system)

    def scan(self) -> tuple[Found, ...]:
        """List all notes with their stamps, sorted by path.

        Raises:
            RunError: The vault is not there, as when its disk is not mounted.
        """
        return self._scan.run()

    @property
    def skipped(self) -> tuple[Skipped, ...]:
        """What the last scan could not or would not look at, and why."""
        return tuple(self._scan.skipped)

    def unseen(self, path: str) -> bool:
        """Say whether the last scan could not have seen a file at *path*.

        Its absence from the list says nothing then, least of all that it was deleted.
        """
        return self._scan.unseen(path)

    def sweep(self) -> None:
        """Remove what a crashed run left half-written; only under the vault's lock."""
        for place in self._scan.unfinished:
            with suppress(OSError):
                self._system.unlink(place)

    def lock(self) -> AbstractContextManager[None]:
        """Keep other capsyncs off the vault.

        Raises:
            RunError: Another one is at work on it.
        """
        return locked(self.root / LOCK)

    def is_there(self, path: str) -> bool:
        """Say whether there is a file, or anything else, at *path*."""
        try:
            self._system.status(self.root / path)
        except OSError:
            return False
        return True

    def check_there(self) -> None:
        """Refuse to go on where the vault is not.

        Raises:
            SafetyStop: Its folder is no vault any more, or its disk is not mounted.
        """
        self._scan.check_there()

    def stamp(self, path: str) -> Stamp | None:
        """Give the stamp of the file at *path*; None where there is none to be seen."""
        try:
            return self.disk.stamp_at(self.root / path)
        except OSError:
            return None

    def read(self, path: str) -> FileText:
        """Read a note's file.

        Raises:
            Stale: It is gone, or being saved.
            Unconvertible: It is no text in UTF-8, too large, or must not be read.
            RunError: The disk is away.
        """
        data, status = self._read(path)
        return FileText(_decoded(data, path), stamp_of(status))

    def write(self, path: str, text: str, expect: str | None) -> Stamp:
        """Make *text* what the file holds; a file that holds it already is not touched.

        Args:
            expect: What the file must hold, or None if there must be no file.

        Raises:
            Stale: It holds something else, or is there, or is gone.
            Unconvertible: It cannot be written there.
            RunError: The disk is full or read-only.
        """
        place = self._place(path)
        try:
            data = text.encode()
        except UnicodeEncodeError as exc:
            raise Unconvertible("half a surrogate pair cannot be written", note=path) from exc
        with trouble_at(path):
            if expect is None:
                return self._create(path, place, data)
            return self._replace(path, place, data, expect.encode("utf-8", "surrogatepass"))

    def move(self, path: str, to: str) -> Stamp:
        """Move a file to where nothing is, or change the spelling of its name.

        Raises:
            Stale: There is a file at *to*, or none at *path*, or it is being saved.
            Unconvertible: It cannot be moved there.
            RunError: The disk is full or read-only.
        """
        source, place = self._place(path), self._place(to)
        with trouble_at(path):
            self.disk.stamp_at(source)  # before any folder is made
        with trouble_at(to):
            self._system.make_folder(place.parent)
            try:
                self.disk.move(source, place)
            except FileExistsError as exc:
                raise Stale(f"there is a file at {to}", note=path) from exc
            self.disk.flush_folder(place.parent)
            return self.disk.stamp_at(place)

    def finish_move(self, path: str, to: str) -> None:
        """Finish a move that a crash cut off, if it was.

        Raises:
            Unconvertible: It cannot be.
            RunError: The disk is full or read-only.
        """
        with trouble_at(path):
            if self.disk.finish_move(self._place(path), self._place(to)):
                self.disk.flush_folder(self._place(to).parent)

    def trash(self, path: str, expect: str | None = None) -> str:
        """Move a file to the trash of today and say where it is now.

        Args:
            expect: What the file must hold, or None if that does not matter.

        Raises:
            Stale: It is gone, or holds something else.
            Unconvertible: It cannot be moved.
            RunError: The disk is full or read-only.
        """
        if expect is not None and self.read(path).text != expect:
            raise Stale("the file has changed", note=path)
        day = datetime.fromtimestamp(self._clock.now(), UTC).date().isoformat()
        stem, dot, extension = f"{TRASH}/{day}/{path}".rpartition(".")
        suffixes = chain([""], (f" {number}" for number in count(2)))
        places = (f"{stem}{suffix}{dot}{extension}" for suffix in suffixes)
        for to in places:
            if not self._system.exists(self.root / to):
                self.move(path, to)
                return to
            if self.disk.finish_move(self._place(path), self.root / to):
                return to
        raise AssertionError("unreachable")  # the places do not end

    def _create(self, path: str, place: Path, data: bytes) -> Stamp:
        self._system.make_folder(place.parent)
        with self.disk.written_beside(place, data, None) as beside:
            stamp = self.disk.stamp_at(beside)  # later, somebody may have saved over it
            try:
                self.disk.put_new(beside, place)
            except FileExistsError as exc:
                held, status = self._read(path)
                if held == data:
                    return stamp_of(status)
                raise Stale("there is another file already", note=path) from exc
        self.disk.flush_folder(place.parent)
        return stamp

    def _replace(self, path: str, place: Path, data: bytes, expect: bytes) -> Stamp:
        held, status = self._read(path)
        if held == data:
            return stamp_of(status)
        if held != expect:
            raise Stale("the file has changed", note=path)
        if not status.st_mode & stat.S_IWUSR:
            raise Unconvertible("the file is read-only; make it writable", note=path)
        with self.disk.written_beside(place, data, stat.S_IMODE(status.st_mode)) as beside:
            if self.disk.stamp_at(place) != stamp_of(status):
                raise Stale("the file is being saved just now", note=path)
            stamp = self.disk.stamp_at(beside)  # later, somebody may have saved over it
            self._system.replace(beside, place)
        self.disk.flush_folder(place.parent)
        return stamp

    def _read(self, path: str) -> tuple[bytes, Status]:
        """Read a file that stays the same while it is read."""
        place = self._place(path)
        with trouble_at(path):
            for _ in range(_READS):
                data, status = self._system.read(place, MAX_BYTES + 1)
                if len(data) > MAX_BYTES:
                    message = f"larger than {MAX_BYTES // 1024**2} MB; split it or move it away"
                    raise Unconvertible(message, note=path)
                if self.disk.stamp_at(place) == stamp_of(status) and len(data) == status.st_size:
                    return data, status
        raise Stale("the file is being saved just now", note=path)

    def _place(self, path: str) -> Path:
        """Give the place of *path* on the disk, which is always inside the vault."""
        if not _is_inside(path):
            raise Unconvertible("the path leads out of the vault", note=path)
        place = self.root.joinpath(*path.split("/"))
        with trouble_at(path):
            if not self._system.real(place.parent).is_relative_to(self._system.real(self.root)):
                raise Unconvertible("a link leads out of the vault here", note=path)
        return place


def _is_inside(path: str) -> bool:
    """Say whether *path* is a plain path below the vault on every system."""
    try:
        path.encode()
    except UnicodeEncodeError:
        return False
    foreign = {"\0", *(("\\", ":") if os.sep == "\\" else ())}
    return not any(char in path for char in foreign) and not any(
        part in {"", ".", ".."} for part in path.split("/")
    )


def _decoded(data: bytes, path: str) -> str:
    """Decode a file's bytes, changing nothing.

    Raises:
        Unconvertible: It is no text, or in another encoding.
    """
    try:
        text = data.decode()
    except UnicodeDecodeError as exc:
        line = data.count(b"\n", 0, exc.start) + 1
        message = f"not UTF-8 (byte 0x{data[exc.start]:02x} in line {line}); save it as UTF-8"
        raise Unconvertible(message, note=path) from exc
    if "\0" in text:
        line = text.count("\n", 0, text.index("\0")) + 1
        message = f"not a text (a NUL byte in line {line}); remove it, or move the file away"
        raise Unconvertible(message, note=path)
    return text
