"""Values written as YAML that every reader takes the same way.

Obsidian reads YAML 1.2, most other tools 1.1, and the two disagree about
``yes``, ``010`` and ``12:30``. Whatever either might take for something other
than the text it is goes into quotes; everything else stays plain, as a person
would write it. All values are one line, but for lists that were blocks before.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping as MappingABC
from typing import Protocol

from capsync.markdown.yaml_values import Sequence, Value

_WORDS = frozenset(
    ["y", "n", "yes", "no", "on", "off", "true", "false", "null", "nan", "inf", "infinity"]
)
_INDICATORS = frozenset("-?:,[]{}#&*!|>'\"%@`=<~.+")
_NUMERIC = re.compile(r"[0-9][0-9a-fA-FxXoOtTzZ_.,:+\- ]*")
_UNPLAIN = re.compile(r": |:\t| #|\t#|:$")
_FLOW = re.compile(r"[,\[\]{}?]")
_SHOWN = "\x20-\x7e\xa0-\u2027\u202a-\ud7ff\ue000-\ufefe\uff00-\ufffd\U00010000-\U0010ffff"
_PRINTABLE = re.compile(f"[{_SHOWN}]*")
_ESCAPED = re.compile(f'["\\\\]|[^{_SHOWN}]')
_SURROGATE = re.compile("[\ud800-\udfff]")
_NAMED = {'"': '\\"', "\\": "\\\\", "\n": "\\n", "\r": "\\r", "\t": "\\t"}


class HasValue(Protocol):
    """What `dump_list` needs of a field."""

    @property
    def value(self) -> Value: ...


def dump_scalar(text: str, *, flow: bool = False) -> str:
    """Write *text* so that it reads back as exactly that text, on one line.

    Half of a surrogate pair has no place in UTF-8 and becomes U+FFFD.

    Args:
        flow: Whether it will stand inside brackets or braces.
    """
    text = _SURROGATE.sub("\ufffd", text)
    if _is_plain(text, flow=flow):
        return text
    if _PRINTABLE.fullmatch(text) and ('"' in text or "\\" in text):
        return "'" + text.replace("'", "''") + "'"
    return '"' + _ESCAPED.sub(_escape, text) + '"'


def dump_list(items: Iterable[str], *, like: HasValue | None = None) -> str:
    """Write texts as a list.

    Args:
        like: The field it replaces; a block list stays one, at its indentation.
    """
    written = [dump_scalar(item, flow=True) for item in items]
    match like.value if like is not None else None:
        case Sequence(indent=int() as indent) if written:
            return "".join(f"\n{' ' * indent}- {item}" for item in written)
        case _:
            return "[" + ", ".join(written) + "]"


def dump_mapping(entries: MappingABC[str, str]) -> str:
    """Write a mapping in braces.

    Args:
        entries: The source of a value per key: a plain date, or what `dump_scalar` gives.
    """
    pairs = (f"{dump_scalar(key, flow=True)}: {value}" for key, value in entries.items())
    return "{" + ", ".join(pairs) + "}"


def _is_plain(text: str, *, flow: bool) -> bool:
    """Say whether no reader could take *text* for anything else."""
    return not (
        not text
        or text != text.strip()
        or text[0] in _INDICATORS
        or text.casefold() in _WORDS
        or _NUMERIC.fullmatch(text)
        or _UNPLAIN.search(text)
        or (flow and _FLOW.search(text))
        or not _PRINTABLE.fullmatch(text)
    )


def _escape(found: re.Match[str]) -> str:
    """Write a character as an escape of a quoted value."""
    char = found[0]
    if char in _NAMED:
        return _NAMED[char]
    code = ord(char)
    return f"\\x{code:02x}" if code < 0x100 else f"\\u{code:04x}"
