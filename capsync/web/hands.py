"""What the page can do, as whoever does it must be able to.

The page itself changes nothing. The command line hands in hands that open the vault
for each action, or that ask the daemon which has it open.
"""

from __future__ import annotations

from typing import Protocol

from capsync.sync.seen import Settlement, Way, seal_of

__all__ = ["Hands", "Settlement", "Way", "seal_of"]


class Hands(Protocol):
    """Does things, each to its end; what a person must know of it comes back as text."""

    @property
    def paused(self) -> bool | None:
        """Whether syncing rests; None where nothing syncs by itself that could rest."""

    def sync_now(self) -> str:
        """Sync the vault once.

        Raises:
            CapsyncError: It was stopped; what was done until then is kept.
        """

    def pause(self) -> None:
        """Let syncing rest until `resume`.

        Raises:
            CapsyncError: Nothing syncs by itself, or it cannot be reached.
        """

    def resume(self) -> None:
        """Go on syncing.

        Raises:
            CapsyncError: Nothing syncs by itself, or it cannot be reached.
        """

    def resolve(self, settlement: Settlement) -> str:
        """Settle one conflict and sync its note.

        Raises:
            CapsyncError: It was not settled, and why.
        """

    def restore(self, note: str, version: int | None) -> str:
        """Bring a version of a note back on both sides.

        Args:
            note: Its id.
            version: Its number; None for a note that was deleted, as it last was.

        Raises:
            CapsyncError: It was not brought back, and why.
        """
