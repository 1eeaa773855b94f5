"""One capsync per vault.

The system holds the lock and lets go of it when the process ends, however it
ends, so there is no stale lock to clear away. The file stays where it is; it
says who held it last.
"""

from __future__ import annotations

import os
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from capsync.errors import NoteError, RunError
from capsync.vault.trouble import trouble_at

_PID_DIGITS = 20


class Busy(RunError):
    """Another capsync is at work on the vault; it may be done in a moment."""


@contextmanager
def locked(file: Path) -> Iterator[None]:
    """Hold the lock in *file* for as long as the block runs.

    Raises:
        Busy: Another capsync holds it.
        RunError: The file cannot be written.
    """
    try:
        with trouble_at(str(file)):
            file.parent.mkdir(parents=True, exist_ok=True)
            descriptor = os.open(file, os.O_RDWR | os.O_CREAT, 0o600)
    except NoteError as exc:
        raise RunError(str(exc)) from exc
    try:
        if not _try_lock(descriptor):
            holder = os.read(descriptor, _PID_DIGITS).decode("ascii", "replace").strip()
            raise Busy(f"another capsync is at work on this vault (pid {holder or 'unknown'})")
        os.ftruncate(descriptor, 0)
        os.lseek(descriptor, 0, os.SEEK_SET)
        os.write(descriptor, b"%d\n" % os.getpid())
        yield
    finally:
        os.close(descriptor)


if sys.platform == "win32":
    import msvcrt

    _FAR = 1 << 30
    """A byte that is locked in place of the first ones, which others must be able to read."""

    def _try_lock(descriptor: int) -> bool:
        os.lseek(descriptor, _FAR, os.SEEK_SET)
        try:
            msvcrt.locking(descriptor, msvcrt.LK_NBLCK, 1)
        except OSError:
            return False
        finally:
            os.lseek(descriptor, 0, os.SEEK_SET)
        return True

else:
    import fcntl

    def _try_lock(descriptor: int) -> bool:
        try:
            fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            return False
        return True
