"""A run from its beginning to its end, whatever it is for.

    with begun(bench, options, report, "sync") as run:
        ...

The space is asked who it is, the vault is looked at, and the run gets its number.
Afterwards old versions go that need not be kept any longer.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field

from capsync.clock import Clock
from capsync.errors import SafetyStop
from capsync.model.builtin import with_built_in
from capsync.model.note import StructureId
from capsync.model.token import NoteId
from capsync.state.store import Store
from capsync.sync.cut_off import finish_files
from capsync.sync.home import check_home
from capsync.sync.index import Entry, Index
from capsync.sync.intentions import finish_moves
from capsync.sync.kinds import is_synced
from capsync.sync.observe import observe
from capsync.sync.report import Options, Report
from capsync.sync.retention import Keep, forget_the_past
from capsync.sync.run import Run
from capsync.sync.sides import NoProgress, Progress, Remote
from capsync.sync.space import SpaceSide
from capsync.vault.files import Folder


@dataclass(frozen=True, slots=True)
class Bench:
    """What every run works with."""

    vault: Folder
    remote: Remote
    memory: Store
    clock: Clock
    space: str
    """The id of the space the vault belongs to; another one behind the token stops."""
    progress: Progress = field(default_factory=NoProgress)
    keep: Keep = field(default_factory=Keep)
    """How much of the past is kept."""


@contextmanager
def begun(bench: Bench, options: Options, report: Report, kind: str) -> Iterator[Run]:
    """Give a run that is ready to begin, and end it.

    Args:
        kind: What it is called in the ledger, such as ``sync``.

    Raises:
        SafetyStop: The token is for another space.
        RunError: The vault or the memory is not there, or a person must act.
        RetryError: The service cannot be reached.
    """
    at, before = bench.clock.monotonic(), bench.remote.requests
    try:
        run = _ready(bench, options, report, kind)
        if run.acts:
            finish_files(run)
        try:
            yield run
        finally:
            run.write_down_confirmed()
        if run.acts:
            forget_the_past(bench.vault, bench.memory, bench.keep, bench.clock.now())
    finally:
        report.requests = bench.remote.requests - before
        report.seconds = bench.clock.monotonic() - at


def _ready(bench: Bench, options: Options, report: Report, kind: str) -> Run:
    there = bench.remote.space()
    if there.id != bench.space:
        raise SafetyStop(
            f"the token is for another space, “{there.title}”; nothing was touched. Use a "
            "token of the vault's own space, or connect another folder with capsync init"
        )
    vault, memory = bench.vault, bench.memory
    check_home(vault.root, memory)
    if not options.dry_run:
        report.run = memory.runs.begin(kind, bench.clock.now())
        finish_moves(vault, memory)
    seen = observe(vault, memory)
    if not options.dry_run:
        vault.sweep()
    structures = with_built_in(bench.remote.structures())
    index = Index(memory.names.ids_of, memory.names.of)
    for each in memory.notes.all():
        entry = Entry(NoteId(each.id), each.title, StructureId(each.structure), each.path)
        index.add(entry)
    return Run(
        vault, bench.remote, memory, bench.clock, bench.progress, options,
        structures, index, seen, report,
        SpaceSide(bench.remote, index, report.remarks.append), report.run,
    )  # fmt: skip


def know_titles(run: Run) -> None:
    """Learn what notes are called, so that links to them read as they did in a sync."""
    for row in run.remote.listing([each for each in run.structures if is_synced(each)]).rows:
        run.index.add(Entry(row.id, row.title, row.structure))
