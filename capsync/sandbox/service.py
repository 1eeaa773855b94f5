"""From request to answer: who asks, may they, how often, and for what.

The order of the gates is that of the real service as far as it shows: the
proxy in front, the size, the token, the version, the path, the quota, the scope, and only then
the request itself. Everything behind the quota gate carries its headers.
"""

from __future__ import annotations

import re
from typing import Any

from capsync.sandbox.call import Call, checked, parsed
from capsync.sandbox.message import Refusal, Request, Response, as_json, bad_input, not_found
from capsync.sandbox.on_blocks import land_due
from capsync.sandbox.quota import Quotas, html
from capsync.sandbox.routes import ROUTES, Route
from capsync.sandbox.space import Space

OLDEST = (1, 0, 0)
"""The lowest version of the API that is still served."""
VERSION = re.compile(r"(\d+)\.(\d+)\.(\d+)(-[0-9A-Za-z.-]+)?(\+[0-9A-Za-z.-]+)?")


class Service:
    """Answers requests about one space."""

    def __init__(self, space: Space) -> None:
        self._space = space
        self._quotas = Quotas(space.options)

    def answer(self, request: Request, *, keep: bool = True) -> Response:
        """Serve one request.

        Args:
            keep: False to answer as always and then undo what was done.
        """
        if self._quotas.bursts(self._space.clock.monotonic()):
            return html(429)
        try:
            with self._space.store.transaction():
                land_due(self._space)
            token = self._let_in(request)
            route = _route(request)
        except Refusal as refusal:
            return refusal.response()
        return self._within_quota(request, token, route, keep=keep)

    def _let_in(self, request: Request) -> str:
        options = self._space.options
        if len(request.body) > options.max_body:
            raise Refusal(413, f"Request body is larger than {options.max_body} bytes")
        scheme, _, token = request.headers.get("authorization", "").partition(" ")
        if scheme.lower() != "bearer" or token not in (options.token, options.readonly_token):
            raise Refusal(401, "Not authenticated: the token is missing or not valid")
        _check_version(request.headers.get("x-capacities-api-version"))
        return token

    def _within_quota(self, request: Request, token: str, route: Route, *, keep: bool) -> Response:
        now = self._space.clock.monotonic()
        key = (token, request.method, request.path)
        window = self._quotas.take(key, route.quota, now)
        if window is not None and window.used > window.limit:
            return self._quotas.exceeded(window, now)
        try:
            self._check_scope(token, route)
            response = as_json(200, self._carried_out(request, route, keep=keep))
        except Refusal as refusal:
            response = refusal.response()
        headers = {**response.headers, **self._quotas.headers(window, now)}
        return Response(response.status, headers, response.body)

    def _check_scope(self, token: str, route: Route) -> None:
        if route.writes and token == self._space.options.readonly_token:
            missing = {"missingScopes": ["api:write"]}
            raise Refusal(403, "The token lacks the scope api:write", details=missing)

    def _carried_out(self, request: Request, route: Route, *, keep: bool) -> Any:
        space, name = self._space, f"{request.method} {request.path}"
        try:
            query = checked(space, name, route.query, dict(request.query))
            body = None
            if route.body is not None:
                self._note_content_type(name, request)
                body = checked(space, name, route.body, parsed(request))
            elif request.body and not route.raw:
                space.violation(f"{name}: a body, which is not read")
            with space.store.transaction(keep=keep):
                return route.run(space, Call(name, query, body, request.body))
        except RecursionError as exc:
            raise bad_input("The request is nested too deeply") from exc

    def _note_content_type(self, name: str, request: Request) -> None:
        kind = request.headers.get("content-type", "")
        if not kind.startswith("application/json"):
            self._space.violation(f"{name}: content type {kind or 'missing'}")


def _check_version(version: str | None) -> None:
    if version is None:
        return
    match = VERSION.fullmatch(version)
    if match is None:
        raise bad_input("The API version is not a semantic version", "X-Capacities-Api-Version")
    if tuple(int(part) for part in match.groups()[:3]) < OLDEST:
        oldest = ".".join(map(str, OLDEST))
        raise bad_input(f"The oldest supported API version is {oldest}", "X-Capacities-Api-Version")


def _route(request: Request) -> Route:
    route = ROUTES.get((request.method, request.path))
    if route is None:
        raise not_found(f"Cannot {request.method} {request.path}:")
    return route
