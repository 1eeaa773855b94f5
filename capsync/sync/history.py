"""The past of one note: finding it by any name it goes or went by, and its versions.

Nothing here asks the space; what it holds is known as of the last sync.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from capsync.errors import ConfigError, NoteError
from capsync.markdown.document import read_document
from capsync.markdown.frontmatter import FrontMatterProblem
from capsync.markdown.links import is_id
from capsync.model.codec import decode_note
from capsync.model.token import NoteId
from capsync.plan.safety import count_words
from capsync.plan.words import words_of
from capsync.state.store import Record, Revision, Store
from capsync.sync.called import is_called, nobody, plain
from capsync.sync.observe import Observed, digest_text
from capsync.vault.files import Folder
from capsync.vault.names import stem_of


@dataclass(frozen=True, slots=True)
class Subject:
    """A note that a person named, whether it is still there or not."""

    id: NoteId
    path: str
    """Where its file is, or was last."""
    title: str
    record: Record | None
    """What was last agreed on; None where the note is not synced any more."""


@dataclass(frozen=True, slots=True)
class Version:
    """A version of a note, as a person is told of it."""

    version: int
    at: float
    """When it was overwritten, in seconds since the Unix epoch."""
    side: str
    """``vault`` or ``space``."""
    reason: str
    path: str
    words: int
    run: int


@dataclass(frozen=True, slots=True)
class History:
    """What a note is and was."""

    subject: Subject
    versions: tuple[Version, ...]
    """The latest first."""
    words: int | None
    """Of the file as it is now; None where there is none."""
    edited: bool
    """Whether the file was edited since the last sync."""


def find_note(memory: Store, name: str) -> Subject:
    """Find a note by its id, path or title, those it has before those it had.

    Raises:
        ConfigError: No note is, or was, called so; or several are.
    """
    for fits in _rounds(memory, name):
        found = dict.fromkeys(fits)
        if len(found) > 1:
            several = ", ".join(f"{_subject(memory, each).path} ({each})" for each in found)
            raise ConfigError(f"“{name}” may be any of {several}; name one by its path or id")
        if found:
            return _subject(memory, next(iter(found)))
    raise nobody(name, was=True)


def _rounds(memory: Store, name: str) -> Iterator[Iterable[NoteId]]:
    """Give the notes that a name may mean, the likelier kinds first."""
    known, past = memory.notes.all(), memory.revisions.paths()
    ids = {each.id for each in known} | {note for note, _ in past if note}
    if is_id(name.lower()):
        yield [NoteId(name.lower())] if name.lower() in ids else []
    yield [NoteId(each.id) for each in known if plain(name) in (each.path, _bare(each.path))]
    yield [
        NoteId(each.id)
        for each in known
        if is_called(name, each.path, each.title, each.id)
        or stem_of(each.path).casefold() == name.casefold()
    ]
    yield [NoteId(note) for note, path in past if note and plain(name) in (path, _bare(path))]
    yield [
        *(NoteId(note) for note in memory.names.ids_of(name) if note in ids),
        *(NoteId(note) for note, path in past if note and _is_stem(name, path)),
    ]


def _bare(path: str) -> str:
    return path.removesuffix(".md")


def _is_stem(name: str, path: str) -> bool:
    return name.casefold() in (stem_of(path).casefold(), _bare(path).casefold())


def _subject(memory: Store, note: NoteId) -> Subject:
    record = memory.notes.get(note)
    if record is not None and record.path:
        return Subject(note, record.path, record.title, record)
    versions = memory.revisions.list(note)
    path = versions[0].path if versions else ""
    return Subject(note, path, record.title if record else stem_of(path), record)


def split_version(memory: Store, name: str) -> tuple[str, int | None]:
    """Part ``NOTE@N`` into the note and the number; a note that is called so comes first."""
    note, at, number = name.rpartition("@")
    if not (at and note and number.isascii() and number.isdecimal()):
        return name, None
    try:
        find_note(memory, name)
    except ConfigError:
        return note, int(number)
    return name, None


def version_of(memory: Store, subject: Subject, number: int) -> Revision:
    """Give a version of a note by its number.

    Raises:
        ConfigError: There is none, or it is not kept any more.
    """
    kept = memory.revisions.version(subject.id, number)
    if kept is None:
        raise ConfigError(
            f"there is no version {number} of {subject.path or subject.id}, or it is not kept any "
            f"more; capsync history lists them"
        )
    return kept


def history(vault: Folder, memory: Store, seen: Observed, name: str) -> History:
    """Tell the past of a note.

    Raises:
        ConfigError: No note is, or was, called so; or several are.
    """
    subject = find_note(memory, name)
    text = file_text(vault, seen, subject)
    known = subject.record.text_digest if subject.record else None
    return History(
        subject=subject,
        versions=tuple(map(_version, memory.revisions.list(subject.id))),
        words=None if text is None else words_of_text(text),
        edited=text is not None and digest_text(text) != known,
    )


def file_text(vault: Folder, seen: Observed, subject: Subject) -> str | None:
    """Read the file of a note as it is now; None where it has none, or it cannot be read."""
    local = seen.files.get(subject.id)
    try:
        return None if local is None else vault.read(local.path).text
    except NoteError:
        return None


def _version(kept: Revision) -> Version:
    if kept.side == "vault":
        words = words_of_text(kept.content)
    else:
        words = sum(map(count_words, decode_note(json.loads(kept.content)).sections.values()))
    return Version(kept.version, kept.at, kept.side, kept.reason, kept.path, words, kept.run)


def words_of_text(text: str) -> int:
    """Count the words of a file, its front matter aside."""
    try:
        return len(words_of(read_document(text).body))
    except FrontMatterProblem:
        return len(words_of(text))
