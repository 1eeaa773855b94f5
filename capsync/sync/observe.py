"""The vault as it is now: which file is which note.

Nothing is opened that the disk says is unchanged. Files that cannot be taken
for a note are set aside one by one; a note whose file is set aside is neither
gone nor touched.
"""

from __future__ import annotations

import hashlib
from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field

from capsync.errors import NoteError
from capsync.markdown.document import Document, read_document
from capsync.markdown.frontmatter import FrontMatterProblem
from capsync.model.token import NoteId
from capsync.state.notes import Known
from capsync.state.store import Store
from capsync.sync.report import Trouble
from capsync.vault.disk import Stamp
from capsync.vault.files import Folder, Found


@dataclass(frozen=True, slots=True)
class Local:
    """A file of the vault."""

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


def digest_text(text: str) -> str:
    """Give the SHA-256 of a file's text."""
    return hashlib.sha256(text.encode("utf-8", "surrogatepass")).hexdigest()


def observe(vault: Folder, memory: Store) -> Observed:
    """Look at every file of the vault and say which note it is.

    Raises:
        RunError: The vault is not there.
    """
    known = memory.notes.all()
    look = _Look(vault, memory, {each.path: each for each in known if each.path})
    for found in vault.scan():
        look.at(found)
    seen, records = look.seen, {NoteId(each.id): each for each in known}
    _settle_claims(look.claims, records, seen)
    _settle_loose(look.loose, look.by_path, seen)
    _settle_begun(look.by_path, seen)
    taken = {local.path for name, local in seen.files.items() if name in records}
    for note in known:
        name = NoteId(note.id)
        if note.path and name not in seen.files and name not in seen.blocked:
            # where a file came to claim an id that is not its own, nobody deleted a file
            is_there = note.path in seen.paths and note.path not in taken
            if is_there or vault.unseen(note.path):
                seen.blocked.add(name)
            else:
                seen.gone.append(note)
    return seen


@dataclass(slots=True)
class _Look:
    """One walk over the files."""

    vault: Folder
    memory: Store
    by_path: dict[str, Known]
    seen: Observed = field(default_factory=Observed)
    claims: dict[NoteId, list[Local]] = field(default_factory=lambda: defaultdict(list))
    """Files that say which note they are, or are known to be."""
    loose: list[Local] = field(default_factory=list)
    """Files that do not say."""

    def at(self, found: Found) -> None:
        """Look at one file."""
        known = self.by_path.get(found.path)
        self.seen.paths.add(found.path)
        if known and (known.mtime_ns, known.size, known.inode) == _numbers(found.stat):
            self.claims[NoteId(known.id)].append(Local(found.path, found.stat))
            return
        try:
            self._read(found.path, known)
        except FrontMatterProblem as exc:
            _set_aside(self.seen, found.path, f"line {exc.line}: {exc.message}", known)
        except NoteError as exc:
            _set_aside(self.seen, found.path, exc.message, known)

    def _read(self, path: str, known: Known | None) -> None:
        read = self.vault.read(path)
        if known and digest_text(read.text) == known.text_digest:
            mtime, size, inode = _numbers(read.stamp)
            self.memory.notes.touch(known.id, mtime_ns=mtime, size=size, inode=inode)
            self.claims[NoteId(known.id)].append(Local(path, read.stamp))
            return
        document = read_document(read.text)
        local = Local(path, read.stamp, document)
        if document.id is None:
            self.loose.append(local)
        else:
            self.claims[document.id].append(local)


def _numbers(stamp: Stamp) -> tuple[int, int, int]:
    return stamp.mtime_ns, stamp.size, stamp.inode


def _set_aside(seen: Observed, path: str, message: str, known: Known | None) -> None:
    seen.troubles.append(Trouble(path, message, known.id if known else None))
    if known:
        seen.blocked.add(NoteId(known.id))


def _settle_claims(
    claims: Mapping[NoteId, list[Local]], known: Mapping[NoteId, Known], seen: Observed
) -> None:
    """Give each note one file; further files with its id are copies."""
    for note, files in claims.items():
        first = _original(files, known.get(note))
        seen.files[note] = first
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
