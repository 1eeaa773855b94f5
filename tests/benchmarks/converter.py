"""How quickly Markdown becomes a note and a note Markdown, beside others' parsers."""

from __future__ import annotations

import gc
import time
from collections.abc import Iterator
from itertools import count
from pathlib import Path

import mdformat
import mistune

from capsync.markdown.align import align
from capsync.markdown.lens import Sections, get, put
from capsync.markdown.links import NoNames
from capsync.markdown.reader import read_blocks
from capsync.model.property import PropertyId
from tests.benchmarks._vaults import body_of, files_of
from tests.benchmarks.timing import Row, medians

VAULTS = Path(__file__).parents[2] / "fixtures" / "vaults"
NAMES = NoNames()
EMPTY: Sections = {PropertyId("main"): ()}
RUNS = 3
LARGE = 1_000_000
"""Characters of a large note."""
MIDDLE = 100_000
"""Characters of the note that mdformat has to wait for."""
NOTES = 10_000
SAMPLE = 500
"""Notes that are measured; the rest would take as long."""


def rows() -> list[Row]:
    """Measure everything, without pauses of the garbage collector, as `timeit` does."""
    gc.collect()
    gc.disable()
    try:
        return [*_reading(MIDDLE), *_reading(LARGE), *_writing(), *_notes()]
    finally:
        gc.enable()


def _reading(size: int) -> Iterator[Row]:
    """Measure `put` beside mistune's bare parser.

    At 1 MB mistune takes more than ten times as long as at 100 KB, which flatters
    us: the smaller size tells more.
    """
    text = _text(size)
    middle = text.index("\n", size // 2)
    edited = f"{text[:middle]} and a few words more{text[middle:]}"
    parse = mistune.create_markdown(renderer=None)
    note = put(text, EMPTY, NAMES)
    before, after = read_blocks(text, NAMES), read_blocks(edited, NAMES)
    actions = {
        "mistune, bare": lambda: parse(text),
        "put, a new note": lambda: put(text, EMPTY, NAMES),
        "put, nothing changed": lambda: put(text, note, NAMES),
        "put, one line edited": lambda: put(edited, note, NAMES),
        "put's alignment of one edited line": lambda: align(before, after),
    }
    found = medians(actions, RUNS)
    bare = found["mistune, bare"]
    alignment = found["put's alignment of one edited line"]
    for name, seconds in found.items():
        ratio = f"{seconds / bare:.2f} × mistune"
        if name == "put, one line edited":
            ratio += f"; {(seconds - alignment) / bare:.2f} without alignment (at most 1.5)"
        elif name.startswith("put,"):
            ratio += " (at most 1.5)"
        yield Row(f"{size // 1000:,} KB: {name}", f"{seconds * 1000:.0f} ms", ratio)


def _writing() -> Iterator[Row]:
    """Measure `get` beside mdformat."""
    text = _text(MIDDLE)
    note = put(text, EMPTY, NAMES)
    actions = {
        "mdformat": lambda: mdformat.text(text, extensions={"gfm"}),
        "get": lambda: get(note, NAMES),
    }
    found = medians(actions, RUNS)
    for name, seconds in found.items():
        ratio = f"{seconds / found['mdformat']:.3f} × mdformat"
        ratio += " (at most 0.1)" if name == "get" else ""
        yield Row(f"100 KB: {name}", f"{seconds * 1000:.0f} ms", ratio)


def _notes() -> Iterator[Row]:
    """Measure many small notes, each read and written."""
    text = _text(SAMPLE * 2_500)
    places = [1_000 + at * 3_000 // SAMPLE for at in range(SAMPLE)]
    notes = []
    for size in places:
        notes.append(text[:size])
        text = text[size:]
    parse = mistune.create_markdown(renderer=None)
    bare, whole = 0.0, 0.0
    for note in notes:
        begun = time.perf_counter()
        parse(note)
        parsed = time.perf_counter()
        get(put(note, EMPTY, NAMES), NAMES)
        bare += parsed - begun
        whole += time.perf_counter() - parsed
    scale = NOTES / SAMPLE
    yield Row(
        "10,000 notes of 1 to 4 KB: put and get",
        f"{whole * scale:.0f} s",
        f"{whole / bare:.1f} × mistune's bare parse, {bare * scale:.0f} s; {SAMPLE} measured",
    )


def _text(size: int) -> str:
    """Write a long note out of the fixture vaults, over and over, no two parts the same."""
    bodies = [
        body_of(content).replace("\r", "").strip()
        for folder in sorted(VAULTS.iterdir())
        for content in files_of(folder).values()
    ]
    parts: list[str] = []
    length = 0
    for number in count():
        for body in filter(None, bodies):
            parts.append(f"# Part {number}\n\n{body}\n\n")
            length += len(parts[-1])
            if length >= size:
                return "".join(parts)[:size]
    raise AssertionError
