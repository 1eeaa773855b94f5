"""Instants and days, in the one spelling the service uses.

``2026-03-01T00:00:00.000Z``, whatever form was sent.
"""

from __future__ import annotations

from datetime import UTC, datetime, timedelta


def spelled(seconds: float) -> str:
    """Write seconds since the epoch as the service does, to the millisecond."""
    return _write(datetime.fromtimestamp(seconds, UTC))


def parsed(value: str) -> datetime | None:
    """Read an ISO 8601 day or instant; without an offset it is UTC. None if it is neither."""
    try:
        moment = datetime.fromisoformat(value)
        return (moment if moment.tzinfo else moment.replace(tzinfo=UTC)).astimezone(UTC)
    except (ValueError, OverflowError):
        return None


def normal(value: str, *, day: bool) -> str | None:
    """Bring *value* into the service's spelling, cut to the day if *day*. None if unreadable."""
    moment = parsed(value)
    if moment is None:
        return None
    return _write(moment.replace(hour=0, minute=0, second=0, microsecond=0) if day else moment)


def day_of(seconds: float, *, offset: float = 0.0) -> str:
    """Give midnight of the day that *seconds* falls in, *offset* seconds east of UTC."""
    moment = datetime.fromtimestamp(seconds, UTC) + timedelta(seconds=offset)
    return _write(moment.replace(hour=0, minute=0, second=0, microsecond=0))


def clock_face(seconds: float, *, offset: float = 0.0) -> str:
    """Give the time of day as ``10:04``."""
    return f"{datetime.fromtimestamp(seconds, UTC) + timedelta(seconds=offset):%H:%M}"


def _write(moment: datetime) -> str:
    return moment.replace(tzinfo=None).isoformat(timespec="milliseconds") + "Z"
