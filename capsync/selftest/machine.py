"""A machine with a vault: its disk, its memory, its clock, and capsync on it.

All of capsync here is the real one; only the network, the disk and the file of
the memory are stood in for.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any

import stamina

from capsync.capacities.client import Client
from capsync.capacities.limits import Limiter
from capsync.errors import CapsyncError, ConfigError, RetryError, SafetyStop
from capsync.model.token import NoteId
from capsync.selftest.around import Surroundings
from capsync.selftest.clocks import MachineClock
from capsync.selftest.hours import Hours
from capsync.selftest.life import Life
from capsync.selftest.memory import MemorySystem
from capsync.selftest.moments import Killed, MemoryConnection, Moment, Moments, Watched
from capsync.selftest.steps import NEVER, Step
from capsync.selftest.wire import Wire
from capsync.selftest.words import EVERY
from capsync.state.store import Store
from capsync.sync.begin import Bench, Standing
from capsync.sync.engine import Engine
from capsync.sync.report import Options, Report
from capsync.sync.sides import Progress
from capsync.vault.files import TRASH, Folder
from capsync.vault.vault import MARKER

ROOT = Path("/v")
ID = re.compile(r"^capacities-id: *(\S+)", re.MULTILINE)


@dataclass(slots=True)
class Ended:
    """How a sync ended."""

    report: Report = field(default_factory=Report)
    killed: bool = False
    stopped: CapsyncError | None = None
    """What stopped the run; None if it went through."""
    writes: int = 0
    """Requests it sent that change something."""
    changes: int = 0
    """Changes it made to the folder."""

    @property
    def is_silent(self) -> bool:
        """Whether nothing was done and nothing was to be."""
        idle = not (self.writes or self.changes or self.killed or self.stopped)
        return idle and not self.report.steps


class Machine:
    """One vault and all that belongs to it."""

    def __init__(self, around: Surroundings, number: int, disk: str) -> None:
        self.around, self.number = around, number
        self.clock = MachineClock(around.time)
        self.system = MemorySystem(
            self.clock.now, folds=disk == "folds", decomposes=disk == "decomposes"
        )
        self.system.save(ROOT / MARKER, b"")
        self.moments: Moment = Moments(around.act)
        self.busy = False
        """Whether a sync of it runs just now."""
        self.asked: list[dict[str, Any]] | None = None
        """What the daemon is asked to do; None where none runs."""
        self.trash: set[str] = set()
        """Files that were in the trash when somebody last looked."""
        self.lost_history: set[str] = set()
        """Words that were in a history that somebody deleted."""
        self.connection = MemoryConnection(self._moment)
        self.memory = Store(self.connection)
        self.wire, self.client = self._connected()

    def _moment(self, *, alone: bool = False) -> None:
        self.moments(alone=alone)

    def _connected(self) -> tuple[Wire, Client]:
        wire = Wire(self.around, self._moment)
        stamina.instrumentation.set_on_retry_hooks(())  # as `connect` does
        client = Client(wire, Limiter(self.clock), jitter=lambda: 0.5)
        return wire, client

    def folder(self) -> Folder:
        """Open the vault as a run does."""
        return Folder(ROOT, clock=self.clock, system=Watched(self.system, self._moment))

    def sync(
        self,
        options: Options,
        *,
        kill: int = NEVER,
        others: Mapping[int, Sequence[Step]] | None = None,
    ) -> Ended:
        """Sync once, whatever comes of it."""
        engine = Engine(self._bench())
        moments = Moments(self.around.act, kill, others or {})

        def go() -> None:
            with suppress(*[ConfigError] * bool(options.notes)):  # what was named may be gone
                engine.run(options)

        ended = self._lived(moments, go)
        ended.report = engine.report
        return ended

    def watch(self, hours: Hours, *, blind: bool = False) -> Ended:
        """Let a daemon watch the vault for a while.

        Args:
            blind: Whether nobody tells it of edits.
        """
        self.asked = []

        def opened(progress: Progress) -> Engine:
            return Engine(replace(self._bench(), progress=progress, standing=Standing()))

        life = Life(hours, self.clock, self.stamps, opened, self.asked, blind=blind)
        ended = self._lived(hours, life.run)
        self.asked = None
        return ended

    def _bench(self) -> Bench:
        space = self.around.sandbox.space_id
        return Bench(self.folder(), self.client, self.memory, self.clock, space)

    def _lived(self, moments: Moment, go: Callable[[], object]) -> Ended:
        """Have capsync do something, and take down what came of it."""
        ended = Ended()
        self.moments, self.busy = moments, True
        changes, writes = self.system.changes, self.wire.writes
        self.wire.made.clear()
        try:
            go()
        except Killed:
            ended.killed = True
        except (RetryError, SafetyStop) as exc:
            ended.stopped = exc
        ended.changes, ended.writes = self.system.changes - changes, self.wire.writes - writes
        self.busy = False
        self.moments = Moments(self.around.act)
        self._note_unheard()
        if ended.killed:
            self.wire.close()
            self.wire, self.client = self._connected()
        return ended

    def _note_unheard(self) -> None:
        """Count objects that were made, but not remembered: it stopped, or could not read them."""
        notes = (NoteId(each) for each in self.wire.made)
        forgotten = sum(self.memory.notes.get(note) is None for note in notes)
        self.around.weather.met["unheard create"] += forgotten

    def lose_memory(self) -> None:
        """Lose the state, and the history with it."""
        self.lost_history |= self.history()
        self.connection.close()
        self.connection = MemoryConnection(self._moment)
        self.memory = Store(self.connection)

    def history(self) -> set[str]:
        """Give the words in the versions that were kept."""
        kept = self.memory.revisions.since(float("-inf"))
        return {word for each in kept for word in EVERY.findall(each.content)}

    def files(self) -> dict[str, str]:
        """Give all notes by path."""
        return {
            str(place.relative_to(ROOT)): data.decode()
            for place, data in self.system.walk(ROOT)
            if place.name.endswith(".md")
        }

    def stamps(self) -> dict[str, object]:
        """Give the notes as the file system tells them apart, by path."""
        return {path: (text, self._inode(path)) for path, text in self.files().items()}

    def _inode(self, path: str) -> int:
        return self.system.status(ROOT / path).st_ino

    def newly_trashed(self) -> list[tuple[str, str]]:
        """Give the files that went to the trash since the last call, and their notes' ids."""
        found = []
        folder = ROOT / TRASH
        for place, data in self.system.walk(folder) if self.system.is_folder(folder) else ():
            named = ID.search(data.decode())
            if str(place) not in self.trash and named:
                found.append((place.name, named[1]))
            self.trash.add(str(place))
        return found

    def close(self) -> None:
        """Let go of everything."""
        self.connection.close()
        self.wire.close()
