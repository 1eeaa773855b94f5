"""From answers to errors: the table, and what every message owes its reader."""

from __future__ import annotations

import json
from collections.abc import Mapping

import pytest

from capsync.capacities.faults import CREATION_QUOTA, error_for, is_page, is_read
from capsync.capacities.http import Answer
from capsync.errors import (
    AuthError,
    CapsyncError,
    NoteError,
    RateLimited,
    Rejected,
    RetryError,
    ServerFault,
    Stale,
)

NOTE = "0a4d3b8e-9c1f-4a53-8a3e-6b7f1d2c3e44"
CLOUDFLARE = b"<html><head><title>Access denied |\n Error 1015</title></head></html>"


def answer(status: int, code: str = "", message: str = "Said so.", **headers: str) -> Answer:
    body = {"code": code, "message": message}
    return Answer(
        status, {k.replace("_", "-"): v for k, v in headers.items()}, json.dumps(body).encode()
    )


def error(given: Answer, method: str = "PATCH", path: str = "/object") -> CapsyncError:
    return error_for(given, note=NOTE, method=method, path=path)


#: status and code -> branch of the tree
CASES: Mapping[str, tuple[Answer, type[CapsyncError]]] = {
    "401": (answer(401, "cap_not_authenticated"), AuthError),
    "401 html": (Answer(401, {}, b"<html>"), AuthError),
    "403": (answer(403, "cap_scope_insufficient"), AuthError),
    "403 html": (Answer(403, {}, CLOUDFLARE), AuthError),
    "404": (answer(404, "cap_not_found"), Stale),
    "404 empty": (Answer(404, {}, b""), Stale),
    "409": (answer(409), Stale),
    "410": (answer(410), Stale),
    "412": (answer(412), Stale),
    "400": (answer(400, "cap_invalid_input"), Rejected),
    "400 unknown code": (answer(400, "cap_brand_new"), Rejected),
    "413": (answer(413, "cap_invalid_input"), Rejected),
    "413 html": (Answer(413, {}, b"<html>"), Rejected),
    "418": (answer(418), Rejected),
    "429": (answer(429, "cap_rate_limit_exceeded"), RateLimited),
    "429 odd code": (answer(429, "cap_server_error"), RateLimited),
    "429 html": (Answer(429, {}, CLOUDFLARE), RateLimited),
    "500": (answer(500, "cap_server_error"), ServerFault),
    "500 odd code": (answer(500, "cap_brand_new"), ServerFault),
    "502 html": (Answer(502, {}, b"<html>bad gateway"), ServerFault),
    "503": (answer(503, "cap_service_unavailable"), ServerFault),
    "504": (Answer(504, {}, b""), ServerFault),
    "524": (Answer(524, {}, b""), ServerFault),
    "555": (answer(555), ServerFault),
    "408": (answer(408), ServerFault),
    "302": (Answer(302, {}, b""), ServerFault),
    "code beats status": (answer(400, "cap_not_found"), Stale),
    "body is a list": (Answer(400, {}, b"[1]"), Rejected),
    "body is cut": (Answer(400, {}, b'{"code": "cap_inv'), Rejected),
    "quota as 403": (answer(403, CREATION_QUOTA), Rejected),
    "quota as 400": (answer(400, CREATION_QUOTA), Rejected),
    "quota as 500": (answer(500, CREATION_QUOTA), Rejected),
}


@pytest.mark.parametrize(("given", "branch"), CASES.values(), ids=CASES.keys())
def test_errors_follow_the_table(given: Answer, branch: type[CapsyncError]) -> None:
    assert type(error(given)) is branch


@pytest.mark.parametrize("given", [case[0] for case in CASES.values()], ids=CASES.keys())
def test_every_message_is_one_line_and_shows_the_status(given: Answer) -> None:
    found = error(given)
    assert "\n" not in str(found)
    assert str(given.status) in str(found) or isinstance(found, AuthError)
    if isinstance(found, NoteError):
        assert found.note == NOTE


def test_validation_messages_are_folded_to_one_line() -> None:
    message = "✖ Invalid input: expected string\n  → at query\x1b[31m\x00" + "x" * 500
    text = str(error(answer(400, "cap_invalid_input", message)))
    assert "✖ Invalid input: expected string → at query" in text
    assert "\x1b" not in text
    assert len(text) < 450


