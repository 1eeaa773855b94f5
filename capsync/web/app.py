"""Which address leads where."""

from __future__ import annotations

import logging
from collections.abc import Callable
from importlib.resources import files

from starlette.applications import Starlette
from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import HTMLResponse, Response
from starlette.routing import Route
from starlette.types import ASGIApp, Receive, Scope, Send

from capsync.errors import CapsyncError
from capsync.web.actions import Actions
from capsync.web.door import Door
from capsync.web.events import LOOK_AGAIN, Events
from capsync.web.guard import Guard
from capsync.web.hands import Hands
from capsync.web.jobs import PATIENCE, Jobs
from capsync.web.pages import Pages
from capsync.web.place import Place
from capsync.web.render import Templates
from capsync.web.standing import Watchtower

_FAILURES = {
    400: "That makes no sense here.",
    404: "There is no such page, or no such note any more.",
    405: "That cannot be done here.",
}
_log = logging.getLogger(__name__)


def app(
    place: Place,
    hands: Hands,
    door: Door,
    *,
    closing: Callable[[], bool] = lambda: False,
    patience: float = PATIENCE,
    look_again: float = LOOK_AGAIN,
) -> ASGIApp:
    """Make the page of one vault.

    Args:
        hands: What does what is to be done.
        closing: Says whether the server is about to stop.
        patience: Seconds an action is waited for before its page is shown.
        look_again: Seconds between two looks for those who watch.
    """
    tower, templates = Watchtower(place), Templates()
    jobs = Jobs(on_end=tower.forget)
    folder = files("capsync.web") / "static"
    static = {each.name: each.read_bytes() for each in folder.iterdir()}
    pages = Pages(place, tower, hands, jobs, door, templates, static)
    actions = Actions(hands, jobs, patience)

    def failed(request: Request, exc: Exception) -> Response:  # noqa: ARG001  (starlette's)
        """Say on a page what is wrong and what to do."""
        status, message = 500, "capsync failed; that is a bug. The terminal says more."
        if isinstance(exc, HTTPException):
            status, message = exc.status_code, _FAILURES.get(exc.status_code, exc.detail)
        elif isinstance(exc, CapsyncError):
            status, message = 503, str(exc)
        else:
            _log.error("a page failed", exc_info=exc)
        return HTMLResponse(templates.page("failed", {"message": message}), status)

    inner = Starlette(
        routes=[
            Route("/open", pages.enter),
            Route("/static/{name}", pages.file),
            Route("/", pages.overview),
            Route("/notes", pages.notes),
            Route("/notes/{note}", pages.note),
            Route("/notes/{note}/restore", pages.confirm),
            Route("/notes/{note}/restore", actions.restore, methods=["POST"]),
            Route("/conflicts", pages.conflicts),
            Route("/set-aside", pages.set_aside),
            Route("/events", Events(pages, closing, look_again).__call__),
            Route("/sync", actions.sync, methods=["POST"]),
            Route("/pause", actions.pause, methods=["POST"]),
            Route("/resume", actions.resume, methods=["POST"]),
            Route("/resolve", actions.resolve, methods=["POST"]),
        ],
        exception_handlers={HTTPException: failed, CapsyncError: failed, Exception: failed},
    )

    async def stranger(scope: Scope, receive: Receive, send: Send) -> None:
        answer = HTMLResponse(templates.page("door", {"spent": False}), 403)
        await answer(scope, receive, send)

    return Guard(inner, door, stranger)
