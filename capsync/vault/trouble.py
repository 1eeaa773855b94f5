"""What the disk complains about, as errors that name the path and the remedy.

A full disk concerns every note, so it stops the run; a permission concerns one,
so that note is set aside; a file that is gone only means the plan is too old.
No `OSError` leaves this package.
"""

from __future__ import annotations

import errno
from collections.abc import Iterator
from contextlib import contextmanager

from capsync.errors import CapsyncError, RunError, Stale, Unconvertible

_RUN = {
    errno.ENOSPC: "the disk is full; free some space",
    errno.EDQUOT: "the disk quota is used up; free some space",
    errno.EROFS: "the disk is read-only; make it writable, or move the vault",
    errno.EIO: "the disk does not answer properly; check it",
    errno.ENODEV: "the disk is not there; is it mounted?",
    errno.ESTALE: "the network drive is not there; is it mounted?",
    errno.ENOTCONN: "the network drive is not connected",
    errno.EMFILE: "too many files are open; close some programs",
    errno.ENFILE: "too many files are open; close some programs",
}
_NOTE = {
    errno.EACCES: "no permission; change the permissions of the file and its folder",
    errno.EPERM: "not permitted; change the permissions of the file and its folder",
    errno.ENAMETOOLONG: "the name is too long for this disk; shorten it",
    errno.EILSEQ: "the disk cannot hold this name; rename the note",
    errno.EINVAL: "the disk cannot hold this name; rename the note",
    errno.EISDIR: "there is a folder of this name; rename one of the two",
    errno.ENOTDIR: "there is a file where a folder should be; rename one of the two",
    errno.EEXIST: "there is a file where a folder should be; rename one of the two",
    errno.ELOOP: "it is a link; put the file itself there",
    errno.EBUSY: "another program holds the file; close it there",
    errno.ETXTBSY: "another program holds the file; close it there",
}


def told(exc: OSError, path: str) -> CapsyncError:
    """Say what *exc* means for the note at *path*."""
    code = exc.errno or 0
    if code == errno.ENOENT:
        return Stale("the file is gone", note=path)
    if code == errno.EAGAIN:
        return Stale("the file is being saved just now", note=path)
    if code in _RUN:
        return RunError(f"{path}: {_RUN[code]}")
    return Unconvertible(_NOTE.get(code, exc.strerror or str(exc)), note=path)


@contextmanager
def trouble_at(path: str) -> Iterator[None]:
    """Turn what the disk complains about inside into our errors.

    Raises:
        Stale: The file is gone.
        Unconvertible: This file cannot be read or written.
        RunError: No file can: the disk is full, read-only or away.
    """
    try:
        yield
    except OSError as exc:
        raise told(exc, path) from exc
