"""What every request has to pass: token, version, path, size, quota, scope, JSON."""

from __future__ import annotations

from typing import Any

import pytest

from capsync.clock import ManualClock
from capsync.sandbox.caller import Caller
from capsync.sandbox.core import Sandbox
from capsync.sandbox.options import Options

NOBODY = "7d2e7f8a-4c3b-4e1d-9f0a-123456789abc"


def caller(**switches: Any) -> Caller:
    return Caller(Sandbox(Options(**switches), clock=ManualClock()))


@pytest.mark.parametrize(
    "header", ["", "Bearer", "Bearer cap-api-other", "Basic cap-api-sandbox", "cap-api-sandbox"]
)
def test_without_the_token_nobody_gets_in(header: str) -> None:
    answer = caller().send("GET /space", headers={"authorization": header})
    assert answer.status == 401
    assert answer.json()["code"] == "cap_not_authenticated"
    assert not any(name.startswith("ratelimit") for name in answer.headers)


@pytest.mark.parametrize(
    ("version", "status"),
    [
        ("", 200),
        ("1.0.0", 200),
        ("1.4.0-beta.1", 200),
        ("2.0.0", 200),
        ("0.1.0", 400),
        ("0.9.9", 400),
        ("1.0", 400),
        ("v1.0.0", 400),
        ("latest", 400),
    ],
)
def test_the_version_header_may_be_absent_but_not_odd_or_old(version: str, status: int) -> None:
    answer = caller().send("GET /space", headers={"x-capacities-api-version": version})
    assert answer.status == status
    if status == 400:
        assert answer.json()["code"] == "cap_invalid_input"


def test_a_version_too_old_is_told_the_oldest() -> None:
    answer = caller().send("GET /space", headers={"x-capacities-api-version": "0.1.0"})
    assert "1.0.0" in answer.json()["message"]


@pytest.mark.parametrize(
    "name",
    [
        "GET /",
        "GET /spaces",
        "GET /objects",
        f"GET /object/{NOBODY}",
        "PUT /object",
        "GET /blocks/daily-note",
        "DELETE /blocks/block",
        "PATCH /block",
        "POST /structures",
        "POST /space/structures",
        "GET /user/spaces",
        "POST /blocks/markdown/append",
        "HEAD /space",
    ],
)
def test_paths_and_methods_that_do_not_exist_are_not_found(name: str) -> None:
    assert caller().refused(name)[:2] == (404, "cap_not_found")


def test_a_body_over_the_limit_is_too_large() -> None:
    service = caller(max_body=1000)
    status, code, _ = service.refused("POST /objects/search", {"query": "x" * 1000})
    assert (status, code) == (413, "cap_invalid_input")


@pytest.mark.parametrize(
    "raw", [b"", b"{", b"{'query': 1}", b'{"query": NaN}', b"[" * 100_000, b"\xff"]
)
def test_what_is_not_json_is_refused(raw: bytes) -> None:
    headers = {"content-type": "application/json"}
    answer = caller().send("POST /objects/search", raw=raw, headers=headers)
    assert answer.status == 400
    assert answer.json()["code"] == "cap_invalid_input"


def test_blocks_nested_beyond_reason_are_refused_and_not_a_crash() -> None:
    service = caller()
    block: dict[str, Any] = {"type": "TextBlock"}
    for _ in range(300):
        block = {"type": "TextBlock", "blocks": [block]}
    page = service.ok("POST /object", {"structureId": "RootPage"})
    answer = service.send("POST /blocks/append", {"id": page["id"], "blocks": [block]})
    assert answer.status in (200, 400)


def test_half_a_surrogate_pair_is_replaced_as_a_browser_would() -> None:
    raw = b'{"structureId": "RootPage", "properties": {"title":'
    raw += b' {"type": "title", "title": {"value": "a\\ud83db\\ud83d\\ude00"}}}}'
    service = caller()
    answer = service.send("POST /object", raw=raw, headers={"content-type": "application/json"})
    assert answer.json()["properties"]["title"]["title"]["value"] == "a�b😀"


READS = ("GET /space", "GET /space/structures", "POST /objects/search")
WRITES = {
    "POST /object": {"structureId": "RootPage"},
    "PATCH /object": {"id": NOBODY, "deleteRequested": True},
    "DELETE /object": None,
    "POST /object/url": {"url": "https://example.org"},
    "POST /object/markdown": {"structureId": "RootPage", "markdown": ""},
    "PATCH /object/markdown": {"id": NOBODY, "markdown": ""},
    "POST /blocks/append": {"id": NOBODY, "markdown": "a"},
    "POST /blocks/daily-note/append": {"markdown": "a"},
    "PATCH /blocks/block": {"id": NOBODY, "blockId": NOBODY, "block": {"type": "TextBlock"}},
    "DELETE /block": None,
    "POST /object/media/upload": {"fileName": "a", "fileSize": 1},
}


def test_a_read_only_token_reads() -> None:
    service = Caller(caller().sandbox, "cap-api-sandbox-readonly")
    for name in READS:
        service.ok(name, {"query": "a"} if name.startswith("POST") else None)


@pytest.mark.parametrize("name", WRITES)
def test_a_read_only_token_writes_nothing(name: str) -> None:
    service = Caller(caller().sandbox, "cap-api-sandbox-readonly")
    answer = service.send(name, WRITES[name])
    assert answer.status == 403
    assert answer.json()["code"] == "cap_scope_insufficient"
    assert answer.json()["details"] == {"missingScopes": ["api:write"]}
    assert service.sandbox.app_list() == []


def test_a_body_or_content_type_out_of_place_is_a_violation() -> None:
    service = caller()
    service.send("GET /space", {"a": 1})
    service.send("POST /objects/search", {"query": "a"}, headers={"content-type": "text/plain"})
    assert service.sandbox.violations == [
        "GET /space: a body, which is not read",
        "POST /objects/search: content type text/plain",
    ]


def test_an_unknown_query_parameter_is_dropped_and_noted() -> None:
    service = caller()
    service.ok("GET /space", spaceId=NOBODY)
    assert service.sandbox.violations == ["GET /space: unknown field spaceId"]


def test_the_caller_of_the_tests_says_what_it_did_not_expect() -> None:
    with pytest.raises(AssertionError, match="GET /nothing: 404"):
        caller().ok("GET /nothing")
    with pytest.raises(AssertionError, match="GET /space: 200"):
        caller().refused("GET /space")


def test_the_log_counts_requests_by_method_path_and_status() -> None:
    service = caller()
    service.ok("GET /space")
    service.refused("GET /object", id=NOBODY)
    lines = [(line.method, line.path, line.status) for line in service.sandbox.log]
    assert lines == [("GET", "/space", 200), ("GET", "/object", 404)]
    service.sandbox.log.clear()
    assert service.sandbox.log == []
