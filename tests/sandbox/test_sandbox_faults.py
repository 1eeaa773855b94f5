"""Scripted trouble, as tests order it."""

from __future__ import annotations

import pytest

from capsync.clock import ManualClock
from capsync.sandbox.caller import Caller
from capsync.sandbox.core import ConnectionDropped, Sandbox
from capsync.sandbox.seed_words import p

CREATE = {"structureId": "RootPage"}


def start() -> Caller:
    return Caller(Sandbox(clock=ManualClock()))


@pytest.mark.parametrize(
    ("status", "code"),
    [
        (400, "cap_invalid_input"),
        (401, "cap_not_authenticated"),
        (403, "cap_scope_insufficient"),
        (404, "cap_not_found"),
        (413, "cap_invalid_input"),
        (429, "cap_rate_limit_exceeded"),
        (500, "cap_server_error"),
        (503, "cap_service_unavailable"),
        (555, "cap_service_unavailable"),
    ],
)
def test_a_failure_has_the_code_of_its_status_and_does_nothing(status: int, code: str) -> None:
    service = start()
    service.sandbox.fail_next(status)
    assert service.refused("POST /object", CREATE)[:2] == (status, code)
    assert service.sandbox.app_list() == []
    service.ok("POST /object", CREATE)


def test_a_failure_can_have_another_code_message_and_number() -> None:
    service = start()
    service.sandbox.fail_next(400, code="cap_odd", message="No.", times=2)
    for _ in range(2):
        assert service.refused("GET /space") == (400, "cap_odd", "No.")
    service.ok("GET /space")


def test_a_failure_waits_for_its_path_and_method() -> None:
    service = start()
    service.sandbox.fail_next(500, path="/object", method="POST")
    service.ok("GET /space")
    assert service.refused("POST /object", CREATE)[0] == 500


def test_a_failure_can_be_a_web_page() -> None:
    service = start()
    service.sandbox.fail_next(503, html=True)
    answer = service.send("GET /space")
    assert (answer.status, answer.body[:9]) == (503, b"<!DOCTYPE")


@pytest.mark.parametrize(("applied", "objects"), [(True, 1), (False, 0)])
def test_a_connection_drops_before_or_after_the_work(applied: bool, objects: int) -> None:
    service = start()
    service.sandbox.drop_next(applied=applied, path="/object")
    with pytest.raises(ConnectionDropped) as caught:
        service.send("POST /object", CREATE)
    assert caught.value.applied is applied
    assert len(service.sandbox.app_list()) == objects
    assert [line.status for line in service.sandbox.log] == [0]


def test_an_answer_without_effect_looks_like_any_other() -> None:
    service = start()
    page = service.sandbox.app_create("RootPage", "x", blocks=[])
    service.sandbox.ignore_next(path="/blocks/append")
    body = {"id": page, "blocks": [p("lost")]}
    answer = service.ok("POST /blocks/append", body)
    assert "lost" in str(answer["blocks"])
    assert "lost" not in str(service.ok("GET /object", id=page))
    assert "lost" in str(service.ok("POST /blocks/append", body))


def test_an_edit_can_slip_in_before_a_request() -> None:
    service = start()
    page = service.sandbox.app_create("RootPage", "x")
    hand = service.sandbox
    hand.before_next(lambda: hand.app_rename(page, "y"), method="GET", path="/object")
    service.ok("GET /space")
    assert hand.app_get(page)["properties"]["title"]["title"]["value"] == "x"
    read = service.ok("GET /object", id=page)
    assert read["properties"]["title"]["title"]["value"] == "y"


def test_an_object_can_vanish_between_the_list_and_the_read() -> None:
    service = start()
    page = service.sandbox.app_create("RootPage", "x")
    service.sandbox.vanish_when_listed(page)
    service.ok("GET /objects/structure", id="RootTag")
    (row,) = service.ok("GET /objects/structure", id="RootPage")["results"]
    assert service.refused("GET /object", id=row["id"])[0] == 404
    service.sandbox.app_restore(page)
    service.ok("GET /object", id=page)


def test_calm_forgets_what_was_to_come() -> None:
    service = start()
    service.sandbox.fail_next(500)
    service.sandbox.drop_next(applied=False)
    service.sandbox.calm()
    service.ok("GET /space")
