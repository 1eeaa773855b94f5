"""Reports as text, and the words and times that all commands share.

Titles and file names come from elsewhere, so nothing that could steer a
terminal is printed as it is.
"""

from __future__ import annotations

import re
from collections.abc import Sequence

from capsync.sync.report import Report
from capsync.times import ago

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


def report_as_text(report: Report, now: float) -> str:
    """Tell what a sync did, step by step, and sum it up.

    Args:
        now: Seconds since the Unix epoch.
    """
    return "\n".join(
        [
            *map(shown, report.steps),
            *(f"set aside {shown(each.path)}: {shown(each.message)}" for each in report.troubles),
            *(f"note: {shown(remark)}" for remark in report.remarks),
            *_losses(report.losses),
            *_left_over(report, now),
            summary(report),
        ]
    )


def _left_over(report: Report, now: float) -> list[str]:
    """Tell of notes that this sync had no time to read."""
    said = []
    if report.unread:
        count = many(report.unread, "note of the space has", "notes of the space have")
        said.append(f"note: {count} no file yet; the next sync goes on")
    if report.unchecked:
        count = many(report.unchecked, "note was", "notes were")
        since = report.unchecked_since
        last = f"; the longest unread was read {ago(now - since)}" if since else ""
        said.append(f"note: {count} not compared{last}")
    return said


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
        many(report.set_aside, "note set aside", "notes set aside"),
        many(report.conflicts, "note in conflict", "notes in conflict"),
        many(report.unchecked, "note not compared", "notes not compared"),
        many(report.unread, "note not read", "notes not read"),
    ]
    what = ", ".join(filter(None, [changes, *open_ends]))
    cost = f"{many(report.requests, 'request') or 'no requests'}, {report.seconds:.1f} s"
    return f"{outcome}: {what} ({cost})."


def _outcome(report: Report) -> str:
    if report.troubles or report.unchecked or report.unread:
        return "Synced in part"
    return "Synced, with conflicts open" if report.conflicts else "In sync"


def changes_in(report: dict[str, object]) -> str:
    """Name the counts of a report in JSON that are not zero, new notes apart from changed ones."""
    new = {"pushed": report.get("new_objects"), "pulled": report.get("new_files")}
    counts = {name: number for name in _COUNTS if isinstance(number := report.get(name), int)}
    for name, number in new.items():
        counts[name] = counts.get(name, 0) - (number if isinstance(number, int) else 0)
    said = [
        many(number, f"new {what}") if isinstance(number, int) else ""
        for number, what in ((new["pulled"], "file"), (new["pushed"], "object"))
    ]
    said += [f"{number} {name}" for name, number in counts.items() if number]
    return ", ".join(filter(None, said))


def many(number: int, one: str, more: str | None = None) -> str:
    """Give ``1 request``, ``2 requests``, or nothing for zero."""
    return f"{number} {one if number == 1 else more or one + 's'}" if number else ""


def soon(seconds: float) -> str:
    """Say in how long something will be, roughly."""
    for unit, length in (("day", 86400), ("hour", 3600), ("minute", 60)):
        if seconds >= 1.5 * length:
            return f"in {many(round(seconds / length), unit)}"
    return f"in {max(1, round(seconds))} s"
