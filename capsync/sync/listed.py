"""What a list of the space tells beside what is remembered, without reading a note.

    heard = compare(listing, known, oddly)
    heard.new, heard.renamed, heard.missing

A title that differs is a note that was renamed. But a list may show a title in
another way than the note itself does; such a note would look renamed for ever. So what
the list showed of a note that turned out not to be renamed is remembered, and only
another title than that counts from then on.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from unicodedata import normalize

from capsync.model.note import Row
from capsync.state.notes import Known
from capsync.state.store import Store
from capsync.sync.sides import Listing

_ODDLY = "titles in lists"
"""Under which `Store.meta` keeps titles that lists show in their own way, as JSON by note."""


@dataclass(frozen=True, slots=True)
class Renamed:
    """A note of which a list tells something else than what is remembered."""

    known: Known
    row: Row


@dataclass(frozen=True, slots=True)
class Heard:
    """What is new in a list."""

    new: tuple[Row, ...] = ()
    """Objects nobody knows."""
    renamed: tuple[Renamed, ...] = ()
    """Notes with another title or of another type; they are worth reading first."""
    missing: tuple[Known, ...] = ()
    """Notes that a complete list lacks; whether they are gone has to be confirmed."""


def compare(
    listing: Listing, known: Iterable[Known], oddly: Mapping[str, str] | None = None
) -> Heard:
    """Say what a list tells that is not remembered.

    Args:
        known: The notes to compare with; a note left out counts as new.
        oddly: Titles by note that lists show in their own way; see `listed_oddly`.
    """
    remembered = {each.id: each for each in known}
    there = {row.id: row for row in listing.rows}
    pairs = [(remembered[row.id], row) for row in there.values() if row.id in remembered]
    return Heard(
        new=tuple(row for row in there.values() if row.id not in remembered),
        renamed=tuple(Renamed(each, row) for each, row in pairs if _differ(each, row, oddly or {})),
        missing=tuple(
            each
            for each in remembered.values()
            if each.structure in listing.complete and each.id not in there
        ),
    )


def _differ(known: Known, row: Row, oddly: Mapping[str, str]) -> bool:
    if row.structure != known.structure:
        return True
    said = _plain(row.title)
    return said != _plain(known.title) and said != oddly.get(known.id)


def _plain(title: str) -> str:
    return normalize("NFC", " ".join(title.split()))


def listed_oddly(memory: Store) -> dict[str, str]:
    """Give the titles that lists show in their own way, by note."""
    held = json.loads(memory.meta.get(_ODDLY) or "{}")
    return held if isinstance(held, dict) else {}


def learn_oddities(memory: Store, renamed: Iterable[Renamed]) -> None:
    """Remember what lists show of notes that were read since and are still called as before."""
    oddly = listed_oddly(memory)
    before = dict(oddly)
    for each in renamed:
        now = memory.notes.get(each.known.id)
        was_read = now is not None and now.checked_at > each.known.checked_at
        if now is None or not was_read or now.structure != each.row.structure:
            continue
        if _plain(now.title) == _plain(each.known.title):
            oddly[now.id] = _plain(each.row.title)
        else:
            oddly.pop(now.id, None)
    if oddly != before:
        memory.meta.put(_ODDLY, json.dumps(oddly, sort_keys=True) if oddly else None)
