"""How many requests each thing takes, beside the fewest the service's contract allows.

The real engine works against the sandbox, and every request is counted by method and
path. "The fewest" keeps to what comes first: nobody's words are overwritten unread, and
what nobody changed keeps its id. So a write is preceded by one read, as the service knows
no conditional request; its answer holds the whole object and is all the checking it needs.
"""

from __future__ import annotations

import tempfile
from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any
from unittest.mock import patch

from capsync.sync.run import Run
from tests.benchmarks._imports import LINKED, fewest, make_vault
from tests.benchmarks.timing import Row
from tests.sync.world import World

READ, LIST = "GET /object", "GET /objects/structure"
MAKE, SET = "POST /object", "PATCH /object"
UPDATE, APPEND, REMOVE = "PATCH /blocks/block", "POST /blocks/append", "DELETE /block"
WHO, KINDS = "GET /space", "GET /space/structures"

PATH = "Pages/Note.md"
NOTES = 250
"""Notes of the vault in which nothing is to be done."""


@dataclass(frozen=True, slots=True)
class Operation:
    """Something a person does to one note, and the fewest requests that carry it over."""

    name: str
    act: Callable[[World], None]
    fewest: Counter[str]
    why: str
    """Why it cannot be fewer."""
    more: Counter[str] = field(default_factory=Counter)
    """What capsync needs beyond that, as `why` explains."""


def _texts(count: int) -> list[str]:
    return [f"Paragraph number {n} says something of its own." for n in range(count)]


def _nothing(_: World) -> None:
    """Leave all as it is."""


def _a_word(world: World) -> None:
    world.edit(PATH, "number 7 says", "number 7 tells")


def _a_paragraph(world: World) -> None:
    world.edit(PATH, "\n\nParagraph number 8 ", "\n\nA new one.\n\nParagraph number 8 ")


def _a_move(world: World) -> None:
    texts = _texts(60)
    moved = [*texts[:40], texts[7], *texts[40:]]
    del moved[7]
    world.edit(PATH, "\n\n".join(texts), "\n\n".join(moved))


def _fifty(world: World) -> None:
    world.write(PATH, world.read(PATH).replace(" says something", " puts it otherwise", 50))


def _fifty_removed(world: World) -> None:
    texts = _texts(60)
    world.edit(PATH, "\n\n".join(texts), "\n\n".join(texts[:10]))


def _a_rename(world: World) -> None:
    (world.root / PATH).rename(world.root / "Pages/Other.md")


def _properties(world: World) -> None:
    world.edit(PATH, "---\n\n", "description: Two at once\naliases: [one]\n---\n\n")


def _a_note(world: World) -> None:
    world.write("New.md", "\n\n".join(_texts(100)) + "\n")


def _a_tag(world: World) -> None:
    world.edit(PATH, "---\n\n", "tags: [fresh]\n---\n\n")


def _a_deletion(world: World) -> None:
    (world.root / PATH).unlink()


OPERATIONS = (
    Operation("nothing", _nothing, Counter({READ: 1}),
        "no change feed and no conditional read: only reading tells"),
    Operation("one word edited", _a_word, Counter({READ: 1, UPDATE: 1}),
        "read before, one block updated"),
    Operation("a paragraph inserted", _a_paragraph, Counter({READ: 1, APPEND: 1}),
        "read before, one append after its neighbour"),
    Operation("a paragraph moved", _a_move, Counter({READ: 1, APPEND: 1, REMOVE: 1}),
        "there is no move: made anew and removed"),
    Operation("50 paragraphs rewritten", _fifty, Counter({READ: 1, UPDATE: 50}),
        "one update a block keeps the ids; one append and 50 removals would be 51 and lose them"),
    Operation("50 paragraphs removed", _fifty_removed, Counter({READ: 1, REMOVE: 50}),
        "a removal is of one block; what takes most of a text is read again before it is done",
        Counter({READ: 1})),
    Operation("renamed", _a_rename, Counter({READ: 1, SET: 1}), "read before, one update"),
    Operation("two properties edited", _properties, Counter({READ: 1, SET: 1}),
        "one update takes any number of properties"),
    Operation("a new tag set", _a_tag, Counter({READ: 1, SET: 1, LIST: 1, MAKE: 1}),
        "tags are objects; whether there is one is only in the list of tags"),
    Operation("a new note of 100 paragraphs", _a_note, Counter({MAKE: 1}),
        "the body goes along, as its key is known"),
)  # fmt: skip


