"""What every part of one sync works with, and the words it reports in.

A `Run` lives for one sync. It remembers agreements one note at a time, as soon
as both sides hold them, so that whatever stops the run costs nothing that was
done.
"""

from __future__ import annotations

import json
import shlex
from collections.abc import Iterable
from dataclasses import dataclass, field, replace

from capsync.clock import Clock
from capsync.errors import NoteError, Unconvertible
from capsync.markdown.frontmatter import FrontMatterProblem
from capsync.markdown.links import Names, NoNames, linked_names
from capsync.markdown.losses import new_losses
from capsync.markdown.onto import UnreadableResult
from capsync.model.block import TextBlock, walk
from capsync.model.codec import decode_note, encode_note
from capsync.model.codec_values import canonical
from capsync.model.normal import digest
from capsync.model.note import TAG, Note, Structure, StructureId
from capsync.model.property import PropertyId
from capsync.model.token import NoteId, plain_text
from capsync.plan.conflicts import open_conflicts
from capsync.state.deeds import THERE
from capsync.state.notes import Record
from capsync.state.store import Store
from capsync.sync.contents import contents
from capsync.sync.index import Entry, Index
from capsync.sync.observe import Observed, digest_text
from capsync.sync.report import Options, Report, Trouble
from capsync.sync.sides import Progress, Remote
from capsync.sync.space import MAIN, SpaceSide
from capsync.vault.disk import Stamp
from capsync.vault.files import Folder
from capsync.vault.names import path_key, stem_of

MOST_REPEATS = 2
"""How often in a row a write that seems not to have been made is made again."""
MOST_LOSSES = 3
"""Losses of one note that a report names."""


class _Found(NoNames):
    """Which links find a note: those that do now, and those that will."""

    def __init__(self, now: Names, coming: frozenset[str]) -> None:
        self.now, self.coming = now, coming

    def resolve(self, name: str) -> NoteId | None:
        """Give some note for a name that is still to come."""
        soon = name.partition("#")[0].strip().removesuffix(".md").casefold() in self.coming
        return self.now.resolve(name) or (NoteId(name) if soon else None)


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
    number: int = 0
    """Of the run; 0 where it changes nothing."""
    read_ahead: dict[NoteId, Note] = field(default_factory=dict)
    """Notes that were read just now and turned out to have changed."""
    confirmed: list[str] = field(default_factory=list)
    """Notes that were read and hold what they held, not yet written down as such."""
    created: list[NoteId] = field(default_factory=list)
    """Notes made in the space by this run, whose links may want a second look."""
    coming: frozenset[str] | None = None
    """The names of new files, case folded, once they were asked for."""
    held: set[NoteId] = field(default_factory=set)
    """Notes that an undo has set back and nobody has touched since."""
    knows_tags: bool = False
    """Whether the tags of the space were listed in this run."""
    refused_creation: str = ""
    """What the service said when it would make no more objects; empty otherwise."""

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
        self.report.steps.append(f"{verb:7} {where}: {what}" if what else f"{verb:7} {where}")

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
        now = self.clock.now()
        with self.memory.transaction():
            for note in self.confirmed if self.acts else ():
                self.memory.notes.checked(note, now)
                if self.doubted(note):
                    self.memory.meta.put(f"repeated {note}", None)
        self.confirmed.clear()

    def doubt(self, note: NoteId, unmade: Iterable[str]) -> None:
        """Remember what a note is if its last write was not made, until that was read back.

        Args:
            unmade: Digests of the note without the write, or without a part of it.
        """
        self.memory.meta.put(f"unconfirmed {note}", " ".join(sorted(unmade)))

    def doubted(self, note: str) -> frozenset[str]:
        """Give the digests of a note without its last write, once; none where that was read."""
        key = f"unconfirmed {note}"
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

    def tell_losses(self, path: str, text: str, before: str = "", *, soon: bool = False) -> None:
        """Report what in a file that went to the space has no home there.

        Args:
            before: What the file held when this was last told; what is lost of that is known.
            soon: Whether a link finds the note of a new file, though that may not be made yet.
        """
        coming = self._names_of_new_files() if soon and "[[" in text else frozenset()
        lost = new_losses(text, before, _Found(self.index, coming))
        self.report.losses += [f"{path} {loss}" for loss in lost[:MOST_LOSSES]]
        if len(lost) > MOST_LOSSES:
            rest = len(lost) - MOST_LOSSES
            see = f"capsync convert --check {shlex.quote(path)}"
            self.report.losses.append(f"{path}: and {rest} more; see {see}")

    def _names_of_new_files(self) -> frozenset[str]:
        if self.coming is None:
            names = [local.path.removesuffix(".md") for local in self.seen.new]
            names += [stem_of(local.path) for local in self.seen.new]
            names += [local.document.title or "" for local in self.seen.new if local.document]
            self.coming = frozenset(name.casefold() for name in names)
        return self.coming

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
            if known is not None and known.title != note.title:
                self.memory.names.remember_name(note.id, known.title)
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
