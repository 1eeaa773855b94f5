"""A folder of Markdown through the converter, and through the space into a second vault.

    .venv/bin/python tests/benchmarks/roundtrip.py DIR [--json]

First every file by itself: read, put onto an empty note, written again. Then
the whole folder, copied: synced to a sandbox, cloned from it into a second
vault, both synced once more. DIR is never touched. Fails if more than one word
in a thousand is missing from the clone or a body was rewritten.
"""

from __future__ import annotations

import argparse
import json
import sys
import tempfile
import time
from collections import Counter
from dataclasses import asdict, dataclass, field
from pathlib import Path

if not __package__:
    sys.path.insert(0, str(Path(__file__).resolve().parents[2]))

from capsync.errors import CapsyncError
from capsync.markdown.document import read_document
from capsync.markdown.lens import get, put
from capsync.markdown.links import NoNames
from capsync.markdown.onto import write_onto
from capsync.model.property import PropertyId
from capsync.sync.begin import Bench
from capsync.sync.engine import Engine
from capsync.sync.report import Options, Report
from tests.benchmarks._vaults import (
    Files,
    body_of,
    copied,
    files_of,
    grew_only_an_id,
    visible_words,
    words_of,
)
from tests.benchmarks.timing import Row
from tests.sync.world import World

ALLOWED = 1 / 1000
"""Share of the words that may be missing."""
SAMPLES = 20
"""Files and words named at most in a report."""
VAULTS = Path(__file__).parents[2] / "fixtures" / "vaults"
EMPTY = {PropertyId("main"): ()}


@dataclass(slots=True)
class Result:
    """What became of a folder."""

    files: int = 0
    words: int = 0
    words_lost: int = 0
    """Of the notes that were synced: words a reader sees that are missing in the clone."""
    unseen_lost: int = 0
    """Likewise words that are not seen: addresses, titles and labels of links, renamed targets."""
    words_lost_converting: int = 0
    """Words missing after reading and writing a file, without any space."""
    bodies_rewritten: list[str] = field(default_factory=list)
    """Files that the sync changed otherwise than by writing the id into them."""
    set_aside: dict[str, str] = field(default_factory=dict)
    """Files that were not synced, with the reason."""
    words_set_aside: int = 0
    lost: dict[str, list[str]] = field(default_factory=dict)
    """The words that are missing, by file."""
    failures: list[str] = field(default_factory=list)
    """What raised, and second syncs that were not silent."""
    requests: int = 0
    seconds_converting: float = 0.0
    seconds: float = 0.0

    @property
    def passed(self) -> bool:
        lost = max(self.words_lost, self.words_lost_converting)
        return not self.bodies_rewritten and not self.failures and lost <= self.words * ALLOWED


class Loud:
    """Progress for a person who waits: a line now and then on stderr."""

    def __init__(self, name: str) -> None:
        self.name, self.said, self.count, self.total, self.current = name, 0.0, 0, 0, ""

    def stage(self, name: str, total: int) -> None:
        self.current, self.count, self.total = name, 0, total

    def advance(self) -> None:
        self.count += 1
        if time.monotonic() - self.said > 2:
            self.said = time.monotonic()
            sys.stderr.write(f"{self.name}: {self.current} {self.count} of {self.total}\n")


def roundtrip(folder: Path) -> Result:
    """Take *folder* through everything."""
    result = Result()
    begun = time.monotonic()
    with tempfile.TemporaryDirectory(prefix="capsync-roundtrip-") as place:
        first = _world(Path(place) / "one")
        second = _world(Path(place) / "two", first)
        try:
            before = copied(folder, first.root)
            result.files = len(before)
            _convert(before, result)
            _sync(first, second, before, result)
        finally:
            first.close()
            second.memory.close()
            second.client.http.close()
    result.seconds = time.monotonic() - begun
    return result


def _world(folder: Path, like: World | None = None) -> World:
    """Make a vault, connected to a space of its own or to that of another."""
    folder.mkdir()
    world = World(folder, quota_scale=0)
    if like is not None:
        world.sandbox.close()
        world.client.http.close()
        world.sandbox, world.clock = like.sandbox, like.clock
        world.client = world.connected()
    return world


def _convert(files: Files, result: Result) -> None:
    """Take every file through the converter, with no space at all."""
    begun, loud, names = time.monotonic(), Loud("convert"), NoNames()
    loud.stage("converting", len(files))
    for path, content in files.items():
        loud.advance()
        try:
            body = read_document(content.decode()).body
        except (UnicodeDecodeError, ValueError, CapsyncError):
            continue  # the sync will say why
        try:
            note = put(body, EMPTY, names)
            text = get(note, names)
            if write_onto(body, note, note, names) != body:
                result.bodies_rewritten.append(f"{path} (converting)")
        except (Exception, RecursionError) as exc:  # noqa: BLE001  (whatever it is, it is a bug)
            result.failures.append(f"{path}: converting: {type(exc).__name__}: {exc}"[:300])
            continue
        lost = visible_words(body) - visible_words(text)
        result.words_lost_converting += lost.total()
        if lost:
            result.lost[f"{path} (converting)"] = list(lost.elements())[:SAMPLES]
    result.seconds_converting = time.monotonic() - begun


