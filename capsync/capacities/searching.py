"""Finding notes by their titles, where the service has no lists.

A search gives at most fifty hits and no way to the next. So one asks for every letter,
and where an answer is full again for fewer structures, then for longer beginnings:
first for those that titles found so far have in common, then with every letter added. How
the service matches is not known, nor is what no letter finds. Nothing that is found this
way is ever complete.
"""

from __future__ import annotations

from collections import defaultdict, deque
from collections.abc import Generator
from string import ascii_lowercase, digits
from typing import TypeAlias

from capsync.capacities.reading import LONGEST_QUERY, MOST_HITS, MOST_STRUCTURES, Reading
from capsync.model.note import DAILY_NOTE, Row, StructureId
from capsync.model.token import NoteId

SEARCHES = 120
"""Search requests spent at most where there are no lists; four minutes' worth."""

FRUITLESS = 6
"""Characters a search may be lengthened by without finding anything new before it is given up."""

ALPHABET = ascii_lowercase + digits

_Query: TypeAlias = tuple[str, tuple[StructureId, ...], int]
"""What to ask for, where, and how many queries before it found nothing new."""


def search_titles(
    client: Reading, structures: list[StructureId], searches: int
) -> Generator[None, None, tuple[dict[NoteId, Row], str]]:
    """Find what can be found of *structures*, and say what a person should know about that.

    Stops before each request.

    Args:
        searches: Requests to spend at most.

    Raises:
        AuthError: The token is not accepted.
        RetryError: It did not work now.
    """
    search = _Search(client, structures)
    while search.spent < searches and any(search.queues):
        yield
        search.step()
    enough = " as far as the quota allows" if search.gave_up or any(search.queues) else ""
    return search.rows, (
        f"{', '.join(structures)}: no list, searched by title{enough};"
        " nothing is taken to be missing"
    )


_FIRST, _LIKELY, _REST = range(3)
"""What is asked for in this order: every letter, what titles begin with, what they might."""


class _Search:
    """One search that goes from short beginnings to longer ones."""

    def __init__(self, client: Reading, structures: list[StructureId]) -> None:
        self.client = client
        self.rows: dict[NoteId, Row] = {}
        self.gave_up = False
        self.spent = 0
        groups = [
            tuple(structures[start : start + MOST_STRUCTURES])
            for start in range(0, len(structures), MOST_STRUCTURES)
        ]
        self.queues: tuple[deque[_Query], ...] = (deque(), deque(), deque())
        self.asked: set[tuple[str, tuple[StructureId, ...]]] = set()
        for group in groups:
            for letter in ALPHABET:
                self._ask(letter, group, 0, _FIRST)

    def step(self) -> None:
        """Ask once, and for more where the answer was full."""
        queue = next(filter(None, self.queues))
        query, group, fruitless = queue.popleft()
        self.spent += 1
        hits = self.client.search(query, group, MOST_HITS)
        found = {row.id: row for row in hits if row.structure in group}
        fruitless = fruitless + 1 if found.keys() <= self.rows.keys() else 0
        self._start_anew(found, group)
        self.rows |= found
        if len(hits) == MOST_HITS:
            self._refine(query, group, fruitless)
            # so many of one title cannot be told apart by any search
            self.gave_up |= all(row.title.casefold() == query for row in hits)

    def _refine(self, query: str, group: tuple[StructureId, ...], fruitless: int) -> None:
        if len(group) > 1:
            middle = len(group) // 2
            for half in (group[:middle], group[middle:]):
                self._ask(query, half, 0, _LIKELY)
        elif fruitless > FRUITLESS:
            self.gave_up = True
        else:
            for longer in self._beginnings(query, group[0]):
                self._ask(longer, group, fruitless, _LIKELY)
            for letter in digits + "-:t" if group[0] == DAILY_NOTE else ALPHABET:
                self._ask(query + letter, group, fruitless, _REST)

    def _ask(self, query: str, group: tuple[StructureId, ...], fruitless: int, order: int) -> None:
        if len(query) <= LONGEST_QUERY and (query, group) not in self.asked:
            self.asked.add((query, group))
            self.queues[order].append((query, group, fruitless))

    def _start_anew(self, found: dict[NoteId, Row], group: tuple[StructureId, ...]) -> None:
        """Ask for the first characters of titles that no letter of the alphabet begins."""
        for row in found.values():
            first = row.title.strip()[:1].casefold()
            if first and first not in ALPHABET and row.id not in self.rows:
                self._ask(first, group, 0, _LIKELY)

    def _beginnings(self, query: str, structure: StructureId) -> list[str]:
        """Give what the titles that go on alike after *query* have in common."""
        alike: dict[str, list[str]] = defaultdict(list)
        for row in self.rows.values():
            title = row.title.casefold()
            rest = title[len(query) :]
            if row.structure == structure and title.startswith(query) and rest.strip():
                # a blank at the end of a query would be cut off
                alike[rest[: len(rest) - len(rest.lstrip()) + 1]].append(title)
        return [_common_beginning(titles).rstrip() for titles in alike.values()]


def _common_beginning(titles: list[str]) -> str:
    first, last = min(titles), max(titles)
    differ = (at for at, (one, other) in enumerate(zip(first, last, strict=False)) if one != other)
    return first[: next(differ, len(first))]
