"""Waiting, learning and repeating: which requests are sent again, when, and how often."""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping
from typing import Any

import pytest
import stamina

from capsync.capacities.calls import wait_before_retry
from capsync.capacities.client import Client, connect
from capsync.capacities.http import Http, transport_of
from capsync.capacities.limits import BLIND, Limiter
from capsync.clock import ManualClock
from capsync.errors import (
    CapsyncError,
    RateLimited,
    Rejected,
    RetryError,
    ServerFault,
    Stale,
    Unconvertible,
    Unreachable,
)
from capsync.model.note import PAGE, TITLE
from capsync.model.property import Scalar
from capsync.model.token import NoteId

NOTE = NoteId("0a4d3b8e-9c1f-4a53-8a3e-6b7f1d2c3e44")
OBJECT = {
    "id": NOTE,
    "structureId": "RootPage",
    "collections": [],
    "properties": {},
    "blocks": {"content": []},
}
Reply = tuple[int, Mapping[str, str], bytes]
OK: Reply = (200, {}, json.dumps(OBJECT).encode())
FOUND: Reply = (200, {}, b'{"results": []}')
PAGE_1015: Reply = (429, {}, b"<html><title>Error 1015</title></html>")


def status(code: int, **headers: str) -> Reply:
    names = {name.replace("_", "-"): value for name, value in headers.items()}
    return code, names, b'{"code": "", "message": "said so"}'


def client_hearing(
    *replies: Reply | Exception, clock: ManualClock | None = None, **options: Any
) -> Client:
    """Make a client whose service gives these replies, one by one, the last for ever."""
    waiting = list(replies)

    def service(*_: object) -> Reply:
        reply = waiting.pop(0) if len(waiting) > 1 else waiting[0]
        if isinstance(reply, Exception):
            raise reply
        return reply

    limiter = Limiter(clock or ManualClock(0.0), 0.0)
    http = Http("cap-api-x", transport=transport_of(service))
    return Client(http, limiter, jitter=lambda: 1.0, **options)


TITLED = {TITLE: Scalar("title", "a")}
READS: Mapping[str, tuple[Callable[[Client], object], Reply]] = {
    "get": (lambda client: client.get(NOTE), OK),
    "search": (lambda client: client.search("a"), FOUND),
    "list": (lambda client: client.list_structure(PAGE), FOUND),
}
WRITES: Mapping[str, Callable[[Client], object]] = {
    "create": lambda client: client.create(PAGE, TITLED),
    "update": lambda client: client.update(NOTE, properties=TITLED),
    "delete": lambda client: client.delete(NOTE),
    "append": lambda client: client.append(NOTE, "a"),
}
PASSING: Mapping[str, Reply | Exception] = {
    "refused": ConnectionRefusedError("no"),
    "time-out": TimeoutError("slow"),
    "cut": ConnectionResetError("gone"),
    "500": status(500),
    "503": status(503),
    "555": status(555),
    "truncated": (200, {}, b'{"id": "0a4d'),
    "empty": (200, {}, b""),
    "a web page": (200, {}, b"<html>Sign in to the hotel</html>"),
    "another shape": (200, {}, b"[]"),
}


@pytest.mark.parametrize("trouble", PASSING.values(), ids=PASSING.keys())
@pytest.mark.parametrize(("read", "reply"), READS.values(), ids=READS.keys())
def test_a_read_is_repeated_until_the_trouble_has_passed(
    read: Callable[[Client], object], reply: Reply, trouble: Reply | Exception
) -> None:
    clock = ManualClock(0.0)
    client = client_hearing(trouble, trouble, reply, clock=clock)
    read(client)
    assert client.requests == 3
    assert clock.time == 1.0 + 2.0


@pytest.mark.parametrize("trouble", PASSING.values(), ids=PASSING.keys())
@pytest.mark.parametrize("write", WRITES.values(), ids=WRITES.keys())
def test_a_write_that_failed_is_never_repeated(
    write: Callable[[Client], object], trouble: Reply | Exception
) -> None:
    client = client_hearing(trouble, OK)
    if write is WRITES["delete"] and isinstance(trouble, tuple) and trouble[0] == 200:
        write(client)  # its answer says nothing anyway
    else:
        with pytest.raises(RetryError) as caught:
            write(client)
        assert caught.value.maybe_done is not isinstance(trouble, ConnectionRefusedError)
    assert client.requests == 1


@pytest.mark.parametrize("call", [*WRITES.values(), READS["get"][0]], ids=[*WRITES, "get"])
def test_a_429_is_waited_out_and_repeated_even_for_a_write(
    call: Callable[[Client], object],
) -> None:
    clock = ManualClock(0.0)
    client = client_hearing(
        status(429, ratelimit="limit=30, remaining=0, reset=42"), OK, clock=clock
    )
    call(client)
    assert client.requests == 2
    assert clock.time == 42.0


def test_a_429_by_a_proxy_holds_back_everything() -> None:
    clock = ManualClock(0.0)
    client = client_hearing(PAGE_1015, OK, clock=clock)
    client.update(NOTE, properties=TITLED)
    assert clock.time == BLIND
    client.get(NOTE)
    assert client.requests == 3


