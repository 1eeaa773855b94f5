"""Versions, and the limits of the watcher."""

from __future__ import annotations

import platform as machine
import re
import sqlite3
import sys
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from importlib import metadata
from pathlib import Path

from capsync import __version__
from capsync.doctor.finding import Finding, many, ok, problem, several, warning

PYTHON, SQLITE = (3, 11), (3, 37)
"""The earliest versions that will do; strict tables came with that SQLite."""
INOTIFY = Path("/proc/sys/fs/inotify")
PROCESSES = Path("/proc")
MOST_PROCESSES = 2_000
"""Processes whose watchers are counted."""
SYSCTL = "/etc/sysctl.d/60-capsync.conf"


@dataclass(frozen=True, slots=True)
class VersionFacts:
    """What is installed."""

    python: tuple[int, ...]
    sqlite: tuple[int, ...]
    libraries: Mapping[str, str] = field(default_factory=dict)
    """Versions by name; empty for one that is missing."""
    platform: str = ""
    fts: bool = True
    """Whether this SQLite can search text, as the memory does."""


@dataclass(frozen=True, slots=True)
class WatchFacts:
    """What Linux lets one person watch; None for what is not known."""

    max_watches: int | None = None
    max_instances: int | None = None
    instances: int | None = None
    """Watchers the person has now, in all programs."""


def look_at_versions() -> VersionFacts:
    """Gather what is installed."""
    try:
        needed = metadata.requires("capsync") or []
    except metadata.PackageNotFoundError:
        needed = []
    names = [re.split(r"[^A-Za-z0-9._-]", each)[0] for each in needed if "extra ==" not in each]
    with sqlite3.connect(":memory:") as sql:
        options = {row[0] for row in sql.execute("PRAGMA compile_options")}
    sql.close()
    return VersionFacts(
        sys.version_info[:3],
        sqlite3.sqlite_version_info,
        {name: _version(name) for name in names},
        f"{machine.system()} {machine.release()}",
        "ENABLE_FTS5" in options,
    )


def _version(name: str) -> str:
    try:
        return metadata.version(name)
    except metadata.PackageNotFoundError:
        return ""


def version_findings(facts: VersionFacts) -> Iterator[Finding]:
    """Judge what is installed."""
    missing = [name for name, version in facts.libraries.items() if not version]
    if facts.python < PYTHON:
        what = f"Python {_dotted(facts.python)} is too old"
        yield problem("versions", what, remedy=f"install Python {_dotted(PYTHON)} or later")
    if facts.sqlite < SQLITE or not facts.fts:
        lack = "is too old" if facts.sqlite < SQLITE else "was built without text search (FTS5)"
        remedy = f"use a Python with SQLite {_dotted(SQLITE)} or later and FTS5"
        yield problem("versions", f"SQLite {_dotted(facts.sqlite)} {lack}", remedy=remedy)
    if missing:
        remedy = "pip install --force-reinstall capsync"
        yield problem("versions", f"missing: {several(missing, 9)}", remedy=remedy)
    libraries = ", ".join(f"{name} {version}" for name, version in facts.libraries.items())
    yield ok(
        "versions",
        f"capsync {__version__}, Python {_dotted(facts.python)}, SQLite {_dotted(facts.sqlite)}, "
        f"{facts.platform}{'; ' if libraries else ''}{libraries}",
    )


def _dotted(version: tuple[int, ...]) -> str:
    return ".".join(map(str, version))


def look_at_watching() -> WatchFacts:
    """Gather what Linux lets one person watch; nothing is known elsewhere."""
    watches, instances = _limit("max_user_watches"), _limit("max_user_instances")
    return WatchFacts(watches, instances, None if instances is None else _instances())


def _limit(name: str) -> int | None:
    try:
        return int((INOTIFY / name).read_text(encoding="ascii"))
    except (OSError, ValueError):
        return None


def _instances() -> int | None:
    """Count the watchers of this person's processes, as far as they may be looked at."""
    found = 0
    try:
        processes = [each for each in PROCESSES.iterdir() if each.name.isdecimal()]
    except OSError:
        return None
    for process in processes[:MOST_PROCESSES]:
        try:
            files = list((process / "fd").iterdir())
            found += sum(str(each.readlink()) == "anon_inode:inotify" for each in files)
        except OSError:
            continue
    return found


def watch_findings(facts: WatchFacts, folders: int) -> Iterator[Finding]:
    """Judge the limits by the number of folders that have to be watched."""
    if facts.max_watches is None:
        return
    need = many(folders, "folder")
    if folders * 2 > facts.max_watches:
        enough = max(524_288, 1 << (folders * 4).bit_length())
        yield warning(
            "watching",
            f"the vault has {need}, and one person may watch {facts.max_watches} with all "
            "programs together; what capsync watch is not told of waits for its next look around",
            str(INOTIFY / "max_user_watches"),
            _sysctl("max_user_watches", enough),
        )
    full = facts.instances is not None and facts.max_instances is not None
    if full and (facts.instances or 0) + 2 > (facts.max_instances or 0):
        yield warning(
            "watching",
            f"{facts.instances} of {facts.max_instances} watchers are in use; capsync watch may "
            "get none",
            str(INOTIFY / "max_user_instances"),
            _sysctl("max_user_instances", max(512, 2 * (facts.max_instances or 0))),
        )
    if folders * 2 <= facts.max_watches:
        yield ok("watching", f"{need} to watch, {facts.max_watches} allowed")


def _sysctl(name: str, value: int) -> str:
    line = f"fs.inotify.{name}={value}"
    return f"echo {line} | sudo tee -a {SYSCTL} && sudo sysctl --system"
