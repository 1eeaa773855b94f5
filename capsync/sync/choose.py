"""Which notes a sync looks at, sorted by what is to be done with them."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass

from capsync.model.note import Row
from capsync.model.token import NoteId
from capsync.state.notes import Known
from capsync.sync.called import as_path, nobody
from capsync.sync.observe import Local
from capsync.sync.run import Run
from capsync.sync.scope import can_write
from capsync.sync.sides import Listing


@dataclass(frozen=True, slots=True)
class Choice:
    """The notes of one sync."""

    both: tuple[Known, ...]
    """Notes that have a file and were in the space when the sides last agreed."""
    settled: tuple[NoteId, ...]
    """Those of them to compare."""
    adopted: tuple[NoteId, ...]
    """Files with an id that the memory does not know."""
    new: tuple[Local, ...]
    """Files without an object."""
    unfiled: tuple[Row, ...]
    """Objects without a file."""
    gone: tuple[Known, ...]
    """Notes whose file was deleted."""


def choose(
    run: Run, known: Iterable[Known], listing: Listing | None, released: Mapping[str, Row | None]
) -> Choice:
    """Sort the notes.

    Args:
        released: By the names that are settled already, the object of a note without a file.

    Raises:
        ConfigError: A note was asked for that nobody knows.
    """
    seen, options = run.seen, run.options
    records = {NoteId(each.id): each for each in known}
    wanted = _Wanted(run, options.notes)
    both = [records[note] for note in seen.files if note in records]
    settled = [NoteId(each.id) for each in both if wanted.has(NoteId(each.id))]
    if not options.pull or options.edited_only:
        settled = [note for note in settled if _edited(run, note, records[note])]
    if options.busy:
        settled = [note for note in settled if seen.files[note].path not in options.busy]
    named = (row for row in released.values() if row is not None)
    rows = listing.rows if listing is not None else tuple(dict.fromkeys(named))
    rows += tuple(row for row in run.unfiled.values() if options.notes and wanted.has(row.id))
    choice = Choice(
        both=tuple(both),
        settled=tuple(settled),
        adopted=tuple(note for note in seen.files if note not in records and wanted.has(note)),
        new=tuple(
            each for each in seen.new
            if wanted.has_path(each.path) and each.path not in options.busy
        ),
        unfiled=tuple(
            row for row in rows
            if row.id not in records and row.id not in seen.files and can_write(row.structure)
        ),
        gone=tuple(
            each for each in seen.gone
            if wanted.has(NoteId(each.id)) and each.path not in options.busy
            and (options.deleted is None or each.path in options.deleted)
        ),
    )  # fmt: skip
    wanted.check(choice, released)
    return choice


def _edited(run: Run, note: NoteId, known: Known) -> bool:
    local = run.seen.files[note]
    return local.document is not None or local.path != known.path


class _Wanted:
    """The notes a person named on the command line."""

    def __init__(self, run: Run, names: tuple[str, ...]) -> None:
        self.run, self.names = run, names
        self.paths = {name: as_path(name) for name in names}
        self.ids = {name: run.index.resolve(name) for name in names}

    def has(self, note: NoteId) -> bool:
        """Say whether a note was asked for."""
        if not self.names or note in self.ids.values():
            return True
        local = self.run.seen.files.get(note)
        return local is not None and local.path in self.paths.values()

    def has_path(self, path: str) -> bool:
        """Say whether a file was asked for."""
        return not self.names or path in self.paths.values()

    def check(self, choice: Choice, understood: Collection[str]) -> None:
        """Refuse names that mean nothing."""
        paths = {each.path for each in choice.new} | self.run.seen.paths
        for name in self.names:
            if name not in understood and self.ids[name] is None and self.paths[name] not in paths:
                raise nobody(name)
