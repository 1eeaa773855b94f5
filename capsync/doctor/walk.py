"""One walk over the vault: names, ids and leftovers; nothing is changed."""

from __future__ import annotations

import os
from collections.abc import Iterator
from pathlib import Path

from capsync.doctor.files import VaultFacts, has_markers, id_in, is_copy
from capsync.vault.disk import TEMPORARY
from capsync.vault.files import MAX_BYTES
from capsync.vault.ignore import Ignore, is_markdown


def walk(root: Path, ignore: Ignore, host: str) -> VaultFacts:
    """Look at every file of the vault at *root*.

    Args:
        host: This machine's name.
    """
    facts = VaultFacts()
    folders = [""]
    while folders:
        folders += _folder(root, folders.pop(), ignore, host, facts)
    return facts


def _folder(root: Path, folder: str, ignore: Ignore, host: str, facts: VaultFacts) -> Iterator[str]:
    """Take in what is in one folder and give the folders in it."""
    try:
        with os.scandir(root / folder) as listed:
            entries = sorted(listed, key=lambda entry: entry.name)
    except OSError:
        facts.unread.append(folder or str(root))
        return
    names = {entry.name for entry in entries}
    for entry in entries:
        path = f"{folder}/{entry.name}" if folder else entry.name
        if entry.name.startswith(TEMPORARY[0]) and entry.name.endswith(TEMPORARY[1]):
            facts.unfinished.append(path)
        if entry.name.startswith("."):
            continue
        if entry.is_symlink():
            if is_markdown(entry.name) or Path(entry.path).is_dir():
                facts.links.append(path)
        elif entry.is_dir():
            facts.folders += 1
            if not ignore.covers_folder(path):
                yield path
        elif is_markdown(entry.name):
            if is_copy(entry.name, names, host):
                facts.copies.append(path)
            if not ignore.covers_name(path):
                _note(Path(entry.path), path, facts)


def _note(place: Path, path: str, facts: VaultFacts) -> None:
    facts.notes += 1
    try:
        with place.open("rb") as file:
            text = file.read(MAX_BYTES).decode("utf-8", "replace")
    except OSError:
        facts.unread.append(path)
        return
    if has_markers(text):
        facts.marked.append(path)
    if found := id_in(text):
        facts.ids.setdefault(found, []).append(path)
