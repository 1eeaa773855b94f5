"""Reports and status as text.

Titles and file names come from elsewhere, so nothing that could steer a
terminal is printed as it is.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from datetime import UTC, datetime

from capsync.capacities.limits import Usage
from capsync.sync.report import Report
from capsync.sync.status import Status, last_report

MOST = 20
"""Lines of one kind that are shown to a person; JSON has all."""

_COUNTS = ("pushed", "pulled", "merged", "renamed", "trashed")
_STEERING = re.compile(
    "[\0-\x1f\x7f-\x9f"  # controls
    "\u061c\u200e\u200f\u2028-\u202e\u2066-\u2069"  # direction and line
    "\ud800-\udfff]"  # halves of surrogate pairs
)


def shown(text: str) -> str:
    """Make *text* one line that only shows: controls and changes of direction are spelled out."""
    return _STEERING.sub(lambda found: found[0].encode("unicode_escape").decode(), text)


def report_as_text(report: Report) -> str:
    """Tell what a sync did, step by step, and sum it up."""
    return "\n".join(
        [
            *map(shown, report.steps),
            *(f"set aside {shown(each.path)}: {shown(each.message)}" for each in report.troubles),
            *(f"note: {shown(remark)}" for remark in report.remarks),
            *_losses(report.losses),
            summary(report),
        ]
    )


def _losses(losses: Sequence[str]) -> list[str]:
    more = f"note: {len(losses) - MOST} more such lines; see capsync convert --check"
    return [
        *(f"note: {shown(loss)}" for loss in losses[:MOST]),
        *([more] if len(losses) > MOST else []),
    ]


def summary(report: Report) -> str:
    """Sum up a sync in one line."""
    outcome = "Dry run, nothing was changed" if report.dry_run else _outcome(report)
    changes = changes_in(report.as_json()) or ("nothing to do" if not report.troubles else "")
    open_ends = [
        _many(report.set_aside, "note set aside", "notes set aside"),
        _many(report.conflicts, "note in conflict", "notes in conflict"),
        _many(report.unchecked, "note not compared", "notes not compared"),
    ]
    what = ", ".join(filter(None, [changes, *open_ends]))
    cost = f"{_many(report.requests, 'request') or 'no requests'}, {report.seconds:.1f} s"
    return f"{outcome}: {what} ({cost})."


def _outcome(report: Report) -> str:
    if report.troubles or report.unchecked:
        return "Synced in part"
    return "Synced, with conflicts open" if report.conflicts else "In sync"


def changes_in(report: dict[str, object]) -> str:
    """Name the counts of a report in JSON that are not zero, new notes apart from changed ones."""
    new = {"pushed": report.get("new_objects"), "pulled": report.get("new_files")}
    counts = {name: number for name in _COUNTS if isinstance(number := report.get(name), int)}
    for name, number in new.items():
        counts[name] = counts.get(name, 0) - (number if isinstance(number, int) else 0)
    said = [
        _many(number, f"new {what}") if isinstance(number, int) else ""
        for number, what in ((new["pulled"], "file"), (new["pushed"], "object"))
    ]
    said += [f"{number} {name}" for name, number in counts.items() if number]
    return ", ".join(filter(None, said))


def _many(number: int, one: str, more: str | None = None) -> str:
    """Give ``1 request``, ``2 requests``, or nothing for zero."""
    return f"{number} {one if number == 1 else more or one + 's'}" if number else ""


def status_as_text(status: Status, usage: Iterable[Usage], now: float, head: str) -> str:
    """Tell how things stand.

    Args:
        now: Seconds since the Unix epoch.
        head: The first line, which says what vault and space this is about.
    """
    waiting = [
        *(f"changed  {shown(path)}" for path in status.changed),
        *(f"new      {shown(path)}" for path in status.new),
        *(f"moved    {shown(each.path)} to {shown(each.to)}" for each in status.moved),
        *(f"deleted  {shown(path)}" for path in status.gone),
    ]
    aside = [
        f"{shown(each.path)}: {shown(each.message)}"
        f" (since {when(each.since)}{'; ' + shown(each.next_step) if each.next_step else ''})"
        for each in status.set_aside
    ]
    conflicts = [
        f"{shown(each.path)}: {_many(each.conflicts, 'conflict')}" for each in status.conflicts
    ]
    skipped = [f"{shown(each.path)}: {shown(each.reason)}" for each in status.skipped]
    lines = [
        shown(head),
        f"  in sync      {status.in_sync}",
        *_section("waiting", waiting),
        *_section("set aside", aside),
        *_section("in conflict", conflicts),
        *(_section("not looked at", skipped) if skipped else ()),
    ]
    if status.unfinished:
        cut = _many(status.unfinished, "step")
        lines.append(f"The last sync was cut short; the next one finishes {cut} of it.")
    return "\n".join([*lines, _last_sync(status, now), *_quotas(usage)])


def _section(name: str, lines: Sequence[str]) -> list[str]:
    more = [f"    and {len(lines) - MOST} more"] if len(lines) > MOST else []
    return [f"  {name:<12} {len(lines)}", *(f"    {line}" for line in lines[:MOST]), *more]


def _last_sync(status: Status, now: float) -> str:
    if status.last_run is None:
        return "Never synced yet; run: capsync sync"
    report = last_report(status.last_run)
    what = changes_in(report) or "nothing to do"
    errors = report.get("errors")
    stops = [
        str(each.get("message"))
        for each in (errors if isinstance(errors, list) else ())
        if isinstance(each, dict) and each.get("path") == ""
    ]
    if stops:
        what = f"stopped: {shown(stops[-1])}"
    return f"Last sync {ago(now - status.last_run.at)}: {what}."


def _quotas(usage: Iterable[Usage]) -> list[str]:
    used = [
        f"{each.method} {each.path} {each.used} of {each.limit} in {each.window:.0f} s"
        for each in usage
    ]
    return [f"Quota used: {', '.join(used)}."] if used else []


def ago(seconds: float) -> str:
    """Say how long ago something was, in the largest unit that fits."""
    for unit, length in (("day", 86400), ("hour", 3600), ("minute", 60)):
        if seconds >= length:
            return f"{_many(int(seconds // length), unit)} ago"
    return "just now"


def when(at: float) -> str:
    """Give a time as a person here reads it, to the minute."""
    return f"{datetime.fromtimestamp(at, UTC).astimezone():%Y-%m-%d %H:%M}"


def stamp(at: float) -> str:
    """Give a time as JSON has it: ISO 8601 in UTC, to the second."""
    return f"{datetime.fromtimestamp(at, UTC):%Y-%m-%dT%H:%M:%SZ}"
