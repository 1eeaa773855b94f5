"""The CommonMark specification's examples, and its reference parser commonmark.js, from npm."""

from __future__ import annotations

import json
import re
import subprocess
from collections.abc import Sequence
from pathlib import Path
from typing import NamedTuple

from tests.node import node_with

HERE = Path(__file__).parent
SPEC = HERE / "node_modules" / "commonmark-spec" / "spec.txt"

_FENCE = "`" * 32
_EXAMPLE = re.compile(
    rf"^{_FENCE} example\n(?P<markdown>.*?)^\.\n(?P<html>.*?)^{_FENCE}$", re.MULTILINE | re.DOTALL
)


class Example(NamedTuple):
    """One example of the specification."""

    number: int
    """From 1."""
    markdown: str
    html: str


def read_examples() -> list[Example]:
    """Read the specification; → stands for a tab in it."""
    node_with(HERE)
    text = SPEC.read_text(encoding="utf-8").replace("→", "\t")
    return [
        Example(number, found["markdown"], found["html"])
        for number, found in enumerate(_EXAMPLE.finditer(text), 1)
    ]


def commonmark_js(documents: Sequence[str]) -> list[str]:
    """Render documents by the reference parser."""
    done = subprocess.run(
        [node_with(HERE), "render.mjs"],
        cwd=HERE,
        input=json.dumps(documents),
        capture_output=True,
        encoding="utf-8",
        timeout=300,
        check=True,
    )
    html: list[str] = json.loads(done.stdout)
    return html
