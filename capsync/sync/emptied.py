"""Nothing never wins against something unasked.

A file that an editor, a script or a full disk has emptied looks like an edit. So does
a note that came up empty in the app. Neither is carried over without being asked for.
"""

from __future__ import annotations

from capsync.errors import Unconvertible
from capsync.model.note import Note
from capsync.plan.safety import count_words


def check_not_emptied(base: Note, vault: Note, space: Note, path: str) -> None:
    """Refuse to empty a side.

    Args:
        base: What the two held when they last agreed.
        path: Where the file is.

    Raises:
        Unconvertible: One side lost all its text, and the other has some.
    """
    if not _words(base):
        return
    here, there = _words(vault), _words(space)
    if not here and there:
        raise Unconvertible(
            "the file has no text any more, the note in the space has; write something, delete "
            "the file, or empty the note with --allow-deletes",
            note=path,
        )
    if not there and here:
        raise Unconvertible(
            "the note in the space has no text any more, the file has; to empty the file too, "
            "run with --allow-deletes",
            note=path,
        )


def _words(note: Note) -> int:
    return sum(map(count_words, note.sections.values()))
