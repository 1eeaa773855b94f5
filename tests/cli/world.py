"""A person at the command line, with a sandbox for a service and, if wanted, a made-up engine."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Self

from click.testing import CliRunner, Result

from capsync.capacities.client import Client, connect
from capsync.cli.app import App, cli
from capsync.clock import ManualClock
from capsync.sandbox.core import Sandbox
from capsync.sandbox.options import Options as Switches
from capsync.sandbox.seed import seed_content
from capsync.sync.report import Options, Report
from tests.capacities.world import transport_to

TOKEN = Switches().token


@dataclass(slots=True)
class FakeEngine:
    """Reports what it was told to, and remembers what it was asked."""

    report: Report = field(default_factory=Report)
    error: BaseException | None = None
    asked: list[Options] = field(default_factory=list)

    def __call__(self, *args: Any, **kwargs: Any) -> Self:
        return self

    def run(self, options: Options, *ahead: object) -> Report:
        self.asked.append(options)
        if self.error is not None:
            raise self.error
        return self.report


@dataclass(slots=True)
class Person:
    """Someone with a folder, a token and a command line."""

    sandbox: Sandbox
    home: Path
    clock: ManualClock
    app: App

    @property
    def vault(self) -> Path:
        return self.home / "vault"

    def types(self, *words: str, answers: str | None = None) -> Result:
        """Run a command; bugs are raised here."""
        return CliRunner().invoke(cli, words, obj=self.app, input=answers, catch_exceptions=False)

    def connected(self) -> Self:
        """Give the same person with a vault of the sandbox's space."""
        assert self.types("init", str(self.vault)).exit_code == 0
        self.app.vault = self.vault
        return self


@contextmanager
def person(home: Path, engine: Any = None, *, seeded: bool = False) -> Iterator[Person]:
    """Someone whose service is a sandbox."""
    clock = ManualClock()
    with Sandbox(Switches(), clock=clock) as sandbox:
        if seeded:
            seed_content(sandbox)
        transport = transport_to(sandbox)

        def client(*args: Any, **kwargs: Any) -> Client:
            return connect(*args, transport=transport, **kwargs)

        environ = {"CAPSYNC_TOKEN": TOKEN, "CAPSYNC_STATE_DIR": str(home / "state")}
        yield Person(sandbox, home, clock, App(None, environ, clock, client, engine))
