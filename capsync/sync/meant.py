"""Names as the links of one note mean them.

A title that two notes have by now means neither. But a link that was written when
only one had it still leads there: nobody has touched it.
"""

from __future__ import annotations

from collections.abc import Collection, Iterator

from capsync.model.block import EntityBlock, TextBlock, walk
from capsync.model.note import Note, StructureId
from capsync.model.token import LinkToken, NoteId
from capsync.sync.index import Index
from capsync.vault.names import stem_of


class Meant:
    """An index that asks a note where its links lead, if it does not know by itself."""

    def __init__(self, index: Index, note: Note) -> None:
        """
        Args:
            note: What the text with the names was written from.
        """
        self._index, self._targets = index, tuple(dict.fromkeys(_targets(note)))

    def resolve(self, name: str) -> NoteId | None:
        """Find the note that ``[[name]]`` means."""
        return self.resolve_among(name, ())

    def resolve_among(self, name: str, structures: Collection[StructureId]) -> NoteId | None:
        """Find the note of one of *structures* that *name* means; of any where none is given."""
        found = self._index.resolve_among(name, structures)
        if found is not None or structures:
            return found
        said = name.partition("#")[0].strip()
        for known in (said, stem_of(said)):  # where its file was says what it was called
            fits = [each for each in self._targets if self._index.repeats(each, known)]
            if fits:
                return fits[0] if len(fits) == 1 else None
        return None

    def name_of(self, note: NoteId) -> str:
        """Give a name that `resolve` finds again."""
        return self._index.name_of(note)

    def title_of(self, note: NoteId) -> str | None:
        """Give a note's title; None where the note is not known."""
        return self._index.title_of(note)


def _targets(note: Note) -> Iterator[NoteId]:
    for block in (block for body in note.sections.values() for block in walk(body)):
        if isinstance(block, EntityBlock) and block.entity:
            yield block.entity
        for token in block.tokens if isinstance(block, TextBlock) else ():
            if isinstance(token, LinkToken) and token.entity:
                yield token.entity
