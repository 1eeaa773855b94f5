"""Whether a file that something happened to is just as capsync left it.

A file's stamp tells that as a rule. It does not where somebody has changed the file within
the same tick of the file system's clock and kept its size: 4 ms on many systems, 2 s on some. So
a file that an event has named is read.
"""

from __future__ import annotations

from dataclasses import replace

from capsync.errors import NoteError
from capsync.state.store import Store
from capsync.vault.files import Folder


def is_echo(vault: Folder, memory: Store, path: str) -> bool:
    """Say whether nothing was done to the file at *path* since both sides last agreed.

    If something was, the next walk will open it, whatever its stamp says.
    """
    record = memory.notes.by_path(path)
    if record is None:
        return False
    try:
        read = vault.read(path)
    except NoteError:
        return False
    if read.text == record.text:
        return True
    memory.notes.touch([replace(record, mtime_ns=0)])
    return False
