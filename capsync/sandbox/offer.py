"""A sandbox for a person: made, filled and served until they stop it."""

from __future__ import annotations

from collections.abc import Callable

from capsync.clock import SystemClock
from capsync.sandbox.core import Sandbox
from capsync.sandbox.options import Options
from capsync.sandbox.seed import seed_content
from capsync.sandbox.server import bound, serve_on


def offer(
    options: Options,
    *,
    port: int,
    db: str | None,
    seeded: bool,
    announce: Callable[[int], object],
) -> None:
    """Serve a space until interrupted.

    Args:
        db: File that keeps the space; None to keep it in memory.
        seeded: Whether an empty space is filled with seed content.
        announce: Called with the port once a client may connect.

    Raises:
        ConfigError: The port is taken or the file is no database.
    """
    with (
        bound("127.0.0.1", port) as listener,
        Sandbox(options, db=db or ":memory:", clock=SystemClock()) as sandbox,
    ):
        if seeded:
            seed_content(sandbox)
        announce(listener.getsockname()[1])
        serve_on(sandbox, listener)
