"""Why a note stands as it does: the base, both sides, the verdict, and what a sync would do.

`why_here` asks the folder and the memory only; `capsync.sync.why_there` adds what the space
holds, and with it the verdict. Nothing is changed.
"""

from __future__ import annotations

import json
import re
from collections import Counter
from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from capsync.clock import Clock
from capsync.markdown.opened import FrontMatterProblem, read_document
from capsync.model.block import walk
from capsync.model.codec import decode_note
from capsync.model.token import NoteId
from capsync.plan.picks import Outlook
from capsync.state.notes import Known
from capsync.state.store import Record, Store
from capsync.sync.apart import unsynced_notes
from capsync.sync.held_here import held_here, said
from capsync.sync.history import find_note
from capsync.sync.observe import Local, Observed, observe
from capsync.sync.reads import Reads
from capsync.sync.remedy import next_step
from capsync.sync.trace import Base, Obstacle, Side, Trace
from capsync.vault.files import Folder
from capsync.vault.why_not import why_not

_LINE = re.compile(r"line (\d+): ")


@dataclass(frozen=True, slots=True)
class Found:
    """What a name means."""

    path: str
    note: NoteId | None = None
    local: Local | None = None
    record: Record | None = None
    trouble: str = ""
    """What is wrong with the file."""
    not_a_note: str = ""


def find(vault: Folder, memory: Store, seen: Observed, name: str) -> Found:
    """Find the note or the file that *name* means: a path, a title or an id.

    Raises:
        ConfigError: There is none, or several.
    """
    plain = name.replace("\\", "/").removeprefix("./").rstrip("/")
    for path in (plain, f"{plain}.md"):
        if path in seen.paths:
            return _at(memory, seen, path)
    if plain and not plain.startswith(("../", "/")) and vault.is_there(plain):
        reason = why_not(vault.root, vault.ignore, plain, vault.skipped)
        if reason:
            return Found(plain, not_a_note=reason)
    subject = find_note(memory, name)
    local = seen.files.get(subject.id)
    path = subject.path if local is None else local.path
    return Found(path, subject.id, local, subject.record, _trouble(seen, path))


def _at(memory: Store, seen: Observed, path: str) -> Found:
    """Tell the note whose file is at *path*, where it is one."""
    trouble = _trouble(seen, path)
    for note, local in seen.files.items():
        if local.path == path:
            return Found(path, note, local, memory.notes.get(note), trouble)
    local_new = next((each for each in seen.new if each.path == path), None)
    record = memory.notes.by_path(path) if local_new is None else None
    if record is not None and NoteId(record.id) not in seen.blocked:
        record = None  # its file is elsewhere by now
    known = None if record is None else NoteId(record.id)
    return Found(path, known, local_new, record, trouble)


def _trouble(seen: Observed, path: str) -> str:
    return next((each.message for each in seen.troubles if path and each.path == path), "")


def why_here(vault: Folder, memory: Store, clock: Clock, name: str) -> Trace:
    """Explain a note as far as the folder and the memory tell.

    Raises:
        ConfigError: No note and no file is called so.
        RunError: The vault or the memory is not there.
    """
    seen = observe(vault, memory)
    return explained_here(memory, clock, seen, find(vault, memory, seen, name))


def explained_here(memory: Store, clock: Clock, seen: Observed, found: Found) -> Trace:
    """Explain what was found."""
    if found.not_a_note:
        return Trace(found.path, not_a_note=found.not_a_note)
    record, note = found.record, found.note
    left_out = unsynced_notes(memory)
    return Trace(
        path=found.path,
        id=note or "",
        title=record.title if record else "",
        structure=record.structure if record else "",
        base=_base(record),
        vault=vault_side(found),
        obstacles=tuple(_obstacles(memory, seen, found, left_out)),
        awaited=tuple(name for each, name in memory.awaited.all() if each == note),
        reading=_outlook(memory, clock, seen, note, left_out) if record and record.path else None,
    )


