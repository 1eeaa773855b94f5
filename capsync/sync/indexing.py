"""The index of what is remembered, kept from one run to the next where a process makes several.

To make it anew takes ten times as long as to see what has changed.
"""

from __future__ import annotations

from capsync.model.note import StructureId
from capsync.model.token import NoteId
from capsync.state.notes import Known
from capsync.state.store import Store
from capsync.sync.index import Entry, Index


class Indexing:
    """Makes the index of one memory, again and again."""

    def __init__(self) -> None:
        self._index: Index | None = None
        self._known: tuple[Known, ...] = ()
        """What it was made of."""

    def of(self, memory: Store) -> Index:
        """Give an index of all that is remembered now, which is the caller's own."""
        if self._index is None:
            self._index = Index(memory.names.ids_of, memory.names.of)
        known = memory.notes.all()
        if known is not self._known:
            self._update(self._index, known)
        self._known = known
        return self._index.copy()

    def _update(self, index: Index, known: tuple[Known, ...]) -> None:
        entries = index.entries
        for gone in entries.keys() - {NoteId(each.id) for each in known}:
            index.drop(gone)
        for each in known:
            had = entries.get(NoteId(each.id))
            now = (each.title, each.structure, each.path)
            if had is None or (had.title, had.structure, had.path) != now:
                index.drop(NoteId(each.id))  # of former titles the memory tells
                structure = StructureId(each.structure)
                index.add(Entry(NoteId(each.id), each.title, structure, each.path))
