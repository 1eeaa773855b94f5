"""What real editors do to a note wakes that note once, when it is done, and no other.

The recordings are made by `tests.vault.record_events` and played in virtual time.
"""

from __future__ import annotations

import json
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest

from capsync.plan.quiet import LONGEST, PERIOD, TYPING, Quiet
from capsync.vault.events import ALL, Event, Kind, concerned
from capsync.vault.ignore import Ignore

RECORDINGS = sorted((Path(__file__).parents[2] / "fixtures" / "events").glob("*.jsonl"))


@dataclass(frozen=True)
class Recording:
    head: dict[str, Any]
    events: tuple[tuple[float, Event], ...]

    @property
    def notes(self) -> set[str]:
        return set(self.head["notes"])

    def touches(self) -> list[tuple[float, str]]:
        """Tell which paths are to be looked at, and when that is heard."""
        return [(at, path) for at, event in self.events for path in concerned(event, Ignore())]


def read(file: Path) -> Recording:
    head, *lines = map(json.loads, file.read_text(encoding="utf-8").splitlines())
    events = []
    for line in lines:
        folder = line.get("folder", False)
        event = Event(Kind(line["kind"]), line["path"], line.get("to"), folder=folder)
        events.append((float(line["after"]), event))
    return Recording(head, tuple(events))


def wakes(recording: Recording) -> list[tuple[float, str]]:
    """Play a recording and tell what was due, and when."""
    quiet = Quiet()
    woken: list[tuple[float, str]] = []

    def wake(until: float) -> None:
        while (at := quiet.next_due()) is not None and at <= until:
            due = quiet.due(at)
            woken.extend((at, path) for path in due.paths)
            woken.extend([(at, ALL)] * due.everything)

    for at, path in recording.touches():
        wake(at)
        quiet.touched(path, at) if path else quiet.everything(at)
    wake(float("inf"))
    return woken


every_recording = pytest.mark.parametrize("file", RECORDINGS, ids=lambda file: file.stem)


@every_recording
def test_a_recording_wakes_what_was_changed_and_nothing_else(file: Path) -> None:
    recording = read(file)
    woken = {path for _, path in wakes(recording)}
    assert woken - {ALL} >= recording.notes
    assert (ALL in woken) == recording.head["walks"]
    if not recording.head["walks"]:
        assert woken == recording.notes


@pytest.mark.parametrize(
    "file", [file for file in RECORDINGS if "autosave" not in file.stem], ids=lambda file: file.stem
)
def test_a_recording_wakes_each_note_once_and_when_it_is_done(file: Path) -> None:
    recording = read(file)
    woken = wakes(recording)
    last = {path: at for at, path in recording.touches()}
    assert sorted(woken) == sorted((at + PERIOD, path) for path, at in last.items())


def test_saving_by_itself_wakes_at_once_and_then_when_the_typing_is_over() -> None:
    recording = read(next(file for file in RECORDINGS if "obsidian" in file.stem))
    first, *_, last = (at for at, _ in recording.touches())
    assert recording.head["saves"] == 5
    began, done = (at for at, _ in wakes(recording))
    assert began == pytest.approx(first + PERIOD, abs=0.1)
    assert done == pytest.approx(last + TYPING)
    assert last - first < LONGEST


def test_the_editors_of_the_issue_are_recorded() -> None:
    names = {file.stem for file in RECORDINGS}
    assert names >= {"vim", "vim-backup", "gedit", "sed-i", "git-checkout", "nano", "neovim"}
    assert names >= {"imitated-vscode", "imitated-obsidian-autosave", "imitated-macos-safe-save"}
    checkout = read(next(file for file in RECORDINGS if file.stem == "git-checkout"))
    assert len(checkout.notes) == 1000
