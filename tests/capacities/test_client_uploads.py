"""Uploading a file in parts."""

from __future__ import annotations

import json
from collections.abc import Mapping

import pytest

from capsync.capacities.client import Client, connect
from capsync.capacities.http import transport_of
from capsync.clock import ManualClock
from capsync.errors import Rejected
from tests.capacities.test_client_endpoints import NOTE, OBJECT


def uploads(part: int, abort: int = 200) -> tuple[Client, list[tuple[str, bytes]]]:
    """Make a service that takes parts of four bytes and answers them with status *part*."""
    sent: list[tuple[str, bytes]] = []

    def service(
        method: str, path: str, query: Mapping[str, str], headers: object, body: bytes
    ) -> tuple[int, Mapping[str, str], bytes]:
        sent.append((path.rpartition("/")[2] + query.get("partNumber", ""), body))
        if path.endswith("/part"):
            return part, {}, b""
        if path.endswith("/abort"):
            return abort, {}, b""
        if path.endswith("/upload"):
            return 200, {}, b'{"id": "u", "partSize": 4, "partCount": 3}'
        return 200, {}, json.dumps(OBJECT).encode()

    transport = transport_of(service)
    return connect("cap-api-x", clock=ManualClock(0.0), transport=transport), sent


def test_a_file_is_uploaded_in_parts() -> None:
    client, sent = uploads(200)
    assert client.upload("a.txt", b"0123456789").id == NOTE
    assert [name for name, _ in sent] == ["upload", "part1", "part2", "part3", "complete"]
    assert [body for _, body in sent[1:4]] == [b"0123", b"4567", b"89"]


@pytest.mark.parametrize("abort", [204, 404, 500])
def test_an_upload_that_fails_is_called_off(abort: int) -> None:
    """What went wrong first is told, whatever becomes of the calling off."""
    client, sent = uploads(413, abort)
    with pytest.raises(Rejected, match="too large"):
        client.upload("a.txt", b"0123456789")
    assert [name for name, _ in sent] == ["upload", "part1", "abort"]
