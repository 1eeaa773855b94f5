"""Having a sync done by the daemon that watches the vault, if there is one."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from capsync.cli.progress import Screen
from capsync.daemon.asking import NoDaemon, ask
from capsync.errors import CapsyncError
from capsync.sync.report import Options, Report


class DaemonFailed(CapsyncError):
    """The daemon was asked and could not do it."""

    def __init__(self, message: str, exit_code: int) -> None:
        super().__init__(message)
        self.exit_code = exit_code  # type: ignore[misc]  # of this one


def sync_by_daemon(place: Path, options: Options, screen: Screen | None = None) -> Report | None:
    """Have the daemon sync; None where there is none.

    Args:
        place: The folder of the vault's state.
        screen: Shows how far it is.

    Raises:
        CapsyncError: It was stopped, with the exit code it would have had here.
    """
    try:
        answers = ask(place, _request(options))
    except NoDaemon:
        return None
    with answers:
        for answer in answers:
            if "failed" in answer:
                said = answer["failed"]
                raise DaemonFailed(str(said["message"]), int(said["exit_code"]))
            if "done" in answer:
                return Report.of_json(answer["done"]["report"])
            if screen is not None:
                _show(screen, answer.get("said", {}))
    return None


def _request(options: Options) -> dict[str, Any]:
    return {
        "ask": "sync",
        "notes": list(options.notes),
        "dry_run": options.dry_run,
        "push": options.push,
        "pull": options.pull,
        "allow_deletes": options.allow_deletes,
        "quick": options.reading is not None,
    }


def _show(screen: Screen, said: dict[str, Any]) -> None:
    stage, done, total = said.get("stage"), said.get("done"), said.get("total")
    if isinstance(stage, str) and isinstance(done, int) and isinstance(total, int):
        screen.show(stage, done, total)
