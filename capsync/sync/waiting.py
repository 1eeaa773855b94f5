"""Why what was edited here is not in the space yet, and until when.

Pure: what the daemon says of itself is handed in.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import Enum

ALLOW = "--allow-deletes"


class Cause(Enum):
    """What something waits for."""

    EDITING = "editing"
    """Its editor is still at it."""
    SOON = "soon"
    """Its turn, which comes by itself."""
    BUSY = "busy"
    """The daemon is at something else and does not say at what."""
    PAUSED = "paused"
    GUARD = "guard"
    """A person has to say that it is meant."""
    OFFLINE = "offline"
    """The service cannot be reached."""
    STOPPED = "stopped"
    """A person has to mend something."""
    UNWATCHED = "unwatched"
    """Nothing syncs this vault by itself."""


@dataclass(frozen=True, slots=True)
class Watch:
    """The daemon of a vault, as it says it is."""

    running: bool = False
    answers: bool = True
    """Whether it said how it is; the rest is not known otherwise."""
    pid: int | None = None
    since: float | None = None
    """When it was started, in seconds since the Unix epoch."""
    paused: bool = False
    trouble: str = ""
    """Why it syncs nothing at the moment; empty if it does."""
    cause: str = ""
    """``offline``, ``guard`` or ``stopped`` where there is trouble."""
    retry_in: float | None = None
    """Seconds until it tries again."""
    blind: str = ""
    """Why it is not told of every edit; empty if it is."""
    stage: str = ""
    """What it does, such as ``comparing``; empty while it waits."""
    done: int = 0
    total: int = 0
    """Notes of that stage."""
    editing: Mapping[str, float] = field(default_factory=dict)
    """Seconds until each file that is being edited is taken for finished."""


@dataclass(frozen=True, slots=True)
class Stop:
    """Why the last sync did not come to its end."""

    message: str
    exit_code: int
    """Of `capsync.errors`; 0 where it is not known."""


@dataclass(frozen=True, slots=True)
class Wait:
    """Why something waits."""

    cause: Cause
    why: str
    seconds: float | None = None
    """Until it goes on by itself; None where that is not known."""
    next_step: str = ""
    """What a person can do; empty where nothing needs to be done."""


def why_all(watch: Watch, stop: Stop | None) -> Wait:
    """Say why everything waits that has no reason of its own.

    Args:
        stop: What stopped the last sync, if it was stopped.
    """
    if not watch.running:
        return _unwatched(stop)
    if not watch.answers:
        return Wait(Cause.BUSY, "capsync watch is busy and will come to it")
    if watch.paused:
        return Wait(
            Cause.PAUSED, "syncing is paused", next_step="resume it on the page, capsync web"
        )
    if watch.trouble:
        return _troubled(watch)
    return Wait(Cause.SOON, "capsync watch brings it over shortly")


def why_one(path: str, watch: Watch, otherwise: Wait) -> Wait:
    """Say why one file waits."""
    seconds = watch.editing.get(path)
    if otherwise.cause is not Cause.SOON or seconds is None:
        return otherwise
    return Wait(Cause.EDITING, "it is still being edited", seconds)


def _unwatched(stop: Stop | None) -> Wait:
    again = "capsync sync, or capsync watch"
    if stop is None or stop.exit_code == 0:
        return Wait(Cause.UNWATCHED, "nothing syncs this vault by itself", next_step=again)
    if stop.exit_code == 4:
        return Wait(Cause.GUARD, stop.message, next_step=_lift(stop.message))
    if stop.exit_code == 6:
        return Wait(Cause.OFFLINE, f"the service could not be reached: {stop.message}",
                    next_step=again)  # fmt: skip
    return Wait(Cause.STOPPED, f"the last sync was stopped: {stop.message}", next_step=again)


def _troubled(watch: Watch) -> Wait:
    match watch.cause:
        case "guard":
            return Wait(Cause.GUARD, watch.trouble, watch.retry_in, _lift(watch.trouble))
        case "offline":
            why = f"the service cannot be reached: {watch.trouble}"
            return Wait(Cause.OFFLINE, why, watch.retry_in)
        case _:
            return Wait(Cause.STOPPED, watch.trouble, watch.retry_in)


def _lift(message: str) -> str:
    """Say how to go on after a guard; nothing where its message is not about deletions."""
    return f"look at capsync diff; if it is meant, capsync sync {ALLOW}" if ALLOW in message else ""
