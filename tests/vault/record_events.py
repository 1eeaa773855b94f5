"""Records what real editors and tools do to a note, as the sources of events tell it.

    .venv/bin/python -m tests.vault.record_events [NAME…]

writes ``fixtures/events/NAME.jsonl``, on Linux and with what is installed; the rest is
left as it is. The first line says what made the recording, which notes were changed by it
and how often each was saved; ``.observer`` in a name means that watchdog's observer heard
it, which is what other systems have, and not inotify.
"""

from __future__ import annotations

import json
import shutil
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path

from capsync.vault.events import Event, Source
from capsync.vault.inotify import Inotify
from capsync.vault.observed import Observed
from tests.vault.editors import ACTS, NOTE, Act, home_of

FIXTURES = Path(__file__).parents[2] / "fixtures" / "events"
SCRATCH = "/var/tmp"  # noqa: S108
"""Not ``/tmp``, where neither vim nor Emacs makes a backup."""


@dataclass
class Tape:
    """What a source told."""

    lines: list[tuple[float, Event]] = field(default_factory=list)

    def heard(self, event: Event) -> None:
        self.lines.append((time.monotonic(), event))

    def lost(self, why: str) -> None:
        raise RuntimeError(why)


@contextmanager
def listening(vault: Path) -> Iterator[dict[str, Tape]]:
    """Listen to a folder in every way there is."""
    tapes = {"": Tape(), ".observer": Tape()}
    sources: list[Source] = [
        Inotify(vault, tapes[""], lambda path: path.startswith(".")),
        Observed(vault, tapes[".observer"]),
    ]
    for source in sources:
        source.start()
    try:
        yield tapes
        heard = -1
        while heard != (heard := sum(len(tape.lines) for tape in tapes.values())):
            time.sleep(1.2)
    finally:
        for source in sources:
            source.stop()


def record(name: str, act: Act) -> None:
    """Make the recordings of one act."""
    with tempfile.TemporaryDirectory(dir=SCRATCH) as scratch:
        vault = Path(scratch).resolve() / "vault"
        vault.mkdir()
        (vault / NOTE).write_text("# Trip\n\nTo the sea.\n")
        (vault / "Untouched.md").write_text("Left alone.\n")
        act.prepare(vault)
        home_of(vault)
        with listening(vault) as tapes:
            act.do(vault)
    head = {
        "made by": _version(act),
        "notes": sorted(act.notes),
        "saves": act.saves,
        "walks": act.walks,
    }
    for suffix, tape in tapes.items():
        if act.observed or not suffix:
            lines = [json.dumps(head), *_lines(tape)]
            (FIXTURES / f"{name}{suffix}.jsonl").write_text("\n".join(lines) + "\n")
    sys.stderr.write(f"{name}: {len(tapes[''].lines)} events\n")


def _lines(tape: Tape) -> Iterator[str]:
    first = tape.lines[0][0] if tape.lines else 0.0
    for at, event in tape.lines:
        line: dict[str, object] = {"after": round(at - first, 4), "kind": event.kind.value}
        line["path"] = event.path
        if event.to is not None:
            line["to"] = event.to
        if event.folder:
            line["folder"] = True
        yield json.dumps(line, ensure_ascii=False)


def _version(act: Act) -> str:
    if not act.version:
        return "Python or a shell"
    told = subprocess.run(act.version, capture_output=True, text=True, check=True).stdout
    return " ".join(told.splitlines()[0].split())


def main(names: list[str]) -> None:
    """Record what is named, or all."""
    FIXTURES.mkdir(exist_ok=True)
    for name, act in ACTS.items():
        if names and name not in names:
            continue
        if act.version and not shutil.which(act.version[0]):
            sys.stderr.write(f"{name}: not installed\n")
            continue
        record(name, act)


if __name__ == "__main__":
    main(sys.argv[1:])
