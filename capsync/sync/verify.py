"""Whether both sides are what the memory says they are.

Everything is read again: each file, each object, and what is remembered of both. What
a person has edited since the last sync is named as such; it is no damage. Nothing is
changed.
"""

from __future__ import annotations

import json
import zlib
from collections import Counter
from collections.abc import Collection, Iterator
from dataclasses import asdict, dataclass, field

from capsync.errors import NoteError, ServerFault, Stale
from capsync.markdown.document import put_document, read_document
from capsync.model.codec import decode_note
from capsync.model.normal import digest
from capsync.model.note import Note
from capsync.model.token import NoteId
from capsync.state.notes import Known, Record
from capsync.sync.apart import unsynced_notes
from capsync.sync.begin import Bench, begun, know_titles
from capsync.sync.held_here import held_here
from capsync.sync.observe import digest_text
from capsync.sync.place import can_rename, title_from
from capsync.sync.report import Options, Report
from capsync.sync.run import CONVERTER_PROBLEMS, Run
from capsync.sync.space import changes_between

DAMAGE, EDITED, HELD = "damage", "edited", "held"
"""What a finding can be: something is wrong, a person is at it, an undo has set it back."""
_ANEW = "remove the state file (see the README): no note is lost, the next sync compares all anew"


@dataclass(frozen=True, slots=True)
class Finding:
    """Something that is not as the last sync left it."""

    kind: str
    path: str
    cause: str
    remedy: str = ""


@dataclass(slots=True)
class Verified:
    """What was found."""

    report: Report = field(default_factory=lambda: Report(dry_run=True))
    notes: int = 0
    """Notes that were checked."""
    findings: list[Finding] = field(default_factory=list)

    @property
    def damage(self) -> int:
        """Count what is wrong."""
        return sum(each.kind == DAMAGE for each in self.findings)

    @property
    def exit_code(self) -> int:
        """0 where nothing is wrong, else 1."""
        return 1 if self.damage else 0

    def as_json(self) -> dict[str, object]:
        """Give the outcome as `capsync verify --json` prints it."""
        return {
            "notes": self.notes,
            "damage": self.damage,
            "findings": [asdict(each) for each in self.findings],
            "requests": self.report.requests,
            "seconds": round(self.report.seconds, 3),
        }


def verify(bench: Bench) -> Verified:
    """Read both sides of every note again and compare them with what is remembered.

    Raises:
        RunError: The vault or the memory is not there.
        RetryError: The service cannot be reached.
    """
    done = Verified()
    for problem in bench.memory.damage():
        cause = f"the state file is damaged: {problem}"
        done.findings.append(Finding(DAMAGE, str(bench.vault.root), cause, _ANEW))
    with begun(bench, Options(dry_run=True), done.report, "verify") as run:
        apart = unsynced_notes(run.memory)
        known = tuple(each for each in run.memory.notes.all() if each.id not in apart)
        run.progress.stage("verifying", len(known))
        know_titles(run)
        done.findings += _of_the_vault(run, known, apart)
        held = {each.note for each in held_here(run.memory, run.seen)}
        for each in known:
            done.findings += _of_a_note(run, each, held=each.id in held)
            done.notes += 1
            run.progress.advance()
    return done


def _of_the_vault(run: Run, known: tuple[Known, ...], apart: Collection[str]) -> Iterator[Finding]:
    """Check what concerns more than one note."""
    for trouble in run.seen.troubles:
        yield Finding(DAMAGE, trouble.path, trouble.message)
    for path, count in Counter(each.path for each in known if each.path).items():
        if count > 1:
            yield Finding(DAMAGE, path, f"{count} notes are remembered to be in this file", _ANEW)
    names = {*apart, *(each.id for each in known)}
    for path in sorted(
        [each.path for each in run.seen.new]
        + [each.path for note, each in run.seen.files.items() if note not in names]
    ):
        yield Finding(EDITED, path, "new since the last sync", "run capsync sync")


def _of_a_note(run: Run, known: Known, *, held: bool) -> Iterator[Finding]:
    where = known.path or known.title or known.id
    try:
        record = run.memory.notes.get(known.id)
        base = None if record is None else run.with_main(decode_note(json.loads(record.base)))
    except (ValueError, KeyError, TypeError, zlib.error):
        yield Finding(DAMAGE, where, "what was agreed on cannot be read any more", _ANEW)
        return
    if record is None or base is None:
        return
    if digest_text(record.text) != record.text_digest or digest(base) != record.note_digest:
        yield Finding(DAMAGE, where, "what was agreed on is not what was written down", _ANEW)
        return
    text, *problems = _file(run, record)
    there, *more = _object(run, record)
    kind = {EDITED: HELD} if held else {}
    for each in filter(None, (*problems, *more)):
        yield Finding(kind.get(each.kind, each.kind), each.path, each.cause, each.remedy)
    if text is not None and there is not None:
        yield from _apart(run, record, base, text, there)


def _file(run: Run, record: Record) -> tuple[str | None, Finding | None]:
    """Give the text of a file that is as it was left, or what it is not."""
    note = NoteId(record.id)
    local = run.seen.files.get(note)
    if note in run.seen.blocked:
        return None, None  # named with the vault
    if local is None:
        return None, _edited(record, "its file was deleted since the last sync")
    if local.path != record.path:
        return None, _edited(record, f"moved to {local.path} since the last sync")
    try:
        text = run.vault.read(local.path).text
    except NoteError as exc:
        return None, Finding(DAMAGE, record.path, exc.message, "see to the file, then sync")
    if digest_text(text) == record.text_digest:
        return text, None
    if local.document is not None:
        return None, _edited(record, "edited since the last sync")
    cause = "the file holds something else, though its time and size are as they were"
    return None, Finding(DAMAGE, record.path, cause, "save it again in an editor, then sync")


def _object(run: Run, record: Record) -> tuple[Note | None, Finding | None]:
    """Give an object that is as it was left, or what it is not."""
    try:
        there = run.with_main(run.space.read(NoteId(record.id)))
    except Stale:
        return None, _edited(record, "trashed or destroyed in the space since the last sync")
    except (NoteError, ServerFault) as exc:
        return None, Finding(DAMAGE, record.path, f"not read: {exc}", "verify again later")
    if digest(there) != record.note_digest:
        return None, _edited(record, "edited in the space since the last sync")
    return there, None


def _edited(record: Record, cause: str) -> Finding:
    return Finding(EDITED, record.path or record.title, cause, "run capsync sync")


def _apart(run: Run, record: Record, base: Note, text: str, there: Note) -> Iterator[Finding]:
    """Check that the file means what the space holds."""
    structure = run.structures.get(base.structure)
    if structure is None:
        cause = f"its type {base.structure} is not among the space's types"
        yield Finding(DAMAGE, record.path, cause, "sync again later; the list may have been short")
        return
    try:
        document = read_document(text)
        title = title_from(record.path, record.path, base, structure)
        note = put_document(document, base, structure, run.index, title=title, before=document)
    except CONVERTER_PROBLEMS as exc:
        yield Finding(DAMAGE, record.path, f"its file cannot be read ({exc})", "correct the file")
        return
    if document.id != record.id:
        cause = "its capacities-id is not in the file, though it was written there"
        yield Finding(DAMAGE, record.path, cause, "edit the file and sync; the id comes back")
    if document.title is not None and not can_rename(structure):
        return
    changes = changes_between(there, note, structure)
    if changes.requests:
        cause = f"the file does not say what the space holds ({changes})"
        remedy = "edit either side and sync, or bring a version back with capsync restore"
        yield Finding(DAMAGE, record.path, cause, remedy)
