"""Notes that an undo has set back: left alone until a person goes on with them.

Each side is compared with what it held after the undo. Once either differs, or the
note is named to a sync, it is a note like any other again.
"""

from __future__ import annotations

from collections.abc import Iterable

from capsync.errors import NoteError, ServerFault, Stale
from capsync.model.note import Row, StructureId
from capsync.model.token import NoteId
from capsync.state.store import Held
from capsync.sync.called import is_called
from capsync.sync.choose import Choice
from capsync.sync.contents import contents
from capsync.sync.held_here import is_same_here, said
from capsync.sync.observe import Local, digest_text
from capsync.sync.run import Run


def release_named(run: Run) -> dict[str, Row | None]:
    """Release the notes that were named; gives by that name the object of those without a file."""
    found: dict[str, Row | None] = {}
    for held in run.memory.held.list() if run.options.notes else ():
        names = [name for name in run.options.notes if _is_named(name, held)]
        if names and run.acts:
            run.memory.held.release(held)
        note, structure = NoteId(held.note), StructureId(held.structure)
        lives = note in run.seen.files or run.memory.notes.get(note) is not None
        is_unfiled = note and held.vault is None and not lives
        row = Row(note, structure, held.title) if is_unfiled else None
        found |= dict.fromkeys(names, row)
    return found


def leave_held(run: Run, todo: Choice) -> Choice:
    """Take the notes out of a choice that are held; release those a person has changed."""
    rows = () if run.options.notes else run.memory.held.list()
    if not rows:
        return todo
    still = _Still(run, rows)
    return Choice(
        both=tuple(each for each in todo.both if not still.holds(NoteId(each.id))),
        settled=tuple(note for note in todo.settled if not still.holds(note)),
        adopted=tuple(note for note in todo.adopted if not still.holds(note)),
        new=tuple(local for local in todo.new if not still.holds_file(local)),
        unfiled=tuple(row for row in todo.unfiled if not still.holds(row.id)),
        gone=tuple(each for each in todo.gone if not still.holds(NoteId(each.id))),
    )


class _Still:
    """Which notes are still as the undo left them."""

    def __init__(self, run: Run, rows: Iterable[Held]) -> None:
        self.run = run
        self.by_note = {NoteId(each.note): each for each in rows if each.note}
        self.by_path = {each.path: each for each in rows if not each.note}
        self.known: dict[NoteId, bool] = {}

    def holds(self, note: NoteId) -> bool:
        """Say whether a note is held, once for both lists it may be in."""
        held = self.by_note.get(note)
        if held is not None and note not in self.known:
            same = is_same_here(self.run.memory, held, self.run.seen.files.get(note))
            self.known[note] = self._told(held, same=same and self._space(note, held))
        return self.known.get(note, False)

    def holds_file(self, local: Local) -> bool:
        """Say whether a file without an object is held."""
        held = self.by_path.get(local.path)
        if held is None:
            return False
        text = "" if local.document is None else local.document.text
        return self._told(held, same=digest_text(text) == held.vault)

    def _space(self, note: NoteId, held: Held) -> bool:
        """Say whether the space holds what it held; also if it cannot be asked."""
        try:
            return contents(self.run.with_main(self.run.space.read(note))) == held.space
        except Stale:
            return held.space is None
        except (NoteError, ServerFault):
            return True

    def _told(self, held: Held, *, same: bool) -> bool:
        run = self.run
        if same:
            run.held.add(NoteId(held.note))
            run.trouble(held.path, said(held), held.note or None)
        elif run.acts:
            run.memory.held.release(held)
        return same


def _is_named(name: str, held: Held) -> bool:
    return is_called(name, held.path, held.title, held.note)
