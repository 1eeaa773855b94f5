"""What is done: by the hands that were given, one thing at a time.

Every form has passed the guard. An action answers by sending the browser to a page, which
tells what came of it; loading that page again does nothing again.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import RedirectResponse, Response

from capsync.errors import RunError
from capsync.web.hands import Hands, Settlement, Way
from capsync.web.jobs import PATIENCE, Jobs
from capsync.web.render import address

_BACK = frozenset({"/", "/set-aside", "/conflicts"})
"""Pages that an action may be asked to lead back to."""


@dataclass(frozen=True, slots=True)
class Actions:
    """The actions of one vault."""

    hands: Hands
    jobs: Jobs
    patience: float = PATIENCE
    """Seconds to wait for an action before its page is shown."""

    def sync(self, request: Request) -> Response:
        """Sync now."""
        return self.done("sync", self.hands.sync_now, _back(request))

    def pause(self, request: Request) -> Response:
        """Let syncing rest."""

        def act() -> str:
            self.hands.pause()
            return "Paused. Nothing is synced until you resume."

        return self.done("pause", act, _back(request))

    def resume(self, request: Request) -> Response:
        """Go on syncing."""

        def act() -> str:
            self.hands.resume()
            return "Syncing goes on."

        return self.done("resume", act, _back(request))

    def resolve(self, request: Request) -> Response:
        """Settle a conflict."""
        chosen = _settlement(request.state.form)
        return self.done("settle the conflict", lambda: self.hands.resolve(chosen), "/conflicts")

    def restore(self, request: Request) -> Response:
        """Bring a version back."""
        note, raw = request.path_params["note"], request.state.form.get("version", "")
        if raw and not (raw.isascii() and raw.isdecimal() and len(raw) < 10):
            raise HTTPException(400)
        version = int(raw) if raw else None
        return self.done("restore", lambda: self.hands.restore(note, version), address(note))

    def done(self, what: str, act: Callable[[], str], then: str) -> Response:
        """Do something and send the browser to where it is told of."""
        try:
            job = self.jobs.start(what, act, patience=self.patience)
        except RunError:
            return RedirectResponse(f"{then}?busy=1", 303)
        return RedirectResponse(f"{then}?job={job.number}", 303)


def _back(request: Request) -> str:
    back = request.state.form.get("back", "/")
    return back if back in _BACK else "/"


def _settlement(form: dict[str, str]) -> Settlement:
    line = form.get("line", "")
    try:
        way = Way(form.get("way", ""))
    except ValueError as exc:
        raise HTTPException(400) from exc
    if not (line.isascii() and line.isdecimal() and len(line) < 10):
        raise HTTPException(400)
    text = form.get("text", "").replace("\r\n", "\n").replace("\r", "\n")
    return Settlement(form.get("path", ""), int(line), form.get("seal", ""), way, text)
