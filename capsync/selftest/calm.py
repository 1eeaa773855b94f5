"""After the storm: a careful person puts things right, until both sides are quiet.

What a sync sets aside it sets aside with a remedy. The person here does exactly
what the message says, which makes sure that the remedies help.
"""

from __future__ import annotations

import re
from collections.abc import Callable

from capsync.errors import SafetyStop
from capsync.selftest.desk import ID, Desk, head_and_body
from capsync.selftest.editor import save_rest
from capsync.selftest.hours import Hours
from capsync.selftest.machine import Ended
from capsync.selftest.stage import SYNCS, Stage
from capsync.selftest.words import EVERY, counted
from capsync.sync.report import Trouble

ROUNDS = 14
"""Rounds of syncs after which things have to be quiet."""
QUIET = 2
"""Rounds in a row in which nothing happens before that is believed."""
RESTING = 200
"""Ticks for which a daemon is watched in the end."""
BETWEEN = 120.0
"""Seconds between two syncs."""

Remedy = Callable[[Desk, str], None]


def settle(stage: Stage) -> None:
    """Sync round robin until nothing happens any more."""
    stage.calm()
    for desk in stage.desks:
        before = counted(desk.machine.files().values())
        save_rest(desk, ())
        stage.words.saw(desk.who, before, counted(desk.machine.files().values()))
    stage.time.sleep(7_200.0)
    quiet, last = 0, Ended()
    for _ in range(ROUNDS):
        still = True
        for desk in stage.desks:
            stage.time.sleep(max(BETWEEN, stage.switches.search_lag))
            ended = stage.run(desk.machine, SYNCS["both"])
            helped = _help(stage, desk, ended)
            if not ended.is_silent or helped:
                still, last = False, ended
        quiet = quiet + 1 if still else 0
        if quiet == QUIET:
            _rest(stage)
            return
    stage.complain("no end", _told(last))


def _rest(stage: Stage) -> None:
    """See that daemons have nothing to do either."""
    if not stage.counts["daemons"]:
        return
    for machine in stage.machines:
        ended = stage.watch(machine, Hours(stage.act, stage.time, RESTING))
        if not ended.is_silent:
            stage.complain("no rest", f"vault {machine.number}: {_told(ended)}")


def _told(ended: Ended) -> str:
    said = [str(ended.stopped)] if ended.stopped else []
    said += ended.report.steps[-3:]
    said += [f"{each.path}: {each.message}" for each in ended.report.troubles[-3:]]
    return "; ".join(said) or f"{ended.writes} writes, {ended.changes} changes of files"


def _help(stage: Stage, desk: Desk, ended: Ended) -> bool:
    """Do what the messages of a sync ask for; say whether they asked for anything."""
    allow = isinstance(ended.stopped, SafetyStop)
    done = False
    for trouble in ended.report.troubles:
        if "--allow-deletes" in trouble.message:
            allow = True
        elif remedy := _remedy(trouble):
            before = counted(desk.machine.files().values())
            remedy(desk, trouble.path)
            stage.words.saw(desk.who, before, counted(desk.machine.files().values()))
            done = True
    if allow:
        stage.time.sleep(BETWEEN)
        stage.run(desk.machine, SYNCS["allow"])
    return done or allow


def _remedy(trouble: Trouble) -> Remedy | None:
    for words, remedy in REMEDIES.items():
        if words in trouble.message:
            return remedy
    return None


def _without_id(desk: Desk, path: str) -> None:
    if text := desk.text(path):
        desk.words.may_be_two = True
        desk.words.repeated |= set(EVERY.findall(text))  # it may have been a copy
        desk.save(path, ID.sub("", text, count=1))


def _without_front_matter(desk: Desk, path: str) -> None:
    if text := desk.text(path):
        head, body = head_and_body(text)
        found = ID.search(head)
        kept = f"---\n{found[0]}---\n" if found else ""
        desk.save(path, kept + body if head else re.sub(r"\A---\n", "", text))


REMEDIES: dict[str, Remedy] = {
    "has the same capacities-id": _without_id,
    "is not in this space": _without_id,
    "is no id": _without_id,
    "remove its capacities-id": _without_id,
    "remove capacities-id": _without_id,
    "front matter": _without_front_matter,
}
"""What to do, by a part of the message."""

EXCUSED = (
    "plan of this space allows no more objects",
    "the space has no such note at the moment",  # where there are no lists
    "the service makes no new Daily note",
)
"""What nothing can be done about."""
