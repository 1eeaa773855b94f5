"""A place in a line, for a parser that counts columns.

Markdown measures indentation in columns, where a tab reaches to the next
multiple of four; part of a tab can belong to a marker and the rest to the text.
"""

from __future__ import annotations

import re
from re import Match, Pattern

CODE_INDENT = 4
"""Columns from which a line counts as indented code."""

_BLANKS = re.compile(r"[ \t]+")


class Cursor:
    """Walks over one line."""

    __slots__ = ("column", "first", "indent", "offset", "rest_of_tab", "text")

    def __init__(self, text: str) -> None:
        self.text = text
        self.offset = 0
        self.column = 0
        self.rest_of_tab = 0
        self.first = 0
        self.indent = 0
        self.look()

    def look(self) -> None:
        """Find the next character that is no blank, and how many columns away it is."""
        text, at, column = self.text, self.offset, self.column
        blanks = _BLANKS.match(text, at)
        if blanks is None:  # most lines
            self.first, self.indent = at, 0
            return
        self.first = blanks.end()
        if "\t" not in blanks[0]:
            self.indent = self.first - at
            return
        for blank in blanks[0]:
            column += 1 if blank == " " else CODE_INDENT - column % CODE_INDENT
        self.indent = column - self.column

    @property
    def blank(self) -> bool:
        """Whether nothing but blanks is left."""
        return self.first >= len(self.text)

    @property
    def rest(self) -> str:
        """What is left from the next character that is no blank."""
        return self.text[self.first :]

    def match(self, pattern: Pattern[str]) -> Match[str] | None:
        """Match *pattern* with what is left; its places are those of the line."""
        return pattern.match(self.text, self.first)

    def peek(self) -> str:
        """Give the next character, or an empty string at the end."""
        return self.text[self.offset : self.offset + 1]

    def skip_all(self) -> None:
        """Go to the end of the line."""
        self.offset = self.first = len(self.text)
        self.indent = self.rest_of_tab = 0

    def skip_blanks(self) -> None:
        """Go to the next character that is no blank."""
        self.offset = self.first
        self.column += self.indent
        self.rest_of_tab = 0
        self.indent = 0

    def skip(self, count: int, *, columns: bool = False) -> None:
        """Go on by *count* characters, or by *count* columns."""
        text, end = self.text, len(self.text)
        while count > 0 and self.offset < end:
            if text[self.offset] == "\t":
                to_stop = CODE_INDENT - self.column % CODE_INDENT
                if columns:
                    step = min(count, to_stop)
                    self.column += step
                    self.rest_of_tab = to_stop - step
                    self.offset += 0 if self.rest_of_tab else 1
                    count -= step
                else:
                    self.column += to_stop
                    self.rest_of_tab = 0
                    self.offset += 1
                    count -= 1
            else:
                self.rest_of_tab = 0
                self.offset += 1
                self.column += 1
                count -= 1
        self.look()

    def take_quote_mark(self) -> None:
        """Take ``>`` and the blank that may follow it."""
        self.skip_blanks()
        self.skip(1)
        if self.peek() in (" ", "\t"):
            self.skip(1, columns=True)

    def remaining(self) -> str:
        """Give what is left as text, with the rest of a tab that was cut as spaces."""
        if self.rest_of_tab:
            return " " * self.rest_of_tab + self.text[self.offset + 1 :]
        return self.text[self.offset :]
