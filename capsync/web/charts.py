"""Numbers as pictures: where each bar stands. Pure; the templates draw them as SVG."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from capsync.capacities.limits import Usage

WIDTH, HEIGHT = 320, 96
"""Of the area for bars, in the picture's own units."""
_GAP = 6
_LEAST = 2
"""The height of the smallest bar that is one."""

_AGES: tuple[tuple[float, str, str], ...] = (
    (60.0, "1 min", "within the last minute"),
    (600.0, "10 min", "within ten minutes"),
    (3600.0, "1 h", "within an hour"),
    (21600.0, "6 h", "within six hours"),
    (86400.0, "1 d", "within a day"),
    (604800.0, "1 wk", "within a week"),
)


@dataclass(frozen=True, slots=True)
class Bar:
    """One bar of a chart that stands on a line."""

    label: str
    words: str
    """What it counts, to be read."""
    count: int
    x: float
    y: float
    width: float
    height: float

    @property
    def middle(self) -> float:
        """Give where its label stands."""
        return self.x + self.width / 2


@dataclass(frozen=True, slots=True)
class Gauge:
    """How full one quota is."""

    name: str
    used: int
    limit: int
    window: float
    """Seconds."""
    free_in: float
    """Seconds until the next request fits."""
    width: float
    """Of `WIDTH`."""
    level: str
    """``low``, ``high`` or ``full``."""


def freshness(ages: Iterable[float | None]) -> tuple[Bar, ...]:
    """Count notes by how long ago they were last read from the space.

    Args:
        ages: In seconds; None for never.
    """
    names = [*((label, words) for _, label, words in _AGES), ("older", "longer ago")]
    names.append(("never", "never yet"))
    counts = [0] * len(names)
    for age in ages:
        counts[_slot(age)] += 1
    most, width = max(*counts, 1), (WIDTH + _GAP) / len(names)
    return tuple(
        _bar(*names[index], count, index * width, width - _GAP, most)
        for index, count in enumerate(counts)
    )


def _slot(age: float | None) -> int:
    if age is None:
        return len(_AGES) + 1
    return next((at for at, (limit, _, _) in enumerate(_AGES) if age < limit), len(_AGES))


def _bar(label: str, words: str, count: int, x: float, width: float, most: int) -> Bar:  # noqa: PLR0917
    height = max(HEIGHT * count / most, _LEAST) if count else 0.0
    sizes = (round(each, 1) for each in (x, HEIGHT - height, width, height))
    return Bar(label, words, count, *sizes)


def quotas(usage: Iterable[Usage]) -> tuple[Gauge, ...]:
    """Say how full each quota is, the fullest first."""
    found = [_gauge(each) for each in usage]
    return tuple(sorted(found, key=lambda each: (-each.width, each.name)))


def _gauge(usage: Usage) -> Gauge:
    share = min(1.0, usage.used / usage.limit) if usage.limit else 1.0
    if usage.free_in > 0:
        share = 1.0
    level = "full" if share >= 1 else "high" if share >= 0.75 else "low"
    name = f"{usage.method} {usage.path}"
    width = round(share * WIDTH, 1)
    return Gauge(name, usage.used, usage.limit, usage.window, usage.free_in, width, level)
