"""Every package says of each of its modules what it is for, and of no other."""

from __future__ import annotations

import ast
import re
from fnmatch import fnmatch
from pathlib import Path

import pytest

PACKAGES = sorted((Path(__file__).parents[1] / "capsync").glob("*/__init__.py"))
HEAD = re.compile(r"^ *([a-z0-9_]+(?:, [a-z0-9_]+)*) ", re.MULTILINE)
"""Names at the beginning of a line, before what the modules are for."""
INSIDE = re.compile(r"(?<!`)`([a-z0-9_…]+)`(?!`)")
FUNCTIONS = {"get", "put"}
"""What stands in backquotes without being a module."""

each_package = pytest.mark.parametrize("init", PACKAGES, ids=lambda init: init.parent.name)


def said(init: Path) -> str:
    return ast.get_docstring(ast.parse(init.read_text(encoding="utf-8"))) or ""


def modules(init: Path) -> set[str]:
    return {each.stem for each in init.parent.glob("*.py")} - {"__init__"}


@each_package
def test_a_package_names_all_of_its_modules(init: Path) -> None:
    text = said(init)
    names = [name for head in HEAD.findall(text) for name in head.split(", ")]
    names += [name.replace("…", "*") for name in INSIDE.findall(text)]
    unnamed = [each for each in modules(init) if not any(fnmatch(each, name) for name in names)]
    assert sorted(unnamed) == []


@each_package
def test_a_package_names_no_module_that_is_gone(init: Path) -> None:
    text = said(init)
    names = set(re.findall(r"^ *([a-z0-9_]+)  +\S", text, re.MULTILINE))
    names |= {name for name in INSIDE.findall(text) if "…" not in name} - FUNCTIONS
    assert sorted(names - modules(init)) == []