def test_missing_scopes_are_named_with_the_remedy() -> None:
    body = {
        "code": "cap_scope_insufficient",
        "message": "Nope.",
        "details": {"missingScopes": ["api:write"]},
    }
    found = error(Answer(403, {}, json.dumps(body).encode()))
    assert isinstance(found, AuthError)
    assert found.missing_scopes == ("api:write",)
    assert "api:write" in str(found)
    assert "write access" in str(found)


@pytest.mark.parametrize("details", [None, [], {}, {"missingScopes": "api:write"}])
def test_scopes_nobody_named_are_no_scopes(details: object) -> None:
    body = {"code": "cap_scope_insufficient", "message": "Nope.", "details": details}
    found = error(Answer(403, {}, json.dumps(body).encode()))
    assert isinstance(found, AuthError)
    assert found.missing_scopes == ()


def test_a_refusal_by_a_web_page_does_not_blame_the_token() -> None:
    text = str(error(Answer(403, {}, CLOUDFLARE)))
    assert "proxy" in text
    assert "Access denied | Error 1015" in text


def test_a_refused_token_comes_with_the_way_to_a_new_one() -> None:
    assert "Settings > Capacities API" in str(error(answer(401)))


WAITS = {
    "reset": ({"ratelimit": "limit=30, remaining=0, reset=42"}, 42.0),
    "structured": ({"ratelimit": '"default";r=0;t=7'}, 7.0),
    "legacy": ({"ratelimit-reset": "12"}, 12.0),
    "retry-after": ({"retry-after": "2.5"}, 2.5),
    "reset before retry-after": ({"ratelimit-reset": "12", "retry-after": "3"}, 12.0),
    "a date": ({"retry-after": "Sun, 22 Nov 2026 10:00:00 GMT"}, None),
    "a time stamp": ({"ratelimit-reset": "1795341600"}, None),
    "nothing": ({}, None),
}


@pytest.mark.parametrize(("headers", "after"), WAITS.values(), ids=WAITS.keys())
@pytest.mark.parametrize("body", [b"{}", CLOUDFLARE])
def test_rate_limit_carries_the_wait_the_server_asked_for(
    headers: Mapping[str, str], after: float | None, body: bytes
) -> None:
    found = error(Answer(429, headers, body))
    assert isinstance(found, RateLimited)
    assert found.after == after
    assert not found.maybe_done


@pytest.mark.parametrize("status", [500, 502, 503, 504, 555, 599])
def test_a_fault_may_have_carried_out_a_write_but_never_a_read(status: int) -> None:
    write, read = error(answer(status)), error(answer(status), "GET")
    search = error(answer(status), "POST", "/objects/search")
    assert isinstance(write, RetryError)
    assert isinstance(read, RetryError)
    assert isinstance(search, RetryError)
    assert (write.maybe_done, read.maybe_done, search.maybe_done) == (True, False, False)


def test_a_fault_carries_retry_after() -> None:
    found = error(answer(503, "cap_service_unavailable", retry_after="90"))
    assert isinstance(found, ServerFault)
    assert found.after == 90.0


def test_too_large_says_what_to_do() -> None:
    found = error(answer(413, "cap_invalid_input"))
    assert isinstance(found, Rejected)
    assert (found.status, found.code) == (413, "cap_invalid_input")
    assert "too large" in str(found)


def test_the_creation_quota_stops_creating_and_nothing_else() -> None:
    found = error(answer(402, CREATION_QUOTA))
    assert isinstance(found, Rejected)
    assert found.code == CREATION_QUOTA


@pytest.mark.parametrize(
    ("body", "page"), [(b"{}", False), (b"<html>", True), (b"", True), (b"[]", True)]
)
def test_a_page_is_whatever_is_no_json_object(body: bytes, page: bool) -> None:
    assert is_page(Answer(429, {}, body)) is page


def test_only_gets_and_the_search_are_reads() -> None:
    assert is_read("GET", "/object")
    assert is_read("POST", "/objects/search")
    assert not is_read("POST", "/object")
    assert not is_read("PATCH", "/blocks/block")
    assert not is_read("DELETE", "/block")
