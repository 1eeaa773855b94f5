"""So many requests a minute, per token, method and path, and how the answers say it."""

from __future__ import annotations

from typing import Any

import pytest

from capsync.clock import ManualClock
from capsync.sandbox.caller import Caller
from capsync.sandbox.core import Sandbox
from capsync.sandbox.options import Options
from capsync.sandbox.routes import ROUTES

TEN = {("GET", "/space"), ("GET", "/space/structures"), ("POST", "/object/url")}


def start(**switches: Any) -> tuple[Caller, ManualClock]:
    clock = ManualClock()
    return Caller(Sandbox(Options(**switches), clock=clock)), clock


@pytest.mark.parametrize("route", ROUTES)
def test_every_endpoint_has_the_quota_of_the_contract(route: tuple[str, str]) -> None:
    service, _ = start()
    limit = 10 if route in TEN else 30
    name = " ".join(route)
    statuses = [service.send(name).status for _ in range(limit + 1)]
    assert 429 not in statuses[:limit]
    assert statuses[limit] == 429


def test_a_429_is_json_and_passes_with_the_minute() -> None:
    service, clock = start()
    for _ in range(10):
        service.ok("GET /space")
        clock.sleep(1)
    answer = service.send("GET /space")
    assert answer.json()["code"] == "cap_rate_limit_exceeded"
    assert answer.headers["ratelimit"] == "limit=10, remaining=0, reset=50"
    assert "retry-after" not in answer.headers
    clock.sleep(49.5)
    assert service.send("GET /space").status == 429
    clock.sleep(0.5)
    assert service.send("GET /space").headers["ratelimit"] == "limit=10, remaining=9, reset=60"


def test_methods_paths_and_tokens_have_quotas_of_their_own() -> None:
    service, _ = start()
    for _ in range(11):
        service.send("GET /space")
    assert service.send("GET /space").status == 429
    service.ok("GET /space/structures")
    Caller(service.sandbox, "cap-api-sandbox-readonly").ok("GET /space")


def test_refused_requests_count_too() -> None:
    service, _ = start()
    statuses = {service.send("POST /object/url", {}).status for _ in range(10)}
    assert statuses == {400}
    assert service.send("POST /object/url", {"url": "https://example.org"}).status == 429


def test_the_legacy_form_has_four_headers() -> None:
    service, _ = start(rate_header="legacy")
    headers = service.send("GET /space").headers
    assert {key: value for key, value in headers.items() if key.startswith("rate")} == {
        "ratelimit-policy": "10;w=60",
        "ratelimit-limit": "10",
        "ratelimit-remaining": "9",
        "ratelimit-reset": "60",
    }


def test_the_headers_can_be_missing() -> None:
    service, _ = start(rate_header="none")
    assert "ratelimit" not in service.send("GET /space").headers


@pytest.mark.parametrize(("scale", "allowed"), [(0.1, 1), (0.5, 5), (2.0, 20), (0.0, 100)])
def test_quotas_scale_and_can_be_lifted(scale: float, allowed: int) -> None:
    service, _ = start(quota_scale=scale)
    assert {service.send("GET /space").status for _ in range(allowed)} == {200}
    assert service.send("GET /space").status == (429 if scale else 200)


def test_a_429_can_say_how_long_to_wait() -> None:
    service, clock = start(quota_scale=0.1, retry_after=True)
    service.ok("GET /space")
    clock.sleep(12.5)
    assert service.send("GET /space").headers["retry-after"] == "48"


def test_a_429_can_be_a_web_page() -> None:
    service, _ = start(quota_scale=0.1, html_429=True)
    service.ok("GET /space")
    answer = service.send("GET /space")
    assert answer.status == 429
    assert answer.headers["content-type"].startswith("text/html")
    assert b"1015" in answer.body


def test_a_burst_is_turned_away_by_the_proxy_for_a_while() -> None:
    service, clock = start(burst_limit=3, quota_scale=0)
    assert [service.send("GET /space").status for _ in range(4)] == [200, 200, 200, 429]
    clock.sleep(2)
    assert service.send("GET /space").headers["content-type"].startswith("text/html")
    clock.sleep(9)
    service.ok("GET /space")


def test_a_steady_pace_never_meets_the_proxy() -> None:
    service, clock = start(burst_limit=5, quota_scale=0)
    for _ in range(50):
        service.ok("GET /space")
        clock.sleep(0.2)
