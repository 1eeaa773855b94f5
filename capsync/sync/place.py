"""Where a note's file goes, and what its name says of the title.

A file stays where the person put it. Its name is the title where it can be;
where it cannot, the front matter says the title.
"""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass

from capsync.model.note import DAILY_NOTE, TITLE, Note, Structure
from capsync.sync.observe import Local
from capsync.vault.names import (
    UNTITLED,
    file_stem,
    folder_name,
    folder_of,
    free_path,
    says_exactly,
    stem_of,
)


@dataclass(frozen=True, slots=True)
class Place:
    """A file's path and the title its front matter has to say."""

    path: str
    title: str | None
    """None where the name says it, or where there is none to say."""


def can_rename(structure: Structure) -> bool:
    """Say whether notes of a structure take their title from the file."""
    definition = structure.definition(TITLE)
    return structure.id != DAILY_NOTE and (definition is None or definition.writable)


def is_untitled(path: str, note: Note) -> bool:
    """Say whether a file is only called something because its note has no title."""
    return not note.title and stem_of(path).startswith(UNTITLED)


def shown_title(note: Note, structure: Structure) -> str:
    """Give the title as a file name should say it; of a daily note, the day."""
    if structure.id == DAILY_NOTE and note.title[10:11] == "T":
        return note.title[:10]
    return note.title


def new_place(note: Note, structure: Structure, taken: Collection[str]) -> Place:
    """Say where the file of a note goes that has none yet.

    Args:
        taken: The `path_key` of every path in use.
    """
    return _in_folder(folder_name(structure.plural), note, structure, taken)


def moved_place(
    at: Place, old: Note, new: Note, structure: Structure, taken: Collection[str]
) -> Place:
    """Say where a file goes whose note has another title now.

    Args:
        at: Where it is, and what its front matter says now.
        taken: The `path_key` of every other path in use.
    """
    if old.title == new.title:
        return at
    own_name = stem_of(at.path) != file_stem(shown_title(old, structure))
    if own_name and at.title is not None:
        return Place(at.path, new.title or None)
    return _in_folder(folder_of(at.path), new, structure, taken)


def _in_folder(folder: str, note: Note, structure: Structure, taken: Collection[str]) -> Place:
    title = shown_title(note, structure)
    path = free_path(folder, file_stem(title), taken, note.id)
    needed = title and can_rename(structure) and not says_exactly(stem_of(path), title)
    return Place(path, title if needed else None)


def title_from(path: str, was: str, old: Note, structure: Structure) -> str:
    """Say which title a file's name gives its note.

    Args:
        was: The file's path when it was written from *old*.
    """
    if stem_of(path) == stem_of(was) or not can_rename(structure):
        return old.title
    return stem_of(path)


def title_of(local: Local) -> str:
    """Give the title of a new file: what its front matter says, else its name."""
    said = None if local.document is None else local.document.title
    return said or stem_of(local.path)
