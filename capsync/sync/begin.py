"""A run from its beginning to its end, whatever it is for.

    with begun(bench, options, report, "sync") as run:
        ...

The space is asked who it is, the vault is looked at, and the run gets its number.
Afterwards old versions go that need not be kept any longer.
"""

from __future__ import annotations

from collections.abc import Generator, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field

from capsync.clock import Clock
from capsync.errors import SafetyStop
from capsync.model.builtin import with_built_in
from capsync.model.note import Row, Structure, StructureId
from capsync.model.token import NoteId
from capsync.state.store import Store
from capsync.sync.apart import unsynced_notes
from capsync.sync.census import learn
from capsync.sync.cut_off import finish_files
from capsync.sync.glance import glance
from capsync.sync.home import check_home
from capsync.sync.index import Entry
from capsync.sync.indexing import Indexing
from capsync.sync.intentions import finish_moves
from capsync.sync.listed import Renamed
from capsync.sync.observe import observe
from capsync.sync.reads import Reads
from capsync.sync.report import Options, Report
from capsync.sync.retention import Keep, forget_the_past
from capsync.sync.run import Run
from capsync.sync.scope import Scope
from capsync.sync.scoping import find_scope
from capsync.sync.sides import Listed, NoProgress, Progress, Remote, Tell, tell_nobody
from capsync.sync.space import SpaceSide
from capsync.vault.files import Folder
from capsync.vault.selection import Selection


@dataclass(slots=True)
class Standing:
    """What the runs of one process share, asked once and kept up to date."""

    structures: dict[StructureId, Structure] = field(default_factory=dict)
    """Of the space, once it was asked who it is; anew whenever it is listed."""
    reads: Reads | None = None
    unfiled: dict[NoteId, Row] = field(default_factory=dict)
    """Objects that have no file yet and wait to be read."""
    renamed: list[Renamed] = field(default_factory=list)
    """Notes of which the last list showed another title."""
    scope: Scope | None = None
    """Which notes are synced; anew by every run that lists the space."""
    index: Indexing = field(default_factory=Indexing)
    listed: Listed | None = None
    """A list of the space for the next run that needs one."""


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
    standing: Standing | None = None
    """What the runs of this process share, where it makes several."""
    selection: Selection = field(default_factory=Selection)
    """Which part of the space the configuration names."""
    tell: Tell = tell_nobody
    """Told of everything that is done."""


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
                run.reads.save()
        if run.acts and kind == "sync" and not options.in_part:
            learn(run, bench.selection)
        if run.acts and not options.in_part:
            forget_the_past(bench.vault, bench.memory, bench.keep, bench.clock.now())
    finally:
        report.requests = bench.remote.requests - before
        report.seconds = bench.clock.monotonic() - at


def _ready(bench: Bench, options: Options, report: Report, kind: str) -> Run:
    standing = bench.standing or Standing()
    structures = _structures(bench, options)
    scope = _scope(bench, options, structures, report)
    vault, memory = bench.vault, bench.memory
    check_home(vault.root, memory)
    if not options.dry_run:
        report.run = memory.runs.begin(kind, bench.clock.now())
        finish_moves(vault, memory)
    seen = glance(vault, memory, options.notes) if options.glance else None
    if seen is None:
        seen = observe(vault, memory)
        if not options.dry_run:
            vault.sweep()
    index = standing.index.of(memory)
    return Run(
        vault, bench.remote, memory, bench.clock, bench.progress, options,
        structures, index, seen, report,
        SpaceSide(bench.remote, index, report.remarks.append), _reads(bench), report.run,
        tell_person=bench.tell, scope=scope,
        unfiled=standing.unfiled, renamed=standing.renamed, listed=_take_listed(standing, options),
    )  # fmt: skip


def _structures(bench: Bench, options: Options) -> dict[StructureId, Structure]:
    """Ask the space who it is and what types it has, unless this process knows.

    Raises:
        SafetyStop: The token is for another space.
    """
    standing = bench.standing or Standing()
    if not standing.structures:
        there = bench.remote.space()
        if there.id != bench.space:
            raise SafetyStop(
                f"the token is for another space, “{there.title}”; nothing was touched. Use a "
                "token of the vault's own space, or connect another folder with capsync init"
            )
    if not standing.structures or not (options.in_part or standing.listed):
        standing.structures = with_built_in(bench.remote.structures())
    return standing.structures


def _scope(
    bench: Bench, options: Options, structures: dict[StructureId, Structure], report: Report
) -> Scope:
    """Look up what the configuration names, unless this process knows.

    Raises:
        ConfigError: The space has nothing of a name.
    """
    standing = bench.standing or Standing()
    if standing.scope is None or not options.in_part:
        before, tell = unsynced_notes(bench.memory), report.remarks.append
        standing.scope = find_scope(bench.selection, structures, bench.remote, before, tell)
    return standing.scope


def listing_in_steps(bench: Bench) -> Generator[None, None, Listed]:
    """List what is synced, stopping before each request; for `Standing.listed`.

    Raises:
        SafetyStop: The token is for another space.
        RetryError: It did not work now.
    """
    begun, everything = bench.clock.now(), Options()
    structures = _structures(bench, everything)
    scope = _scope(bench, everything, structures, Report())
    listing = yield from bench.remote.listing_in_steps(scope.listed(structures))
    return Listed(listing, begun)


def _take_listed(standing: Standing, options: Options) -> Listed | None:
    if options.in_part or not options.pull:
        return None
    listed, standing.listed = standing.listed, None
    return listed


def _reads(bench: Bench) -> Reads:
    if bench.standing is None:
        return Reads(bench.memory, bench.clock)
    if bench.standing.reads is None:
        bench.standing.reads = Reads(bench.memory, bench.clock)
    return bench.standing.reads


def know_titles(run: Run) -> None:
    """Learn what notes are called, so that links to them read as they did in a sync."""
    for row in run.remote.listing(run.scope.listed(run.structures)).rows:
        run.index.add(Entry(row.id, row.title, row.structure))
