"""What a file means that conflicts were settled in, until it is synced.

The text alone cannot say everything: which of two blocks is the old one, what
colours the other version had. So beside the file it is remembered what was
written to it; as long as nobody synced it, that is what it was put from.
"""

from __future__ import annotations

import json

from capsync.model.codec import decode_note, encode_note
from capsync.model.codec_values import canonical
from capsync.model.note import Note
from capsync.state.notes import Record
from capsync.state.store import Store
from capsync.sync.observe import digest_text


def remember_resolved(memory: Store, record: Record, note: Note, *, was: str) -> None:
    """Remember what a file will mean, before it is written.

    Args:
        was: The text the file has until then.
    """
    held = {"of": _agreement(record), "not": digest_text(was), "note": encode_note(note)}
    memory.meta.put(_key(record), canonical(held))


def written_note(memory: Store, record: Record, base: Note, text: str) -> Note:
    """Give the note a file was last written from: what was agreed on, or was settled since.

    Args:
        base: What was agreed on.
        text: What the file holds now.
    """
    raw = memory.meta.get(_key(record))
    held = {} if raw is None else json.loads(raw)
    if held and held["of"] != _agreement(record):  # synced since
        memory.meta.put(_key(record), None)
        return base
    if not held or held["not"] == digest_text(text):  # never written
        return base
    return decode_note(held["note"])


def _key(record: Record) -> str:
    return f"resolved {record.id}"


def _agreement(record: Record) -> str:
    return f"{record.text_digest} {record.note_digest}"
