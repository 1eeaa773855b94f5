"""Folders of Markdown, their words, and what a sync may do to them."""

from __future__ import annotations

import os
import re
from collections import Counter
from collections.abc import Mapping
from html import unescape
from pathlib import Path
from urllib.parse import unquote

from capsync.errors import CapsyncError
from capsync.markdown.document import read_document
from capsync.vault.ignore import is_markdown

Files = Mapping[str, bytes]
"""Markdown files by path."""

_MARKER = re.compile(r"(?m)^([ \t>]*)(?:(?:[-*+]|\d{1,9}[.)])[ \t]+)*(?:\[[ xX]\][ \t])?")
_ESCAPE = re.compile(r"\\([!-/:-@\[-`{-~])")
_WORD = re.compile(r"[^\W_]+")
_DEFINITION = re.compile(
    r"""(?mx)^[ >\t]*\[(?!\^)((?:[^\[\]\\]|\\.)+)\]:[ \t]*\r?\n?[ \t]*(?:<[^<>\n]*>|\S+)
    (?:[ \t]*\r?\n?[ \t]*(?:"[^"\n]*"|'[^'\n]*'|\([^()\n]*\)))?[ \t]*\r?$"""
)
_TARGET = re.compile(
    r"""(?x)\]\([ ]*(?:<[^<>\n]*>|[^()\s]*(?:\([^()\s]*\)[^()\s]*)*)
    (?:\s+(?:"[^"]*"|'[^']*'|\([^()]*\)))?\s*\)"""
)
_LABEL = re.compile(r"\](?:\[([^\[\]]*)\])")
_WIKI = re.compile(r"\[\[([^\[\]|\n]*)(?:\\?\|([^\[\]\n]*))?\]\]")
_BREAK = re.compile(r"<br\s*/?>", re.IGNORECASE)
_FRONT_MATTER = re.compile(
    r"\ufeff?---[ \t]*\r?\n(?:.*?\r?\n)??(?:---|\.\.\.)[ \t]*(?:\r?\n|\Z)", re.DOTALL
)
_ID = re.compile(rb"capacities-id:[^\r\n]*(?:\r\n|\r|\n)")
_NEW_HEAD = re.compile(rb"(?:\xef\xbb\xbf)?---(?:\r\n|\r|\n)---(?:\r\n|\r|\n)*")


def files_of(folder: Path) -> dict[str, bytes]:
    """Read the Markdown files of a folder; hidden folders and links are left out."""
    found: dict[str, bytes] = {}
    for place, folders, names in os.walk(folder):
        folders[:] = sorted(each for each in folders if not each.startswith("."))
        for name in sorted(names):
            file = Path(place, name)
            if is_markdown(name) and file.is_file() and not file.is_symlink():
                try:
                    found[file.relative_to(folder).as_posix()] = file.read_bytes()
                except OSError:
                    continue
    return found


def copied(folder: Path, to: Path) -> dict[str, bytes]:
    """Copy the Markdown files of a folder and give them."""
    found = files_of(folder)
    for path, content in found.items():
        place = to / path
        place.parent.mkdir(parents=True, exist_ok=True)
        place.write_bytes(content)
    return found


def body_of(content: bytes) -> str:
    """Give what follows the front matter; all of a file whose front matter is none."""
    text = content.decode("utf-8", "replace")
    try:
        return read_document(text).body
    except (ValueError, CapsyncError):
        return _FRONT_MATTER.sub("", text, count=1)


def visible_words(text: str) -> Counter[str]:
    """Count the words a reader sees: no addresses, titles and labels of links.

    A link to a note counts as its alias, or as one word: what is shown is the note's title.
    """
    labels = {_folded(match[1]) for match in _DEFINITION.finditer(text)}
    text = _DEFINITION.sub("", text)
    text = _WIKI.sub(_shown_link, text)
    text = _LABEL.sub(lambda each: "]" if _folded(each[1]) in labels else each[0], text)
    return words_of(_BREAK.sub(" ", _TARGET.sub("] ", text)))


def _shown_link(match: re.Match[str]) -> str:
    target, alias = match.groups()
    return f" {alias or (target if '#' in target else 'wikilink')} "


def _folded(label: str) -> str:
    return " ".join(label.casefold().split())


def words_of(text: str) -> Counter[str]:
    """Count the words of Markdown, its punctuation and list markers aside."""
    bare = _ESCAPE.sub(r"\1", _MARKER.sub(r"\1", text))
    return Counter(_WORD.findall(unescape(unquote(bare))))


def grew_only_an_id(before: bytes, after: bytes) -> bool:
    """Say whether all that a file has gained is a line with its id in the front matter."""
    if before == after:
        return True
    rest, count = _ID.subn(b"", after, count=1)
    if not count:
        return False
    if rest == before:
        return True
    head = _NEW_HEAD.match(rest)
    body = before.removeprefix(b"\xef\xbb\xbf")
    return head is not None and rest.endswith(body) and rest[head.end() :] == body.lstrip(b"\r\n")
