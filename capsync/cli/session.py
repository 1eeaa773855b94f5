"""A vault, its memory, the service and the engine, opened for one command.

    with opened(app, screen) as session:
        report = session.sync(options)

The vault is locked meanwhile. Whatever ends the block, the memory is closed in
order and knows what was used of the quota. The client and the engine are loaded only
then, so that a command can say what it does, or that there is no vault, without.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from capsync.cli.app import App
from capsync.cli.here import find_here
from capsync.cli.progress import Screen
from capsync.cli.quotas import keep_quotas, restore_quotas
from capsync.cli.turn import turn
from capsync.config import check_trusted, chosen_url, find_token, is_loopback
from capsync.state.activity import Activity
from capsync.state.store import Store
from capsync.sync.recorded import sync_and_record
from capsync.sync.report import Options, Report
from capsync.sync.retention import Keep
from capsync.sync.sides import NoProgress, Progress, Syncs
from capsync.vault.vault import VaultConfig

if TYPE_CHECKING:
    from capsync.capacities.client import Client
    from capsync.sync.begin import Bench, Standing

PACE = 0.2
"""Seconds between requests to the real service; a proxy in front of it dislikes bursts."""
AGREED_URL = "api_url"
"""Under which `Store.meta` keeps the address that a person here agreed to."""


@dataclass(frozen=True, slots=True)
class Session:
    """Everything a command needs of one vault."""

    app: App
    root: Path
    config: VaultConfig
    memory: Store
    client: Client
    engine: Syncs
    bench: Bench
    """What runs for other purposes than a sync work with."""

    def sync(self, options: Options) -> Report:
        """Sync once and remember what was reported, unless nothing was to be done.

        Raises:
            CapsyncError: The run was stopped; what was done until then is kept.
        """
        tell = self.bench.tell
        return sync_and_record(self.engine, self.memory, self.app.clock, options, tell=tell)


@contextmanager
def opened(
    app: App,
    screen: Screen | None = None,
    *,
    standing: Standing | None = None,
    progress: Progress | None = None,
) -> Iterator[Session]:
    """Open the vault that *app* names, for changing it; the daemon steps aside.

    Args:
        screen: Shows how far it is, and waits for the quota.
        standing: What the runs of this process share: it is the daemon, who asks nobody.
        progress: Told how far it is where there is no screen.

    Raises:
        ConfigError: There is none, or it is not usable.
        AuthError: There is no token for it.
        RunError: Another capsync is at work on it.
    """
    from capsync.sync import engine as engines  # noqa: PLC0415  (loads the converter)
    from capsync.sync.begin import Bench  # noqa: PLC0415

    here = find_here(app)
    config, folder, state = here.config, here.folder, here.state
    token = find_token(config, app.environ)
    lock = turn(folder, state.parent) if standing is None else folder.lock()
    with lock, Store.open(state) as memory:
        check_trusted(config, memory.meta.get(AGREED_URL), app.environ)
        url = chosen_url(config, app.environ)
        with client_for(app, token, url, screen) as client, _quotas_kept(client, memory):
            if screen:
                screen.usage = client.limiter.usage
            bench = Bench(
                folder, client, memory, app.clock, config.space,
                progress=screen or progress or NoProgress(),
                keep=Keep(config.keep_days, config.keep_mb),
                selection=config.selection,
                standing=standing,
                tell=Activity.beside(state, app.clock, hide=(token,)).add,
            )  # fmt: skip
            engine = (app.engine or engines.Engine)(bench)
            yield Session(app, here.root, config, memory, client, engine, bench)


def client_for(app: App, token: str, url: str | None, screen: Screen | None = None) -> Client:
    """Make a client of the service at *url*, or in its usual place.

    Raises:
        AuthError: *token* cannot be a token.
        ConfigError: *url* is no address a token may be sent to.
    """
    from capsync.capacities.client import connect  # noqa: PLC0415  (loads httpx)
    from capsync.capacities.http import API  # noqa: PLC0415

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
