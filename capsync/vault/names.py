r"""From titles to file names that every system and every editor can bear.

A title may hold anything, a file name may not: Windows forbids ``\ / : * ? " < > |``
and names such as CON, macOS and Windows take ``A`` and ``a`` for one file, and a
wiki link cannot name a file with ``# ^ [ ]`` in it. What is lost on the way is
kept in the front matter (`says_exactly` says when), and two notes that would
share a name are told apart by a piece of their id, which never changes.

Paths are strings with ``/`` between folders, relative to the vault. Nothing here
looks at a disk.
"""

from __future__ import annotations

import hashlib
import re
from collections.abc import Collection, Iterator
from itertools import count
from unicodedata import category, normalize

from capsync.vault.ignore import CONFLICT, EXTENSIONS

MAX_CHARS = 120
"""The longest stem that is made, in characters."""
MAX_BYTES = 200
"""The same in bytes of UTF-8; most disks take 255, a suffix and an extension come on top."""
UNTITLED = "Untitled"

_FORBIDDEN = re.compile(r'[/\\:*?"<>|#^\[\]]+')
_FORBIDDEN_EDGE = re.compile(r'^[\s/\\:*?"<>|#^\[\]]+|[\s/\\:*?"<>|#^\[\]]+$')
_EDGE = re.compile("^[\\s.~\u200c\u200d]+|[\\s.\u200c\u200d]+$")
_RESERVED = re.compile(
    r"(?:con|prn|aux|nul|conin\$|conout\$|com[0-9¹²³]|lpt[0-9¹²³])\s*(?:\..*)?", re.IGNORECASE
)
_UNNEUTRAL = str.maketrans({"(": "", ")": "", ".": "-"})
_JOINER = "\u200d"
_VISIBLE_FORMATS = "\u200c\u200d"
"""Characters of category Cf that scripts and emoji need; marks of direction can hide an ending."""
_FURTHEST_READ = 2_000
"""Characters of a title that are looked at."""
_FURTHEST_BACK = 30
"""Characters a cut may move to the front so as not to divide what is seen as one."""


def file_stem(title: str) -> str:
    """Make *title* a file name without its extension, the same one every time.

    The result is never empty, and making a stem of a stem changes nothing.
    """
    title = normalize("NFC", title[:_FURTHEST_READ])
    text = normalize("NFC", "".join(map(_seen, title)))
    text = _FORBIDDEN.sub("-", _FORBIDDEN_EDGE.sub("", text))
    text = CONFLICT.sub(lambda found: found[0].translate(_UNNEUTRAL), text)
    stem = _EDGE.sub("", _cut(_EDGE.sub("", text)))
    if _RESERVED.fullmatch(stem):
        stem = f"_{stem}"
    return stem or UNTITLED


def folder_name(plural: str) -> str:
    """Make the plural name of a structure the name of a folder."""
    return file_stem(plural)


def says_exactly(stem: str, title: str) -> bool:
    """Say whether a file name tells the title without loss."""
    return normalize("NFC", stem) == normalize("NFC", title)


def stem_of(path: str) -> str:
    """Give a path's file name without ``.md`` or ``.markdown``."""
    name = path.rpartition("/")[2]
    for extension in EXTENSIONS:
        if name.lower().endswith(extension):
            return name[: -len(extension)]
    return name


def folder_of(path: str) -> str:
    """Give the folder a path is in; empty for the vault itself."""
    return path.rpartition("/")[0]


def path_key(path: str) -> str:
    """Give what two paths share if some disk takes them for the same file."""
    return normalize("NFC", normalize("NFD", path).casefold())


def free_path(
    folder: str,
    stem: str,
    taken: Collection[str],
    id: str,  # noqa: A002  # the user's word, and the model's
) -> str:
    """Give the path for a note that nobody else has.

    Args:
        folder: Relative to the vault; empty for the vault itself.
        stem: What `file_stem` made.
        taken: The `path_key` of every other path in use.
        id: The note's id; the same id and the same neighbours give the same path.
    """
    start = f"{folder}/" if folder else ""
    paths = (f"{start}{stem}{suffix}.md" for suffix in _suffixes(id))
    return next(path for path in paths if path_key(path) not in taken)


def _suffixes(note: str) -> Iterator[str]:
    """Give endings from the shortest to the surest, never running out."""
    plain = re.sub(r"[^0-9a-z]", "", note.lower())
    if not 8 <= len(plain) <= 40:
        plain = hashlib.sha256(note.encode("utf-8", "surrogatepass")).hexdigest()[:32]
    yield ""
    yield from (f" {plain[:length]}" for length in (8, 12, 40))
    yield from (f" {plain} {number}" for number in count(2))


def _seen(char: str) -> str:
    """Give what is left of a character: blanks for line breaks, nothing for the unseen."""
    match category(char):
        case "Cc" if char not in "\t\n\v\f\r\x1c\x1d\x1e\x1f\x85":
            return "-"
        case "Cc" | "Zl" | "Zp":
            return " "
        case "Cs":
            return ""
        case "Cf" if char not in _VISIBLE_FORMATS:
            return ""
        case _:
            return char


def _cut(text: str) -> str:
    """Shorten *text* to what a disk takes, between characters as they are seen."""
    end = min(len(text), MAX_CHARS)
    while len(text[:end].encode()) > MAX_BYTES:
        end -= 1
    if end == len(text):
        return text
    whole = (back for back in range(end, max(end - _FURTHEST_BACK, 0), -1) if _may_end(text, back))
    return text[: next(whole, end)]


def _may_end(text: str, index: int) -> bool:
    """Say whether what is seen as one character ends before *index*."""
    before, after = text[index - 1], text[index]
    return not (
        category(after).startswith("M")
        or _JOINER in {before, after}
        or "\U0001f3fb" <= after <= "\U0001f3ff"
        or ("\U0001f1e6" <= after <= "\U0001f1ff")
    )
