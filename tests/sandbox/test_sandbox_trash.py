"""The trash: what is in it is gone for everyone, and comes back whole."""

from __future__ import annotations

from typing import Any

from capsync.clock import ManualClock
from capsync.sandbox.caller import Caller
from capsync.sandbox.core import Sandbox
from capsync.sandbox.options import Options

NOBODY = "7d2e7f8a-4c3b-4e1d-9f0a-123456789abc"
MISSING = (404, "cap_not_found")


def title(text: str | None) -> dict[str, Any]:
    return {"title": {"type": "title", "title": {"value": text}}}


def start(**switches: Any) -> Caller:
    return Caller(Sandbox(Options(quota_scale=0, **switches), clock=ManualClock()))


def page(service: Caller, name: str = "A page") -> dict[str, Any]:
    body = {"structureId": "RootPage", "properties": title(name)}
    made: dict[str, Any] = service.ok("POST /object", body)
    return made


def test_a_trashed_object_is_gone_for_every_endpoint() -> None:
    service = start()
    made = page(service)
    object_id, (block,) = made["id"], next(iter(made["blocks"].values()))
    assert service.send("DELETE /object", query={"id": object_id}).body == b""
    for name, body, query in (
        ("GET /object", None, {"id": object_id}),
        ("GET /object/markdown", None, {"id": object_id}),
        ("DELETE /object", None, {"id": object_id, "hardDelete": "false"}),
        ("DELETE /block", None, {"objectId": object_id, "blockId": block["id"]}),
        ("PATCH /object", {"id": object_id, "properties": title("b")}, {}),
        ("PATCH /object/markdown", {"id": object_id, "markdown": ""}, {}),
        ("POST /blocks/append", {"id": object_id, "markdown": "a"}, {}),
        (
            "PATCH /blocks/block",
            {"id": object_id, "blockId": block["id"], "block": {"type": "TextBlock"}},
            {},
        ),
    ):
        assert service.refused(name, body, **query)[:2] == MISSING, name
    assert service.ok("POST /objects/search", {"query": "page"})["results"] == []
    assert service.ok("GET /objects/structure", id="RootPage")["results"] == []


def test_restoring_brings_everything_back() -> None:
    service = start()
    made = page(service)
    service.ok("PATCH /object", {"id": made["id"], "deleteRequested": True})
    assert service.refused("GET /object", id=made["id"])[:2] == MISSING
    back = service.ok("PATCH /object", {"id": made["id"], "deleteRequested": False})
    assert back["blocks"] == made["blocks"]
    assert service.ok("GET /object", id=made["id"]) == back


def test_a_destroyed_object_never_comes_back() -> None:
    service = start()
    made = page(service)
    service.ok("DELETE /object", id=made["id"], hardDelete="true")
    body = {"id": made["id"], "deleteRequested": False}
    assert service.refused("PATCH /object", body)[:2] == MISSING
    assert service.sandbox.app_list(trashed=True) == []


def test_what_is_in_the_trash_can_be_destroyed() -> None:
    service = start()
    made = page(service)
    service.ok("DELETE /object", id=made["id"], hardDelete="false")
    service.ok("DELETE /object", id=made["id"], hardDelete="true")
    assert service.sandbox.app_list(trashed=True) == []
