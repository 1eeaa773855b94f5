"""The vault's own trash: what is in it, and what is old enough to go.

Files lie in a folder for the day they were removed on, under the path they had:
``.capsync/trash/2026-11-22/Pages/Trip plan.md``.
"""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, date, datetime
from pathlib import Path

from capsync.vault.ignore import is_markdown
from capsync.vault.vault import OURS


@dataclass(frozen=True, slots=True)
class Trashed:
    """A file in the trash."""

    path: str
    """Where it is, relative to the vault."""
    was: str
    """Where it was, but for a number where there was another of its name that day."""
    day: date


def list_trash(root: Path) -> tuple[Trashed, ...]:
    """List the notes in the trash of the vault at *root*, the latest first."""
    found = [
        Trashed(place.relative_to(root).as_posix(), place.relative_to(folder).as_posix(), day)
        for day, folder in _days(root)
        for place in sorted(folder.rglob("*"))
        if is_markdown(place.name) and place.is_file() and not place.is_symlink()
    ]
    return tuple(sorted(found, key=lambda each: each.day, reverse=True))


def empty_trash(root: Path, before: float) -> None:
    """Delete what was removed on days that ended before a time; what cannot be deleted stays.

    Args:
        before: Seconds since the Unix epoch.
    """
    last = datetime.fromtimestamp(before, UTC).date()
    for day, folder in _days(root):
        if day < last:
            shutil.rmtree(folder, ignore_errors=True)


def _days(root: Path) -> Iterator[tuple[date, Path]]:
    trash = root / OURS / "trash"
    if trash.is_symlink() or not trash.is_dir():
        return
    for folder in sorted(trash.iterdir()):
        try:
            day = date.fromisoformat(folder.name)
        except ValueError:
            continue  # not ours
        if folder.is_dir() and not folder.is_symlink():
            yield day, folder
