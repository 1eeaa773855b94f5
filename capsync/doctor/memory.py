"""The memory, and what it says of the notes."""

from __future__ import annotations

import os
import sys
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from shlex import quote

from capsync.doctor.finding import Finding, many, note, ok, problem, several, warning
from capsync.errors import RunError
from capsync.state.look import Look, looked_at
from capsync.sync.home import copied_from

LOCKS = Path("/proc/locks")
_PID_DIGITS = 20


@dataclass(frozen=True, slots=True)
class NoteFacts:
    """What the memory says of the notes."""

    known: int = 0
    set_aside: tuple[str, ...] = ()
    conflicts: tuple[str, ...] = ()
    held: tuple[str, ...] = ()
    missing: int = 0
    """Notes the space seems to have lost."""
    unfinished: int = 0
    """Things a run had begun when it was cut short."""


@dataclass(frozen=True, slots=True)
class MemoryFacts:
    """The file of the memory."""

    path: str
    there: bool = False
    trouble: str = ""
    """Why it cannot be opened."""
    damage: tuple[str, ...] = ()
    later: tuple[str, ...] = ()
    """What only a later capsync has made in it."""
    pending: tuple[str, ...] = ()
    """What the next sync will change in its tables."""
    backups: tuple[str, ...] = ()
    backup_bytes: int = 0
    notes: NoteFacts | None = None
    original: str = ""
    """Where the vault itself is, if this one is only a copy of it."""


@dataclass(frozen=True, slots=True)
class LockFacts:
    """The lock of the vault."""

    path: str
    pid: int | None = None
    """Who held it last."""
    alive: bool = False
    """Whether that process still runs."""
    held: bool | None = None
    """Whether the lock is held; None where the system does not say."""


def look_at_memory(file: Path, root: Path) -> MemoryFacts:
    """Gather what can be known of the memory in *file* of the vault at *root*; changes nothing."""
    backups = sorted(file.parent.glob(f"{file.name}.before-*"))
    size = sum(each.stat().st_size for each in backups)
    facts = MemoryFacts(str(file), backups=tuple(map(str, backups)), backup_bytes=size)
    if not file.exists():
        return facts
    try:
        with looked_at(file) as look:
            damage = look.store.damage()
            readable = not (damage or look.later or look.pending)
            return MemoryFacts(
                str(file), there=True, damage=damage, later=look.later, pending=look.pending,
                backups=facts.backups, backup_bytes=size,
                notes=_notes(look) if readable else None,
                original=str(copied_from(root, look.store) or "") if readable else "",
            )  # fmt: skip
    except RunError as exc:
        said = str(exc).removeprefix(f"{file}: ")
        return MemoryFacts(
            str(file), there=True, trouble=said, backups=facts.backups, backup_bytes=size
        )


def _notes(look: Look) -> NoteFacts:
    store = look.store
    known = store.notes.all()
    return NoteFacts(
        known=len(known),
        set_aside=tuple(each.path for each in store.set_aside.list()),
        conflicts=tuple(each.path or each.title or each.id for each in known if each.conflicts),
        held=tuple(each.path or each.title or each.note for each in store.held.list()),
        missing=sum(each.missing_since is not None for each in known),
        unfinished=len(store.intentions.open()),
    )


def look_at_lock(file: Path) -> LockFacts:
    """Gather what can be known of the lock in *file*, without trying it."""
    try:
        status = file.stat()
        with file.open("rb") as opened:
            said = opened.read(_PID_DIGITS).decode("ascii", "replace").strip()
    except OSError:
        return LockFacts(str(file))
    pid = int(said) if said.isdecimal() else None
    return LockFacts(str(file), pid, _is_alive(pid), _is_held(status))


def _is_alive(pid: int | None) -> bool:
    if not pid or sys.platform == "win32":  # where signal 0 ends a process
        return False
    try:
        os.kill(pid, 0)
    except PermissionError:
        return True
    except (OSError, OverflowError):
        return False
    return True


