"""What a run would change, as two texts for each file: as it is and as it would be.

A run calls this as it comes to each note. Of what would be pushed, the first text is
what the space holds, written as its file would be.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from capsync.errors import NoteError
from capsync.markdown.document import Document, document_onto, read_document, write_document
from capsync.model.note import Note, Row
from capsync.sync.place import new_place
from capsync.sync.report import Difference
from capsync.sync.run import CONVERTER_PROBLEMS, Run

if TYPE_CHECKING:
    from capsync.sync.look import Sides


def show(run: Run, difference: Difference) -> None:
    """Show what would be done to one file or object, if that is wanted."""
    same = difference.before == difference.after and difference.old == difference.new
    if run.options.differences and not same:
        run.report.differences.append(difference)


def show_push(run: Run, sides: Sides, after: str | None = None) -> None:
    """Show what would be pushed.

    Args:
        after: What the file would hold by then; None for what it holds.
    """
    if run.options.differences:
        text, path = sides.document.text if after is None else after, sides.local.path
        show(run, Difference("push", sides.record.path, path, _as_file(run, sides), text))


def show_pull(run: Run, sides: Sides, text: str, path: str) -> None:
    """Show what would be pulled."""
    show(run, Difference("pull", sides.local.path, path, sides.document.text, text))


def show_new_file(run: Run, row: Row) -> None:
    """Show the file of a note that has none."""
    if run.options.differences:
        note = run.with_main(run.space.read(row.id))
        place = new_place(note, run.structure_of(note), run.taken())
        text = write_document(note, run.structure_of(note), run.index, title=place.title)
        show(run, Difference("pull", None, place.path, "", text))


def show_adopted(run: Run, document: Document, here: Note, there: Note, path: str) -> None:
    """Show what a file without a past has that its note in the space does not, and the reverse."""
    if run.options.differences:
        structure = run.structure_of(there)
        text = document_onto(document, here, there, structure, run.index, title=document.title)
        show(run, Difference("push", path, path, text, document.text))


def _as_file(run: Run, sides: Sides) -> str:
    """Write what the space holds onto the file as it was when the sides last agreed."""
    then, base, there = read_document(sides.record.text), sides.base, sides.space
    try:
        return document_onto(then, base, there, sides.structure, run.index, title=then.title)
    except (*CONVERTER_PROBLEMS, NoteError):
        return _new_text(run, there)


def _new_text(run: Run, note: Note) -> str:
    return write_document(note, run.structure_of(note), run.index, title=None)
