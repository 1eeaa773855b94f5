"""How every note stands: the status, note by note, for lists and counts.

Looking costs a walk over the vault, so a look is shared by all who ask within a moment.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from enum import Enum
from threading import Lock
from typing import TypeAlias

from capsync.capacities.limits import Usage
from capsync.state.store import Known
from capsync.sync.status import Status, status_of
from capsync.vault.names import stem_of
from capsync.web.place import Place

MOMENT = 1.0
"""Seconds for which a look is good enough for a page."""
ASKED, WATCHED = 5.0, 25.0
"""How many times longer than a look takes one is kept: for who asks, and for who only watches."""


_DAY = re.compile(r"\d{4}-\d\d-\d\dT00:00:00(\.0+)?Z")


class State(Enum):
    """How one note stands; the value is what a person reads."""

    IN_SYNC = "in sync"
    CHANGED = "changed here"
    NEW = "new here"
    MOVED = "moved here"
    DELETED = "deleted here"
    CONFLICT = "in conflict"
    ASIDE = "set aside"
    APART = "not synced"
    """Outside of what the vault's settings say is synced."""
    NO_FILE = "no file"
    GONE = "gone"
    """Known from its history only."""


WAITING = frozenset({State.CHANGED, State.NEW, State.MOVED, State.DELETED})
GROUPS: Mapping[str, frozenset[State]] = {
    "all": frozenset(State) - {State.GONE},
    "in-sync": frozenset({State.IN_SYNC}),
    "waiting": WAITING,
    "conflict": frozenset({State.CONFLICT}),
    "set-aside": frozenset({State.ASIDE}),
    "apart": frozenset({State.APART}),
    "gone": frozenset({State.GONE}),
}
"""What a list of notes can be narrowed down to."""


@dataclass(frozen=True, slots=True)
class Row:
    """One note in a list."""

    id: str
    """Empty where the note has none yet."""
    path: str
    title: str
    state: State
    note: str = ""
    """What is to be said of its state."""
    checked_at: float = 0.0
    synced_at: float = 0.0

    @property
    def key(self) -> str:
        """Give what a search looks in."""
        return f"{self.title}\n{self.path}".casefold()


@dataclass(frozen=True, slots=True)
class Standing:
    """How everything stood at one moment."""

    at: float
    """Seconds since the Unix epoch."""
    status: Status
    rows: tuple[Row, ...]
    """By path."""
    usage: tuple[Usage, ...]
    paths: tuple[tuple[str, str], ...] = ()
    """Ids with the paths they had when a version of them was kept."""

    @property
    def counts(self) -> Mapping[str, int]:
        """Give how many notes each of `GROUPS` has."""
        states = Counter(each.state for each in self.rows)
        return {name: sum(states[each] for each in group) for name, group in GROUPS.items()}

    @property
    def ages(self) -> tuple[float | None, ...]:
        """Give how long ago each note was last read from the space, in seconds; None for never."""
        return tuple(
            max(0.0, self.at - each.checked_at) if each.checked_at else None
            for each in self.rows
            if each.id and each.path and each.state not in (State.GONE, State.APART)
        )

    @property
    def mark(self) -> str:
        """Give what changes whenever there is something new to see."""
        run = self.status.last_run
        used = tuple((each.method, each.path, each.used) for each in self.usage)
        checked = max((each.checked_at for each in self.rows), default=0.0)
        seen = (tuple(self.counts.values()), run.at if run else 0, used, checked)
        return f"{hash(seen) & 0xFFFFFFFF:x}"


_Noted: TypeAlias = dict[str, tuple[State, str]]


class Watchtower:
    """Looks at a vault for everybody who asks; safe between threads."""

    def __init__(self, place: Place) -> None:
        self.place = place
        self._lock = Lock()
        self._last: Standing | None = None
        self._taken = 0.0
        self._cost = 0.0

    def look(self, *, patient: bool = False) -> Standing:
        """Say how things stand.

        Args:
            patient: Whether an older look will do, since nobody asked for this one.

        Raises:
            RunError: The vault or the memory is not there.
        """
        clock = self.place.clock
        with self._lock:
            share = WATCHED if patient else ASKED
            good_for = max(MOMENT, self._cost * share)
            began = clock.monotonic()
            if self._last is None or began - self._taken > good_for:
                self._last = standing_of(self.place)
                self._taken = clock.monotonic()
                self._cost = self._taken - began
            return self._last

    def forget(self) -> None:
        """Look anew the next time, since something was done."""
        with self._lock:
            self._last = None


