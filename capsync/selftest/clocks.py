"""Time in the simulator: one that passes, and what each machine takes it for."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(slots=True)
class Time:
    """The time that really passes; also the clock of the service."""

    seconds: float = 1_763_800_000.0

    def now(self) -> float:
        return self.seconds

    def monotonic(self) -> float:
        return self.seconds

    def sleep(self, seconds: float) -> None:
        self.seconds += max(seconds, 0.0)


@dataclass(slots=True)
class MachineClock:
    """The clock of one machine, which somebody may set."""

    time: Time
    offset: float = 0.0
    """Seconds it is ahead."""

    def now(self) -> float:
        return self.time.seconds + self.offset

    def monotonic(self) -> float:
        return self.time.seconds

    def sleep(self, seconds: float) -> None:
        self.time.sleep(seconds)
