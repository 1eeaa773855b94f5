"""What in the folder is none of our business.

Only Markdown files are notes. Of these, whatever an editor leaves lying about
while it saves, whatever another sync tool made of a conflict, and whatever the
person named in the configuration is left alone. A note that is ignored is not
a note that is gone: ask `Ignore.covers` before taking a path's absence for a
deletion.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from fnmatch import fnmatchcase
from functools import lru_cache

EXTENSIONS = (".md", ".markdown")
"""In lower case; on disk the case does not matter."""

CONFLICT = re.compile(
    r"\([^()]*conflicted copy[^()]*\)"  # Dropbox, Nextcloud, ownCloud, Obsidian Sync
    r"|\(SFConflict [^()]*\)"  # Seafile
    r"|\.sync-conflict-\d{8}-\d{6}(?:-\w+)?"  # Syncthing
    r"|\.sync\.conflict",  # Resilio
    re.IGNORECASE | re.ASCII,
)
"""How other sync tools name the copy that lost; such a copy must not multiply."""

_NO_NOTES = (".", "~$")
"""How the names of noise begin that may end like a Markdown file's."""
_NOISE = re.compile(
    r"\."  # hidden, .#emacs-lock, .file.swp
    r"|~\$"  # Office's owner files
    r"|#.*#$"  # Emacs saving by itself
    r"|4913$"  # vim trying whether it may write here
    r"|.*(?:~|\.sw[a-px]|\.tmp|\.temp|\.bak|\.crdownload|\.part)$",
    re.IGNORECASE,
)


def is_noise(name: str) -> bool:
    """Say whether *name*, of a file or folder, is hidden or made by a tool in passing."""
    return _NOISE.match(name) is not None or CONFLICT.search(name) is not None


def is_text(path: str) -> bool:
    """Say whether *path* is UTF-8 on the disk; bytes that are not come as half surrogate pairs."""
    try:
        path.encode()
    except UnicodeEncodeError:
        return False
    return True


def is_note(name: str) -> bool:
    """Say whether *name* is a Markdown file's, and no noise; quick, for every file there is."""
    folded = name.lower()
    return (
        folded.endswith(EXTENSIONS)
        and not folded.startswith(_NO_NOTES)
        and not ("conflict" in folded and CONFLICT.search(name))
    )


def is_markdown(name: str) -> bool:
    """Say whether *name* ends like a Markdown file's."""
    return name.lower().endswith(EXTENSIONS)


@dataclass(frozen=True, slots=True)
class Ignore:
    """The rules of one vault."""

    patterns: tuple[str, ...] = ()
    """Shell patterns on a path relative to the vault; one without ``/`` at any depth.

    A pattern that matches a folder covers all in it; ``*`` crosses folders.
    """

    def covers(self, path: str) -> bool:
        """Say whether the file at *path* is no note of ours."""
        return self.covers_name(path) or self._covers_any(path.split("/")[:-1])

    def covers_name(self, path: str) -> bool:
        """Say the same of a file whose folder is known not to be covered."""
        name = path.rpartition("/")[2]
        return not is_note(name) or self.names(path)

    def covers_folder(self, path: str) -> bool:
        """Say whether nothing in the folder at *path* can be a note of ours."""
        return self._covers_any(path.split("/"))

    def _covers_any(self, folders: list[str]) -> bool:
        if any(folder.startswith(".") for folder in folders):
            return True
        return any(self.names("/".join(folders[: depth + 1])) for depth in range(len(folders)))

    def names(self, path: str) -> bool:
        """Say whether a pattern matches *path* itself, of a file or folder."""
        if not self.patterns:
            return False
        name = path.rpartition("/")[2]
        return any(
            fnmatchcase(path, bare) or ("/" not in bare and fnmatchcase(name, bare))
            for bare in _bare(self.patterns)
        )


@lru_cache(maxsize=64)
def _bare(patterns: tuple[str, ...]) -> tuple[str, ...]:
    """Give the patterns without slashes at either end, and those for all in a folder."""
    bare = tuple(pattern.strip("/") for pattern in patterns)
    return tuple(dict.fromkeys([*bare, *(each.removesuffix("/**") for each in bare)]))
