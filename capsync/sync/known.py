"""A note that both sides know: compare, merge, write, remember.

Each side is compared with what it held when the two last agreed. What differs
is brought over block by block; where both differ, the two are merged first.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import UTC, datetime

from capsync.errors import Unconvertible
from capsync.markdown.document import (
    Document,
    document_onto,
    put_document,
    read_document,
    with_id,
)
from capsync.model.codec import encode_note
from capsync.model.codec_values import canonical
from capsync.model.normal import digest
from capsync.model.note import TITLE, Note, Structure
from capsync.model.property import PropertyId, PropertyValue
from capsync.model.token import NoteId
from capsync.plan.merge_note import merge_notes
from capsync.plan.reconcile import Agreement, Verdict, reconcile
from capsync.plan.safety import count_words, is_gutted
from capsync.state.notes import Known, Record
from capsync.sync.observe import Local
from capsync.sync.place import Place, can_rename, moved_place, title_from
from capsync.sync.run import Run
from capsync.sync.space import changes_between
from capsync.vault.names import stem_of


@dataclass(frozen=True, slots=True)
class Sides:
    """What the two sides of a note hold, and what they last agreed on."""

    record: Record
    local: Local
    document: Document
    structure: Structure
    base: Note
    vault: Note
    space: Note
    verdict: Verdict
    """What has to happen."""

    @property
    def guts_vault(self) -> bool:
        """Whether pulling would take most of the file's text."""
        return self.verdict is Verdict.PULL and _guts(self.vault, self.space)

    @property
    def guts_space(self) -> bool:
        """Whether pushing would take most of the object's text."""
        return self.verdict is Verdict.PUSH and _guts(self.space, self.vault)


def _guts(old: Note, new: Note) -> bool:
    return any(is_gutted(blocks, new.sections.get(key, ())) for key, blocks in old.sections.items())


def is_settled(run: Run, known: Known, local: Local) -> bool:
    """Say, for the price of one read, whether neither side has changed.

    Raises:
        Stale: The note is gone from the space.
    """
    if local.document is not None or local.path != known.path:
        return False
    there = run.with_main(run.space.read(NoteId(known.id)))
    if digest(there) != known.note_digest:
        run.read_ahead[there.id] = there
        return False
    run.confirmed.append(known.id)
    return True


def look(run: Run, note: NoteId, local: Local, *, again: bool = False) -> Sides:
    """Find out what the two sides of a note hold.

    Args:
        again: Whether to read the file anew though it did not change, because links in it
            may find their targets now.

    Raises:
        Stale: The note is gone from the space.
        FrontMatterProblem: A property in the file is no value of its type.
    """
    record = run.memory.notes.get(note)
    if record is None:
        raise KeyError(note)
    base = run.with_main(run.base_of(record))
    ahead = run.read_ahead.pop(note, None)
    space = run.with_main(run.space.read(note)) if ahead is None else ahead
    structure = run.structure_of(space)
    before = read_document(record.text)
    document = local.document or before
    _check_type(document, structure, local.path)
    title = title_from(local.path, record.path, base, structure)
    if document.title is None and before.title is not None and local.path == record.path:
        title = stem_of(local.path)
    vault = base
    if again or document is not before or title != base.title:
        vault = put_document(document, base, structure, run.index, title=title, before=before)
        if not can_rename(structure):
            vault = replace(vault, properties=_titled_like(vault, base))
    there = digest(space)
    if _came_back(run, record, there):
        base = space
    then = there if base is space else digest(base)
    now = then if vault is base else digest(vault)
    verdict = reconcile(Agreement(vault=then, space=then), now, there)
    return Sides(record, local, document, structure, base, vault, space, verdict)


def _came_back(run: Run, record: Record, there: str) -> bool:
    """Say whether the space holds again what it held before our last write to it.

    The service was seen to accept a write and not make it. Until a write was read
    back once, finding the version before it means just that, and not that someone
    has taken our words back.
    """
    before = run.doubted(record.id)
    return before is not None and before != record.note_digest and there == before


def _titled_like(vault: Note, base: Note) -> Mapping[PropertyId, PropertyValue]:
    """Leave the title alone where the service would not take another."""
    rest = {key: value for key, value in vault.properties.items() if key != TITLE}
    return rest | ({TITLE: base.properties[TITLE]} if TITLE in base.properties else {})


def _check_type(document: Document, structure: Structure, path: str) -> None:
    if document.type is not None and document.type.casefold() != structure.title.casefold():
        line = document.fields["type"].line
        raise Unconvertible(
            f"line {line}: “type: {document.type}”, but the note is a {structure.title}, and the "
            "service cannot change that; restore the line, or remove capacities-id to make a "
            "new note",
            note=path,
        )


