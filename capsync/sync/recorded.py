"""A sync whose report is remembered, whatever ended it."""

from __future__ import annotations

import json

from capsync.clock import Clock
from capsync.errors import CapsyncError
from capsync.model.note import Note
from capsync.state.store import Store
from capsync.sync.masked import masked
from capsync.sync.report import Options, Report
from capsync.sync.sides import Syncs, Tell, tell_nobody

_INTERRUPTED = 130
"""The exit code of a run that somebody ended."""


def sync_and_record(
    engine: Syncs,
    memory: Store,
    clock: Clock,
    options: Options,
    *ahead: Note,
    tell: Tell = tell_nobody,
) -> Report:
    """Sync once and remember what was reported, unless nothing was to be done.

    Args:
        ahead: Notes that were read just now; see `capsync.sync.engine.Engine.run`.
        tell: Told what stopped it; the daemon does that itself, once for all its tries.

    Raises:
        CapsyncError: The run was stopped; what was done until then is kept.
    """
    try:
        report = engine.run(options, *ahead)
    except (CapsyncError, KeyboardInterrupt) as exc:
        if not options.dry_run:
            interrupted = isinstance(exc, KeyboardInterrupt)
            tell("interrupt" if interrupted else "error", text=masked(_said(exc)))
            _record(memory, clock, stopped(exc, engine))
        raise
    if not options.dry_run:
        _record(memory, clock, report.as_json())
    return report


def stopped(reason: BaseException, engine: Syncs | None = None) -> dict[str, object]:
    """Give the report of a run that was stopped, in the form of `Report.as_json`.

    Args:
        engine: What was stopped; its counts are given, if it kept any.
    """
    so_far = getattr(engine, "report", None)
    report = (so_far if isinstance(so_far, Report) else Report()).as_json()
    errors = report["errors"]
    assert isinstance(errors, list)  # noqa: S101  (for mypy)
    code = reason.exit_code if isinstance(reason, CapsyncError) else _INTERRUPTED
    return report | {
        "errors": [*errors, {"path": "", "message": _said(reason)}],
        "exit_code": code,
    }


def _said(reason: BaseException) -> str:
    return str(reason) or "interrupted; everything done so far is kept"


def _record(memory: Store, clock: Clock, report: dict[str, object]) -> None:
    number, now = report.get("run"), clock.now()
    if isinstance(number, int) and number:
        memory.runs.end(number, json.dumps(report), now)
    else:
        memory.runs.add(json.dumps(report), now)
