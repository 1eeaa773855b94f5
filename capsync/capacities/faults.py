"""From a refusal to the error to raise.

The status and the service's own code together pick a row; a code nobody has
heard of leaves it to the status. Messages are one line and name the remedy,
since they end up in front of a person as they are.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any

from capsync.capacities.http import Answer, parsed
from capsync.capacities.quota import read_quota, read_retry_after
from capsync.errors import AuthError, CapsyncError, RateLimited, Rejected, ServerFault, Stale

CREATION_QUOTA = "cap_object_creation_quota_reached"

_STATUS_OF_CODE = {
    "cap_not_authenticated": 401,
    "cap_scope_insufficient": 403,
    "cap_not_found": 404,
    "cap_rate_limit_exceeded": 429,
    "cap_server_error": 500,
    "cap_service_unavailable": 503,
}
_STALE = (404, 409, 410, 412)
_FAULTS_BELOW_500 = (408, 421, 425)
"""Trouble on the way, said with a status that blames the request."""

_WHY = {
    502: "something in front of it failed",
    503: "it is down or in maintenance",
    504: "it took too long",
    555: "it is being updated",
}


def is_read(method: str, path: str) -> bool:
    """Say whether a request changes nothing, so that repeating it is harmless."""
    return method == "GET" or (method, path) == ("POST", "/objects/search")


def is_page(answer: Answer) -> bool:
    """Say whether *answer* is something in front of the service speaking, such as Cloudflare."""
    return _json_body(answer) is None


def error_for(answer: Answer, *, note: str, method: str, path: str) -> CapsyncError:
    """Turn an unsuccessful answer into the error to raise.

    Args:
        note: The note it was about, empty where it was about none.
    """
    body = _json_body(answer)
    code = str((body or {}).get("code") or "")
    said = _said(answer, body)
    status = answer.status
    if status not in (413, 429):
        status = _STATUS_OF_CODE.get(code, status)
    if code == CREATION_QUOTA:
        return Rejected(
            "the plan of this space allows no more objects; remove some or upgrade, until then"
            f" nothing new can be created ({said})",
            note=note,
            status=answer.status,
            code=code,
        )
    if status in (401, 403):
        return _auth_error(status, said, body)
    if status in _STALE:
        return Stale(f"the service does not have it ({said})", note=note)
    if status == 429:
        return RateLimited(
            f"{method} {path}: too many requests ({said})", after=seconds_to_wait(answer)
        )
    if status >= 500 or status in _FAULTS_BELOW_500 or status < 400:
        return _fault(status, said, answer, method, path)
    return _rejected(status, said, code, note)


def seconds_to_wait(answer: Answer) -> float | None:
    """Give the seconds a 429 asks to wait, None where it does not say."""
    reset = read_quota(answer.headers).reset
    return read_retry_after(answer.headers) if reset is None else reset


def unreadable(what: str, *, method: str, path: str) -> ServerFault:
    """Make the error for a success that makes no sense; the request was very likely carried out."""
    return ServerFault(
        f"{method} {path}: the service answered with something unreadable ({_line(what, 120)});"
        " if this stays so, something between here and the service may be rewriting answers",
        maybe_done=not is_read(method, path),
    )


def _auth_error(status: int, said: str, body: Mapping[str, Any] | None) -> AuthError:
    if status == 401:
        return AuthError(
            "the service does not accept the token; make a new one in Capacities under Settings >"
            f" Capacities API and hand it to capsync ({said})"
        )
    if body is None:
        return AuthError(
            f"access refused, by something in front of the service ({said});"
            " a proxy, a firewall or a VPN may be the reason"
        )
    scopes = _scopes(body)
    named = ", ".join(scopes) or "not named"
    return AuthError(
        f"the token may not do this (missing scope: {named}); make a token with write access in"
        " Capacities under Settings > Capacities API and hand it to capsync",
        missing_scopes=scopes,
    )


def _scopes(body: Mapping[str, Any]) -> tuple[str, ...]:
    details = body.get("details")
    scopes = details.get("missingScopes") if isinstance(details, dict) else None
    return tuple(_line(str(scope)) for scope in scopes) if isinstance(scopes, list) else ()


def _fault(status: int, said: str, answer: Answer, method: str, path: str) -> ServerFault:
    why = _WHY.get(status, "it failed")
    if status < 400:
        why = "it points elsewhere; check the address, or whether the network wants a sign-in"
    return ServerFault(
        f"{method} {path}: the service cannot do this now: {why} ({said})",
        after=read_retry_after(answer.headers),
        maybe_done=not is_read(method, path),
    )


def _rejected(status: int, said: str, code: str, note: str) -> Rejected:
    if status == 413:
        message = f"too large for the service; split the note ({said})"
    else:
        message = f"the service refused it: {said}"
    return Rejected(message, note=note, status=status, code=code)


def _json_body(answer: Answer) -> Mapping[str, Any] | None:
    try:
        body = parsed(answer.body)
    except ValueError:
        return None
    return body if isinstance(body, dict) else None


def _said(answer: Answer, body: Mapping[str, Any] | None) -> str:
    """Give what the service said, in one short line that starts with the status."""
    if body is not None:
        words = str(body.get("message") or body.get("code") or "no reason given")
    else:
        found = re.search(rb"<title>(.{1,200}?)</title>", answer.body, re.DOTALL | re.IGNORECASE)
        page = found[1].decode("utf-8", "replace") if found else ""
        words = f"a web page: {page}" if page else "no JSON"
    return f"{answer.status}: {_line(words)}"


def _line(text: str, most: int = 300) -> str:
    """Fold *text* to one line without control characters, of at most *most* characters."""
    folded = " ".join("".join(c if c.isprintable() else " " for c in text).split())
    return folded if len(folded) <= most else folded[: most - 1] + "…"
