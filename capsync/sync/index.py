"""Which note a title means, and which title a note has.

A link names a note by its title, else by its path, else by its id. Titles are
looked for exactly first, then without regard to case; a title that two notes
share means neither, unless they are tags. Former titles still count, after all
present ones, so that a link written before a rename keeps its target.
"""

from __future__ import annotations

from collections.abc import Callable, Collection
from dataclasses import dataclass, replace
from unicodedata import normalize

from capsync.markdown.links import is_id
from capsync.model.note import TAG, StructureId
from capsync.model.token import NoteId
from capsync.vault.names import stem_of

_UNSAYABLE = frozenset("[]|#\n\r^")
"""Characters that no wiki link can hold."""


@dataclass(frozen=True, slots=True)
class Entry:
    """What links need to know of a note."""

    id: NoteId
    title: str
    structure: StructureId
    path: str = ""
    """Where its file is; empty where it has none yet."""


class Index:
    """All notes of the vault and the space by their names."""

    def __init__(
        self,
        former: Callable[[str], tuple[str, ...]] = lambda _name: (),
        names_of: Callable[[str], tuple[str, ...]] = lambda _note: (),
    ) -> None:
        """
        Args:
            former: Gives the ids of the notes that once had a name.
            names_of: Gives the names that a note once had, the latest first.
        """
        self._former, self._names_of = former, names_of
        self.entries: dict[NoteId, Entry] = {}
        self._named: dict[str, tuple[NoteId, ...]] = {}

    def add(self, entry: Entry) -> None:
        """Add a note, or tell its new title or path; earlier names go on counting."""
        known = self.entries.get(entry.id)
        if known is not None and not entry.path:
            entry = replace(entry, path=known.path)
        self.entries[entry.id] = entry
        if known is not None and (known.title, known.path) == (entry.title, entry.path):
            return
        for name in _names(entry):
            named = self._named.get(name, ())
            if entry.id not in named:
                self._named[name] = (*named, entry.id)

    def drop(self, note: NoteId) -> None:
        """Forget a note with the names it has."""
        entry = self.entries.pop(note, None)
        for name in _names(entry) if entry else ():
            named = tuple(each for each in self._named.get(name, ()) if each != note)
            if named:
                self._named[name] = named
            else:
                self._named.pop(name, None)

    def copy(self) -> Index:
        """Give another index that knows the same, and may learn more."""
        other = Index(self._former, self._names_of)
        other.entries, other._named = self.entries.copy(), self._named.copy()
        return other

    def resolve(self, name: str) -> NoteId | None:
        """Find the note that ``[[name]]`` means; None where there is none, or more than one."""
        return self.resolve_among(name, ())

    def resolve_among(self, name: str, structures: Collection[StructureId]) -> NoteId | None:
        """Find the note of one of *structures* that *name* means; of any where none is given."""
        name = name.strip()
        if is_id(name):
            return NoteId(name)
        found = self._find(name, structures)
        if found is None and "#" in name:  # a heading of the note
            found = self._find(name.partition("#")[0].strip(), structures)
        return found

    def _find(self, name: str, structures: Collection[StructureId]) -> NoteId | None:
        if not name:
            return None
        path = name.removesuffix(".md")
        fits = [
            each for each in self._candidates(name, path)
            if not structures or self._structure(each) in structures
        ]  # fmt: skip
        known = [self.entries[each] for each in fits if each in self.entries]
        for chosen in (
            [each for each in known if each.title == name],
            [each for each in known if _key(each.title) == _key(name)],
            [each for each in known if each.path.removesuffix(".md") == path],
            [each for each in known if _key(stem_of(each.path)) == _key(path)],
        ):
            if chosen:
                return _only(chosen)
        alive = [each.id for each in known] or fits
        return alive[0] if len(alive) == 1 else None

    def called(self, title: str) -> tuple[NoteId, ...]:
        """Give the notes that are known by a title, or were while this index was kept."""
        return self._named.get(_key(title), ())

    def is_taken(self, name: str) -> bool:
        """Say whether any note might be meant by *name*; quicker than `resolve`."""
        return _key(name) in self._named or _key(name.removesuffix(".md")) in self._named

    def _candidates(self, name: str, path: str) -> list[NoteId]:
        now = (*self._named.get(_key(name), ()), *self._named.get(_key(path), ()))
        return sorted({*now, *(NoteId(each) for each in self._former(name))})

    def _structure(self, note: NoteId) -> StructureId | None:
        entry = self.entries.get(note)
        return None if entry is None else entry.structure

    def name_of(self, note: NoteId) -> str:
        """Give a name that `resolve` finds again: the title, else the path, else the id."""
        entry = self.entries.get(note)
        if entry is None:
            names = self._names_of(note)
        else:
            names = (entry.title, entry.path.removesuffix(".md"))
        for name in names:
            if name == name.strip() and not set(name) & _UNSAYABLE and self.resolve(name) == note:
                return name
        return note

    def title_of(self, note: NoteId) -> str | None:
        """Give a note's title; None where the note is not known."""
        entry = self.entries.get(note)
        return None if entry is None else entry.title

    def repeats(self, note: NoteId, text: str) -> bool:
        """Say whether *text* is a title that a note has, or once had."""
        entry = self.entries.get(note)
        if entry is not None and _key(entry.title) == _key(text):
            return True
        return note in self._named.get(_key(text), ()) or note in self._former(text.strip())


def _only(chosen: list[Entry]) -> NoteId | None:
    """Give the one entry there is; of tags, which are the same if they are called the same, any."""
    if len(chosen) == 1 or all(each.structure == TAG for each in chosen):
        return min(each.id for each in chosen)
    return None


def _key(name: str) -> str:
    return normalize("NFC", " ".join(name.split()).casefold())


def _names(entry: Entry) -> set[str]:
    names = {entry.title, entry.path.removesuffix(".md"), stem_of(entry.path)}
    return {_key(name) for name in names if name.strip()}
