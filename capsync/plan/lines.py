"""Notes waiting in lines: those of which about the same is expected, longest unchecked first.

However many notes there are, only the heads of the lines are ever compared, and a note
is put into a line, or taken out, in constant time.
"""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Iterator
from dataclasses import dataclass, field
from enum import IntEnum
from typing import TypeAlias


class Access(IntEnum):
    """How a note can be checked."""

    OBJECT = 0
    """By reading it."""
    PAIR = 1
    """By reading it, or by a probe with a read behind it."""
    PROBE = 2
    """By reading it, or by a probe alone."""


Line: TypeAlias = tuple[Access, int, int]
"""How its notes can be checked, and two classes of what is expected of them."""


@dataclass(slots=True)
class Lines:
    """Every note in its line, and in the order of its last check."""

    _lines: dict[Line, OrderedDict[str, None]] = field(default_factory=dict)
    _ages: tuple[OrderedDict[str, None], ...] = field(
        default_factory=lambda: tuple(OrderedDict() for _ in Access)
    )
    _places: dict[str, Line] = field(default_factory=dict)

    def __len__(self) -> int:
        return len(self._places)

    def count(self, access: Access) -> int:
        """Count the notes that can be checked in this way at best."""
        return len(self._ages[access])

    def put(self, note: str, line: Line) -> None:
        """Put a note at the end of a line, wherever it was before."""
        self.drop(note)
        self._places[note] = line
        self._lines.setdefault(line, OrderedDict())[note] = None
        self._ages[line[0]][note] = None

    def drop(self, note: str) -> None:
        """Take a note out, if it is in."""
        line = self._places.pop(note, None)
        if line is not None:
            waiting = self._lines[line]
            del waiting[note], self._ages[line[0]][note]
            if not waiting:
                del self._lines[line]

    def heads(self, least: Access) -> Iterator[str]:
        """Give the first note of every line that can be checked like that or better."""
        return (next(iter(notes)) for line, notes in self._lines.items() if line[0] >= least)

    def oldest(self, least: Access) -> Iterator[str]:
        """Give the notes that were put in first, one for each way to check from *least* on."""
        return (next(iter(notes)) for notes in self._ages[least:] if notes)
