"""Objects that are about to be made: written down first, so that none is made twice.

Making an object cannot be repeated safely. A run that finds an open intention
looks for the object it may have made, by title, before it makes another.
"""

from __future__ import annotations

import json

from capsync.model.note import Note, Structure
from capsync.state.journal import Intention
from capsync.sync.run import Run

MAKE = "create"
"""The kind of intention that making an object is."""


def begin_intention(run: Run, path: str, title: str) -> None:
    """Write down that an object is about to be made of the file at *path*."""
    payload = json.dumps({"title": title})
    run.memory.intentions.begin(MAKE, path, None, payload, at=run.clock.now())


def made_before(run: Run, path: str, title: str, structure: Structure) -> Note | None:
    """Find the object that an earlier run made for a file without hearing back."""
    titles = {_title(each) for each in _pending(run, path, title)}
    for row in run.remote.listing([structure.id]).rows if titles else ():
        fits = row.title in titles and row.id not in run.seen.files
        if fits and run.memory.notes.get(row.id) is None:
            return run.space.read(row.id)
    return None


def close_intentions(run: Run, path: str, title: str) -> None:
    """Cross out the intention to make a file's object: it is made, or surely is not."""
    for each in _pending(run, path, title):
        run.memory.intentions.done(each.number)


def drop_intentions(run: Run) -> None:
    """Forget what was to be made of files that are gone; what was made comes as a new file."""
    for each in run.memory.intentions.open():
        if each.kind == MAKE and each.path not in run.seen.paths:
            run.memory.intentions.done(each.number)


def _pending(run: Run, path: str, title: str) -> list[Intention]:
    """List the intentions to make a file's object, also if the file has moved since."""
    return [
        each
        for each in run.memory.intentions.open()
        if each.kind == MAKE
        and (each.path == path or (each.path not in run.seen.paths and _title(each) == title))
    ]


def _title(intention: Intention) -> str:
    return str(json.loads(intention.payload).get("title"))
