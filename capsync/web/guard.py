"""What every request has to pass, and what every answer carries.

It stands around the whole application, so no page can forget it. A request must name this
machine, come from no other site's page and bring the cookie; one that changes something
must come from our own page and say that page's token. Reading is all a GET can do.
"""

from __future__ import annotations

from collections.abc import Mapping
from urllib.parse import parse_qsl

from starlette.datastructures import Headers, MutableHeaders
from starlette.requests import cookie_parser
from starlette.responses import Response
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from capsync.web.door import Door, same_token

LARGEST = 512_000
"""Bytes that a form may have."""
_FIELDS = 20
_LONGEST_QUERY = 4_000

POLICY = (
    "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self'; connect-src 'self'; "
    "form-action 'self'; base-uri 'none'; frame-ancestors 'none'"
)
HEADERS: Mapping[str, str] = {
    "Content-Security-Policy": POLICY,
    "Referrer-Policy": "no-referrer",
    "X-Content-Type-Options": "nosniff",
    "X-Frame-Options": "DENY",
    "Cross-Origin-Opener-Policy": "same-origin",
    "Cross-Origin-Resource-Policy": "same-origin",
    "Permissions-Policy": "camera=(), geolocation=(), microphone=()",
    "Cache-Control": "no-store",
}
OPEN_TO_ALL = ("/open", "/static/")
"""What needs no cookie: coming in, and files that say nothing of anybody."""
TOKEN = "token"  # noqa: S105  (the name of a form's field)


class Refused(Exception):
    """The request does not get through."""

    def __init__(self, status: int, message: str) -> None:
        super().__init__(message)
        self.status = status
        self.message = message


class Guard:
    """The application behind a door."""

    def __init__(self, inner: ASGIApp, door: Door, stranger: ASGIApp) -> None:
        """
        Args:
            stranger: Answers those who have no cookie.
        """
        self._inner = inner
        self._door = door
        self._stranger = stranger

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Let a request through, or answer it here."""
        if scope["type"] == "websocket":
            await send({"type": "websocket.close", "code": 1008})
            return
        if scope["type"] != "http":
            return
        carrying = _carrying(send)
        try:
            chosen = await self._checked(scope, receive)
        except Refused as exc:
            answer = Response(f"{exc.message}\n", exc.status, media_type="text/plain")
            await answer(scope, receive, carrying)
            return
        await chosen(scope, receive, carrying)

    async def _checked(self, scope: Scope, receive: Receive) -> ASGIApp:
        """Check a request and say who is to answer it."""
        headers = Headers(scope=scope)
        if headers.getlist("host") not in ([host] for host in self._door.hosts):
            raise Refused(421, "this page is at another address; open the link capsync web printed")
        if scope["method"] not in ("GET", "HEAD", "POST"):
            raise Refused(405, "only GET and POST are answered here")
        if len(scope["query_string"]) > _LONGEST_QUERY:
            raise Refused(414, "the address is too long")
        _check_source(scope, headers, self._door.origins)
        if scope["path"].startswith(OPEN_TO_ALL):
            if scope["method"] == "POST":
                raise Refused(405, "only GET is answered here")
            return self._inner
        token = self._token_of(headers)
        if token is None:
            if scope["method"] == "POST":
                raise Refused(403, "not signed in; open the link capsync web printed")
            return self._stranger
        scope.setdefault("state", {})["token"] = token
        if scope["method"] == "POST":
            form = await _form(headers, receive)
            if not same_token(form.get(TOKEN, ""), token):
                raise Refused(403, "the form is not from this page; load it again")
            scope["state"]["form"] = form
        return self._inner

    def _token_of(self, headers: Headers) -> str | None:
        """Give the token of who brings a cookie; a browser may have another of its name, too."""
        pairs = (
            cookie_parser(part) for line in headers.getlist("cookie") for part in line.split(";")
        )
        brought = [each[self._door.cookie] for each in pairs if self._door.cookie in each]
        return next(filter(None, map(self._door.token_of, brought[:8])), None)


def _check_source(scope: Scope, headers: Headers, origins: tuple[str, ...]) -> None:
    """Refuse what other sites' pages send.

    Our own forms have the origin ``null``, since no referrer is sent; then the browser
    itself has to say that they are ours, which no page can make it say.
    """
    site, origin = headers.get("sec-fetch-site"), headers.get("origin")
    if scope["method"] != "POST":
        opened = headers.get("sec-fetch-mode") == "navigate" and (
            headers.get("sec-fetch-dest") == "document"
        )
        if site not in (None, "same-origin", "none") and not opened:
            raise Refused(403, "another page asked for this")
        return
    if origin in origins and site in (None, "same-origin"):
        return
    if origin in (None, "null") and site == "same-origin":
        return
    raise Refused(403, "the form is not from this page; load it again")


async def _form(headers: Headers, receive: Receive) -> dict[str, str]:
    """Read a form, as much of it as may be."""
    if headers.get("content-type", "").partition(";")[0] != "application/x-www-form-urlencoded":
        raise Refused(415, "only forms are taken")
    length = headers.get("content-length", "0")
    if not (length.isascii() and length.isdecimal()) or int(length[:12]) > LARGEST:
        raise Refused(413, "that is too much text; change the note in an editor")
    body = bytearray()
    more = True
    while more:
        message = await receive()
        if message["type"] == "http.disconnect":
            raise Refused(400, "the form did not arrive whole")
        body += message.get("body", b"")
        more = message.get("more_body", False)
        if len(body) > LARGEST:
            raise Refused(413, "that is too much text; change the note in an editor")
    try:
        pairs = parse_qsl(
            body.decode("ascii"), keep_blank_values=True, errors="strict", max_num_fields=_FIELDS
        )
    except ValueError as exc:
        raise Refused(400, "the form makes no sense") from exc
    return dict(reversed(pairs))


def _carrying(send: Send) -> Send:
    """Add our headers to whatever is answered."""

    async def sending(message: Message) -> None:
        if message["type"] == "http.response.start":
            headers = MutableHeaders(scope=message)
            for name, value in HEADERS.items():
                headers[name] = value
        await send(message)

    return sending
