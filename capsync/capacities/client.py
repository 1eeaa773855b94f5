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

from capsync.capacities.discovery import Listing, list_space
from capsync.capacities.http import API, Http, Transport
from capsync.capacities.limits import Limiter, OnWait
from capsync.capacities.media import Uploading
from capsync.capacities.reading import Reading
from capsync.capacities.writing import Writing
from capsync.clock import Clock, SystemClock
from capsync.model.note import StructureId


class Client(Reading, Writing, Uploading):
    """All endpoints of one space. Never let two writers work on one note at a time."""

    def listing(self, structures: Iterable[StructureId]) -> Listing:
        """List the notes of some structures, through the lists or, failing these, the search.

        Raises:
            AuthError: The token is not accepted.
            RetryError: It did not work now.
        """
        return list_space(self, structures)


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
