"""The service, asked at most twice: which space, and which types of objects.

Each request is sent once, so that a service which is down is said to be down at once.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from email.utils import parsedate_to_datetime
from typing import Any, TypeVar

from capsync.capacities.client import Client
from capsync.capacities.decode import decode_space, decode_structures
from capsync.capacities.faults import error_for
from capsync.capacities.http import Answer, parsed
from capsync.capacities.quota import read_quota
from capsync.clock import Clock
from capsync.doctor.service import Answered
from capsync.errors import CapsyncError, RateLimited, ServerFault

T = TypeVar("T")

LONGEST_WAIT = 5.0
"""Seconds the quota may make us wait; more is a finding of its own."""


def ask(client: Client, clock: Clock) -> Answered:
    """Ask the service for the space and its structures; never raises what it can tell."""
    answered = Answered(client.http.base_url)
    try:
        before = clock.now()
        answer = _send(client, "/space")
        answered = replace(answered, ahead=_ahead(answer, (before + clock.now()) / 2))
        space = _read(answer, "/space", decode_space)
        answered = replace(answered, space=space.id, title=space.title)
        found = _read(_send(client, "/space/structures"), "/space/structures", decode_structures)
        return replace(answered, structures=len(found))
    except CapsyncError as exc:
        return replace(answered, error=exc)


def _send(client: Client, path: str) -> Answer:
    """Send one request, once, in the service's own time.

    Raises:
        RetryError: No answer came, or the quota is used up.
    """
    wait = client.limiter.delay("GET", path)
    if wait > LONGEST_WAIT:
        raise RateLimited(f"GET {path}: the quota is used up for another {wait:.0f} s", after=wait)
    client.limiter.wait("GET", path)
    answer = client.http.send("GET", path)
    client.limiter.learn("GET", path, read_quota(answer.headers))
    return answer


def _read(answer: Answer, path: str, decode: Callable[[Any], T]) -> T:
    """Read an answer.

    Raises:
        CapsyncError: It is a refusal, or makes no sense.
    """
    if not 200 <= answer.status < 300:
        raise error_for(answer, note="", method="GET", path=path)
    try:
        return decode(parsed(answer.body))
    except (KeyError, TypeError, ValueError, AttributeError, RecursionError) as exc:
        raise ServerFault(f"GET {path}: an answer that makes no sense; is it the service?") from exc


def _ahead(answer: Answer, now: float) -> float | None:
    """Give by how many seconds *now* is ahead of the service's clock, if it told its time."""
    try:
        return now - parsedate_to_datetime(answer.headers["date"]).timestamp() - 0.5
    except (KeyError, ValueError, TypeError, OverflowError):
        return None
