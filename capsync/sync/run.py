"""What every part of one sync works with, and the words it reports in.

A `Run` lives for one sync. It remembers agreements one note at a time, as soon
as both sides hold them, so that whatever stops the run costs nothing that was
done.
"""

from __future__ import annotations

import json
from collections.abc import Iterable
from dataclasses import dataclass, field, replace

from capsync.clock import Clock
from capsync.errors import NoteError, Unconvertible
from capsync.markdown.frontmatter import FrontMatterProblem
from capsync.markdown.links import linked_names
from capsync.markdown.onto import UnreadableResult
from capsync.model.block import TextBlock, walk
from capsync.model.codec import decode_note, encode_note
from capsync.model.codec_values import canonical
from capsync.model.normal import digest
from capsync.model.note import TAG, Note, Row, Structure, StructureId
from capsync.model.property import PropertyId
from capsync.model.token import NoteId, plain_text
from capsync.plan.conflicts import open_conflicts
from capsync.state.deeds import THERE
from capsync.state.notes import Record
from capsync.state.store import Store
from capsync.sync.contents import contents
from capsync.sync.index import Entry, Index
from capsync.sync.listed import Renamed
from capsync.sync.masked import masked
from capsync.sync.observe import Observed, digest_text
from capsync.sync.reads import UNCONFIRMED, Reads
from capsync.sync.report import Options, Report, Trouble
from capsync.sync.scope import Scope
from capsync.sync.sides import Listed, Progress, Remote, Tell, tell_nobody
from capsync.sync.space import MAIN, SpaceSide
from capsync.vault.disk import Stamp
from capsync.vault.files import Folder
from capsync.vault.names import path_key

MOST_REPEATS = 2
"""How often in a row a write that seems not to have been made is made again."""


