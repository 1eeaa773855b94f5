"""The page about safety names every pitfall and a test that exists."""

from __future__ import annotations

import ast
import re
from pathlib import Path

HERE = Path(__file__).parent
PAGE = HERE.parents[1] / "docs" / "safety.md"
ROW = re.compile(r"^\| P(\d\d) \| (.+?) \| (.+?) \| `(\w+)` \|$", re.MULTILINE)


def stories() -> dict[str, str]:
    """Give the tests in this folder with what they say of themselves."""
    return {
        node.name: ast.get_docstring(node) or ""
        for file in HERE.glob("test_*.py")
        for node in ast.parse(file.read_text(encoding="utf-8")).body
        if isinstance(node, ast.FunctionDef) and node.name.startswith("test_p")
    }


def test_the_page_names_all_fifty_pitfalls_and_their_tests() -> None:
    rows = ROW.findall(PAGE.read_text(encoding="utf-8"))
    assert [int(number) for number, *_ in rows] == list(range(1, 51))
    assert {test for *_, test in rows} == set(stories())
    for number, *_, test in rows:
        assert test.startswith(f"test_p{number}_")


def test_every_pitfall_names_where_it_was_reported() -> None:
    for name, told in stories().items():
        assert re.match(r"[\w./\- ,]+[:#]|[\w/-]+[^.]*:", told), name
        assert "\n" not in told, name


def test_there_is_a_place_for_the_crash_points() -> None:
    text = PAGE.read_text(encoding="utf-8")
    assert re.search(
        r"^## Crash points\n.*^<!-- crash points: begin -->\n.*\n<!-- crash points: end -->$",
        text,
        re.MULTILINE | re.DOTALL,
    )
