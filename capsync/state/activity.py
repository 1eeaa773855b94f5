"""What happened, as one JSON object a line, for a person to look at later.

    activity = Activity.beside(state_path(vault), clock, hide=(token,))
    activity.add("push", path="Pages/Plan.md", text="2 blocks")
    entries, position = activity.follow(position)

It says which note and what was done, never what a note holds. A line is one write,
so several processes may add to the same file. A full file becomes the first of a few
old ones. Adding never raises: a log that cannot be written loses lines, not notes.
"""

from __future__ import annotations

import json
import os
import re
import zlib
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager, suppress
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import BinaryIO, Self

from capsync.clock import Clock

NAME = "log.jsonl"
LIMIT = 2_000_000
"""Bytes from which on a file is put away."""
KEPT = 3
"""Files that were put away and are kept."""
LONGEST = 1000
"""Characters of a path or a text that are kept."""
HIDDEN = "[token]"

_TOKEN = re.compile(r"\bcap-api-[\w-]+|(?<=Bearer )\S+", re.IGNORECASE)
_FIRST = 32_000
"""Bytes that no line is longer than."""
_STALE = 60.0
"""Seconds after which whoever was putting a file away must have died."""


@dataclass(frozen=True, slots=True)
class Entry:
    """One thing that happened."""

    at: float
    """Seconds since the Unix epoch."""
    kind: str
    """A word, such as ``push``, ``pull``, ``conflict``, ``set aside`` or ``error``."""
    path: str = ""
    """The note's place in the vault; empty where it is about no note."""
    text: str = ""

    def as_json(self) -> str:
        """Write it as one line, without its end."""
        filled = {key: value for key, value in asdict(self).items() if value != ""}
        return json.dumps(filled, ensure_ascii=False)


@dataclass(frozen=True, slots=True)
class Position:
    """A place between two lines, also after the file was put away."""

    file: str = ""
    """Which file; empty for before the first one."""
    offset: int = 0
    """Bytes from its beginning."""

    def __str__(self) -> str:
        return f"{self.file}.{self.offset}"

    @classmethod
    def parse(cls, text: str) -> Self:
        """Undo ``str``; anything else is before the first line."""
        file, _, offset = text.rpartition(".")
        if file and offset.isascii() and offset.isdecimal() and len(offset) < 20:
            return cls(file, int(offset))
        return cls()


@dataclass(frozen=True, slots=True)
class _Opened:
    handle: BinaryIO
    name: str
    """What `Position.file` calls it; empty while nothing is in it."""
    size: int


