"""When the daemon does what by itself: arithmetic on readings of a monotonic clock, in seconds.

Reads are spread evenly: sixty seconds are as many turns as the quota allows reads. A burst
would find what changed before it, and then nothing for a minute.
"""

from __future__ import annotations

from dataclasses import dataclass, field

LIST = 60.0
"""Seconds between two lists of the space at least."""
LISTING = 0.25
"""Share of the lists' own quota that listing may use."""
WALK = 300.0
"""Seconds between two walks over the vault, for what no event has told."""
BLIND_WALK = 20.0
"""Likewise where events cannot be relied on."""
CHORES = 60.0
"""Seconds between two times of writing down what was learned."""
FIRST_RETRY, LAST_RETRY = 5.0, 300.0
"""Seconds until the next try while the service cannot be reached: at first, and in the end."""
HERE = 600.0
"""Seconds after an edit for which the person is taken to be at work here."""
SPARE = 3
"""Reads kept back for pushes while somebody is at work here."""


@dataclass(slots=True)
class Turns:
    """The next time for each thing."""

    list_at: float = 0.0
    walk_at: float = 0.0
    chores_at: float = 0.0
    object_at: float = 0.0
    probe_at: float = 0.0
    retry_at: float | None = None
    """While the service cannot be reached: when to try again."""
    edited_at: float = float("-inf")
    listed_at: float = float("-inf")
    """When the space was last listed."""
    _retry: float = field(default=FIRST_RETRY)

    def listed(self, now: float, requests: int, per_minute: float) -> None:
        """Learn that the space was listed.

        Args:
            requests: How many it took.
            per_minute: How many there are.
        """
        self.listed_at = now
        self.list_at = now + max(LIST, requests / max(per_minute, 1.0) / LISTING * 60.0)

    def list_again(self, now: float, after: float) -> None:
        """Have the space listed earlier than it would be, in *after* seconds if that is soon.

        Never twice within `LIST`, and where lists are long not within half their time either.
        """
        between = max(LIST, (self.list_at - self.listed_at) / 2.0)
        self.list_at = min(self.list_at, max(now + after, self.listed_at + between))

    def walked(self, now: float, *, blind: bool) -> None:
        """Learn that the vault was walked over."""
        self.walk_at = now + (BLIND_WALK if blind else WALK)

    def has_read(self, now: float, per_minute: float, *, probe: bool) -> None:
        """Learn that a turn was taken, whether or not there was anything to read."""
        each = 60.0 / max(per_minute, 0.1)
        if probe:
            self.probe_at = max(now, min(self.probe_at, now + each) + each)
        else:
            self.object_at = max(now, min(self.object_at, now + each) + each)

    def failed(self, now: float, after: float | None) -> None:
        """Learn that the service could not be reached.

        Args:
            after: Seconds it asked us to wait, if it did.
        """
        self.retry_at = now + max(self._retry, after or 0.0)
        self._retry = min(self._retry * 2.0, LAST_RETRY)

    def went_well(self) -> None:
        """Learn that the service was reached."""
        self.retry_at = None
        self._retry = FIRST_RETRY

    def hurry(self, now: float) -> None:
        """Do everything soon: much may have happened unseen."""
        self.list_at = self.walk_at = now
        if self.retry_at is not None:
            self.retry_at = now
        self._retry = FIRST_RETRY

    def spare(self, now: float) -> int:
        """Give how many reads to keep back for pushes."""
        return SPARE if now - self.edited_at < HERE else 0
