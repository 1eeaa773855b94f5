"""The points of a crash and what the next sync does, as the table in docs/safety.md."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from itertools import groupby
from pathlib import Path

from tests.crashes.matrix import Crash

DOCUMENT = Path(__file__).parents[2] / "docs" / "safety.md"
BEGIN, END = "<!-- crash points: begin -->", "<!-- crash points: end -->"

_NAMES = {
    "write_new": "write",
    "make_folder": "make the folder",
    "link": "link",
    "rename": "rename",
    "replace": "rename",
    "unlink": "remove",
}


def rows(crashes: Iterable[Crash]) -> list[str]:
    """Give the rows of one job: points after which the next sync does the same share one."""
    return [
        f"| {crash.job.name} | {'<br>'.join(points)} | {done} |"
        for crash, points, done in _groups(crashes)
    ]


def _groups(crashes: Iterable[Crash]) -> Iterator[tuple[Crash, list[str], str]]:
    for done, group in groupby(crashes, key=_done):
        found = [*group]
        yield found[0], [f"{each.at + 1}. {_told(each.step)}" for each in found], done


def _done(crash: Crash) -> str:
    steps = [" ".join(each.split()) for each in crash.next.steps]
    return "<br>".join(each.replace("|", "\\|") for each in steps) or "nothing is left to do"


def _told(step: str) -> str:
    kind, _, what = step.partition(": ")
    if kind == "request":
        return f"`{what}`"
    if kind == "answer":
        return f"the answer to `{what}`"
    if kind == "memory":
        return what
    name, _, places = what.partition(" ")
    return f"{_NAMES[name]} " + " to ".join(f"`{each}`" for each in places.split(" to "))


def table(jobs: Iterable[Iterable[Crash]]) -> str:
    """Give the whole table."""
    head = ["| what the sync does | it stops just before | the next sync |", "|---|---|---|"]
    return "\n".join([*head, *(row for job in jobs for row in rows(job))])


def write(jobs: Iterable[Iterable[Crash]]) -> None:
    """Put the table into the document."""
    before, begin, rest = DOCUMENT.read_text(encoding="utf-8").partition(BEGIN)
    _, end, after = rest.partition(END)
    text = f"{before}{begin}\n\n{table(jobs)}\n\n{end}{after}"
    DOCUMENT.write_text(text, encoding="utf-8")
