"""The sandbox on a port: reached from this machine, and only as itself."""

from __future__ import annotations

import socket
from collections.abc import Iterator

import httpx
import pytest

from capsync.clock import SystemClock
from capsync.errors import ConfigError
from capsync.sandbox.core import Sandbox
from capsync.sandbox.options import Options
from capsync.sandbox.server import bound, running, serve

HEADERS = {"Authorization": "Bearer cap-api-sandbox", "X-Capacities-Api-Version": "1.0.0"}


@pytest.fixture
def sandbox() -> Iterator[Sandbox]:
    with Sandbox(Options(max_body=2000), clock=SystemClock()) as made:
        yield made


@pytest.fixture
def client(sandbox: Sandbox) -> Iterator[httpx.Client]:
    with running(sandbox) as url, httpx.Client(base_url=url, headers=HEADERS) as made:
        yield made


def test_requests_reach_the_sandbox_and_answers_come_back(client: httpx.Client) -> None:
    body = {"structureId": "RootPage", "properties": {}}
    made = client.post("/object", json=body)
    assert made.status_code == 200
    assert made.headers["ratelimit"] == "limit=30, remaining=29, reset=60"
    read = client.get("/object", params={"id": made.json()["id"]})
    assert read.json() == made.json()
    gone = client.delete("/object", params={"id": made.json()["id"], "hardDelete": "false"})
    assert (gone.status_code, gone.content) == (200, b"")


def test_a_token_is_asked_for(client: httpx.Client) -> None:
    assert client.get("/space", headers={"Authorization": "Bearer x"}).status_code == 401


def test_a_large_body_is_turned_away(client: httpx.Client) -> None:
    answer = client.post("/object/markdown", content=b"x" * 100_000)
    assert answer.status_code == 413


@pytest.mark.parametrize("host", ["evil.example", "capacities.io:8765"])
def test_other_names_for_this_machine_are_not_served(client: httpx.Client, host: str) -> None:
    """A web page that points its own name here must not be able to read notes."""
    assert client.get("/space", headers={"Host": host}).status_code == 400


@pytest.mark.parametrize("applied", [True, False])
def test_a_dropped_connection_is_an_error_for_the_client(
    sandbox: Sandbox, client: httpx.Client, applied: bool
) -> None:
    sandbox.drop_next(applied=applied)
    with pytest.raises(httpx.TransportError):
        client.post("/object", json={"structureId": "RootPage"})
    assert len(sandbox.app_list()) == applied
    assert client.get("/space").status_code == 200


def test_connections_are_kept_and_answers_do_not_wait(client: httpx.Client) -> None:
    """Without TCP_NODELAY every answer took 40 ms."""
    spent = [client.get("/space/structures").elapsed.total_seconds() for _ in range(10)]
    assert sorted(spent)[5] < 0.03


def test_only_this_machine_is_listened_to(sandbox: Sandbox) -> None:
    for host in ("0.0.0.0", "::", "example.org"):  # noqa: S104
        with pytest.raises(ConfigError, match="only listens on this machine"):
            serve(sandbox, host, 0)


def test_a_port_in_use_is_said_so(sandbox: Sandbox) -> None:
    with bound("127.0.0.1", 0) as taken:
        port = taken.getsockname()[1]
        with pytest.raises(ConfigError, match=f"port {port} is in use"):
            serve(sandbox, "127.0.0.1", port)


def test_the_port_is_free_again_afterwards(sandbox: Sandbox) -> None:
    with running(sandbox) as url:
        port = int(url.rpartition(":")[2])
    with socket.socket() as probe:
        assert probe.connect_ex(("127.0.0.1", port)) != 0


def test_a_server_that_nobody_called_stops_too(sandbox: Sandbox) -> None:
    with running(sandbox):
        pass
