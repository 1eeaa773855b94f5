"""Placeholders: lines that stand for what Markdown has no word for.

``<!-- capacities: SimpleTable 1a2b3c4d -->`` marks the place of a block that
is carried unread; ``section`` as its kind marks where another block field of
the note begins. The key is the beginning of the thing's id.
"""

from __future__ import annotations

import hashlib
import re
from dataclasses import dataclass

SECTION = "section"
"""The kind that begins another block field."""

_PLACEHOLDER = re.compile(r"<!-- capacities: ([^\s<>]+) ([0-9A-Za-z_-]+) -->")
_KIND = re.compile(r"[^0-9A-Za-z_.]+")


@dataclass(frozen=True, slots=True)
class Placeholder:
    """What a placeholder says."""

    kind: str
    key: str
    """The first eight characters of the id, or the whole name of a section."""


def read_placeholder(text: str) -> Placeholder | None:
    """Read a placeholder; None where *text* is none."""
    match = _PLACEHOLDER.fullmatch(text.strip())
    return None if match is None else Placeholder(match[1], match[2])


def write_placeholder(kind: str, key: str) -> str:
    """Write the line `read_placeholder` reads."""
    return f"<!-- capacities: {_KIND.sub('_', kind) or 'unknown'} {key} -->"


def short_key(name: str) -> str:
    """Give the key of a block's id: its first eight hex digits."""
    return name.replace("-", "")[:8]


def payload_key(payload: str) -> str:
    """Give the key of a token, which has no id: eight hex digits of its content's digest."""
    return hashlib.sha256(payload.encode()).hexdigest()[:8]
