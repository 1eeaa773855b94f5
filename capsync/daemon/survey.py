"""A list of the space, a request at a time: that of a large one takes minutes of the quota."""

from __future__ import annotations

from capsync.sync.begin import Bench, listing_in_steps


class Survey:
    """One list on its way."""

    def __init__(self, bench: Bench) -> None:
        self.requests = 0
        """How many it took so far."""
        self._bench = bench
        self._steps = listing_in_steps(bench)

    def step(self) -> bool:
        """Send one request, or a few at first; say whether that was the last.

        The next run that needs a list has it then. After an error it cannot go on.

        Raises:
            SafetyStop: The token is for another space.
            RetryError: It did not work now.
        """
        before = self._bench.remote.requests
        try:
            next(self._steps)
        except StopIteration as end:
            assert self._bench.standing is not None  # noqa: S101  (for mypy)
            self._bench.standing.listed = end.value
            return True
        finally:
            self.requests += self._bench.remote.requests - before
        return False
