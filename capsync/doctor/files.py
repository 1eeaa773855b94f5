"""What other tools and crashed runs left in the vault: facts to findings."""

from __future__ import annotations

import re
from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass, field

from capsync.doctor.finding import Finding, many, note, ok, several, warning
from capsync.vault.ignore import CONFLICT, is_noise
from capsync.vault.names import stem_of

_COPIES = re.compile(
    r"\([^()]*(?:conflicted copy|conflicting copy|case conflict"  # Dropbox, Nextcloud, Maestral
    r"|in Konflikt stehende Kopie|Konflikt-?Kopie"
    r"|copie en conflit|copia en conflicto|copia in conflitto|c[oó]pia em conflito"
    r"|conflicterende kopie|kopia powodująca konflikt|konfliktkopi[ae]"
    r"|конфликтующая копия|競合コピー|冲突副本|衝突複本|충돌 사본)[^()]*\)"
    r"|_conflict-\d{8}-\d{6}"  # ownCloud before 2.5
    r"|\.conflict\d+(?=\.|$)",  # rclone bisync
    re.IGNORECASE,
)
_NUMBER = re.compile(r"-\d+$")
_WINDOWS_NAME = re.compile(r"(?:DESKTOP|LAPTOP|WIN)-[A-Z0-9]{4,}", re.IGNORECASE)
_MARKS = ("<<<<<<< ", "=======", ">>>>>>> ")
"""How the lines of a conflict begin that git has left, in order."""
_ID = re.compile(r"^capacities-id:[ \t]*[\"']?([0-9a-fA-F-]{8,})", re.MULTILINE)
_HEAD = re.compile(r"\ufeff?---[ \t]*\r?\n(.*?)^(?:---|\.\.\.)[ \t]*\r?$", re.DOTALL | re.MULTILINE)


@dataclass(slots=True)
class VaultFacts:
    """What one walk over the vault has seen; paths are relative to it."""

    notes: int = 0
    folders: int = 1
    """Folders that a watcher has to watch, the vault's own included."""
    copies: list[str] = field(default_factory=list)
    """Conflict files of other tools."""
    marked: list[str] = field(default_factory=list)
    """Notes with git's markers of a conflict."""
    unfinished: list[str] = field(default_factory=list)
    """Half-written files of ours."""
    unread: list[str] = field(default_factory=list)
    """Notes and folders that could not be read."""
    ids: dict[str, list[str]] = field(default_factory=dict)
    """Where each id is."""
    links: list[str] = field(default_factory=list)
    """Notes and folders that are links, which are not followed."""


def is_copy(name: str, beside: Collection[str], host: str) -> bool:
    """Say whether a file is what another tool made of a conflict.

    Args:
        beside: The names of all files in the same folder.
        host: This machine's name, which OneDrive puts at the end.
    """
    if CONFLICT.search(name) or _COPIES.search(name):
        return True
    stem = stem_of(name)
    cuts = (at for at, char in enumerate(stem) if char == "-")
    return any(
        _is_host(stem[at + 1 :], host) for at in cuts if f"{stem[:at]}{name[len(stem) :]}" in beside
    )


def _is_host(text: str, host: str) -> bool:
    """Say whether *text* is a machine's name, perhaps with a number after it."""
    named = {text, _NUMBER.sub("", text)}
    is_ours = bool(host) and host.lower() in {each.lower() for each in named}
    return is_ours or any(_WINDOWS_NAME.fullmatch(each) for each in named)


def has_markers(text: str) -> bool:
    """Say whether *text* holds a conflict as git marks it."""
    if not all(mark in text for mark in _MARKS):
        return False
    lines = iter(text.splitlines())
    return all(any(line.startswith(mark) for line in lines) for mark in _MARKS)


def id_in(text: str) -> str | None:
    """Give the id in a file's front matter; reads no YAML, so a broken one does no harm."""
    head = _HEAD.match(text)
    found = _ID.search(head[1]) if head else None
    return found[1].lower() if found else None


def file_findings(facts: VaultFacts) -> Iterator[Finding]:
    """Judge what a walk has seen."""
    yield from _copies(facts.copies)
    for path in facts.marked:
        yield warning(
            "notes",
            "holds git's markers of a conflict (<<<<<<<), which sync as text",
            path,
            "edit the note: keep what is right and delete the three lines of markers",
        )
    for note_id, paths in sorted(facts.ids.items()):
        if len(paths) > 1:
            yield warning(
                "notes",
                f"{len(paths)} files have the capacities-id {note_id}; one of them syncs",
                several(sorted(paths)),
                "delete the copies, or remove the line capacities-id in them to make them new "
                "notes",
            )
    if facts.unread:
        what = f"{many(len(facts.unread), 'file or folder', 'files or folders')} cannot be read"
        remedy = "give yourself permission: chmod u+rw (files), chmod u+rwx (folders)"
        yield warning("notes", what, several(facts.unread), remedy)
    if facts.links:
        what = f"{many(len(facts.links), 'link')} not followed"
        remedy = "put the files themselves there to have them synced"
        yield note("notes", what, several(facts.links), remedy)
    if facts.unfinished:
        what = f"a run that was cut off left {many(len(facts.unfinished), 'half-written file')}"
        remedy = "capsync sync removes them; the notes themselves are whole"
        yield note("notes", what, several(facts.unfinished), remedy)
    yield ok("notes", f"{many(facts.notes, 'note')} in {many(facts.folders, 'folder')} looked at")


def _copies(copies: Sequence[str]) -> Iterator[Finding]:
    """Tell copies that are left alone from those that sync as notes of their own."""
    left = [path for path in copies if is_noise(path.rpartition("/")[2])]
    synced = [path for path in copies if path not in set(left)]
    for paths, fate in ((left, "capsync leaves them alone"), (synced, "they are taken for notes")):
        if paths:
            yield warning(
                "conflict files",
                f"other tools left {many(len(paths), 'conflict file')}; {fate}",
                several(paths),
                "compare each with its note, keep what is missing there, then delete it",
            )
