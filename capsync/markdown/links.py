"""What the converter needs to know of other notes to read and write links to them."""

from __future__ import annotations

import re
from collections.abc import Collection
from typing import Protocol

from capsync.model.note import StructureId
from capsync.model.token import NoteId


class Names(Protocol):
    """Titles to notes and back."""

    def resolve(self, name: str) -> NoteId | None:
        """Find the note that ``[[name]]`` means; None where there is none, or more than one."""

    def resolve_among(self, name: str, structures: Collection[StructureId]) -> NoteId | None:
        """Find the note of one of *structures* that *name* means; of any where none is given."""

    def name_of(self, note: NoteId) -> str:
        """Give a name that `resolve` finds again: the title, else the path, else the id."""

    def title_of(self, note: NoteId) -> str | None:
        """Give a note's title; None where the note is not known."""


class NoNames:
    """Nobody is known; every link is written by id."""

    def resolve(self, name: str) -> NoteId | None:
        """Take nothing but an id for a name."""
        return NoteId(name) if is_id(name) else None

    def resolve_among(
        self,
        name: str,
        structures: Collection[StructureId],  # noqa: ARG002
    ) -> NoteId | None:
        """Likewise, of whatever structure."""
        return self.resolve(name)

    def name_of(self, note: NoteId) -> str:
        """Give the id itself."""
        return note

    def title_of(self, note: NoteId) -> str | None:  # noqa: ARG002
        """Know no title."""
        return None


_LINK = re.compile(r"\[\[([^\[\]|#\n]+)")


def linked_names(text: str) -> tuple[str, ...]:
    """List the names in the wiki links of a text, each once; also of those in code."""
    return tuple(dict.fromkeys(name.strip() for name in _LINK.findall(text)))


def is_id(name: str) -> bool:
    """Say whether *name* looks like an object's id: a lower-case UUID with dashes."""
    parts = name.split("-")
    return [len(part) for part in parts] == [8, 4, 4, 4, 12] and not (
        set(name) - set("0123456789abcdef-")
    )