@dataclass(slots=True)
class Run:
    """One sync at work."""

    vault: Folder
    remote: Remote
    memory: Store
    clock: Clock
    progress: Progress
    options: Options
    structures: dict[StructureId, Structure]
    index: Index
    seen: Observed
    report: Report
    space: SpaceSide
    reads: Reads
    number: int = 0
    """Of the run; 0 where it changes nothing."""
    tell_person: Tell = tell_nobody
    read_ahead: dict[NoteId, Note] = field(default_factory=dict)
    """Notes that were read just now and turned out to have changed."""
    unfiled: dict[NoteId, Row] = field(default_factory=dict)
    """Objects of the last list that had no file and were not read yet."""
    listed: Listed | None = None
    """The list of the space, where it was made before the run."""
    has_doubts: bool = False
    """Whether a note seems to be gone from the space, which another list has to confirm."""
    looked_at: set[str] = field(default_factory=set)
    """Paths and ids of the notes that this run was about."""
    confirmed: list[str] = field(default_factory=list)
    """Notes that were read and hold what they held, not yet written down as such."""
    created: list[NoteId] = field(default_factory=list)
    """Notes made in the space by this run, whose links may want a second look."""
    renamed: list[Renamed] = field(default_factory=list)
    """Notes of which the last list showed another title."""
    coming: frozenset[str] | None = None
    """The names of new files, case folded, once they were asked for."""
    held: set[NoteId] = field(default_factory=set)
    """Notes that an undo has set back and nobody has touched since."""
    knows_tags: bool = False
    """Whether the tags of the space were listed in this run."""
    refused_creation: str = ""
    """What the service said when it would make no more objects; empty otherwise."""
    scope: Scope = field(default_factory=Scope)
    """Which notes are synced."""

    @property
    def acts(self) -> bool:
        """Whether anything may be changed."""
        return not self.options.dry_run

    def structure_of(self, note: Note) -> Structure:
        """Give a note's structure.

        Raises:
            Unconvertible: The space does not list it.
        """
        found = self.structures.get(note.structure)
        if found is None:
            message = f"its type {note.structure} is not among the space's types"
            raise Unconvertible(message, note=self.where(note.id))
        return found

    def taken(self, *, but: str = "") -> set[str]:
        """Give the `path_key` of every path in use, but for one."""
        return {path_key(path) for path in self.seen.paths if path != but}

    def list_tags(self) -> None:
        """Learn which tags there are, unless the space was listed anyway."""
        if not self.knows_tags:
            self.knows_tags = True
            for row in self.remote.listing([TAG]).rows:
                self.index.add(Entry(row.id, row.title, row.structure))

    def where(self, note: NoteId) -> str:
        """Name a note for a person: its path, else its title, else its id."""
        entry = self.index.entries.get(note)
        return note if entry is None else entry.path or entry.title or note

    def step(self, verb: str, where: str, what: str) -> None:
        """Report something that is done, or would be."""
        if self.acts:
            self.tell(verb, where, what)
        self.report.steps.append(f"{verb:7} {where}: {what}" if what else f"{verb:7} {where}")

    def tell(self, kind: str, path: str, text: str) -> None:
        """Have something in the log; what is quoted from a note is left out."""
        self.tell_person(kind, path=path, text=masked(text))

    def trouble(self, path: str, message: str, note: str | None = None) -> None:
        """Set a note aside."""
        self.report.troubles.append(Trouble(path, message, note))

    def base_of(self, record: Record) -> Note:
        """Give the note both sides last agreed on."""
        return decode_note(json.loads(record.base))

    def body_key(self, structure: StructureId) -> PropertyId | None:
        """Give the main section's key of a structure, if it was ever seen."""
        known = self.memory.meta.get(f"body {structure}")
        return None if known is None else PropertyId(known)

    def learn_body_key(self, note: Note) -> None:
        """Remember what a structure calls its main section."""
        key = next(iter(note.sections), None)
        if key is not None and key != MAIN and self.body_key(note.structure) != key:
            self.memory.meta.put(f"body {note.structure}", key)

    def with_main(self, note: Note) -> Note:
        """Give a note without any section the one it must have."""
        if note.sections:
            return note
        return replace(note, sections={self.body_key(note.structure) or MAIN: ()})

    def write_down_confirmed(self) -> None:
        """Remember when unchanged notes were last looked at, all in one go."""
        if self.confirmed and self.acts:
            with self.memory.transaction():
                self.memory.notes.all_checked(self.confirmed, self.clock.now())
                for note in set(self.memory.meta.keys(UNCONFIRMED)).intersection(self.confirmed):
                    if self.doubted(note):
                        self.memory.meta.put(f"repeated {note}", None)
        self.confirmed.clear()

    def doubt(self, note: NoteId, unmade: Iterable[str]) -> None:
        """Remember what a note is if its last write was not made, until that was read back.

        Args:
            unmade: Digests of the note without the write, or without a part of it.
        """
        self.memory.meta.put(f"{UNCONFIRMED} {note}", " ".join(sorted(unmade)))
        self.reads.wrote(note)

    def doubted(self, note: str) -> frozenset[str]:
        """Give the digests of a note without its last write, once; none where that was read."""
        key = f"{UNCONFIRMED} {note}"
        unmade = self.memory.meta.get(key)
        if unmade is not None and self.acts:
            self.memory.meta.put(key, None)
        return frozenset((unmade or "").split())

    def may_repeat(self, note: str) -> bool:
        """Say whether a write that seems not to have been made may be made again.

        Not for ever: another machine may believe the same of its own write.
        """
        key = f"repeated {note}"
        times = int(self.memory.meta.get(key) or 0)
        may = times < MOST_REPEATS
        if self.acts:
            self.memory.meta.put(key, str(times + 1) if may else None)
        return may

    def keep(self, note: NoteId, path: str, side: str, content: str, reason: str) -> None:
        """Keep a version that is about to be overwritten or removed."""
        with self.memory.transaction():
            self.begin_deed(note, reason, path)
            version = self.memory.revisions.keep(
                note, path, side, content, reason=reason, at=self.clock.now(), run=self.number
            )
            self.memory.deeds.kept(self.number, note, side, version)

    def begin_deed(self, note: NoteId, what: str, path: str, state: str = THERE) -> None:
        """Set down, so that it can be undone, that a note is about to be changed.

        Args:
            path: Where its file is; empty where it has none.
            state: Whether its object is `THERE`, `ABSENT` or `TRASHED`.
        """
        record, now = self.memory.notes.get(note), self.clock.now()
        self.memory.deeds.begin(
            self.number, note, what, path=path, state=state, record=record, at=now
        )

    def forget(self, note: NoteId) -> None:
        """Forget a note that is gone from both sides."""
        with self.memory.transaction():
            self.memory.notes.forget(note)
            self.memory.deeds.end(self.number, note, "", None, None)
        self.reads.gone(note)

    def remember(
        self, note: Note, path: str, text: str, stamp: Stamp, *, unfinished: bool = False
    ) -> None:
        """Remember that both sides hold *note*, the vault as *text*.

        Args:
            unfinished: Whether more is about to be done to the note.
        """
        now = self.clock.now()
        conflicts = sum(len(list(open_conflicts(each))) for each in note.sections.values())
        with self.memory.transaction():
            known = self.memory.notes.get(note.id)
            if known is not None and (known.title, known.path) != (note.title, path):
                for name in (known.path.removesuffix(".md"), known.title):
                    self.memory.names.remember_name(note.id, name)
            self.memory.notes.remember(
                Record(
                    id=note.id,
                    path=path,
                    structure=note.structure,
                    title=note.title,
                    text_digest=digest_text(text),
                    note_digest=digest(note),
                    mtime_ns=stamp.mtime_ns,
                    size=stamp.size,
                    inode=stamp.inode,
                    conflicts=conflicts,
                    missing_since=None,
                    synced_at=now,
                    checked_at=now,
                    base=canonical(encode_note(note)),
                    text=text,
                )
            )
            self.memory.intentions.settled(note.id, path)
            if not unfinished:
                after = digest_text(text), contents(note)
                self.memory.deeds.end(self.number, note.id, path, *after)
            self.memory.awaited.set(note.id, _unlinked(note) if "[[" in text else ())
        self.learn_body_key(note)
        self.seen.paths.add(path)
        self.index.add(Entry(note.id, note.title, note.structure, path))


def _unlinked(note: Note) -> tuple[str, ...]:
    """List the names in what looks like a link in the texts of a note, but is none."""
    blocks = (block for body in note.sections.values() for block in walk(body))
    texts = (plain_text(block.tokens) for block in blocks if isinstance(block, TextBlock))
    return linked_names("\n".join(texts))


def explained(problem: Exception, path: str) -> NoteError:
    """Turn what the converter raises into a note that is set aside."""
    match problem:
        case NoteError():
            return problem
        case FrontMatterProblem():
            return Unconvertible(f"line {problem.line}: {problem.message}", note=path)
        case UnreadableResult():
            message = f"{problem}; it was left alone. Please report this with the note's text"
            return Unconvertible(message, note=path)
        case _:
            raise problem


CONVERTER_PROBLEMS = (FrontMatterProblem, UnreadableResult)
"""What the converter raises about one note."""