class Activity:
    """The log of one vault."""

    def __init__(
        self,
        file: Path,
        clock: Clock,
        *,
        hide: tuple[str, ...] = (),
        limit: int = LIMIT,
        kept: int = KEPT,
    ) -> None:
        """
        Args:
            hide: Secrets that must not be in the log, should anybody hand them in.
            limit: Bytes from which on a file is put away.
            kept: How many of those are kept.
        """
        self.file = file
        self._clock = clock
        self._hide = tuple(filter(None, hide))
        self._limit = limit
        self._kept = kept

    @classmethod
    def beside(cls, state: Path, clock: Clock, *, hide: tuple[str, ...] = ()) -> Self:
        """Give the log that is kept beside a memory."""
        return cls(state.with_name(NAME), clock, hide=hide)

    def add(self, kind: str, *, path: str = "", text: str = "") -> None:
        """Set down that something happened, now; what cannot be written is lost."""
        entry = Entry(self._clock.now(), self._safe(kind), self._safe(path), self._safe(text))
        line = f"{entry.as_json()}\n".encode("utf-8", "replace")
        with suppress(OSError):
            self._append(line)

    def last(self, count: int) -> tuple[Entry, ...]:
        """Give the latest entries, the oldest of them first."""
        found: list[Entry] = []
        with self._opened() as files:
            for file in files:  # the newest first
                lines = file.handle.read().split(b"\n")
                found[:0] = list(filter(None, map(_read, lines[-(count - len(found)) - 1 :])))
                if len(found) >= count:
                    break
        return tuple(found[-count:] if count > 0 else ())

    def here(self) -> Position:
        """Give the place behind the last line."""
        with self._opened() as files:
            return next(
                (Position(each.name, _end(each)) for each in files if each.name), Position()
            )

    def follow(self, position: Position) -> tuple[tuple[Entry, ...], Position]:
        """Give what was added behind a place, and the place behind that.

        Where the place was in a file that is not kept any more, everything kept is newer.
        """
        newer: list[tuple[_Opened, int]] = []
        found: list[Entry] = []
        with self._opened() as files:
            for file in files:
                is_it = file.name == position.file and position.offset <= file.size
                newer.append((file, position.offset if is_it else 0))
                if is_it:
                    break
            for file, start in reversed(newer):
                if not file.name:
                    continue
                file.handle.seek(start)
                whole = file.handle.read().rpartition(b"\n")
                data = whole[0] + whole[1]  # a line without an end is still being written
                found += filter(None, map(_read, data.split(b"\n")))
                position = Position(file.name, start + len(data))
        return tuple(found), position

    def _safe(self, text: str) -> str:
        for secret in self._hide:
            text = text.replace(secret, HIDDEN)
        return " ".join(_TOKEN.sub(HIDDEN, text).split())[:LONGEST]

    def _append(self, line: bytes) -> None:
        with self._to_append() as descriptor:
            if os.fstat(descriptor).st_size < self._limit:
                os.write(descriptor, line)
                return
            with suppress(OSError):  # then it grows a little longer
                self._put_away(descriptor)
        with self._to_append() as descriptor:
            os.write(descriptor, line)

    @contextmanager
    def _to_append(self) -> Iterator[int]:
        descriptor = os.open(self.file, os.O_WRONLY | os.O_APPEND | os.O_CREAT, 0o600)
        try:
            yield descriptor
        finally:
            os.close(descriptor)

    def _put_away(self, descriptor: int) -> None:
        """Make room for a new file, unless another process is doing that or has done it."""
        turn = self.file.with_name(f"{self.file.name}.turn")
        with suppress(FileNotFoundError):
            if self.file.stat().st_mtime - turn.stat().st_mtime > _STALE:
                turn.unlink()
        try:
            os.close(os.open(turn, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600))
        except FileExistsError:
            return
        try:
            if os.path.samestat(os.fstat(descriptor), self.file.stat()):
                for number in range(self._kept - 1, 0, -1):
                    with suppress(FileNotFoundError):
                        self._old(number).replace(self._old(number + 1))
                self.file.replace(self._old(1))
        finally:
            turn.unlink(missing_ok=True)

    def _old(self, number: int) -> Path:
        return self.file.with_name(f"{self.file.name}.{number}")

    @contextmanager
    def _opened(self) -> Iterator[Iterator[_Opened]]:
        """Open the files one after the other, the newest first.

        In that order one that is put away meanwhile is met twice, and not missed.
        """
        with ExitStack() as stack:
            yield self._each(stack)

    def _each(self, stack: ExitStack) -> Iterator[_Opened]:
        met = set()
        for file in (self.file, *map(self._old, range(1, self._kept + 1))):
            try:
                handle = stack.enter_context(file.open("rb"))
            except OSError:
                continue
            status = os.fstat(handle.fileno())
            if status.st_ino not in met:
                met.add(status.st_ino)
                first = handle.readline(_FIRST)
                handle.seek(0)
                # a number alone may be given to another file once this one is gone
                name = f"{status.st_ino:x}-{zlib.crc32(first):x}" if first.endswith(b"\n") else ""
                yield _Opened(handle, name, status.st_size)


def _end(file: _Opened) -> int:
    """Give the end of a file's last whole line, in bytes."""
    return file.handle.read().rfind(b"\n") + 1


def _read(line: bytes) -> Entry | None:
    """Read one line; None where it makes no sense, as after a full disk."""
    try:
        raw = json.loads(line)
        return Entry(
            float(raw["at"]), str(raw["kind"]), str(raw.get("path", "")), str(raw.get("text", ""))
        )
    except (ValueError, TypeError, KeyError, AttributeError):
        return None
