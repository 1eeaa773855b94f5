"""Runs all benchmarks: ``make bench``, which writes docs/performance.md.

A benchmark is a module beside this one with a function ``rows()`` that gives
`tests.benchmarks.timing.Row`s. Name some as arguments to run only these, which
writes nothing.
"""

from __future__ import annotations

import platform
import sys
from collections.abc import Iterable
from datetime import UTC, datetime
from importlib import import_module
from pathlib import Path

from tests.benchmarks.timing import Row

HERE = Path(__file__).parent
PAGE = HERE.parents[1] / "docs" / "performance.md"


def main(names: list[str]) -> None:
    """Measure, print, and write the page if everything was measured."""
    found: dict[str, list[Row]] = {}
    for module in names or benchmarks():
        measured = import_module(f"tests.benchmarks.{module}").rows()
        found[module] = [Row(*map(str, row)) for row in measured]
        sys.stdout.write(as_text(module, found[module]))
        sys.stdout.flush()
    if not names:
        PAGE.write_text(as_page(found), encoding="utf-8")
        sys.stdout.write(f"written to {PAGE}\n")


def benchmarks() -> list[str]:
    """Name the modules that measure something."""
    names = sorted(file.stem for file in HERE.glob("*.py") if not file.stem.startswith("_"))
    return [name for name in names if name not in {"timing", "traces"}]


def as_text(title: str, rows: Iterable[Row]) -> str:
    """Give a table for a terminal."""
    lines = [f"  {row.name:<44} {row.value:>12}   {row.ratio}" for row in rows]
    return "\n".join([title, *lines, ""])


def as_page(tables: dict[str, list[Row]]) -> str:
    """Give all tables as a page of Markdown."""
    about = f"{platform.system()} {platform.machine()}, Python {platform.python_version()}"
    lines = [
        "# How fast capsync is",
        "",
        f"Measured by `make bench` on {datetime.now(UTC):%Y-%m-%d} ({about}). Medians; what is",
        "compared was measured in turn, so the ratios say more than the times.",
    ]
    for title, rows in tables.items():
        lines += ["", f"## {title.replace('_', ' ').capitalize()}", ""]
        lines += ["| what | median | compared |", "|---|---:|---|"]
        lines += [f"| `{row.name}` | {row.value} | {row.ratio} |" for row in rows]
    return "\n".join([*lines, ""])


if __name__ == "__main__":
    main(sys.argv[1:])
