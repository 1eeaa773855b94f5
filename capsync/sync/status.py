"""How things stand, from the memory and a look at the folder, without the network.

What the space changed since the last sync is not known here; what waits in the
vault is.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace

from capsync.model.token import NoteId
from capsync.state.notes import Known
from capsync.state.store import Held, Run, SetAside, Store
from capsync.sync.apart import set_apart
from capsync.sync.freshness import Freshness, freshness_of
from capsync.sync.held_here import held_here, said
from capsync.sync.observe import Observed, observe
from capsync.sync.remedy import next_step
from capsync.sync.waiting import Stop
from capsync.vault.files import Folder, Skipped


@dataclass(frozen=True, slots=True)
class Move:
    """A file that was moved or renamed since the last sync."""

    path: str
    """Where it was."""
    to: str


@dataclass(frozen=True, slots=True)
class Open:
    """A note with conflicts that nobody has settled yet."""

    path: str
    """Where it is in the vault, or its title where it has no file."""
    conflicts: int


@dataclass(frozen=True, slots=True)
class Status:
    """How the vault and the memory of it stand."""

    in_sync: int = 0
    """Notes whose file is as the last sync left it, and which nothing is wrong with."""
    changed: tuple[str, ...] = ()
    new: tuple[str, ...] = ()
    gone: tuple[str, ...] = ()
    moved: tuple[Move, ...] = ()
    set_aside: tuple[SetAside, ...] = ()
    """As the last sync left them; what is wrong with a file now has no time yet."""
    conflicts: tuple[Open, ...] = ()
    skipped: tuple[Skipped, ...] = ()
    """What is in the folder and might be notes, but is not looked at."""
    unfinished: int = 0
    """Things a run had begun when it was cut short; the next one finishes them."""
    last_run: Run | None = None
    apart: Mapping[str, str] = field(default_factory=dict)
    """Why, by the path of each note that the last sync knew and left alone."""
    freshness: Freshness = field(default_factory=Freshness)
    """Of the notes that are synced."""

    @property
    def waiting(self) -> int:
        """Count what the next sync will bring to the space."""
        return len(self.changed) + len(self.new) + len(self.gone) + len(self.moved)


def status_of(vault: Folder, memory: Store, now: float) -> Status:
    """Say how things stand.

    Args:
        now: Seconds since the Unix epoch, for what is set aside only now.

    Raises:
        RunError: The vault or the memory is not there.
    """
    seen = observe(vault, memory)
    known = seen.known
    apart = set_apart(memory, seen)
    held = held_here(memory, seen)
    notes, paths = {each.note for each in held}, {each.path for each in held}
    changed, moved = _edited(known, seen)
    set_aside = tuple(_set_aside(memory.set_aside.list(), seen, held, now))
    conflicts = tuple(
        Open(each.path or each.title or each.id, each.conflicts)
        for each in known.values()
        if each.conflicts
    )
    odd = {
        *(each.path for each in set_aside),
        *(each.path for each in conflicts),
        *(each.path for each in moved),
    }
    settled = (
        each.path
        for note, each in known.items()
        if note in seen.files and note not in seen.blocked and each.path not in odd
    )
    return Status(
        in_sync=sum(path not in changed for path in settled),
        changed=tuple(sorted(changed - paths)),
        new=tuple(
            sorted(
                [each.path for each in seen.new if each.path not in paths]
                + [
                    each.path
                    for note, each in seen.files.items()
                    if note not in known and note not in notes
                ]
            )
        ),
        gone=tuple(sorted(each.path for each in seen.gone if each.id not in notes)),
        moved=tuple(each for each in moved if each.to not in paths),
        set_aside=set_aside,
        conflicts=conflicts,
        skipped=vault.skipped,
        unfinished=len(memory.intentions.open()),
        last_run=memory.runs.last(),
        apart=apart,
        freshness=freshness_of(
            (each for each in known.values() if each.path not in apart), memory.checks.times(), now
        ),
    )


def _edited(known: dict[NoteId, Known], seen: Observed) -> tuple[frozenset[str], tuple[Move, ...]]:
    """Give the paths of files that hold something else, and the files that moved."""
    pairs = [(known[note], local) for note, local in seen.files.items() if note in known]
    changed = {local.path for before, local in pairs if local.document and before.path}
    moved = {
        before.path: local.path
        for before, local in pairs
        if before.path and before.path != local.path
    }
    return (
        frozenset(changed - set(moved.values())),
        tuple(Move(path, to) for path, to in sorted(moved.items())),
    )


def _set_aside(
    earlier: Iterable[SetAside], seen: Observed, held: Iterable[Held], now: float
) -> Iterable[SetAside]:
    """Give what was set aside, and what the next sync would set aside beside that."""
    listed = set()
    for each in earlier:
        listed.add(each.path)
        yield each if each.next_step else replace(each, next_step=next_step(each.message))
    for trouble in seen.troubles:
        if trouble.path not in listed:
            step = next_step(trouble.message)
            yield SetAside(trouble.path, trouble.note, trouble.message, now, step)
    for note in held:
        if note.path not in listed:
            yield SetAside(note.path, note.note or None, said(note), note.at)


def last_report(run: Run | None) -> dict[str, object]:
    """Read what the last run reported; empty if there was none, or it makes no sense."""
    try:
        report = json.loads(run.report) if run else {}
    except ValueError:
        return {}
    return report if isinstance(report, dict) else {}


def stop_of(run: Run | None) -> Stop | None:
    """Say what stopped the last run; None where it came to its end."""
    report = last_report(run)
    errors = report.get("errors")
    for each in errors if isinstance(errors, list) else ():
        if isinstance(each, dict) and each.get("path") == "":
            code = report.get("exit_code")
            return Stop(str(each.get("message")), code if isinstance(code, int) else 0)
    return None
