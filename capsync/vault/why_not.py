"""Why a file in or near the vault is no note, for a person who wonders."""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path

from capsync.vault.ignore import CONFLICT, EXTENSIONS, Ignore, is_markdown, is_note
from capsync.vault.scan import Skipped


def why_not(root: Path, ignore: Ignore, path: str, skipped: Iterable[Skipped]) -> str:
    """Say why what is at *path* is not synced; empty where nothing keeps it from being a note.

    Args:
        path: Relative to the vault.
        skipped: What the last scan could not look at.
    """
    parts = path.split("/")
    steps = ["/".join(parts[: depth + 1]) for depth in range(len(parts))]
    for step in steps:
        is_folder = (root / step).is_dir()
        if reason := why_ignored(ignore, step, is_folder=is_folder):
            return reason
        if (root / step).is_symlink():
            what = "it is" if step == path else f"“{step}” is"
            return f"{what} a link, and links are not followed; put the file or folder itself there"
    if (root / path).is_dir():
        return "it is a folder; name a note in it"
    if not (root / path).is_file():
        return "it is not a file; move it out of the vault"
    return next((each.reason for each in skipped if each.path in steps), "")


def why_ignored(ignore: Ignore, path: str, *, is_folder: bool = False) -> str:
    """Say which rule covers *path* itself, of a file or folder; empty if none does."""
    name = path.rpartition("/")[2]
    if name.startswith("."):
        return f"“{name}” is hidden, and what is hidden is left alone"
    for pattern in ignore.patterns:
        if Ignore((pattern,)).names(path):
            return f"“{path}” matches “{pattern}”, which ignore names in .capsync/config.toml"
    if is_folder:
        return ""
    if CONFLICT.search(name):
        return (
            "its name says that another sync tool left it here after a conflict; take over what "
            "you need from it, and delete it"
        )
    if not is_markdown(name):
        return f"it is no Markdown file; those end in {' or '.join(EXTENSIONS)}"
    return (
        "" if is_note(name) else "its name is one that programs give to files they use in passing"
    )
