"""What people typed, word by word, and what became of it by their own doing.

Every word is typed once and looks like no other: ``w7x`` in a text, ``p7y`` in
a property, ``t7z`` in a title. Whoever acts on a vault or in the app is watched:
words that were there before and are not afterwards were removed by that person,
who had them before their eyes. Nothing else takes a word out of the model, so
what a sync loses is missed.

Where a rule is hard, the one that is safer for the person holds:

- A word of a text must be on both sides in the end, however edits met, unless
  somebody removed it. That it is kept although somebody removed it is fine: an
  edit beats a deletion, and a merge without a base deletes nothing.
- A word in a property may be overruled by another value for the same property;
  then it must be in the history of one of the machines, unless that was deleted.
- A word is in the space once, unless it was copied, typed again after it was
  removed, or stands in a conflict.
- The service knows no preconditions. A word that came into a block after this
  machine read it, less than `RACE` seconds before it writes that very block, may
  be overwritten unseen; nothing can be done about that. Any longer is our fault.
"""

from __future__ import annotations

import re
from collections import Counter, defaultdict
from collections.abc import Iterable
from dataclasses import dataclass, field

TEXT = re.compile(r"w\d+x")
VALUE = re.compile(r"p\d+y")
TITLE = re.compile(r"t\d+z")
EVERY = re.compile(r"w\d+x|p\d+y")
RACE = 5.0
"""Seconds between reading a block and writing it within which nobody can see another's edit."""


@dataclass(slots=True)
class Words:
    """All words of one schedule."""

    typed: set[str] = field(default_factory=set)
    removed: dict[str, set[str]] = field(default_factory=lambda: defaultdict(set))
    """Who took a word away and did not put it back; whoever else does changes nothing in that."""
    thinned: dict[str, set[str]] = field(default_factory=lambda: defaultdict(set))
    """Who took one of several copies of a word away; two of them may have meant different ones."""
    repeated: set[str] = field(default_factory=set)
    """Words that may be there more than once."""
    raced: set[str] = field(default_factory=set)
    """Words that were overwritten too quickly for anyone to see."""
    swapped: set[str] = field(default_factory=set)
    """Titles that one note may have taken over from another."""
    may_be_two: bool = False
    """Whether somebody made a note of its own of what was a file of another."""
    made: int = 0

    def text(self) -> str:
        """Give a new word of a text."""
        return self._new("w", "x")

    def value(self) -> str:
        """Give a new word of a property."""
        return self._new("p", "y")

    def title(self) -> str:
        """Give a new word of a title; what becomes of titles is seen by comparing the sides."""
        self.made += 1
        return f"t{self.made}z"

    def _new(self, begin: str, end: str) -> str:
        self.made += 1
        word = f"{begin}{self.made}{end}"
        self.typed.add(word)
        return word

    def saw(self, who: str, before: Counter[str], after: Counter[str]) -> None:
        """Take down what somebody has just done."""
        for word in before.keys() - after.keys():
            self.removed[word].add(who)
        for word in before.keys() & after.keys():
            if after[word] < before[word]:
                self.thinned[word].add(who)
        back = {word for word in after if after[word] > before[word]}
        self.repeated |= {word for word in back if before[word] or word in self.removed}
        for word in back & self.removed.keys():
            self.removed[word].discard(who)

    def owed(self) -> set[str]:
        """Give the words that must not be lost."""
        gone = {word for word, people in self.removed.items() if people}
        gone |= {word for word, people in self.thinned.items() if len(people) > 1}
        return self.typed - gone - self.raced


def counted(texts: Iterable[str]) -> Counter[str]:
    """Count the words in some texts."""
    return Counter(word for text in texts for word in EVERY.findall(text))
