"""Settling one conflict as a person saw it somewhere else, such as on a page.

Between seeing and choosing the file may have changed. So what was seen is named by what
it said, and only a conflict that still says that is settled.
"""

from __future__ import annotations

import hashlib
from dataclasses import dataclass, replace
from enum import Enum

from capsync.clock import Clock
from capsync.errors import Stale, Unconvertible
from capsync.markdown.lens import put
from capsync.model.block import without_children
from capsync.model.property import PropertyId
from capsync.model.token import TextToken
from capsync.plan.choices import Choice, Found
from capsync.plan.conflicts import MARK
from capsync.state.store import Store
from capsync.sync.index import Index
from capsync.sync.resolve import OpenConflict, OpenFile, open_files, settle_file
from capsync.vault.files import Folder

_BODY = PropertyId("")


class Way(Enum):
    """How a conflict is settled."""

    MINE = "mine"
    THEIRS = "theirs"
    BOTH = "both"
    TEXT = "text"
    """By what the person wrote instead of either."""


@dataclass(frozen=True, slots=True)
class Settlement:
    """A conflict, as a person saw it, and what becomes of it."""

    path: str
    line: int
    """Of the conflict in the file when it was shown, from 1."""
    seal: str
    """What was shown, by `seal_of`."""
    way: Way
    text: str = ""
    """Markdown; for `Way.TEXT`."""


def seal_of(conflict: OpenConflict) -> str:
    """Give what two conflicts share that read the same in the same file."""
    parts = (conflict.path, conflict.local, conflict.space)
    raw = "\0".join(parts).encode("utf-8", "surrogatepass")
    return hashlib.sha256(raw).hexdigest()[:32]


def settle_seen(vault: Folder, memory: Store, clock: Clock, chosen: Settlement) -> OpenConflict:
    """Settle one conflict in its file; the old text goes to the history.

    Returns:
        The conflict that was settled.

    Raises:
        Stale: There is no conflict any more that says what was seen.
        Unconvertible: What the file should say cannot be written.
        RunError: The vault or the memory is not there, or cannot be written.
    """
    file, index = _found(open_files(vault, memory), chosen)
    if chosen.way is Way.TEXT:
        file = _reworded(file, index, chosen.text)
        choice = Choice.THEIRS
    else:
        choice = Choice(chosen.way.value)
    settle_file(vault, memory, clock, file, {index: choice})
    return file.conflicts[index]


def _found(files: tuple[OpenFile, ...], chosen: Settlement) -> tuple[OpenFile, int]:
    """Find what was seen; of several that say the same, the one nearest to where it was."""
    same = [
        (abs(conflict.line - chosen.line), file, index)
        for file in files
        for index, conflict in enumerate(file.conflicts)
        if file.path == chosen.path and seal_of(conflict) == chosen.seal
    ]
    if not same:
        raise Stale(
            "this conflict was settled or changed meanwhile; look at what is open now",
            note=chosen.path,
        )
    _, file, index = min(same, key=lambda each: each[0])
    return file, index


def _reworded(file: OpenFile, index: int, text: str) -> OpenFile:
    """Make a text the other version of a conflict, so that it can be chosen."""
    if not text.strip():
        raise Unconvertible(
            "nothing was written; keep one of the versions, or delete the paragraph in an editor",
            note=file.path,
        )
    found = list(file.found)
    key, conflict = found[index]
    found[index] = key, _with_text(conflict, text, file.names)
    return replace(file, found=tuple(found))


def _with_text(found: Found, text: str, names: Index) -> Found:
    """Let a text take from the local block what Markdown cannot say, but not its id."""
    local = () if found.local is None else (without_children(found.local),)
    blocks = put(text.strip("\n") + "\n", {_BODY: local}, names)[_BODY]
    plain = tuple(replace(block, id=None) for block in blocks)
    return replace(found, callout=replace(found.callout, tokens=(TextToken(MARK),), blocks=plain))
