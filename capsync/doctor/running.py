"""Whether the system keeps ``capsync watch`` running, where it was asked to."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from pathlib import Path

from capsync.doctor.finding import Finding, note, ok, warning
from capsync.service.job import job_for
from capsync.service.manage import is_outdated, kind_here, manager_here, manager_of, remedy
from capsync.service.manager import Run, State
from capsync.vault.vault import VaultConfig

CHECK = "watch service"


def running_findings(
    root: Path, config: VaultConfig, environ: Mapping[str, str], run: Run
) -> Iterator[Finding]:
    """Look at the vault's service; where none is installed, no program is run.

    Raises:
        CapsyncError: The system does not say.
    """
    job = job_for(root, config, environ)
    file = manager_of(kind_here(), environ).file(job)
    if not file.exists():
        yield ok(CHECK, "none is installed; capsync sync and capsync watch work without one")
        return
    manager = manager_here(environ, run)
    state, outdated = manager.state(job, run), is_outdated(manager, job)
    advice = remedy(state, outdated=outdated, log=manager.log(job))
    yield judged(state, outdated=outdated, advice=advice, file=str(file))


def judged(state: State, *, outdated: bool, advice: str, file: str) -> Finding:
    """Judge how an installed service is."""
    if not state.running:
        ended = f" ({state.ended})" if state.ended else ""
        return warning(CHECK, f"is installed and does not run{ended}", file, advice)
    if outdated:
        return note(CHECK, "runs from settings of another time or place", file, advice)
    return ok(CHECK, "runs", file)
