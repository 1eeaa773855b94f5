"""The page's hands, where no daemon is at work: each action opens the vault for itself."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, ExitStack, contextmanager
from typing import TypeVar

from capsync.cli.app import App
from capsync.cli.output import report_as_text
from capsync.cli.session import Session, opened
from capsync.cli.turn import turn
from capsync.errors import CapsyncError, ConfigError, RunError
from capsync.state.place import state_path
from capsync.state.store import Store
from capsync.sync.report import Options, Report
from capsync.sync.restore import restore
from capsync.sync.seen import Settlement, Way, settle_seen
from capsync.vault.files import Folder
from capsync.vault.ignore import Ignore
from capsync.vault.lock import Busy
from capsync.vault.vault import find_vault, read_config

T = TypeVar("T")
PATIENCE = 3.0
"""Seconds to wait for another capsync to be done with the vault."""
_NOTHING_RUNS = (
    "nothing syncs this vault by itself, so there is nothing to pause; capsync watch would"
)
_KEPT = {
    Way.MINE: "Kept yours",
    Way.THEIRS: "Took theirs",
    Way.BOTH: "Kept both",
    Way.TEXT: "Kept what you wrote",
}


class DirectHands:
    """Opens the vault for each action, for as long as that takes."""

    def __init__(self, app: App) -> None:
        self._app = app

    @property
    def paused(self) -> bool | None:
        """Say that nothing runs which could rest."""
        return None

    def sync_now(self) -> str:
        """Sync the vault once."""
        return report_as_text(self.sync(Options()), self._app.clock.now())

    def sync(self, options: Options) -> Report:
        """Sync as *options* say.

        Raises:
            CapsyncError: It was stopped; what was done until then is kept.
        """
        with self._session() as session:
            return session.sync(options)

    def pause(self) -> None:
        """Refuse, since nothing syncs by itself."""
        raise ConfigError(_NOTHING_RUNS)

    def resume(self) -> None:
        """Refuse, since nothing syncs by itself."""
        raise ConfigError(_NOTHING_RUNS)

    def resolve(self, settlement: Settlement) -> str:
        """Settle one conflict and sync its note; the file is changed even if that fails."""
        app = self._app
        config = read_config(find_vault(app.place))
        folder = Folder(find_vault(app.place), Ignore(config.ignore), app.clock)
        state = state_path(config.vault, app.environ)
        with self._patiently(lambda: turn(folder, state.parent)), Store.open(state) as memory:
            settle_seen(folder, memory, app.clock, settlement)
        done = f"{_KEPT[settlement.way]} in {settlement.path}."
        try:
            report = self.sync(Options(notes=(settlement.path,)))
        except CapsyncError as exc:
            return f"{done}\nThe file is changed; the next sync brings it to the space. {exc}"
        return f"{done}\n{report_as_text(report, app.clock.now())}"

    def restore(self, note: str, version: int | None) -> str:
        """Bring a version of a note back on both sides."""
        name = note if version is None else f"{note}@{version}"
        with self._session() as session:
            done = restore(session.bench, name, Options())
        lines = [*done.report.steps, *done.report.remarks]
        return "\n".join([*lines, f"Restored {done.path}; to take that back, run: capsync undo"])

    def _session(self) -> AbstractContextManager[Session]:
        return self._patiently(lambda: opened(self._app))

    @contextmanager
    def _patiently(self, door: Callable[[], AbstractContextManager[T]]) -> Iterator[T]:
        """Go through a door, waiting a moment for another capsync to end.

        Raises:
            RunError: It goes on.
        """
        with ExitStack() as stack:
            yield self._through(stack, door)

    def _through(self, stack: ExitStack, door: Callable[[], AbstractContextManager[T]]) -> T:
        clock = self._app.clock
        until = clock.monotonic() + PATIENCE
        while True:
            try:
                return stack.enter_context(door())
            except Busy as exc:
                if clock.monotonic() >= until:
                    raise RunError(f"{exc}; wait until it is done, or stop it") from exc
            clock.sleep(0.2)