def _sync(first: World, second: World, before: Files, result: Result) -> None:
    """Take the folder to the space, and the space to a second vault."""
    pushed = _run(first, "push", result)
    _run(second, "clone", result)
    _silent(first, "push", result)
    _silent(second, "clone", result)
    result.requests = first.client.requests + second.client.requests
    for trouble in pushed.troubles if pushed else ():
        result.set_aside[trouble.path] = trouble.message
    after, clone = files_of(first.root), files_of(second.root)
    if (third := _clone_again(second, result)) != clone:
        odd = [name for name in clone if third.get(name) != clone[name]]
        result.failures.append(f"the clone of the clone differs: {odd[:5]}")
    clones = {name: body_of(text) for text in clone.values() if (name := _id_in(text))}
    for path, content in before.items():
        _compare(path, content, after.get(path, b""), clones, result)


def _clone_again(world: World, result: Result) -> dict[str, bytes]:
    """Clone the space once more, into an empty folder."""
    third = _world(world.folder.with_name("three"), world)
    try:
        _run(third, "clone of the clone", result)
        return files_of(third.root)
    finally:
        third.memory.close()
        third.client.http.close()


def _compare(
    path: str, before: bytes, after: bytes, clones: dict[str, str], result: Result
) -> None:
    if not grew_only_an_id(before, after):
        result.bodies_rewritten.append(path)
    body = body_of(before)
    words = visible_words(body)
    result.words += words.total()
    name = _id_in(after)
    if not name and path not in result.set_aside:
        result.set_aside[path] = "the vault does not look at a file of this name"
    if path in result.set_aside:
        result.words_set_aside += words.total()
        return
    clone = clones.get(name, "")
    lost = words - visible_words(clone)
    result.words_lost += lost.total()
    unseen = words_of(body) - words_of(clone)
    result.unseen_lost += max(0, unseen.total() - lost.total())
    if lost or name not in clones:
        result.lost[path] = list(lost.elements())[:SAMPLES]


def _id_in(content: bytes) -> str:
    try:
        return read_document(content.decode()).id or ""
    except (UnicodeDecodeError, ValueError, CapsyncError):
        return ""


def _run(world: World, name: str, result: Result) -> Report | None:
    world.clock.sleep(61)
    space = world.sandbox.space_id
    bench = Bench(world.vault, world.client, world.memory, world.clock, space, Loud(name))
    engine = Engine(bench)
    try:
        return engine.run(Options())
    except (Exception, RecursionError) as exc:  # noqa: BLE001  (whatever it is, it is a bug)
        result.failures.append(f"{name}: {type(exc).__name__}: {exc}"[:300])
        return engine.report


def _silent(world: World, name: str, result: Result) -> None:
    """Sync again: nothing may happen."""
    report = _run(world, f"{name} again", result)
    if report is None:
        return
    done = ("pushed", "pulled", "new_objects", "new_files", "merged", "renamed", "trashed")
    counts = {each: getattr(report, each) for each in done if getattr(report, each)}
    if counts:
        steps = "; ".join(report.steps[:5])
        result.failures.append(f"{name}: the second sync was not silent: {counts}: {steps}")


def rows() -> list[Row]:
    """Measure the vaults of the repository."""
    done = []
    for folder in sorted(VAULTS.iterdir()):
        found = roundtrip(folder)
        done.append(
            Row(
                f"round trip of fixtures/vaults/{folder.name}",
                f"{found.seconds:.2f} s",
                f"{found.files} files, {found.words} words: {found.words_lost} lost "
                f"(at most {found.words * ALLOWED:.0f}), "
                f"{len(found.bodies_rewritten)} bodies rewritten (at most 0)",
            )
        )
    return done


def as_text(result: Result) -> str:
    """Give a result for a person."""
    reasons = Counter(result.set_aside.values())
    by_sync, by_converter = result.words_lost, result.words_lost_converting
    lines = [
        f"files             {result.files}, {len(result.set_aside)} of them set aside",
        f"words             {result.words}, {result.words_set_aside} of them set aside",
        f"words lost        {by_sync} by the sync, {by_converter} by the converter alone",
        f"unseen words lost {result.unseen_lost} (titles, labels, renamed targets of links)",
        f"bodies rewritten  {len(result.bodies_rewritten)}",
        f"failures          {len(result.failures)}",
        f"seconds           {result.seconds:.1f}, the converter {result.seconds_converting:.1f}",
        f"requests          {result.requests}",
    ]
    lines += [f"  set aside: {n} × {reason}" for reason, n in reasons.most_common(SAMPLES)]
    lines += [f"  rewritten: {path}" for path in result.bodies_rewritten[:SAMPLES]]
    lines += [f"  failure: {each}" for each in result.failures[:SAMPLES]]
    lines += [f"  lost: {p}: {' '.join(w)}" for p, w in list(result.lost.items())[:SAMPLES]]
    return "\n".join([*lines, "passed" if result.passed else "FAILED"])


def main(arguments: list[str]) -> int:
    """Run, print, and say whether it passed."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").partition("\n")[0])
    parser.add_argument("folder", type=Path, metavar="DIR")
    parser.add_argument("--json", action="store_true", help="print one JSON object")
    chosen = parser.parse_args(arguments)
    if not chosen.folder.is_dir():
        parser.error(f"{chosen.folder} is no folder")
    result = roundtrip(chosen.folder)
    as_json = json.dumps(asdict(result) | {"passed": result.passed}, indent=2, ensure_ascii=False)
    text = as_json if chosen.json else as_text(result)
    sys.stdout.buffer.write(text.encode("utf-8", "backslashreplace") + b"\n")
    return 0 if result.passed else 1


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
