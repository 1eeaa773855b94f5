"""What is read: overview, notes, one note, conflicts, what is set aside.

Each request looks at the memory and the folder anew, or shares a look with those of the
same moment. Nothing here changes anything or asks the network.
"""

from __future__ import annotations

from collections.abc import Mapping
from contextlib import suppress
from dataclasses import dataclass
from typing import Any

from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import HTMLResponse, Response

from capsync.errors import CapsyncError
from capsync.sync.resolve import OpenConflict, open_files
from capsync.sync.status import last_report
from capsync.web import charts
from capsync.web.door import Door
from capsync.web.hands import Hands, seal_of
from capsync.web.jobs import Job, Jobs
from capsync.web.past import compared, past_of
from capsync.web.place import Place
from capsync.web.render import Templates
from capsync.web.sidebyside import CONTEXT, Pair, Piece, side_by_side, words
from capsync.web.standing import Row, Standing, State, Watchtower, narrowed

RECENT = 30
"""Lines of the log that the overview shows."""
MOST_PAIRS = 2_000
"""Lines of two versions that are shown beside each other."""
_STATIC = {"style.css": "text/css", "page.js": "text/javascript", "icon.svg": "image/svg+xml"}


@dataclass(frozen=True, slots=True)
class Versions:
    """An open conflict as the page shows it."""

    conflict: OpenConflict
    seal: str
    mine: tuple[Piece, ...]
    theirs: tuple[Piece, ...]