def test_waiting_on_429s_comes_to_an_end() -> None:
    clock = ManualClock(0.0)
    client = client_hearing(status(429, retry_after="50"), clock=clock)
    with pytest.raises(RateLimited) as caught:
        client.update(NOTE, properties=TITLED)
    assert caught.value.after == 50.0
    assert not caught.value.maybe_done
    assert clock.time <= client.limiter.patience


def test_a_429_for_an_hour_is_not_waited_for_and_the_next_request_is_not_sent() -> None:
    clock = ManualClock(0.0)
    client = client_hearing(status(429, retry_after="3600"), clock=clock)
    for _ in range(2):
        with pytest.raises(RateLimited) as caught:
            client.get(NOTE)
        assert caught.value.after == 3600.0
    assert clock.time == 0.0
    assert client.requests == 1


def test_reading_gives_up_after_four_attempts() -> None:
    client = client_hearing(status(500))
    with pytest.raises(ServerFault):
        client.get(NOTE)
    assert client.requests == 4


def test_the_test_switch_of_stamina_counts_the_attempts_too() -> None:
    client = client_hearing(status(500))
    with stamina.set_testing(True, attempts=2), pytest.raises(ServerFault):
        client.get(NOTE)
    assert client.requests == 2


def test_repeating_is_logged_with_the_real_wait(caplog: pytest.LogCaptureFixture) -> None:
    transport = transport_of(lambda *_: status(429, retry_after="150"))
    with caplog.at_level("INFO"), pytest.raises(RateLimited):
        connect("cap-api-x", clock=ManualClock(0.0), transport=transport).get(NOTE)
    logged = [record for record in caplog.records if record.name.startswith(("caps", "stamina"))]
    assert [record.name for record in logged] == ["capsync.capacities.calls"]
    assert "trying again in 150.0 s" in logged[0].getMessage()


def test_attempts_can_be_counted_down_to_one() -> None:
    client = client_hearing(status(500), attempts=1)
    with pytest.raises(ServerFault):
        client.get(NOTE)
    assert client.requests == 1


def test_a_fault_that_says_when_to_come_back_is_believed() -> None:
    clock = ManualClock(0.0)
    client = client_hearing(status(503, retry_after="33"), OK, clock=clock)
    client.get(NOTE)
    assert clock.time == 33.0


@pytest.mark.parametrize(("code", "error"), [(400, Rejected), (404, Stale), (413, Rejected)])
def test_what_would_be_refused_again_is_not_repeated(code: int, error: type[CapsyncError]) -> None:
    client = client_hearing(status(code))
    with pytest.raises(error, match=NOTE):
        client.get(NOTE)
    assert client.requests == 1


def test_requests_are_counted_per_method_and_path() -> None:
    client = client_hearing(status(500), OK)
    client.get(NOTE)
    client.update(NOTE, properties=TITLED)
    assert client.calls == {("GET", "/object"): 2, ("PATCH", "/object"): 1}
    assert client.requests == 3


def test_every_answer_teaches_the_limiter() -> None:
    client = client_hearing((200, {"ratelimit": "limit=120, remaining=7, reset=3"}, OK[2]))
    client.get(NOTE)
    assert client.limiter.usage()[0].limit == 120


def test_another_object_than_the_one_asked_for_is_no_answer() -> None:
    client = client_hearing(OK)
    with pytest.raises(ServerFault, match="unreadable"):
        client.get(NoteId(NOTE.replace("0", "1")))


def test_what_cannot_be_sent_names_its_note_and_is_not_sent() -> None:
    client = client_hearing(OK)
    with pytest.raises(Unconvertible, match=NOTE):
        client.append(NOTE, "\ud800")
    with pytest.raises(Unconvertible, match=NOTE):
        client.update(NOTE, properties={TITLE: Scalar("number", float("inf"))})


def test_the_token_is_in_no_repr() -> None:
    with connect("cap-api-secret", transport=transport_of(lambda *_: OK)) as client:
        client.get(NOTE)
        assert "secret" not in repr(client)
        assert "requests=1" in repr(client)


RETRIES: Mapping[str, tuple[RetryError, bool, int, float | None]] = {
    "write, unreachable": (Unreachable("x"), False, 1, None),
    "write, fault": (ServerFault("x"), False, 1, None),
    "write, 429": (RateLimited("x", after=7.0), False, 1, 7.0),
    "read, first": (Unreachable("x"), True, 1, 1.0),
    "read, third": (ServerFault("x"), True, 3, 4.0),
    "read, ninth": (ServerFault("x"), True, 9, 60.0),
    "read, told": (ServerFault("x", after=33.0), True, 1, 33.0),
}


@pytest.mark.parametrize(
    ("error", "safe", "attempt", "seconds"), RETRIES.values(), ids=RETRIES.keys()
)
def test_waits_before_a_retry_follow_the_table(
    error: RetryError, safe: bool, attempt: int, seconds: float | None
) -> None:
    assert wait_before_retry(error, safe=safe, attempt=attempt, jitter=1.0) == seconds
    if seconds is not None and error.after is None:
        half = wait_before_retry(error, safe=safe, attempt=attempt, jitter=0.0)
        assert half == seconds / 2
