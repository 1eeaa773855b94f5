"""A folder as the disk has it, without writing to it."""

from __future__ import annotations

import json
import os
import shutil
import stat
import sys
from collections.abc import Iterator, Mapping
from pathlib import Path

from capsync.doctor.places import FolderFacts, kind_of

MOUNTS = Path("/proc/self/mountinfo")
_ONEDRIVE = ("OneDrive", "OneDriveConsumer", "OneDriveCommercial")


def look_at(folder: Path, environ: Mapping[str, str]) -> FolderFacts:
    """Gather what can be known of *folder*."""
    there = folder.is_dir()
    near = folder if there else next(each for each in folder.parents if each.is_dir())
    real = near.resolve()
    return FolderFacts(
        path=str(folder),
        there=there,
        writable=os.access(near, os.R_OK | os.W_OK | os.X_OK),
        mode=stat.S_IMODE(near.stat().st_mode) if there else None,
        above=tuple(_above(near, real)),
        roots=tuple(_known_roots(environ)),
        plugins=_names(folder / ".obsidian" / "plugins", hidden=False),
        kind=_kind(real),
        ignores_case=_ignores_case(folder),
        free=shutil.disk_usage(near).free,
    )


def _above(near: Path, real: Path) -> Iterator[tuple[str, frozenset[str]]]:
    """Give the folder and those above it, as named and as they are behind links."""
    folders = dict.fromkeys([near.absolute(), *near.absolute().parents, real, *real.parents])
    for folder in folders:
        yield str(folder), _names(folder, hidden=True)


def _names(folder: Path, *, hidden: bool) -> frozenset[str]:
    try:
        names = [each.name for each in folder.iterdir()]
    except OSError:
        return frozenset()
    return frozenset(name for name in names if name.startswith(".") or not hidden)


def _known_roots(environ: Mapping[str, str]) -> Iterator[tuple[str, str]]:
    """Give the folders that tools say they sync, each after its tool."""
    yield from (("OneDrive", environ[name]) for name in _ONEDRIVE if environ.get(name))
    home = Path(environ.get("HOME") or environ.get("USERPROFILE") or os.path.expanduser("~"))  # noqa: PTH111  (it never raises)
    try:
        info = json.loads((home / ".dropbox" / "info.json").read_text(encoding="utf-8"))
        for account in info.values():
            yield "Dropbox", str(account["path"])
    except (OSError, ValueError, KeyError, TypeError, AttributeError):
        return


def _kind(folder: Path) -> str:
    try:
        with MOUNTS.open(encoding="utf-8", errors="surrogateescape") as mounts:
            return kind_of(str(folder), mounts)
    except OSError:
        return ""


def _ignores_case(folder: Path) -> bool | None:
    """Say whether another spelling leads to the same file, by one that is there anyway."""
    for name in (".capsync", folder.name):
        place = (folder if name == ".capsync" else folder.parent) / name
        other = place.with_name(name.swapcase()) if name else place
        try:
            if other.name == name or not place.exists():
                continue
            return other.exists() and other.samefile(place)
        except OSError:
            continue
    return True if sys.platform == "win32" else None
