"""Uploading files in parts."""

from __future__ import annotations

from typing import Any

import pytest

from capsync.clock import ManualClock
from capsync.sandbox.caller import Caller
from capsync.sandbox.core import Sandbox
from capsync.sandbox.options import Options

UPLOAD = "POST /object/media/upload"
NOBODY = "7d2e7f8a-4c3b-4e1d-9f0a-123456789abc"


def start() -> Caller:
    return Caller(Sandbox(Options(upload_part_size=4), clock=ManualClock()))


def part(service: Caller, upload: dict[str, Any], number: int, content: bytes) -> int:
    query = {"id": upload["id"], "partNumber": str(number)}
    headers = {"content-type": "application/octet-stream"}
    name = "PUT /object/media/upload/part"
    return service.send(name, query=query, raw=content, headers=headers).status


def test_a_file_is_sent_in_parts_and_becomes_an_object() -> None:
    service = start()
    upload = service.ok(UPLOAD, {"fileName": "bench.png", "fileSize": 10, "title": "Bench"})
    assert upload["status"] == "pending"
    assert (upload["partSize"], upload["partCount"], upload["fileType"]) == (4, 3, "image/png")
    for number, content in ((1, b"aaaa"), (2, b"bbbb"), (3, b"cc")):
        assert part(service, upload, number, content) == 200
    made = service.ok(UPLOAD + "/complete", {"id": upload["id"]})
    assert made["structureId"] == "MediaImage"
    assert made["properties"]["title"]["title"]["value"] == "Bench"
    assert made["properties"]["media_fileSize"]["number"]["value"] == 10
    assert made["files"][0]["fileType"] == "image/png"
    assert made["blocks"] == {"media_notes": []}
    assert service.sandbox.violations == []
    assert service.refused(UPLOAD + "/complete", {"id": upload["id"]})[0] == 404


@pytest.mark.parametrize(
    ("file_type", "structure"),
    [
        ("image/jpeg", "MediaImage"),
        ("audio/mpeg", "MediaAudio"),
        ("video/mp4", "MediaVideo"),
        ("application/pdf", "MediaPDF"),
        ("application/zip", "MediaFile"),
    ],
)
def test_the_type_of_a_file_decides_the_structure(file_type: str, structure: str) -> None:
    service = start()
    upload = service.ok(UPLOAD, {"fileName": "x", "fileSize": 1, "fileType": file_type})
    assert part(service, upload, 1, b"x") == 200
    assert service.ok(UPLOAD + "/complete", {"id": upload["id"]})["structureId"] == structure


def test_parts_of_the_wrong_size_or_number_are_refused() -> None:
    service = start()
    upload = service.ok(UPLOAD, {"fileName": "x", "fileSize": 5})
    assert [
        part(service, upload, number, content)
        for number, content in ((1, b"aaa"), (2, b"aa"), (3, b"a"), (0, b"a"))
    ] == [400, 400, 400, 400]


def test_a_file_with_a_part_missing_is_not_complete() -> None:
    service = start()
    upload = service.ok(UPLOAD, {"fileName": "x", "fileSize": 5})
    part(service, upload, 2, b"a")
    assert service.refused(UPLOAD + "/complete", {"id": upload["id"]})[0] == 400


def test_an_aborted_or_expired_upload_is_gone() -> None:
    clock = ManualClock()
    service = Caller(Sandbox(clock=clock))
    upload = service.ok(UPLOAD, {"fileName": "x", "fileSize": 1})
    assert service.ok(UPLOAD + "/abort", {"id": upload["id"]}) is None
    assert part(service, upload, 1, b"x") == 404
    upload = service.ok(UPLOAD, {"fileName": "x", "fileSize": 1})
    clock.sleep(3601)
    assert part(service, upload, 1, b"x") == 404


@pytest.mark.parametrize(
    "body",
    [
        {},
        {"fileName": "", "fileSize": 1},
        {"fileName": "x" * 513, "fileSize": 1},
        {"fileName": "x", "fileSize": 0},
        {"fileName": "x", "fileSize": 1.5},
        {"fileName": "x", "fileSize": 1, "collections": [NOBODY]},
    ],
)
def test_an_upload_that_makes_no_sense_is_refused(body: dict[str, Any]) -> None:
    assert start().refused(UPLOAD, body)[:2] == (400, "cap_invalid_input")
