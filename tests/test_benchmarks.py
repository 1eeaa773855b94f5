"""The runner of the benchmarks; what they measure is not judged here."""

from __future__ import annotations

from importlib import import_module

from tests.benchmarks.__main__ import as_page, as_text, benchmarks
from tests.benchmarks.timing import Row, medians


def test_every_benchmark_gives_rows() -> None:
    assert "start" in benchmarks()
    for name in benchmarks():
        assert callable(import_module(f"tests.benchmarks.{name}").rows)


def test_alternatives_are_measured_in_turn() -> None:
    done: list[str] = []
    found = medians({"a": lambda: done.append("a"), "b": lambda: done.append("b")}, 3)
    assert done == ["a", "b"] * 4
    assert set(found) == {"a", "b"}


def test_a_table_has_a_line_for_every_row() -> None:
    row = Row("capsync --version", "23 ms", "1.2 × python -c pass")
    assert "capsync --version" in as_text("start", [row])
    assert "| `capsync --version` | 23 ms | 1.2 × python -c pass |" in as_page({"start": [row]})
