"""What is remembered of a note, to be changed as a test likes."""

from __future__ import annotations

from dataclasses import replace

from capsync.state.store import Known, Record

VAULT = "0a4d3b8e-9c1f-4a53-8a3e-6b7f1d2c3e44"


def record(note: str = "n1", **changes: object) -> Record:
    plain_record = Record(
        id=note,
        path=f"Pages/{note}.md",
        structure="RootPage",
        title=f"Trip {note}",
        text_digest="t",
        note_digest="n",
        mtime_ns=1_763_800_000_123_456_789,
        size=12,
        inode=2**64 - 1,
        conflicts=1,
        missing_since=None,
        synced_at=1.5,
        checked_at=2.5,
        base='{"a": "😀"}',
        text="x" * 5000,
    )
    return replace(plain_record, **changes)  # type: ignore[arg-type]


def light(full: Record) -> Known:
    names = Known.__dataclass_fields__
    return Known(**{name: getattr(full, name) for name in names})
