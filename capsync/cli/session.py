"""A vault, its memory, the service and the engine, opened for one command.

    with opened(app, screen) as session:
        report = session.sync(options)

The vault is locked meanwhile. Whatever ends the block, the memory is closed in
order and knows what was used of the quota.
"""

from __future__ import annotations

import json
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Protocol

from capsync.capacities.client import Client, connect
from capsync.capacities.http import API
from capsync.cli.app import App
from capsync.cli.progress import Screen
from capsync.cli.quotas import keep_quotas, restore_quotas
from capsync.config import check_trusted, chosen_url, find_token, is_loopback
from capsync.errors import CapsyncError
from capsync.state.place import state_path
from capsync.state.store import Store
from capsync.sync import engine as engines
from capsync.sync.begin import Bench
from capsync.sync.report import Options, Report
from capsync.sync.retention import Keep
from capsync.sync.sides import NoProgress
from capsync.vault.files import Folder
from capsync.vault.ignore import Ignore
from capsync.vault.vault import VaultConfig, find_vault, read_config

PACE = 0.2
"""Seconds between requests to the real service; a proxy in front of it dislikes bursts."""
AGREED_URL = "api_url"
"""Under which `Store.meta` keeps the address that a person here agreed to."""


class Engine(Protocol):
    """What the commands need of an engine."""

    def run(self, options: Options) -> Report:
        """Sync once."""


@dataclass(frozen=True, slots=True)
class Session:
    """Everything a command needs of one vault."""

    app: App
    root: Path
    config: VaultConfig
    memory: Store
    client: Client
    engine: Engine
    bench: Bench
    """What runs for other purposes than a sync work with."""

    def sync(self, options: Options) -> Report:
        """Sync once and remember what was reported, unless nothing was to be done.

        Raises:
            CapsyncError: The run was stopped; what was done until then is kept.
        """
        try:
            report = self.engine.run(options)
        except (CapsyncError, KeyboardInterrupt) as exc:
            if not options.dry_run:
                self._remember(stopped(exc, self.engine))
            raise
        if not options.dry_run:
            self._remember(report.as_json())
        return report

    def _remember(self, report: dict[str, object]) -> None:
        number, now = report.get("run"), self.app.clock.now()
        if isinstance(number, int) and number:
            self.memory.runs.end(number, json.dumps(report), now)
        else:
            self.memory.runs.add(json.dumps(report), now)


def stopped(reason: BaseException, engine: Engine | None = None) -> dict[str, object]:
    """Give the report of a run that was stopped, in the form of `Report.as_json`.

    Args:
        engine: What was stopped; its counts are given, if it kept any.
    """
    so_far = getattr(engine, "report", None)
    report = (so_far if isinstance(so_far, Report) else Report()).as_json()
    errors = report["errors"]
    assert isinstance(errors, list)  # noqa: S101  (for mypy)
    message = str(reason) or "interrupted; everything done so far is kept"
    return report | {"errors": [*errors, {"path": "", "message": message}]}


@contextmanager
def opened(app: App, screen: Screen | None = None) -> Iterator[Session]:
    """Open the vault that *app* names, for changing it.

    Raises:
        ConfigError: There is none, or it is not usable.
        AuthError: There is no token for it.
        RunError: Another capsync is at work on it.
    """
    root = find_vault(app.place)
    config = read_config(root)
    token = find_token(config, app.environ)
    folder = Folder(root, Ignore(config.ignore), app.clock)
    with folder.lock(), Store.open(state_path(config.vault, app.environ)) as memory:
        check_trusted(config, memory.meta.get(AGREED_URL), app.environ)
        url = chosen_url(config, app.environ)
        with client_for(app, token, url, screen) as client, _quotas_kept(client, memory):
            if screen:
                screen.usage = client.limiter.usage
            keep = Keep(config.keep_days, config.keep_mb)
            engine = (app.engine or engines.Engine)(
                folder, client, memory,
                clock=app.clock, space=config.space, progress=screen, keep=keep,
            )  # fmt: skip
            progress = screen or NoProgress()
            bench = Bench(folder, client, memory, app.clock, config.space, progress, keep)
            yield Session(app, root, config, memory, client, engine, bench)


def client_for(app: App, token: str, url: str | None, screen: Screen | None = None) -> Client:
    """Make a client of the service at *url*, or in its usual place.

    Raises:
        AuthError: *token* cannot be a token.
        ConfigError: *url* is no address a token may be sent to.
    """
    make = app.client or connect
    return make(
        token,
        base_url=url or API,
        clock=app.clock,
        pace=0.0 if is_loopback(url) else PACE,
        on_wait=screen.waiting if screen else None,
    )


@contextmanager
def _quotas_kept(client: Client, memory: Store) -> Iterator[None]:
    restore_quotas(client.limiter, memory)
    try:
        yield
    finally:
        keep_quotas(client.limiter, memory)
