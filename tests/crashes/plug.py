"""Pulls the plug: counts whatever leaves a trace outside, and stops at one of them.

A trace is left by a request to the space, by a call to the system that changes a
folder, and by a transaction of the memory. Whoever is killed does not clean up, so
once the plug is out nothing leaves a trace any more, whatever runs on its way out.
"""

from __future__ import annotations

import re
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from types import FrameType
from typing import Any, cast

from capsync.sandbox.message import Request, Response
from capsync.state.database import Connection
from capsync.vault.files import Folder
from capsync.vault.system import RealSystem, System
from tests.sync.world import World

Stop = Callable[[], BaseException]
"""Makes what is raised at the point of a crash."""

_TEMPORARY = re.compile(r"\.capsync-\d+-\d+\.tmp$")
_TOLD = {
    "Awaited.drop": "remember that a link has found its target",
    "Deeds.begin": "write down what is being done",
    "Intentions.begin": "write the intention down",
    "Intentions.done": "cross the intention out",
    "Meta.put": "remember odds and ends",
    "Names.remember_name": "remember the former title",
    "Notes.forget": "forget the note",
    "Notes._set": "remember when the note was looked at",
    "Run.forget": "forget the note",
    "Run.keep": "keep the old version",
    "Run.remember": "remember what both sides hold",
    "Run.write_down_confirmed": "remember what was read",
    "Runs.begin": "give the run a number",
    "SetAsides.replace_all": "remember what was set aside",
    "_finish": "keep the old version, write the intention down",
    "forget_the_past": "drop versions that are too old",
    "write_file": "write the intention down",
}


_BETWEEN = ("database.py", "store.py", "plug.py")


class PlugPulled(BaseException):
    """The machine stops."""


class Plug:
    """Counts the traces of one run, and ends it at one of them."""

    def __init__(self, at: int | None = None, stop: Stop = PlugPulled, kinds: str = "") -> None:
        """
        Args:
            at: The step before which the run ends; None to let it run to its end.
            stop: What is raised there. After a `PlugPulled` nothing leaves a trace.
            kinds: Beginnings of the steps that count; all of them where empty.
        """
        self.at, self.stop, self.kinds = at, stop, tuple(kinds.split()) or ("",)
        self.steps: list[str] = []
        self.dead = False

    def step(self, what: str) -> None:
        """Count a step that is about to be taken, or end the run instead."""
        if self.dead:
            raise PlugPulled
        if not what.startswith(self.kinds):
            return
        self.steps.append(what)
        if len(self.steps) - 1 == self.at:
            problem = self.stop()
            self.dead = isinstance(problem, PlugPulled)
            raise problem

    @contextmanager
    def watching(self, world: World) -> Iterator[None]:
        """Watch all that *world* does outside for as long as the block runs."""
        undo = [*self._space(world), *self._files(world), *self._memory()]
        try:
            yield
        finally:
            for owner, name, before in undo:
                setattr(owner, name, before)

    def _space(self, world: World) -> Iterator[tuple[object, str, object]]:
        handle = world.sandbox.handle

        def answer(request: Request) -> Response:
            what = f"{request.method} {request.path}"
            self.step(f"request: {what}")
            response = handle(request)
            if request.method != "GET":
                self.step(f"answer: {what}")
            return response

        world.sandbox.handle = answer  # type: ignore[method-assign]
        yield world.sandbox, "handle", handle

    def _files(self, world: World) -> Iterator[tuple[object, str, object]]:
        before = world.vault
        system = cast("System", _Watched(RealSystem(), self, world.root))
        world.vault = Folder(world.root, clock=world.clock, system=system)
        yield world, "vault", before

    def _memory(self) -> Iterator[tuple[object, str, object]]:
        transaction = Connection.transaction
        plug = self

        @contextmanager
        def watched(connection: Connection) -> Iterator[Any]:
            outer = not connection.sql.in_transaction
            what = _caller() if outer else ""
            with transaction(connection) as sql:
                yield sql
                if outer:
                    plug.step(f"memory: {what}")

        Connection.transaction = watched  # type: ignore[method-assign, assignment]
        yield Connection, "transaction", transaction


_CHANGES = ("write_new", "link", "rename", "replace", "unlink", "make_folder")


class _Watched:
    """A file system of which every change is a step."""

    def __init__(self, system: System, plug: Plug, root: Path) -> None:
        self.system, self.plug, self.root = system, plug, root

    def __getattr__(self, name: str) -> Any:
        act = getattr(self.system, name)
        if name not in _CHANGES:
            return act

        def step(*args: Any) -> Any:
            places = [_told(each, self.root) for each in args if isinstance(each, Path)]
            if name != "make_folder" or not args[0].exists():
                self.plug.step(f"file: {name} {' to '.join(places)}")
            return act(*args)

        return step


def _told(place: Path, root: Path) -> str:
    """Name a place in the vault."""
    return _TEMPORARY.sub("(beside)", place.relative_to(root).as_posix())


def _caller() -> str:
    """Say in a few words what a transaction is for."""
    frame: FrameType | None = sys._getframe(2)
    while frame is not None:
        code = frame.f_code
        if "/capsync/" in code.co_filename and not code.co_filename.endswith(_BETWEEN):
            return _TOLD.get(code.co_qualname, code.co_qualname)
        frame = frame.f_back
    return ""