def standing_of(place: Place) -> Standing:
    """Look at a vault.

    Raises:
        RunError: The vault or the memory is not there.
    """
    now = place.clock.now()
    with place.opened() as (vault, memory):
        status = status_of(vault, memory, now)
        known, paths = memory.notes.all(), memory.revisions.paths()
        checks = memory.checks.times()
        usage = place.usage(memory)
    rows = sorted(_rows(known, status, checks), key=lambda row: (row.path.casefold(), row.id))
    there = {row.id for row in rows if row.id}
    gone = tuple(_gone((note, path) for note, path in paths if note and note not in there))
    return Standing(now, status, (*rows, *gone), usage, paths)


def _rows(known: Iterable[Known], status: Status, checks: Mapping[str, float]) -> Iterator[Row]:
    """Give the notes that are there, each with its state."""
    by_path, by_id = _noted(status), {
        each.note: (State.ASIDE, each.message) for each in status.set_aside if each.note
    }  # fmt: skip
    moved = {each.path: each.to for each in status.moved}
    met: set[str] = set()
    for each in known:
        path = moved.get(each.path, each.path)
        names = (path, each.path, each.title, each.id)
        state, note = by_id.get(each.id) or next(
            (by_path[name] for name in names if name in by_path),
            (State.IN_SYNC if each.path else State.NO_FILE, ""),
        )
        met.update(names)
        checked = max(each.checked_at, checks.get(each.id, 0.0))
        yield Row(each.id, path, _title(each.title), state, note, checked, each.synced_at)
    for path, (state, note) in by_path.items():
        if path not in met:
            yield Row("", path, stem_of(path), state, note)


def _title(title: str) -> str:
    """Give a title as a person reads it: that of a daily note is a moment, and means its day."""
    return title[:10] if _DAY.fullmatch(title) else title


def _noted(status: Status) -> _Noted:
    """Give what is to be said of each path; what needs a person outweighs the rest."""
    found: _Noted = {path: (State.APART, why) for path, why in status.apart.items()}
    found |= dict.fromkeys(status.new, (State.NEW, ""))
    found |= dict.fromkeys(status.changed, (State.CHANGED, ""))
    found |= {each.to: (State.MOVED, f"from {each.path}") for each in status.moved}
    found |= dict.fromkeys(status.gone, (State.DELETED, ""))
    found |= {
        each.path: (State.CONFLICT, f"{each.conflicts} to settle") for each in status.conflicts
    }
    return found | {each.path: (State.ASIDE, each.message) for each in status.set_aside}


def _gone(paths: Iterable[tuple[str, str]]) -> Iterator[Row]:
    """Give notes of which only the history is left."""
    for note, path in dict(paths).items():
        yield Row(note, path, stem_of(path), State.GONE)


@dataclass(frozen=True, slots=True)
class Page:
    """A part of a list of notes."""

    rows: tuple[Row, ...]
    number: int
    """From 1."""
    pages: int
    found: int


def narrowed(rows: Iterable[Row], words: str, group: str, number: int, size: int = 50) -> Page:
    """Find notes by words in title or path, all of them, and by how they stand."""
    states, wanted = GROUPS.get(group, GROUPS["all"]), words.casefold().split()
    fit = [row for row in rows if row.state in states and _says(row, wanted)]
    pages = max(1, -(-len(fit) // size))
    number = min(max(number, 1), pages)
    return Page(tuple(fit[(number - 1) * size : number * size]), number, pages, len(fit))


def _says(row: Row, words: Sequence[str]) -> bool:
    if not words:
        return True
    key = row.key
    return all(word in key for word in words)
