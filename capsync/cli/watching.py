"""The daemon as ``capsync status`` sees it: asked how it is, if there is one."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from capsync.sync.waiting import Watch

PATIENCE = 2.0
"""Seconds for which a command that only looks waits for an answer."""


def watch_of(place: Path) -> Watch:
    """Ask the daemon of a vault how it is.

    Args:
        place: The folder of the vault's state.
    """
    if not any(place.glob("control.*")):  # nobody listens, and loading what asks takes time
        return Watch()
    from capsync.daemon.asking import NoAnswer, NoDaemon, ask  # noqa: PLC0415  (see above)

    try:
        with ask(place, {"ask": "state"}, timeout=PATIENCE) as answers:
            for answer in answers:
                if "done" in answer:
                    return understood(answer["done"])
    except NoDaemon:
        return Watch()
    except NoAnswer:
        pass
    return Watch(running=True, answers=False)


def understood(said: Any) -> Watch:
    """Read what a daemon says of itself; another version may say less."""
    if not isinstance(said, dict):
        return Watch(running=True, answers=False)
    doing = said.get("doing")
    doing = doing if isinstance(doing, dict) else {}
    return Watch(
        running=True,
        pid=_whole(said.get("pid")),
        since=_number(said.get("since")),
        paused=said.get("paused") is True,
        trouble=str(said.get("trouble") or ""),
        cause=str(said.get("cause") or ""),
        retry_in=_number(said.get("retry_in")),
        blind=str(said.get("watching") or ""),
        stage=str(doing.get("stage") or ""),
        done=_whole(doing.get("done")) or 0,
        total=_whole(doing.get("total")) or 0,
        editing=_editing(said.get("waiting")),
    )


def _number(value: Any) -> float | None:
    return float(value) if isinstance(value, int | float) else None


def _whole(value: Any) -> int | None:
    return value if isinstance(value, int) else None


def _editing(said: Any) -> dict[str, float]:
    return {
        str(each.get("path")): _number(each.get("in")) or 0.0
        for each in (said if isinstance(said, list) else ())
        if isinstance(each, dict)
    }