def requests(world: World, **options: Any) -> Counter[str]:
    """Sync and count the requests that took.

    Raises:
        AssertionError: Something was set aside.
    """
    world.sandbox.log.clear()
    report = world.sync(**options)
    assert report.troubles == [], report.troubles
    return Counter(f"{each.method} {each.path}" for each in world.sandbox.log)


@contextmanager
def a_world(**switches: Any) -> Iterator[World]:
    """Give a vault with one note of sixty paragraphs, in sync."""
    with tempfile.TemporaryDirectory(prefix="capsync-") as folder:
        world = World(Path(folder), **switches)
        try:
            yield world
        finally:
            world.close()


def of_one(operation: Operation) -> Counter[str]:
    """Count what a sync of the one note takes."""
    with a_world() as world:
        world.make("Note", *_texts(60))
        world.sync()
        operation.act(world)
        name = "New.md" if (world.root / "New.md").exists() else PATH
        other = "Pages/Other.md"
        return requests(world, notes=(other if (world.root / other).exists() else name,))


def of_all(operation: Operation, notes: int) -> Counter[str]:
    """Count what a sync of the whole vault takes, with *notes* others in it."""
    with a_world() as world:
        world.make("Note", *_texts(60))
        for n in range(notes - 1):
            world.make(f"Other {n}", "one")
        world.sync()
        operation.act(world)
        return requests(world)


def first_of_its_kind() -> Counter[str]:
    """Count what the first note of a type takes, whose body has no known key yet."""
    with a_world() as world:
        _a_note(world)
        return requests(world, notes=("New.md",))


def of_import(notes: int, **switches: Any) -> tuple[Counter[str], float]:
    """Count what the import of linked notes takes, and the minutes it takes under the quotas."""
    with a_world(quota_scale=1.0, **switches) as world:
        for path, text in make_vault(notes).items():
            world.write(path, text)
        before = world.clock.monotonic()
        counts = requests(world)
        return counts, (world.clock.monotonic() - before) / 60


def around(counts: Counter[str]) -> Counter[str]:
    """Give the part of the requests that every run makes, whatever it is for."""
    return Counter({key: count for key, count in counts.items() if key in (WHO, KINDS)})


def rows() -> list[Row]:
    """Count everything."""
    found = [
        Row("every process, once", "2", f"{WHO}, {KINDS}: is it the vault's space, what is in it")
    ]
    for each in OPERATIONS:
        counts = of_one(each)
        taken = counts - around(counts)
        least = f"fewest {each.fewest.total()}: {each.why}"
        found.append(Row(f"{each.name}, sync NOTE", f"{taken.total()}", f"{said(taken)}; {least}"))
    counts = first_of_its_kind()
    taken = counts - around(counts)
    found.append(
        Row(
            "the first note of a type, sync NOTE",
            f"{taken.total()}",
            f"{said(taken)}; fewest 3: only its own answer says what the type calls its body",
        )
    )
    counts = of_all(OPERATIONS[0], NOTES)
    found.append(Row(f"nothing, all {NOTES} notes", f"{counts.total()}", said(counts)))
    found += _import_rows()
    return found


def _import_rows() -> Iterator[Row]:
    objects, circles = fewest(make_vault(LINKED))
    counts, minutes = of_import(LINKED)
    yield Row(
        f"import of {LINKED} linked notes",
        f"{counts.total()}",
        f"{said(counts)}; fewest {objects + 2 * circles}: {objects} objects, tags included, and "
        f"of each of {circles} circles of links one note read and written again",
    )
    yield Row("the same, under the quotas", f"{minutes:.0f} min", f"{objects / 30:.0f} for objects")
    with patch.object(Run, "body_key", lambda *_: None):
        counts, minutes = of_import(LINKED)
    yield Row(
        "the same, made empty and then appended to",
        f"{counts.total()}",
        f"{said(counts)}; {minutes:.0f} min",
    )


def said(counts: Counter[str]) -> str:
    """Name requests and how often each was made."""
    return ", ".join(f"{count} {key}" for key, count in counts.most_common())
