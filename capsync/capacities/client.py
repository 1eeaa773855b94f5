"""The Capacities API, one typed method per endpoint.

    with connect(token) as client:
        note = client.get(note_id)

Callers see values of the model and errors of `capsync.errors`, never JSON and
never httpx. The client keeps to the quotas and waits where it must; it
repeats what is safe to repeat and nothing else.
"""

from __future__ import annotations

from collections.abc import Iterable

import stamina

from capsync.capacities.discovery import (
    Census,
    Listing,
    Members,
    Steps,
    count_notes,
    list_in_steps,
    list_members,
    list_space,
)
from capsync.capacities.http import API, Http, Transport
from capsync.capacities.limits import Limiter, OnWait
from capsync.capacities.media import Uploading
from capsync.capacities.reading import Reading
from capsync.capacities.writing import Writing
from capsync.clock import Clock, SystemClock
from capsync.model.note import StructureId

CENSUS_PAGES = 5
"""Pages of a list to count the notes on, where nothing depends on it."""
SPARE = 5
"""Requests of a minute that are not spent on counting."""

OBJECT, MARKDOWN = "/object", "/object/markdown"
CHANGES = (
    ("PATCH", OBJECT),
    ("POST", "/blocks/append"),
    ("PATCH", "/blocks/block"),
    ("DELETE", "/block"),
)
"""What it may take to change an object."""
NEEDED = (("GET", OBJECT), ("POST", OBJECT), *CHANGES)
"""What a note may need to be pushed."""
LISTS = (("GET", "/objects/structure"), ("POST", "/objects/search"))
"""What a step of a list may need."""


class Client(Reading, Writing, Uploading):
    """All endpoints of one space. Never let two writers work on one note at a time."""

    def listing(self, structures: Iterable[StructureId]) -> Listing:
        """List the notes of some structures, through the lists or, failing these, the search.

        Raises:
            AuthError: The token is not accepted.
            RetryError: It did not work now.
        """
        return list_space(self, structures)

    def listing_in_steps(self, structures: Iterable[StructureId]) -> Steps[Listing]:
        """List likewise, stopping before each request; see `free_to_list_in`.

        Raises:
            AuthError: The token is not accepted.
            RetryError: It did not work now.
        """
        return list_in_steps(self, structures)

    def members(self, kind: str, about: str) -> Members:
        """List the notes in a collection, or with a tag.

        Args:
            kind: ``collection`` or ``tag``.
            about: Its id.

        Raises:
            AuthError: The token is not accepted.
            RetryError: It did not work now.
        """
        return list_members(self, kind, about)

    def census(self, structure: StructureId, pages: int = CENSUS_PAGES) -> Census | None:
        """Count the notes of a structure if that is cheap now; None if it is not, or not possible.

        Args:
            pages: Requests to spend at most.

        Raises:
            AuthError: The token is not accepted.
            RetryError: It did not work now.
        """
        used = {(each.method, each.path): each for each in self.limiter.usage()}
        lists = used.get(("GET", "/objects/structure"))
        if lists is not None and lists.limit - lists.used < pages + SPARE:
            return None
        return count_notes(self, structure, pages)

    def free_in(self, *, markdown: bool = False, spare: int = 0) -> float:
        """Give the seconds until the quota allows another `get`, or `markdown`.

        Args:
            spare: How many more have to fit behind it at once.
        """
        return self.limiter.delay("GET", MARKDOWN if markdown else OBJECT, spare)

    def free_to_list_in(self) -> float:
        """Give the seconds until the quotas allow another step of a list."""
        return max(self.limiter.delay(*key) for key in LISTS)

    def free_in_all(self) -> float:
        """Give the seconds until the quotas allow to read, make and change an object."""
        return max(self.limiter.delay(*key) for key in NEEDED)

    def free_to_write_in(self) -> float:
        """Give the seconds until the quotas allow to change an object in every way."""
        return max(self.limiter.delay(*key) for key in CHANGES)

    def reads_a_minute(self) -> tuple[float, float]:
        """Give how often `get` and `markdown` are allowed; 0 for what shares the quota of `get`."""
        objects, texts = self.limiter.limit("GET", OBJECT), self.limiter.limit("GET", MARKDOWN)
        shared = self.limiter.share(("GET", OBJECT), ("GET", MARKDOWN))
        return objects, 0.0 if shared else texts


def connect(
    token: str,
    *,
    base_url: str = API,
    timeout: float = 30.0,
    clock: Clock | None = None,
    pace: float = 0.2,
    on_wait: OnWait | None = None,
    transport: Transport | None = None,
) -> Client:
    """Make a client; nothing is sent yet.

    Args:
        base_url: Where the API lives; the sandbox's address in tests.
        timeout: Seconds to wait for connecting, sending and each piece of an answer.
        clock: What waiting is done by; None for the machine's.
        pace: Seconds between any two requests at least; 0 for no pace.
        on_wait: Told (seconds, method, path) before longer waits.
        transport: Replaces the network, for tests.

    Raises:
        AuthError: *token* cannot be a token.
        ConfigError: *base_url* is no address a token may be sent to.
    """
    # Its own log lines speak of a wait of zero; `calls` logs the real ones.
    stamina.instrumentation.set_on_retry_hooks(())
    http = Http(token, base_url=base_url, timeout=timeout, transport=transport)
    return Client(http, Limiter(clock or SystemClock(), pace, on_wait))
