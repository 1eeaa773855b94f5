"""How long Markdown takes that was made to hurt, and how that grows with its size."""

from __future__ import annotations

import time

from capsync.markdown.links import NoNames
from capsync.markdown.reader import read_body
from tests.benchmarks.timing import Row
from tests.markdown.hazards import HAZARDS

SMALL, LARGE = 1_000, 10_000
ALLOWED = 15.0
"""Times as long as *SMALL* that *LARGE*, ten times as much, may take."""
CONSTANT = 0.05
"""Seconds of the processor that are not held against anything."""
SHOWN = 12
"""The slowest shapes have a line of their own."""


def rows() -> list[Row]:
    """Measure every shape at two sizes."""
    found = {name: (_seconds(name, SMALL), _seconds(name, LARGE)) for name in HAZARDS}
    growing = [name for name, (small, large) in found.items() if large > ALLOWED * small + CONSTANT]
    slowest = sorted(found, key=lambda name: -found[name][1])
    shown = [*slowest[:SHOWN], *(name for name in growing if name not in slowest[:SHOWN])]
    total = sum(large for _, large in found.values())
    return [
        Row(f"all {len(found)} shapes", f"{total:.1f} s", f"{len(growing)} grow too fast"),
        *(_row(name, *found[name]) for name in shown),
    ]


def _row(name: str, small: float, large: float) -> Row:
    size = len(HAZARDS[name](LARGE)) / 1000
    growth = f"{large / small:.1f} × a tenth of it (at most {ALLOWED:.0f})"
    return Row(name.replace("|", "¦"), f"{large * 1000:.0f} ms", f"{size:.0f} KB, {growth}")


def _seconds(name: str, size: int) -> float:
    text = HAZARDS[name](size)
    begun = time.process_time()
    read_body(text, NoNames())
    return time.process_time() - begun
