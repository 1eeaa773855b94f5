"""A note that both sides know, brought into agreement: written, merged, remembered.

What differs is brought over block by block; where both sides differ, the two are merged first.
"""

from __future__ import annotations

from contextlib import suppress
from dataclasses import replace
from datetime import UTC, datetime

from capsync.errors import NoteError
from capsync.markdown.document import document_onto, read_document, with_front_matter
from capsync.model.codec import encode_note
from capsync.model.codec_values import canonical
from capsync.model.normal import digest
from capsync.model.note import Note
from capsync.plan.merge_note import merge_notes
from capsync.plan.reconcile import Verdict
from capsync.sync.cut_off import begin_file
from capsync.sync.emptied import check_not_emptied
from capsync.sync.intentions import move_file
from capsync.sync.look import Sides, look
from capsync.sync.lost import tell_losses
from capsync.sync.meant import Meant
from capsync.sync.meanwhile import is_disturbed
from capsync.sync.overruled import overruled_remarks
from capsync.sync.place import Place, moved_place
from capsync.sync.preview import show_pull, show_push
from capsync.sync.resume import write_space
from capsync.sync.run import Run
from capsync.sync.space import Changes, changes_between

FRESH = 4.0
"""Seconds for which what was read of a note may be written upon."""


def settle(run: Run, sides: Sides) -> None:
    """Bring the two sides of a note into agreement."""
    if not run.options.allow_deletes:
        check_not_emptied(sides.base, sides.vault, sides.space, sides.local.path)
    if _has_waited(run, sides):
        settle(run, look(run, sides.space.id, sides.local))
        return
    match sides.verdict:
        case Verdict.KEEP | Verdict.AGREE:
            _agree(run, sides)
        case Verdict.PUSH if run.options.push:
            _push(run, sides)
        case Verdict.PULL if run.options.pull:
            _pull(run, sides)
        case Verdict.MERGE if run.options.push and run.options.pull:
            _merge(run, sides)
        case _:
            pass


def _has_waited(run: Run, sides: Sides) -> bool:
    """Wait for the quota before a note is read, not between reading and writing it.

    Says whether it did: the app may have been at the note meanwhile.
    """
    writes = sides.verdict in (Verdict.PUSH, Verdict.MERGE) and run.options.push and run.acts
    wait = run.remote.free_to_write_in() if writes else 0.0
    if wait <= FRESH:
        return False
    run.clock.sleep(wait)
    return True


def _agree(run: Run, sides: Sides) -> None:
    """Both sides hold the same: remember so, if that is news."""
    changed = sides.local.document is not None or sides.local.path != sides.record.path
    if not run.acts:
        return
    if changed or digest(sides.space) != sides.record.note_digest:
        _finish(run, sides, sides.space, sides.document.text)
    else:
        run.confirmed.append(sides.record.id)


def _push(run: Run, sides: Sides) -> None:
    changes = changes_between(sides.space, sides.vault, sides.structure)
    if not changes.requests:
        _agree(run, sides)
        return
    run.step("push", sides.local.path, str(changes))
    if run.acts:
        stored = _write_space(run, sides, changes, "overwritten by a push")
        if is_disturbed(stored, changes):
            settle(run, look(run, sides.space.id, sides.local))
            return
        _finish(run, sides, stored, sides.document.text)
    show_push(run, sides)
    tell_losses(run, sides.local.path, sides.document.text, sides.record.text)
    run.report.pushed += 1
    run.report.renamed += sides.vault.title != sides.space.title


def _pull(run: Run, sides: Sides) -> None:
    text, path = written(run, sides, sides.space)
    if text == sides.document.text and path == sides.local.path:
        _agree(run, sides)
        return
    run.step("pull", sides.local.path, difference(sides, text, path))
    if run.acts:
        _finish(run, sides, sides.space, text, path)
    show_pull(run, sides, text, path)
    run.report.pulled += 1
    run.report.renamed += path != sides.local.path


