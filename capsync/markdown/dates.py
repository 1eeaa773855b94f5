"""Dates in front matter: ``2026-03-01``, ``2026-03-01T09:30:00Z``, or a span of either.

A day is midnight UTC and is never shifted by anyone's time zone. An instant
without a zone is taken as UTC.
"""

from __future__ import annotations

import re
from datetime import UTC, date, datetime

from capsync.markdown.inline import MIDNIGHT
from capsync.model.token import Moment

_DAY = re.compile(r"\d{4}-\d\d-\d\d")


def read_moment(start: str, end: str | None) -> Moment:
    """Read a date, or a span of two.

    Raises:
        ValueError: One of them is no date; the message says what one looks like.
    """
    first, timed = _read(start)
    if end is None or not end.strip():
        return Moment(first, None, "time" if timed else "day")
    last, end_timed = _read(end)
    if last < first:
        raise ValueError(f"ends ({end}) before it starts ({start})")
    return Moment(first, last, "time" if timed or end_timed else "day")


def _read(text: str) -> tuple[str, bool]:
    text = text.strip()
    try:
        if _DAY.fullmatch(text):
            return date.fromisoformat(text).isoformat() + MIDNIGHT, False
        at = datetime.fromisoformat(text)
    except ValueError:
        raise ValueError(
            f"takes a date such as 2026-03-01 or 2026-03-01T09:30:00Z, not “{text}”"
        ) from None
    at = at.replace(tzinfo=UTC) if at.tzinfo is None else at.astimezone(UTC)
    return at.isoformat(timespec="milliseconds").replace("+00:00", "Z"), True


def write_moment(moment: Moment) -> str:
    """Write a date as YAML."""
    start = _write(moment.start or "", moment.resolution)
    if moment.end is None:
        return start
    return f"{{start: {start}, end: {_write(moment.end, moment.resolution)}}}"


def _write(text: str, resolution: str) -> str:
    if resolution == "day":
        return text[:10]
    return text.removesuffix("Z").removesuffix(".000") + "Z" if text.endswith("Z") else text
