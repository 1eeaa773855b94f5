"""What a note says, whatever its blocks are called, and notes under the names of others.

A block that was removed and is brought back has another id. So what an undo or a
hold compares leaves ids out.
"""

from __future__ import annotations

from dataclasses import replace

from capsync.model.normal import digest
from capsync.model.note import TITLE, Note
from capsync.plan.tree import anonymous
from capsync.plan.twins import introduced, recognised


def contents(note: Note) -> str:
    """Give the digest of a note's normal form without the ids of its blocks."""
    sections = {key: tuple(map(anonymous, blocks)) for key, blocks in note.sections.items()}
    return digest(replace(note, sections=sections))


def called_like(note: Note, there: Note, *, edited: bool = False) -> Note:
    """Give the blocks of *note* the ids that the same blocks have in *there*.

    Args:
        edited: Whether one of the two was written to the other, so that a block which is
            almost the same is the same, edited since.
    """
    same = recognised if edited else introduced
    sections = {
        key: same(blocks, there.sections.get(key, ())) for key, blocks in note.sections.items()
    }
    return replace(note, sections=sections)


def titled_like(note: Note, other: Note) -> Note:
    """Give *note* the title of *other*, or none where that has none."""
    values = {key: value for key, value in note.properties.items() if key != TITLE}
    title = {TITLE: other.properties[TITLE]} if TITLE in other.properties else {}
    return replace(note, properties={**values, **title})
