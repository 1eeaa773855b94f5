"""Every job stopped at every point, and what the next syncs make of it."""

from __future__ import annotations

import tempfile
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from capsync.errors import CapsyncError
from capsync.state.store import Store
from capsync.sync.report import Report
from capsync.vault.files import Folder
from tests.crashes.jobs import Job, check
from tests.crashes.plug import Plug, PlugPulled, Stop
from tests.sync.world import World

QUIET = 3
"""Syncs after which nothing may be left to do, the first after the crash included."""


@dataclass(frozen=True, slots=True)
class Crash:
    """A job stopped at one point."""

    job: Job
    at: int
    step: str
    """What was about to happen."""
    next: Report
    """Of the sync after it."""


def points(job: Job, kinds: str = "") -> tuple[str, ...]:
    """Run a job to its end and list its steps."""
    with _world() as world:
        job.prepare(world)
        plug = Plug(None, kinds=kinds)
        with plug.watching(world):
            world.sync(**job.options)
        _settle(world, job)
        return tuple(plug.steps)


def crashes(job: Job, stop: Stop = PlugPulled, kinds: str = "") -> Iterator[Crash]:
    """Stop a job at each of its points in turn, and let the next syncs go on from there.

    Raises:
        AssertionError: They lead somewhere else than where the job leads, or do not end.
    """
    for at, step in enumerate(points(job, kinds)):
        with _world() as world:
            job.prepare(world)
            plug = Plug(at, stop, kinds)
            try:
                with plug.watching(world):
                    world.sync(**job.options)
            except (PlugPulled, KeyboardInterrupt, CapsyncError):
                pass
            assert plug.steps[at:] != [], f"{job.name}: point {at} was not reached"
            reopen(world)
            try:
                report = _settle(world, job)
            except (AssertionError, CapsyncError) as exc:
                where = f"{job.name}, stopped before point {at}, {step}"
                raise AssertionError(f"{where}: {exc}") from exc
            yield Crash(job, at, step, report)


def reopen(world: World) -> None:
    """Start anew, as after a crash: nothing is known but what is on the disk."""
    world.sandbox.calm()
    world.memory.close()
    world.memory = Store.open(world.folder / "state.db")
    world.vault = Folder(world.root, clock=world.clock)


def _settle(world: World, job: Job) -> Report:
    reports = [world.sync(**job.options) for _ in range(QUIET)]
    assert reports[-1].steps == [], reports[-1].steps
    assert reports[-1].troubles == [], reports[-1].troubles
    check(world, job)
    return reports[0]


class _world:  # noqa: N801  # a context manager
    def __enter__(self) -> World:
        self.folder = tempfile.TemporaryDirectory(prefix="capsync-")
        self.world = World(Path(self.folder.name))
        return self.world

    def __exit__(self, *_: object) -> None:
        self.world.close()
        self.folder.cleanup()
