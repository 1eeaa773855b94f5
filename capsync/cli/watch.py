"""``capsync watch``: keep a vault and its space the same until told to stop."""

from __future__ import annotations

import ctypes
import gc
import signal
import sys
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager, suppress
from dataclasses import replace
from pathlib import Path
from threading import Event
from types import FrameType

import click

from capsync.cli.app import App, pass_app
from capsync.cli.output import shown
from capsync.cli.quotas import keep_quotas
from capsync.cli.session import opened
from capsync.clock import Clock
from capsync.daemon.alerting import Alerting
from capsync.daemon.control import Control
from capsync.daemon.desk import Desk, OpenDesk, Outside
from capsync.daemon.desktop import may_notify, notify
from capsync.daemon.inbox import Everything, Order, QueueInbox, Touched
from capsync.daemon.loop import Loop
from capsync.daemon.stopping import StoppableClock
from capsync.errors import AuthError, ConfigError, SafetyStop
from capsync.service.notify import Notifier, notifier, now_ns, watchdog_interval
from capsync.state.activity import Activity
from capsync.state.place import state_path
from capsync.sync.begin import Standing
from capsync.sync.engine import Engine
from capsync.sync.sides import Progress, Tell
from capsync.vault.ignore import Ignore
from capsync.vault.vault import MARKER, VaultConfig, find_vault, read_config
from capsync.vault.watcher import Watcher

LOGIN = 120.0
"""Seconds for which a service that was just started waits for a keyring or a disk to be opened."""
AGAIN = 5.0
"""Seconds between two tries meanwhile."""
_GARBAGE = 10_000
"""Objects made after which the collector looks for garbage; unlike a command, this has time."""
_OFTEN = 1.0
"""Seconds between two signs of life at least."""


@click.command()
@pass_app
def watch(app: App) -> None:
    """Keep the vault and the space the same until stopped.

    Edits are pushed a second after the last save. The space is listed once a minute or
    less often, and its notes are read in turn, those first that are likely to have
    changed. While the service cannot be reached, edits wait. Stop it with Ctrl-C;
    capsync service install has it run in the background.

    While it runs, other commands on the same vault work as ever: capsync sync is done by
    it, and it steps aside for the others. What it does is shown here and kept for capsync log.

    \b
    Examples:
      capsync watch
      capsync -C ~/Notes watch
    """
    gc.set_threshold(_GARBAGE)
    stop, inbox = Event(), QueueInbox()
    system = notifier(app.environ)
    heart = _Heart(system, app.clock, watchdog_interval(app.environ))
    clock = StoppableClock(app.clock, stop, heart.beat)
    app = replace(app, clock=clock)
    _obey_signals(stop, inbox, system)
    begun = app.clock.now(), clock.monotonic()
    while True:
        try:
            here = replace(app, vault=find_vault(app.place))
            if not _watch(here, inbox, heart, begun[0]):
                break
        except (AuthError, ConfigError) as exc:
            if not system.is_heard or clock.monotonic() - begun[1] > LOGIN:
                raise
            system.status(f"{exc}; tried again soon")
            clock.sleep(AGAIN)
    system.stopping("stopped")


def _watch(app: App, inbox: QueueInbox, heart: _Heart, since: float) -> bool:
    """Watch until told to stop, or to read the configuration again; say whether it is that."""
    root = app.place
    config = read_config(root)
    state = state_path(config.vault, app.environ)
    watcher = Watcher(
        root,
        Ignore(config.ignore),
        touched=lambda path: inbox.put(Touched(path)),
        everything=lambda why: inbox.put(Everything(why)),
    )
    activity = Activity.beside(state, app.clock)
    with ExitStack() as stack:
        control = stack.enter_context(Control.open(state.parent, wake=inbox.wake))
        inbox.listen(control.asked)
        stack.callback(watcher.stop)
        watcher.start()
        out = Outside(
            watching=watcher,
            tell=_told(activity),
            alert=Alerting(app.clock, _shower(config, app)),
            status=heart.system.status,
            alive=heart.beat,
            tidy=_tidy,
            ready=lambda: heart.system.ready(f"watching {root}"),
        )
        _greet(root, watcher.trouble)
        return Loop(_opener(app, out.tell), inbox, app.clock, out, since).run()


def _opener(app: App, tell: Tell) -> OpenDesk:
    @contextmanager
    def open_desk(progress: Progress) -> Iterator[Desk]:
        if not (app.place / MARKER).is_file():
            raise SafetyStop(f"{app.place} is no vault any more, or its disk is not mounted")
        with opened(app, standing=Standing(), progress=progress) as session:
            engine = Engine(replace(session.bench, tell=tell))
            yield Desk(engine, lambda: keep_quotas(session.client.limiter, session.memory))

    return open_desk


class _Heart:
    """Tells whoever started us that we do not hang, often enough and not much more."""

    def __init__(self, system: Notifier, clock: Clock, interval: float | None) -> None:
        self.system = system
        self._clock = clock
        self._is_awaited = interval is not None
        self._interval = max(_OFTEN, (interval or 0.0) / 2)
        self._last = float("-inf")

    def beat(self) -> None:
        """Give a sign of life, unless there was one just now, or nobody waits for any."""
        now = self._clock.monotonic()
        if self._is_awaited and now - self._last >= self._interval:
            self._last = now
            self.system.alive()


def _tidy() -> None:
    """Give memory back to the system; the C library keeps what is free unless it is asked."""
    gc.collect()
    if sys.platform == "linux":
        with suppress(OSError, AttributeError):  # another C library than the usual one
            ctypes.CDLL(None).malloc_trim(0)


def _obey_signals(stop: Event, inbox: QueueInbox, system: Notifier) -> None:
    def end(_number: int, _frame: FrameType | None) -> None:
        stop.set()
        inbox.put(Order.STOP)

    def reload(_number: int, _frame: FrameType | None) -> None:
        system.reloading(now_ns())
        inbox.put(Order.RELOAD)

    for number in (signal.SIGINT, signal.SIGTERM):
        signal.signal(number, end)
    if sys.platform != "win32":
        signal.signal(signal.SIGHUP, reload)


def _told(activity: Activity) -> Tell:
    """Have everything in the log, and on the screen of whoever looks on."""

    def tell(kind: str, *, path: str = "", text: str = "") -> None:
        activity.add(kind, path=path, text=text)
        click.echo(shown(": ".join(filter(None, (f"{kind:9} {path}".rstrip(), text)))), err=True)

    return tell


def _shower(config: VaultConfig, app: App) -> Callable[[str, str], object]:
    if may_notify(config.notifications, app.environ):
        return notify
    return lambda _title, _text: None


def _greet(root: Path, trouble: str) -> None:
    click.echo(f"Watching {shown(str(root))}; Ctrl-C stops.", err=True)
    if trouble:
        click.echo(f"note: {trouble}", err=True)