def settle(run: Run, sides: Sides) -> None:
    """Bring the two sides of a note into agreement."""
    _check_not_emptied(run, sides)
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


def _check_not_emptied(run: Run, sides: Sides) -> None:
    """Never let nothing win against something unasked."""
    if run.options.allow_deletes:
        return
    counts = {side: sum(map(count_words, getattr(sides, side).sections.values()))
              for side in ("base", "vault", "space")}  # fmt: skip
    if not counts["base"]:
        return
    if not counts["vault"] and counts["space"]:
        raise Unconvertible(
            "the file has no text any more, the note in the space has; write something, delete "
            "the file, or empty the note with --allow-deletes",
            note=sides.local.path,
        )
    if not counts["space"] and counts["vault"]:
        raise Unconvertible(
            "the note in the space has no text any more, the file has; to empty the file too, "
            "run with --allow-deletes",
            note=sides.local.path,
        )


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
        stored = _write_space(run, sides, sides.vault, "pushed over")
        _finish(run, sides, stored, sides.document.text)
    run.tell_losses(sides.local.path, sides.document.text, sides.record.text)
    run.report.pushed += 1
    run.report.renamed += sides.vault.title != sides.space.title


def _pull(run: Run, sides: Sides) -> None:
    text, path = _written(run, sides, sides.space)
    if text == sides.document.text and path == sides.local.path:
        _agree(run, sides)
        return
    run.step("pull", sides.local.path, _difference(sides, text, path))
    if run.acts:
        _finish(run, sides, sides.space, text, path)
    run.report.pulled += 1
    run.report.renamed += path != sides.local.path


def _merge(run: Run, sides: Sides) -> None:
    stamp = f"{datetime.fromtimestamp(run.clock.now(), UTC):%Y-%m-%d %H:%M}"
    several = {each.id for each in sides.structure.properties if each.multiple}
    merged = merge_notes(sides.base, sides.vault, sides.space, stamp=stamp, several=several)
    changes = changes_between(sides.space, merged.note, sides.structure)
    said = f"changed on both sides; in the space: {changes}"
    if merged.conflicts:
        said += f"; {len(merged.conflicts)} in conflict: “{merged.conflicts[0].where}”"
    run.step("merge", sides.local.path, said)
    for each in merged.overruled:
        definition = sides.structure.definition(each.property)
        name = definition.name or each.property if definition else each.property
        run.report.remarks.append(
            f"{sides.local.path}: “{name}” was changed on both sides; the file's value was kept"
        )
    if run.acts:
        stored = sides.space
        if changes.requests:
            stored = _write_space(run, sides, merged.note, "merged into")
        text, path = _written(run, sides, stored)
        _finish(run, sides, stored, text, path)
    if changes.requests:
        run.tell_losses(sides.local.path, sides.document.text, sides.record.text)
    run.report.merged += 1


def _write_space(run: Run, sides: Sides, wanted: Note, reason: str) -> Note:
    before = canonical(encode_note(sides.space))
    run.keep(sides.space.id, sides.local.path, "space", before, reason)
    run.index.add(replace(run.index.entries[wanted.id], title=wanted.title))
    stored = run.with_main(run.space.write(sides.space, wanted, sides.structure))
    run.doubt(stored.id, sides.space)
    return stored


def _written(run: Run, sides: Sides, note: Note) -> tuple[str, str]:
    """Write a note onto its file: the text, and the path it should have."""
    document = sides.document
    taken = run.taken(but=sides.local.path)
    place = moved_place(
        Place(sides.local.path, document.title), sides.vault, note, sides.structure, taken
    )
    text = document_onto(document, sides.vault, note, sides.structure, run.index, title=place.title)
    return text, place.path


def _difference(sides: Sides, text: str, path: str) -> str:
    before, after = sides.document.text.splitlines(), text.splitlines()
    gone, new = len(set(before) - set(after)), len(set(after) - set(before))
    said = [] if before == after else [f"{_lines(new)} new or changed, {gone} gone or changed"]
    if path != sides.local.path:
        said.append(f"renamed to {path}")
    return "; ".join(said)


def _lines(count: int) -> str:
    return "1 line" if count == 1 else f"{count} lines"


def _finish(run: Run, sides: Sides, note: Note, text: str, path: str | None = None) -> None:
    """Make the file hold *text*, with its id, and remember the agreement."""
    was = sides.document.text
    if read_document(text).id is None:
        text = with_id(text, note.id)
    stamp = sides.local.stamp
    if text != was:
        run.keep(note.id, sides.local.path, "vault", was, "pulled over")
        stamp = run.vault.write(sides.local.path, text, was)
    if path is not None and path != sides.local.path:
        stamp = run.vault.move(sides.local.path, path)
        run.seen.paths.discard(sides.local.path)
    run.remember(note, path or sides.local.path, text, stamp)
