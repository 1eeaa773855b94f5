"""The values of front matter: text, lists and mappings that know their lines.

Lines never count when two values are compared, so a value that only moved is
the same value.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TypeAlias


class FrontMatterProblem(ValueError):
    """The front matter cannot be read or edited as it is."""

    def __init__(self, message: str, line: int) -> None:
        """
        Args:
            message: What is wrong and, where we know it, what to do.
            line: The line of the file it is about; the first is 1.
        """
        super().__init__(f"line {line}: {message}")
        self.message = message
        self.line = line


@dataclass(frozen=True, slots=True)
class Null:
    """No value: nothing at all, ``~`` or ``null``."""

    line: int = field(default=0, compare=False)


@dataclass(frozen=True, slots=True)
class Scalar:
    """A single value as the text it is written with, quotes and folding undone."""

    text: str
    quoted: bool = False
    """Whether the writer insists that it is text: quotes, a block, or ``!!str``."""
    line: int = field(default=0, compare=False)


@dataclass(frozen=True, slots=True)
class Sequence:
    """A list."""

    items: tuple[Value, ...]
    line: int = field(default=0, compare=False)
    indent: int | None = field(default=None, compare=False)
    """Spaces before its dashes; None for a list in brackets."""


@dataclass(frozen=True, slots=True)
class Mapping:
    """Names and values inside a value."""

    entries: tuple[tuple[str, Value], ...]
    line: int = field(default=0, compare=False)


Value: TypeAlias = Null | Scalar | Sequence | Mapping
