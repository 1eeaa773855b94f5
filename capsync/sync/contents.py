"""What a note says, whatever its blocks are called.

A block that was removed and is brought back has another id. So what an undo or a
hold compares leaves ids out.
"""

from __future__ import annotations

from dataclasses import replace

from capsync.model.normal import digest
from capsync.model.note import Note
from capsync.plan.tree import anonymous
from capsync.plan.twins import introduced


def contents(note: Note) -> str:
    """Give the digest of a note's normal form without the ids of its blocks."""
    sections = {key: tuple(map(anonymous, blocks)) for key, blocks in note.sections.items()}
    return digest(replace(note, sections=sections))


def called_like(note: Note, there: Note) -> Note:
    """Give the blocks of *note* the ids that the same blocks have in *there*."""
    sections = {
        key: introduced(blocks, there.sections.get(key, ()))
        for key, blocks in note.sections.items()
    }
    return replace(note, sections=sections)
