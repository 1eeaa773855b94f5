"""Taking turns with the daemon, which has the vault for as long as nobody else wants it."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path

from capsync.daemon.asking import NoDaemon, ask
from capsync.errors import RunError
from capsync.vault.files import Folder

PATIENCE = 60.0
"""Seconds that the daemon may take to finish the note it is at."""


@contextmanager
def turn(folder: Folder, place: Path) -> Iterator[None]:
    """Have the vault to ourselves; a daemon that has it steps aside until the block ends.

    Args:
        place: The folder of the vault's state.

    Raises:
        RunError: Another capsync is at work on it, or the daemon does not answer.
    """
    with ExitStack() as stack:
        try:
            stack.enter_context(folder.lock())
        except RunError as exc:
            try:
                answers = stack.enter_context(ask(place, {"ask": "aside"}, timeout=PATIENCE))
            except NoDaemon:
                raise exc from None
            for answer in answers:
                if "failed" in answer:
                    raise RunError(str(answer["failed"].get("message"))) from None
                if "said" in answer:
                    break
            stack.enter_context(folder.lock())
        yield