def _base(record: Record | None) -> Base | None:
    if record is None:
        return None
    sections = decode_note(json.loads(record.base)).sections.values()
    count = sum(1 for body in sections for _ in walk(body))
    return Base(record.synced_at, record.note_digest, count)


def vault_side(found: Found) -> Side:
    """Compare a file with what it held when both sides last agreed."""
    local, record = found.local, found.record
    if found.trouble and local is None:
        line = _LINE.match(found.trouble)
        return Side("unreadable", (), found.trouble, int(line[1]) if line else None)
    if local is None:
        return (
            Side("gone") if record is not None and record.path else Side("unchanged", ("no file",))
        )
    if record is None:
        return Side("new")
    what = []
    if local.path != record.path:
        what.append(f"moved here from {record.path}")
    if local.document is not None:
        what += text_changes(record.text, local.document.text)
    return Side("changed" if what else "unchanged", tuple(what))


def text_changes(before: str, after: str) -> list[str]:
    """Say how a file's text differs: lines of the body, and fields of the front matter."""
    try:
        then, now = read_document(before), read_document(after)
    except FrontMatterProblem:
        return _lines(before, after)
    keys = dict.fromkeys((*then.fields, *now.fields))
    changed = [key for key in keys if _value(then.fields, key) != _value(now.fields, key)]
    fields = [f"{', '.join(f'“{key}”' for key in changed)} in the front matter"] if changed else []
    return [*_lines(then.body, now.body), *fields] or ["only its form, such as blank lines"]


def _value(fields: Mapping[str, object], key: str) -> object:
    return getattr(fields.get(key), "value", None)


def _lines(before: str, after: str) -> list[str]:
    then, now = (Counter(filter(str.strip, text.splitlines())) for text in (before, after))
    counts = (("new or changed", now - then), ("gone or changed", then - now))
    return [f"{_many(count.total(), 'line')} {how}" for how, count in counts if count]


def _many(count: int, what: str) -> str:
    return f"{count} {what}{'' if count == 1 else 's'}"


def _obstacles(
    memory: Store, seen: Observed, found: Found, left_out: Mapping[str, str]
) -> Iterator[Obstacle]:
    """Say what keeps a note from being synced, as far as is known without the space."""
    if found.note is not None and found.note in left_out:
        yield not_synced(left_out[found.note])
    aside = [
        each for each in memory.set_aside.list()
        if each.path == found.path or (each.note and each.note == found.note)
    ]  # fmt: skip
    for each in aside:
        step = each.next_step or next_step(each.message)
        yield Obstacle("set aside", each.message, step, each.since)
    if found.trouble and found.trouble not in {each.message for each in aside}:
        yield Obstacle("set aside", found.trouble, next_step(found.trouble))
    for held in held_here(memory, seen):
        if held.note == (found.note or "") and (held.note or held.path == found.path):
            yield Obstacle("undone", said(held), since=held.at)
    if found.record is not None and found.record.conflicts:
        count = found.record.conflicts
        yield Obstacle("conflict", f"{_many(count, 'conflict')} nobody has settled yet",
                       f"capsync resolve “{found.path}”")  # fmt: skip
    if found.note and any(each.note == found.note for each in memory.intentions.open()):
        yield Obstacle("cut off", "a sync was cut off at this note; the next one finishes it")


def not_synced(reason: str) -> Obstacle:
    """Say that the configuration leaves a note out."""
    return Obstacle("not synced", reason, next_step("it is not synced"))


def _outlook(
    memory: Store, clock: Clock, seen: Observed, note: NoteId | None, left_out: Mapping[str, str]
) -> Outlook | None:
    if note is None or note in left_out:
        return None
    reads = Reads(memory, clock)
    reads.load(_scheduled(seen, left_out))
    return reads.outlook(note)


def _scheduled(seen: Observed, left_out: Mapping[str, str]) -> list[Known]:
    return [each for each in seen.known.values() if each.path and each.id not in left_out]