def _merge(run: Run, sides: Sides) -> None:
    stamp = f"{datetime.fromtimestamp(run.clock.now(), UTC):%Y-%m-%d %H:%M}"
    several = {each.id for each in sides.structure.properties if each.multiple}
    merged = merge_notes(sides.base, sides.goal, sides.space, stamp=stamp, several=several)
    changes = changes_between(sides.space, merged.note, sides.structure)
    said = f"changed on both sides; in the space: {changes}"
    if merged.conflicts:
        said += f"; {len(merged.conflicts)} in conflict: “{merged.conflicts[0].where}”"
    run.step("merge", sides.local.path, said)
    path, overruled = sides.local.path, merged.overruled
    run.report.remarks += overruled_remarks(path, overruled, sides.structure, run.index)
    if run.acts:
        stored = sides.space
        if changes.requests:
            stored = _write_space(run, sides, changes, "overwritten by a merge")
        text, path = written(run, sides, stored)
        _finish(run, sides, stored, text, path)
        if changes.requests:
            _read_back(run, stored)
    elif run.options.differences:
        text, path = written(run, sides, merged.note)
        show_push(run, sides, text)
        show_pull(run, sides, text, path)
    if changes.requests:
        tell_losses(run, sides.local.path, sides.document.text, sides.record.text)
    run.report.merged += 1


def _write_space(run: Run, sides: Sides, changes: Changes, reason: str) -> Note:
    before = canonical(encode_note(sides.space))
    run.keep(sides.space.id, sides.local.path, "space", before, reason)
    wanted = changes.wanted
    run.index.add(replace(run.index.entries[wanted.id], title=wanted.title))
    return write_space(run, sides.local.path, changes, sides.vault)


def _read_back(run: Run, stored: Note) -> None:
    """Make sure of a write at once, as where others are at work on the note too.

    Only then does an edit that takes our words back look like one.
    """
    with suppress(NoteError):
        if digest(run.with_main(run.space.read(stored.id))) == digest(stored):
            run.doubted(stored.id)


def written(run: Run, sides: Sides, note: Note) -> tuple[str, str]:
    """Write a note onto its file: the text, and the path it should have."""
    document = sides.document
    taken = run.taken(but=sides.local.path)
    place = moved_place(
        Place(sides.local.path, document.title), sides.vault, note, sides.structure, taken
    )
    names = Meant(run.index, sides.base)
    text = document_onto(document, sides.vault, note, sides.structure, names, title=place.title)
    return text, place.path


def difference(sides: Sides, text: str, path: str) -> str:
    """Say what a file would hold that it does not, and where it would be."""
    before, after = sides.document.text.splitlines(), text.splitlines()
    gone, new = len(set(before) - set(after)), len(set(after) - set(before))
    said = [] if before == after else [f"{_lines(new)} new or changed, {gone} gone or changed"]
    if path != sides.local.path:
        said.append(f"renamed to {path}")
    return "; ".join(said)


def _lines(count: int) -> str:
    return "1 line" if count == 1 else f"{count} lines"


def _with_values(run: Run, sides: Sides, note: Note, text: str) -> str:
    """Bring a front matter that is put back up to what has become of the values since."""
    document = read_document(text)
    then = replace(note, properties=run.base_of(sides.record).properties)
    names = Meant(run.index, sides.base)
    return document_onto(document, then, note, sides.structure, names, title=document.title)


def _finish(run: Run, sides: Sides, note: Note, text: str, path: str | None = None) -> None:
    """Make the file hold *text*, with its id, and remember the agreement."""
    was = sides.document.text
    if read_document(text).id is None:
        text = _with_values(run, sides, note, with_front_matter(text, sides.record.text, note.id))
    stamp = sides.local.stamp
    moves = path is not None and path != sides.local.path
    if text != was or moves:
        reason = "overwritten by a pull" if text != was else "renamed"
        with run.memory.transaction():
            run.keep(note.id, sides.local.path, "vault", was, reason)
            if text != was:
                begin_file(run, note, sides.local.path, text, was=was, to=path or "")
    if text != was:
        stamp = run.vault.write(sides.local.path, text, was)
    if path is not None and moves:
        # its stamp stays what it was, unless somebody saves it in this moment, unseen by us
        move_file(run, note.id, sides.local.path, path)
        run.seen.paths.discard(sides.local.path)
    run.remember(note, path or sides.local.path, text, stamp)
