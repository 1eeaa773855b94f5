"""The vault as it is now: which file is which note.

Nothing is opened that the disk says is unchanged. Files that cannot be taken
for a note are set aside one by one; a note whose file is set aside is neither
gone nor touched.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING

from capsync.errors import NoteError
from capsync.model.token import NoteId
from capsync.state.notes import Known
from capsync.state.store import Store
from capsync.sync.report import Trouble
from capsync.vault.disk import Stamp
from capsync.vault.files import Folder, Found

if TYPE_CHECKING:
    from capsync.markdown.opened import Document


@dataclass(slots=True)
class Local:
    """A file of the vault; not frozen, as `Stamp` is not."""

    path: str
    stamp: Stamp
    document: Document | None = None
    """What it holds; None where it holds what it held at the last agreement."""


@dataclass(slots=True)
class Observed:
    """The whole vault."""

    files: dict[NoteId, Local] = field(default_factory=dict)
    """Files that are known to be notes, or say so."""
    new: list[Local] = field(default_factory=list)
    """Files without an id that no note is known to live in."""
    gone: list[Known] = field(default_factory=list)
    """Notes whose file is no longer there."""
    troubles: list[Trouble] = field(default_factory=list)
    blocked: set[NoteId] = field(default_factory=set)
    """Notes that have a file which cannot be read."""
    paths: set[str] = field(default_factory=set)
    """Every path that is in use."""
    known: dict[NoteId, Known] = field(default_factory=dict)
    """All notes that are remembered, by path, with the stamps their files have now."""


def digest_text(text: str) -> str:
    """Give the SHA-256 of a file's text."""
    return hashlib.sha256(text.encode("utf-8", "surrogatepass")).hexdigest()


def observe(vault: Folder, memory: Store) -> Observed:
    """Look at every file of the vault and say which note it is.

    Raises:
        RunError: The vault is not there.
    """
    known = memory.notes.all()
    look = _Look(vault, {each.path: each for each in known if each.path})
    seen = look.seen
    seen.known = {NoteId(each.id): each for each in known}
    for found in vault.scan():
        if not look.is_as_it_was(found):
            look.at(found)
    memory.notes.touch(look.touched)
    _settle_claims(look.claims, seen)
    _settle_loose(look.loose, look.by_path, seen)
    _settle_begun(look.by_path, seen)
    _settle_absent(vault, seen)
    return seen


@dataclass(slots=True)
class _Look:
    """One walk over the files."""

    vault: Folder
    by_path: dict[str, Known]
    seen: Observed = field(default_factory=Observed)
    claims: dict[NoteId, list[Local]] = field(default_factory=dict)
    """All files that say they are the same note, where there are several."""
    loose: list[Local] = field(default_factory=list)
    """Files that do not say."""
    touched: list[Known] = field(default_factory=list)
    """Notes whose file has another stamp but not another text, with that stamp."""

    def is_as_it_was(self, found: Found) -> bool:
        """Take in a file that nothing was done to, as nearly all are; this has to be quick."""
        path, stamp = found
        self.seen.paths.add(path)
        known = self.by_path.get(path)
        if (
            known is None
            or known.mtime_ns != stamp.mtime_ns
            or known.size != stamp.size
            or known.inode != stamp.inode
        ):
            return False
        self._claim(NoteId(known.id), Local(path, stamp))
        return True

    def at(self, found: Found) -> None:
        """Look into a file."""
        known = self.by_path.get(found.path)
        try:
            self._read(found.path, known)
        except NoteError as exc:
            _set_aside(self.seen, found.path, exc.message, known)

    def _read(self, path: str, known: Known | None) -> None:
        read = self.vault.read(path)
        if known and digest_text(read.text) == known.text_digest:
            self._touch(known, read.stamp)
            self._claim(NoteId(known.id), Local(path, read.stamp))
            return
        from capsync.markdown import opened  # noqa: PLC0415  (loads PyYAML)

        try:
            document = opened.read_document(read.text)
        except opened.FrontMatterProblem as exc:
            _set_aside(self.seen, path, f"line {exc.line}: {exc.message}", known)
            return
        local = Local(path, read.stamp, document)
        if document.id is None:
            self.loose.append(local)
        else:
            self._claim(document.id, local)

    def _claim(self, note: NoteId, local: Local) -> None:
        """Take a file for the note it says it is, or is known to be."""
        first = self.seen.files.setdefault(note, local)
        if first is not local:
            self.claims.setdefault(note, [first]).append(local)

    def _touch(self, known: Known, stamp: Stamp) -> None:
        now = replace(known, mtime_ns=stamp.mtime_ns, size=stamp.size, inode=stamp.inode)
        self.touched.append(now)
        self.seen.known[NoteId(now.id)] = now


def _set_aside(seen: Observed, path: str, message: str, known: Known | None) -> None:
    seen.troubles.append(Trouble(path, message, known.id if known else None))
    if known:
        seen.blocked.add(NoteId(known.id))


def _settle_claims(claims: Mapping[NoteId, list[Local]], seen: Observed) -> None:
    """Give each note one file; further files with its id are copies."""
    for note, files in claims.items():
        first = seen.files[note] = _original(files, seen.known.get(note))
        for copy in files:
            if copy is not first:
                message = (
                    f"has the same capacities-id as {first.path}; remove that line here to make "
                    "it a note of its own, or delete the copy"
                )
                seen.troubles.append(Trouble(copy.path, message, None))


def _original(files: list[Local], known: Known | None) -> Local:
    at_home = [each for each in files if known is not None and each.path == known.path]
    untouched = [
        each
        for each in files
        if known is not None
        and each.document is not None
        and digest_text(each.document.text) == known.text_digest
    ]
    return (at_home or untouched or sorted(files, key=lambda each: each.path))[0]


def _settle_loose(loose: Iterable[Local], by_path: Mapping[str, Known], seen: Observed) -> None:
    """Know a note by its place if its file has lost its id."""
    for local in loose:
        known = by_path.get(local.path)
        if known is not None and NoteId(known.id) not in seen.files:
            seen.files[NoteId(known.id)] = local
        else:
            seen.new.append(local)


def _settle_begun(by_path: Mapping[str, Known], seen: Observed) -> None:
    """Know a note whose file has moved before its new id was written in it.

    A number of a file may be another's by now. That does no harm: of a note that was
    only begun, nothing but the front matter is remembered.
    """
    for known in by_path.values():
        begun = known.mtime_ns == 0 and known.path not in seen.paths
        if not begun or NoteId(known.id) in seen.files:
            continue
        name = known.path.rpartition("/")[2]
        fits = (
            each
            for each in seen.new
            if each.stamp.inode == known.inode or each.path.rpartition("/")[2] == name
        )
        if (local := next(fits, None)) is not None:
            seen.new.remove(local)
            seen.files[NoteId(known.id)] = local


def _settle_absent(vault: Folder, seen: Observed) -> None:
    """Tell notes whose file is gone from those whose file could not be seen."""
    absent = [name for name in seen.known if name not in seen.files and name not in seen.blocked]
    taken = {local.path for name, local in seen.files.items() if absent and name in seen.known}
    for name in absent:
        note = seen.known[name]
        # where a file came to claim an id that is not its own, nobody deleted a file
        is_there = note.path in seen.paths and note.path not in taken
        if note.path and (is_there or vault.unseen(note.path)):
            seen.blocked.add(name)
        elif note.path:
            seen.gone.append(note)
