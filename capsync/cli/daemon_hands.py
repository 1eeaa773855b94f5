"""The page's hands, where a daemon may be at work: what it can do, it is asked to do.

Whether there is one is found out anew for each action, since it may come and go. To settle a
conflict or bring a version back the vault is opened here, and the daemon steps aside meanwhile.
"""

from __future__ import annotations

from pathlib import Path

from capsync.cli.app import App
from capsync.cli.by_daemon import DaemonFailed, sync_by_daemon
from capsync.cli.hands import DirectHands
from capsync.daemon.asking import NoAnswer, NoDaemon, ask
from capsync.state.place import state_path
from capsync.sync.report import Options, Report
from capsync.vault.vault import find_vault, read_config

GLANCE = 0.5
"""Seconds a page waits to hear whether syncing is paused."""
FRESH = 1.0
"""Seconds for which that is good enough."""
PATIENCE = 60.0
"""Seconds a person waits for the daemon to pause; it may be in the middle of a note."""


class DaemonHands(DirectHands):
    """Asks the daemon of the vault, and does by itself what nobody does for it."""

    def __init__(self, app: App) -> None:
        super().__init__(app)
        root = find_vault(app.place)
        self._place: Path = state_path(read_config(root).vault, app.environ).parent
        self._known: tuple[float, bool | None] = (float("-inf"), None)
        """When the daemon was last asked whether it is paused, and what it said."""

    @property
    def paused(self) -> bool | None:
        """Say whether the daemon rests; None where there is none, or it never answered."""
        at, said = self._known
        now = self._app.clock.monotonic()
        if now - at >= FRESH:
            try:
                said = self._ask("state", GLANCE).get("paused") is True
            except NoDaemon:
                said = None
            except NoAnswer:
                pass  # it is busy; as far as anybody knows it is as it was
            self._known = now, said
        return said

    def sync(self, options: Options) -> Report:
        """Have the daemon sync, or do it here."""
        done = sync_by_daemon(self._place, options)
        return super().sync(options) if done is None else done

    def pause(self) -> None:
        """Let the daemon rest."""
        self._tell("pause")

    def resume(self) -> None:
        """Have the daemon go on."""
        self._tell("resume")

    def _tell(self, what: str) -> None:
        self._known = float("-inf"), self._known[1]
        try:
            self._ask(what, PATIENCE)
        except NoDaemon:
            super().pause()  # which says that there is nothing to pause

    def _ask(self, what: str, timeout: float) -> dict[str, object]:
        """Ask the daemon for something, and wait until it is done.

        Raises:
            NoDaemon: There is none.
            NoAnswer: It says nothing for *timeout* seconds.
            DaemonFailed: It cannot do it.
        """
        with ask(self._place, {"ask": what}, timeout=timeout) as answers:
            for answer in answers:
                if "failed" in answer:
                    said = answer["failed"]
                    raise DaemonFailed(str(said["message"]), int(said["exit_code"]))
                if isinstance(done := answer.get("done"), dict):
                    return done
        return {}
