"""A daemon at work on a vault and a space, in virtual time: a script says what happens when."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from typing import Any

from capsync.daemon.desk import Desk, Outside
from capsync.daemon.inbox import Event, Order, Touched
from capsync.daemon.loop import Loop
from capsync.sync.begin import Standing
from capsync.sync.engine import Engine
from capsync.sync.sides import Progress
from tests.sync.world import World


@dataclass
class Asked:
    """A request, and what was answered."""

    request: dict[str, Any]
    said: list[dict[str, Any]] = field(default_factory=list)
    answer: dict[str, Any] | None = None
    failure: tuple[str, int] | None = None
    gone: bool = False

    def say(self, progress: dict[str, Any]) -> None:
        self.said.append(progress)

    def done(self, result: dict[str, Any]) -> None:
        self.answer = result

    def failed(self, message: str, exit_code: int) -> None:
        self.failure = (message, exit_code)


@dataclass
class Watching:
    trouble: str = ""

    def check(self) -> bool:
        return False


class Life:
    """A world with a daemon in it, and the script of its day."""

    def __init__(self, world: World) -> None:
        self.world, self.clock = world, world.clock
        self.begun = world.clock.now()
        self.script: list[tuple[float, Callable[[], object]]] = []
        self.events: list[Event] = []
        self.log: list[tuple[float, str, str, str]] = []
        self.alerts: list[tuple[list[str], list[str]]] = []
        self.watching = Watching()
        self.opened = 0
        self.is_open = False
        out = Outside(
            self.watching, self.tell, self.alert, lambda _: None, lambda: None, self.ready
        )
        self.loop = Loop(self.open_desk, self, world.clock, out)

    def at(self, seconds: float, act: Callable[[], object]) -> None:
        """Have something happen so many seconds after the beginning."""
        self.script.append((self.begun + seconds, act))
        self.script.sort(key=lambda each: each[0])

    def edits(self, seconds: float, path: str, text: str) -> None:
        """Have a person add a line to a file, and the watcher tell of it."""

        def edit() -> None:
            before = self.world.read(path) if (self.world.root / path).exists() else ""
            self.world.write(path, f"{before}\n{text}\n")
            self.events.append(Touched(path))

        self.at(seconds, edit)

    def asks(self, seconds: float, **request: Any) -> Asked:
        """Have another process ask for something."""
        asked = Asked(request)
        self.at(seconds, lambda: self.events.append(asked))  # type: ignore[arg-type]  # stands in
        return asked

    def run(self, seconds: float) -> bool:
        """Live until then."""
        self.at(seconds, lambda: self.events.append(Order.STOP))
        return self.loop.run()

    # what the loop needs

    def take(self, seconds: float) -> tuple[Event, ...]:
        """Let time pass until something happens."""
        until = self.clock.time + seconds
        while not self.events:
            if not self.script or self.script[0][0] > until:
                self.clock.time = max(self.clock.time, until)
                break
            at, act = self.script.pop(0)
            self.clock.time = max(self.clock.time, at)
            act()
        found, self.events = tuple(self.events), []
        return found

    @contextmanager
    def open_desk(self, progress: Progress) -> Iterator[Desk]:
        self.opened += 1
        self.is_open = True
        bench = replace(self.world.bench(), progress=progress, standing=Standing(), tell=self.tell)
        try:
            yield Desk(Engine(bench), lambda: None)
        finally:
            self.is_open = False

    def tell(self, kind: str, *, path: str = "", text: str = "") -> None:
        self.log.append((round(self.clock.time - self.begun, 3), kind, path, text))

    def alert(self, conflicts: Iterable[str], set_aside: Iterable[str]) -> None:
        self.alerts.append((list(conflicts), list(set_aside)))

    def ready(self) -> None:
        self.tell("ready")

    def when(self, kind: str, path: str = "") -> list[float]:
        """Say when things of a kind happened, in seconds since the beginning."""
        return [at for at, what, where, _ in self.log if what == kind and path in where]
