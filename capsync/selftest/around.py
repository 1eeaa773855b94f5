"""What all machines of a schedule share."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from capsync.sandbox.core import Sandbox
from capsync.selftest.clocks import Time
from capsync.selftest.steps import Step
from capsync.selftest.weather import Weather
from capsync.selftest.words import Words


@dataclass(frozen=True, slots=True)
class Surroundings:
    """The space, the weather, time, and who listens."""

    sandbox: Sandbox
    weather: Weather
    words: Words
    time: Time
    act: Callable[[Step], None]
    """Does what somebody does in the middle of a sync."""
    complain: Callable[[str, str], None]
    """Takes down a violation: which invariant, and what was seen."""
