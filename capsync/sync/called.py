"""What a person calls a note: its path, with or without ending, its title or its id.

Links are another matter, see `capsync.sync.index`.
"""

from __future__ import annotations

from capsync.errors import ConfigError

_ENDINGS = (".md", ".markdown")


def is_called(name: str, path: str, title: str, note: str | None) -> bool:
    """Say whether *name* is a note's path, with or without ending, its title or its id."""
    bare = path.removesuffix(".md")
    return plain(name) in (path, bare, note) or name.casefold() in (
        title.casefold(),
        bare.casefold(),
    )


def plain(name: str) -> str:
    """Give a path in the vault as notes have it, whatever the person's system likes."""
    return name.replace("\\", "/").removeprefix("./")


def as_path(name: str) -> str:
    """Give the path in the vault that a name may be, with an ending."""
    path = plain(name)
    return path if path.lower().endswith(_ENDINGS) else f"{path}.md"


def nobody(name: str, *, was: bool = False) -> ConfigError:
    """Make the error for a name that means no note.

    Args:
        was: Former names would have done as well.
    """
    verb = "is or was" if was else "is"
    return ConfigError(
        f"no note {verb} called “{name}”; give its path in the vault, its title or its id"
    )
