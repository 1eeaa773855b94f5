"""Measures alternatives in turn, so that a busy moment hits all of them alike."""

from __future__ import annotations

import time
from collections.abc import Callable, Mapping
from statistics import median
from typing import NamedTuple


class Row(NamedTuple):
    """One line of the table."""

    name: str
    value: str
    """With its unit."""
    ratio: str
    """Against what it is to be compared with, and what is allowed."""


def medians(actions: Mapping[str, Callable[[], object]], runs: int) -> dict[str, float]:
    """Give the median seconds of each action over *runs* rounds, after one to warm up."""
    taken: dict[str, list[float]] = {name: [] for name in actions}
    for _ in range(runs + 1):
        for name, action in actions.items():
            begun = time.perf_counter()
            action()
            taken[name].append(time.perf_counter() - begun)
    return {name: median(each[1:]) for name, each in taken.items()}
