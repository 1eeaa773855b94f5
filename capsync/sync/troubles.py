"""Which notes are set aside, remembered from run to run, also from runs that see only a part."""

from __future__ import annotations

from collections.abc import Iterable

from capsync.state.ledger import SetAside
from capsync.sync.remedy import next_step
from capsync.sync.run import Run


def remember_troubles(run: Run) -> None:
    """Remember what this run has set aside, and earlier ones, where this one did not look."""
    earlier = {(each.path, each.message) for each in run.memory.set_aside.list()}
    now = run.clock.now()
    fresh = [
        SetAside(each.path, each.note, each.message, now, next_step(each.message))
        for each in run.report.troubles
    ]
    run.memory.set_aside.replace_all([*_still_set_aside(run), *fresh])
    for each in fresh:
        if (each.path, each.message) not in earlier:
            run.tell("set aside", each.path, each.message)


def _still_set_aside(run: Run) -> Iterable[SetAside]:
    """Give what was set aside before, of notes that this run has not looked at."""
    if not (run.options.in_part or run.report.unchecked or run.report.unread):
        return
    now = {each.path for each in run.report.troubles}
    for each in run.memory.set_aside.list():
        was_seen = {each.path, each.note} & run.looked_at or each.path in now
        is_there = each.note is not None or each.path in run.seen.paths
        if is_there and not was_seen:
            yield each
