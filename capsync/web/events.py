"""What happens, while somebody looks: the log's new lines, and that there is news.

Server-sent events. A page says where in the log it left off, so nothing is missed between
its making and its listening, nor when the connection breaks. What stands on the page is
not sent: told that there is news, it asks for itself again.
"""

from __future__ import annotations

import json
from collections.abc import AsyncIterator, Callable
from dataclasses import dataclass, field

import anyio
from starlette.concurrency import run_in_threadpool
from starlette.requests import Request
from starlette.responses import Response, StreamingResponse

from capsync.errors import CapsyncError
from capsync.state.activity import Entry, Position
from capsync.times import stamp
from capsync.web.pages import Pages
from capsync.web.render import clock, visible

LOOK_AGAIN = 0.5
"""Seconds between two looks."""
BREATH = 15.0
"""Seconds after which something is sent at the latest, so that a lost browser is noticed."""
MOST_LINES = 100
"""Lines sent at a time; of more, the latest."""
MOST = 32
"""Pages that may listen at a time."""


@dataclass(slots=True)
class Events:
    """Tells pages what happens."""

    pages: Pages
    closing: Callable[[], bool]
    """Says whether the server is about to stop."""
    look_again: float = LOOK_AGAIN
    _listening: int = field(default=0, init=False)

    async def __call__(self, request: Request) -> Response:
        """Answer with events until the browser goes or the server stops."""
        if self._listening >= MOST:
            return Response("too many pages are open\n", 503, media_type="text/plain")
        query = request.query_params
        place = Position.parse(request.headers.get("last-event-id") or query.get("from", ""))
        return StreamingResponse(
            self._events(place, query.get("mark", "")), media_type="text/event-stream"
        )

    async def _events(self, position: Position, mark: str) -> AsyncIterator[str]:
        self._listening += 1
        try:
            yield "retry: 2000\n\n"
            silent = 0.0
            while not self.closing():
                entries, position = await run_in_threadpool(
                    self.pages.place.activity.follow, position
                )
                for each in entries[-MOST_LINES:]:
                    yield _event("activity", _told(each), position)
                latest = await run_in_threadpool(self._mark, bool(entries))
                if latest not in ("", mark):
                    mark = latest
                    yield _event("news", mark, position)
                elif not entries and silent >= BREATH:
                    silent = 0.0
                    yield ": still here\n\n"
                await anyio.sleep(self.look_again)
                silent += self.look_again
        finally:
            self._listening -= 1

    def _mark(self, something_happened: bool) -> str:
        """Give the mark of how things stand; nothing where that cannot be told now."""
        try:
            return self.pages.mark(self.pages.tower.look(patient=not something_happened))
        except CapsyncError:
            return ""


def _told(entry: Entry) -> dict[str, str]:
    """Give a line of the log as the page shows it."""
    return {
        "at": stamp(entry.at),
        "clock": clock(entry.at),
        "kind": visible(entry.kind),
        "path": visible(entry.path),
        "text": visible(entry.text),
    }


def _event(name: str, data: object, position: Position) -> str:
    return f"event: {name}\nid: {position}\ndata: {json.dumps(data)}\n\n"
