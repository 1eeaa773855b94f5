"""Learning what of a space is not synced, for `status` and `init`.

Types are counted through their lists where that is cheap, at most once a day. What
notes of excluded types are called is remembered with their names, so that links to
them can be written and read by title.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from capsync.errors import NoteError, RetryError
from capsync.model.note import Row, Structure, StructureId
from capsync.sync.apart import Learnt, LeftOut, remember_learnt, what_was_learnt
from capsync.sync.run import Run
from capsync.sync.scope import Scope, can_write
from capsync.vault.selection import Selection

AGAIN = 86_400.0
"""Seconds until objects are counted again."""


def left_out(scope: Scope, structures: Mapping[StructureId, Structure]) -> tuple[LeftOut, ...]:
    """List the types that are not synced, first those that the configuration leaves out."""
    found = [
        LeftOut(each.id, each.plural or each.title, reason)
        for each in structures.values()
        if (reason := scope.why_not_type(each.id))
    ]
    found.sort(key=lambda each: (not can_write(StructureId(each.id)), each.title.casefold()))
    return tuple(found)


def learn(run: Run, selection: Selection) -> None:
    """Remember which types are not synced, and count their objects if it is time for that."""
    before, now = what_was_learnt(run.memory), run.clock.now()
    types = left_out(run.scope, run.structures)
    is_due = now - before.counted_at >= AGAIN
    known = {each.id: each for each in before.types}
    counted = [_counted(run, each, known.get(each.id), is_due=is_due) for each in types]
    found = Learnt(tuple(counted), dict(selection.settings()), now if is_due else before.counted_at)
    if found != before:
        remember_learnt(run.memory, found)


def _counted(run: Run, each: LeftOut, before: LeftOut | None, *, is_due: bool) -> LeftOut:
    """Count the objects of a type, or say what was counted before."""
    if is_due or before is None:
        try:
            census = run.remote.census(StructureId(each.id))
        except (RetryError, NoteError):
            census = None
        if census is not None:
            if can_write(StructureId(each.id)):
                _remember_titles(run, census.rows)
            return LeftOut(each.id, each.title, each.reason, len(census.rows), census.more)
    if before is not None:
        return LeftOut(each.id, each.title, each.reason, before.count, before.more)
    return each


def _remember_titles(run: Run, rows: Iterable[Row]) -> None:
    with run.memory.transaction():
        for row in rows:
            if row.title.strip() and run.memory.names.of(row.id)[:1] != (row.title,):
                run.memory.names.remember_name(row.id, row.title)