@dataclass(frozen=True, slots=True)
class Pages:
    """The pages of one vault."""

    place: Place
    tower: Watchtower
    hands: Hands
    jobs: Jobs
    door: Door
    templates: Templates
    static: Mapping[str, bytes]

    def enter(self, request: Request) -> Response:
        """Exchange the secret of the link for a cookie."""
        guess = "prefetch" in request.headers.get("sec-purpose", "")
        secret = request.query_params.get("secret", "")
        cookie = None if guess or request.method != "GET" else self.door.enter(secret)
        if cookie is None:
            return HTMLResponse(self.templates.page("door", {"spent": True}), 403)
        # not a redirect: after one from elsewhere a browser would withhold the strict cookie
        answer = HTMLResponse(self.templates.page("welcome", {}))
        answer.set_cookie(self.door.cookie, cookie, path="/", httponly=True, samesite="strict")
        return answer

    def file(self, request: Request) -> Response:
        """Give a file that every page uses."""
        name = request.path_params["name"]
        if name not in _STATIC:
            raise HTTPException(404)
        return Response(self.static[name], media_type=_STATIC[name])

    def overview(self, request: Request) -> Response:
        """Show how the vault stands and what happens."""
        position = self.place.activity.here()
        entries = self.place.activity.last(RECENT)
        standing = self.tower.look()
        run = standing.status.last_run
        report = last_report(run)
        return self.page(
            request,
            "overview",
            standing,
            {
                "entries": entries[::-1],
                "recent": RECENT,
                "position": str(position),
                "mark": self.mark(standing),
                "run": run,
                "report": report,
                "errors": _errors(report),
                "gauges": charts.quotas(standing.usage),
                "bars": charts.freshness(standing.ages),
                "chart": {"width": charts.WIDTH, "height": charts.HEIGHT},
            },
        )

    def notes(self, request: Request) -> Response:
        """List the notes, narrowed down as asked."""
        query = request.query_params
        search, group = query.get("q", "")[:200], query.get("state", "all")
        standing = self.tower.look()
        part = narrowed(standing.rows, search, group, _number(query.get("page", "")) or 1)
        values = {"part": part, "search": search, "group": group}
        return self.page(request, "notes", standing, values)

    def note(self, request: Request) -> Response:
        """Show one note with its versions, and one of them beside the file."""
        standing = self.tower.look()
        row = self.row(request, standing)
        past = past_of(self.place, row)
        values: dict[str, Any] = {"row": row, "past": past, "comparison": None}
        number = _number(request.query_params.get("version", ""))
        if number:
            whole = request.query_params.get("lines") == "all"
            values |= self.comparison(row, number, None if whole else CONTEXT)
        return self.page(request, "note", standing, values)

    def confirm(self, request: Request) -> Response:
        """Show what a restore would bring back, and ask."""
        standing = self.tower.look()
        row = self.row(request, standing)
        number = _number(request.query_params.get("version", ""))
        values: dict[str, Any] = {"row": row, "number": number, "comparison": None}
        if number:
            values |= self.comparison(row, number, CONTEXT)
        elif row.state not in (State.GONE, State.DELETED):
            raise HTTPException(404)
        return self.page(request, "confirm", standing, values)

    def conflicts(self, request: Request) -> Response:
        """Show the versions of what is in conflict, and ask which it shall be."""
        with self.place.opened() as (vault, memory):
            files = open_files(vault, memory)
        found = [(each, [_versions(one) for one in each.conflicts]) for each in files]
        return self.page(request, "conflicts", self.tower.look(), {"files": found})

    def set_aside(self, request: Request) -> Response:
        """Show what is left alone, why, and what helps."""
        standing = self.tower.look()
        with_page = {row.path: row.id for row in standing.rows if row.id}
        ids = {row.id for row in standing.rows}
        aside = [
            (each, each.note if each.note in ids else with_page.get(each.path, ""))
            for each in standing.status.set_aside
        ]
        return self.page(request, "aside", standing, {"aside": aside})

    def row(self, request: Request, standing: Standing) -> Row:
        """Find the note that the address names."""
        note = request.path_params["note"]
        found = next((row for row in standing.rows if row.id and row.id == note), None)
        if found is None:
            raise HTTPException(404)
        return found

    def comparison(self, row: Row, number: int, context: int | None) -> dict[str, Any]:
        """Put a version beside the file, for a template."""
        found = compared(self.place, row, number)
        pairs: tuple[Pair, ...] = side_by_side(found.before, found.after, context=context)
        return {
            "comparison": found,
            "pairs": pairs[:MOST_PAIRS],
            "cut": max(0, len(pairs) - MOST_PAIRS),
            "folded": any(each.hidden for each in pairs),
        }

    def mark(self, standing: Standing) -> str:
        """Give what changes whenever the overview would look otherwise."""
        running = self.jobs.running
        return f"{standing.mark}-{self.jobs.number}-{running is None:d}-{self.paused()}"

    def paused(self) -> bool | None:
        """Say whether syncing rests; None also where that cannot be told."""
        try:
            return self.hands.paused
        except CapsyncError:
            return None

    def page(
        self, request: Request, name: str, standing: Standing, values: Mapping[str, Any]
    ) -> Response:
        """Make a page of a template, with what all of them need."""
        query = request.query_params
        shared = {
            "at": name,
            "place": self.place,
            "standing": standing,
            "counts": standing.counts,
            "status": standing.status,
            "now": standing.at,
            "token": request.state.token,
            "paused": self.paused(),
            "running": self.jobs.running,
            "job": self.job(query.get("job", "")),
            "busy": "busy" in query,
        }
        return HTMLResponse(self.templates.page(name, shared | dict(values)))

    def job(self, number: str) -> Job | None:
        """Give what was asked for and is to be told about."""
        return self.jobs.get(_number(number) or 0)


def _number(text: str) -> int | None:
    with suppress(ValueError):
        if text.isascii() and text.isdecimal() and len(text) < 10:
            return int(text)
    return None


def _errors(report: Mapping[str, object]) -> list[dict[str, str]]:
    """Give what stopped the last run, without the notes that were only set aside."""
    errors = report.get("errors")
    return [
        {"message": str(each.get("message"))}
        for each in (errors if isinstance(errors, list) else ())
        if isinstance(each, dict) and each.get("path") == ""
    ]


def _versions(conflict: OpenConflict) -> Versions:
    mine, theirs = words(conflict.local, conflict.space)
    return Versions(conflict, seal_of(conflict), mine, theirs)