def _is_held(status: os.stat_result) -> bool | None:
    """Ask the system whether anybody has locked a file, where it keeps a list of that."""
    try:
        lines = LOCKS.read_text(encoding="ascii", errors="replace").splitlines()
    except OSError:
        return None
    device, inode = status.st_dev, status.st_ino
    name = f"{os.major(device):02x}:{os.minor(device):02x}:{inode}"
    return any(f" {name} " in f"{line} " for line in lines if "->" not in line)


def lock_findings(facts: LockFacts) -> Iterator[Finding]:
    """Judge the lock."""
    if facts.held and facts.alive:
        yield note("lock", f"another capsync (pid {facts.pid}) is at work on the vault", facts.path)
    elif facts.held:
        yield warning(
            "lock",
            f"held, though the capsync that took it (pid {facts.pid or 'unknown'}) is gone",
            facts.path,
            f"find who holds it and end that: fuser -v {quote(facts.path)}",
        )
    else:
        yield ok("lock", "free")


def memory_findings(facts: MemoryFacts) -> Iterator[Finding]:
    """Judge the memory."""
    aside = quote(str(Path(facts.path).with_name("damaged")))
    anew = (  # with the write-ahead log, which a new file must not inherit
        f"mkdir -p {aside} && mv {quote(facts.path)}* {aside}; no note is lost, the next "
        "capsync sync compares everything anew"
    )
    if not facts.there:
        yield note("memory", "there is none yet", facts.path, "capsync sync")
    elif facts.damage:
        what = f"damaged: {several([' '.join(each.split())[:200] for each in facts.damage])}"
        yield problem("memory", what, facts.path, anew)
    elif facts.trouble:
        damaged = "damaged" in facts.trouble
        what = "damaged: not a database SQLite can read" if damaged else facts.trouble
        step = anew if damaged else "see to that, then run: capsync doctor"
        yield problem("memory", what, facts.path, step)
    elif facts.later:
        what = f"written by a later capsync ({facts.later[-1]})"
        yield problem("memory", what, facts.path, "upgrade capsync: pip install --upgrade capsync")
    else:
        yield ok("memory", "whole", facts.path)
    if facts.original:
        yield problem(
            "vault",
            "is a copy of another one, and only that one syncs",
            facts.original,
            "work there; or make this one a vault of its own: move .capsync away, then run: "
            "capsync init",
        )
    if facts.pending:
        what = "from an earlier capsync; the next sync brings it up to date and keeps a backup"
        yield note("memory", what, facts.path)
    if facts.backups:
        what = f"{many(len(facts.backups), 'backup')} from upgrades, {facts.backup_bytes / 1e6:.1f}"
        remedy = f"once all is well: rm {quote(facts.path)}.before-*"
        yield note("memory", f"{what} MB", facts.backups[0], remedy)
    if facts.notes is not None:
        yield from note_findings(facts.notes)


def note_findings(facts: NoteFacts) -> Iterator[Finding]:
    """Judge what the memory says of the notes."""
    if facts.set_aside:
        count = many(len(facts.set_aside), "note is", "notes are")
        what = f"{count} set aside: {several(facts.set_aside)}"
        yield warning("set aside", what, remedy="capsync status says why and what to do")
    if facts.conflicts:
        what = f"open in {many(len(facts.conflicts), 'note')}: {several(facts.conflicts)}"
        yield warning("conflicts", what, remedy="capsync conflicts, then capsync resolve NOTE")
    if facts.held:
        count = many(len(facts.held), "note is", "notes are")
        what = f"{count} left alone since an undo: {several(facts.held)}"
        yield note("held", what, remedy="edit them, or run: capsync sync NOTE")
    if facts.unfinished:
        what = f"the last run was cut off in {many(facts.unfinished, 'step')}"
        yield note("memory", what, remedy="capsync sync finishes it")
    if facts.missing:
        what = f"{many(facts.missing, 'note')} not found in the space at the last look"
        yield note("memory", what, remedy="capsync sync looks again before anything is moved")
    if not (facts.set_aside or facts.conflicts or facts.held):
        yield ok("agreement", f"{many(facts.known, 'note')} known, none set aside, no conflicts")
