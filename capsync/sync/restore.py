"""Bringing a note back: an earlier version of it, or what was deleted, on both sides.

What stands there now is kept first, so a restore can be undone, or restored from. A
restore that was cut off is finished by the next, or by the next sync.
"""

from __future__ import annotations

import json
from dataclasses import dataclass, field, replace

from capsync.errors import ConfigError, Unconvertible
from capsync.markdown.document import Document, document_onto, put_document, read_document, with_id
from capsync.model.codec import decode_note, encode_note
from capsync.model.codec_values import canonical
from capsync.model.normal import digest
from capsync.model.note import Note, Structure
from capsync.model.token import NoteId
from capsync.state.store import Revision
from capsync.sync.begin import Bench, begun, know_titles
from capsync.sync.comeback import file_back, find_deleted, object_back
from capsync.sync.history import Subject, split_version, version_of
from capsync.sync.intentions import move_file
from capsync.sync.look import look
from capsync.sync.observe import Local
from capsync.sync.place import Place, can_rename, moved_place
from capsync.sync.report import Options, Report
from capsync.sync.resume import write_space
from capsync.sync.run import CONVERTER_PROBLEMS, Run, explained
from capsync.sync.settle import settle
from capsync.sync.space import changes_between
from capsync.vault.names import stem_of


@dataclass(slots=True)
class Restored:
    """What a restore brought back."""

    report: Report = field(default_factory=Report)
    note: str = ""
    """The note's id; another one than before where its object had to be made anew."""
    path: str = ""
    """Where its file is."""
    version: int | None = None
    """The version that was brought back; None where a deleted note was."""

    def as_json(self) -> dict[str, object]:
        """Give the outcome as `capsync restore --json` prints it."""
        report = self.report
        return {
            "note": self.note,
            "path": self.path,
            "version": self.version,
            "steps": report.steps,
            "remarks": report.remarks,
            "requests": report.requests,
            "seconds": round(report.seconds, 3),
            "dry_run": report.dry_run,
        }


def restore(bench: Bench, name: str, options: Options) -> Restored:
    """Bring ``NOTE@N``, or a ``NOTE`` that was deleted, back on both sides.

    Raises:
        ConfigError: There is no such note or version, or it was not deleted.
        NoteError: One side cannot be written.
        RunError: A person must act.
        RetryError: The service cannot be reached.
    """
    plain, number = split_version(bench.memory, name)
    subject = find_deleted(bench.vault, bench.memory, plain)
    kept = None if number is None else version_of(bench.memory, subject, number)
    done = Restored(Report(dry_run=options.dry_run), subject.id, subject.path, number)
    with begun(bench, options, done.report, "restore") as run:
        know_titles(run)
        try:
            note = _brought_back(run, subject, kept)
        except CONVERTER_PROBLEMS as exc:
            raise explained(exc, subject.path) from exc
        if run.acts:
            held = run.memory.held.of_note(subject.id)
            if held is not None:
                run.memory.held.release(held)
            record = run.memory.notes.get(note)
            done.note, done.path = note, record.path if record else subject.path
    return done


def _brought_back(run: Run, subject: Subject, kept: Revision | None) -> NoteId:
    """Bring a note back and give the id it has then."""
    if subject.id in run.seen.blocked:
        raise Unconvertible("the file cannot be read (see capsync status)", note=subject.path)
    there = object_back(run, subject, kept)
    local = run.seen.files.get(subject.id if there is None else there.note.id)
    if there is not None and not there.regained:
        if kept is None and local is not None:
            raise ConfigError(
                f"{local.path} was not deleted; name the version to bring back, as in "
                f"“{stem_of(local.path)}@1” (see capsync history)"
            )
        if run.acts:
            run.begin_deed(subject.id, "restored", local.path if local else "")
    if local is None:
        local = file_back(run, subject, kept, there.note if there else None)
    if there is None or local is None or not run.acts:  # only said so far
        if kept is not None:
            run.step("restore", subject.path, f"version {kept.version} ({_side(kept)})")
        return subject.id
    if kept is None:
        _settle(run, there.note, local)
    else:
        _rewrite(run, there.note, local, kept)
    return there.note.id


def _settle(run: Run, note: Note, local: Local) -> None:
    """Let both sides agree again, by what they had agreed on."""
    options = run.options
    run.options = replace(options, allow_deletes=True)
    settle(run, look(run, note.id, local))
    run.options = options


def _rewrite(run: Run, there: Note, local: Local, kept: Revision) -> None:
    """Write a version over what both sides hold."""
    structure = run.structure_of(there)
    record = run.memory.notes.get(there.id)
    document = local.document or read_document(record.text if record else "")
    meant = now = _meaning(run, there, local, document, structure)
    _keep_both(run, there, local, document)
    if kept.side == "space":
        old = run.with_main(decode_note(json.loads(kept.content)))
        wanted = replace(old, id=there.id)
        source = document
    else:
        text = kept.content
        if read_document(text).id != there.id:
            text = with_id(text, there.id)
        source = read_document(text)
        same = stem_of(kept.path) == stem_of(local.path) or not can_rename(structure)
        title = meant.title if same else stem_of(kept.path)
        wanted = now = put_document(source, there, structure, run.index, title=title)
    stored = write_space(run, local.path, changes_between(there, wanted, structure), now)
    at, taken = Place(local.path, document.title), run.taken(but=local.path)
    place = moved_place(at, meant, stored, structure, taken)
    text = document_onto(source, now, stored, structure, run.index, title=place.title)
    stamp = run.vault.write(local.path, text, document.text)
    if place.path != local.path:
        stamp = move_file(run, there.id, local.path, place.path)
        run.seen.paths.discard(local.path)
    run.remember(stored, place.path, text, stamp)
    run.step("restore", place.path, f"version {kept.version} ({_side(kept)}), on both sides")


def _side(kept: Revision) -> str:
    return "the file" if kept.side == "vault" else "the note in the space"


def _meaning(run: Run, there: Note, local: Local, document: Document, structure: Structure) -> Note:
    """Give the note that the file means now."""
    record = run.memory.notes.get(there.id)
    if record is not None and record.path:
        run.read_ahead[there.id] = there
        return look(run, there.id, local).vault
    title = document.title or stem_of(local.path)
    return put_document(document, there, structure, run.index, title=title)


def _keep_both(run: Run, there: Note, local: Local, document: Document) -> None:
    """Keep what stands on both sides, and say what of it no sync has seen yet."""
    record = run.memory.notes.get(there.id)
    body, why = canonical(encode_note(there)), "overwritten by a restore"
    run.keep(there.id, local.path, "vault", document.text, why)
    run.keep(there.id, local.path, "space", body, why)
    if record is None:
        return
    for side, is_new in (
        ("file", local.document is not None and document.text != record.text),
        ("space", digest(there) != record.note_digest),
    ):
        if is_new:
            run.report.remarks.append(
                f"{local.path}: the {side} had edits that were not synced yet; they are in the "
                "history"
            )
