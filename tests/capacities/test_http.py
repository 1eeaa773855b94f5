"""One request over the wire: what is sent, what comes back, and every way to get no answer."""

from __future__ import annotations

import socket
import threading
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from typing import Any

import pytest

from capsync import __version__
from capsync.capacities.http import Answer, Http, parsed, transport_of
from capsync.errors import AuthError, ConfigError, Unreachable

TOKEN = "cap-api-very-secret"
Sent = list[tuple[str, str, Mapping[str, str], Mapping[str, str], bytes]]


def http_recording(sent: Sent, body: bytes = b"{}") -> Http:
    def service(*request: Any) -> tuple[int, Mapping[str, str], bytes]:
        sent.append(request)
        return 200, {"RateLimit": "limit=30, remaining=29, reset=41"}, body

    return Http(TOKEN, transport=transport_of(service))


def test_every_request_carries_token_version_and_agent() -> None:
    sent: Sent = []
    with http_recording(sent) as http:
        http.send("GET", "/object", query={"id": "a b"})
    method, path, query, headers, body = sent[0]
    assert (method, path, query, body) == ("GET", "/object", {"id": "a b"}, b"")
    assert headers["authorization"] == f"Bearer {TOKEN}"
    assert headers["x-capacities-api-version"] == "1.0.0"
    assert headers["user-agent"] == f"capsync/{__version__}"
    assert "content-type" not in headers


def test_json_is_sent_as_compact_utf8() -> None:
    sent: Sent = []
    http_recording(sent).send("POST", "/object", json={"title": "日本 🌱", "n": [1, None]})
    assert sent[0][4] == '{"title":"日本 🌱","n":[1,null]}'.encode()
    assert sent[0][3]["content-type"] == "application/json"


def test_raw_bytes_are_sent_as_they_are() -> None:
    sent: Sent = []
    http_recording(sent).send("PUT", "/object/media/upload/part", content=b"\x00\xff")
    assert sent[0][4] == b"\x00\xff"
    assert sent[0][3]["content-type"] == "application/octet-stream"


@pytest.mark.parametrize("value", [float("nan"), "\ud800", {1, 2}])
def test_what_cannot_be_json_is_refused_before_it_is_sent(value: object) -> None:
    sent: Sent = []
    with pytest.raises((ValueError, TypeError)):
        http_recording(sent).send("POST", "/object", json={"x": value})
    assert not sent


def test_an_answer_has_its_headers_in_lower_case() -> None:
    answer = http_recording([], b"[1]").send("GET", "/space")
    assert answer.status == 200
    assert answer.headers["ratelimit"] == "limit=30, remaining=29, reset=41"
    assert answer.body == b"[1]"


TROUBLE = {
    "refused": (ConnectionRefusedError("refused"), False, "no connection"),
    "time-out": (TimeoutError("slow"), True, "no answer in time"),
    "cut": (ConnectionResetError("gone"), True, "the connection was cut"),
}


@pytest.mark.parametrize(("trouble", "maybe_done", "words"), TROUBLE.values(), ids=TROUBLE)
def test_no_answer_says_whether_the_request_may_have_arrived(
    trouble: Exception, maybe_done: bool, words: str
) -> None:
    def service(*_: object) -> tuple[int, Mapping[str, str], bytes]:
        raise trouble

    with pytest.raises(Unreachable, match=words) as caught:
        Http(TOKEN, transport=transport_of(service)).send("POST", "/object", json={})
    assert caught.value.maybe_done is maybe_done
    assert "POST /object" in str(caught.value)


def test_the_token_is_never_shown() -> None:
    def service(*_: object) -> tuple[int, Mapping[str, str], bytes]:
        raise ConnectionResetError(f"bad header {TOKEN}")

    http = Http(TOKEN, transport=transport_of(service))
    with pytest.raises(Unreachable) as caught:
        http.send("GET", "/space")
    assert TOKEN not in str(caught.value)
    assert TOKEN not in repr(http)


@pytest.mark.parametrize("token", ["", "  ", "two words", "line\nbreak", "schlüssel"])
def test_what_cannot_be_a_token_is_refused_without_being_shown(token: str) -> None:
    with pytest.raises(AuthError) as caught:
        Http(token)
    assert not token.strip() or token not in str(caught.value)


def test_blanks_around_a_token_are_forgiven() -> None:
    sent: Sent = []

    def service(*request: Any) -> tuple[int, Mapping[str, str], bytes]:
        sent.append(request)
        return 200, {}, b""

    Http(f" {TOKEN}\n", transport=transport_of(service)).send("GET", "/space")
    assert sent[0][3]["authorization"] == f"Bearer {TOKEN}"


@pytest.mark.parametrize("url", ["http://example.org", "ftp://example.org", "example.org", ""])
def test_a_token_is_never_sent_in_the_clear(url: str) -> None:
    with pytest.raises(ConfigError, match="https"):
        Http(TOKEN, base_url=url)


@pytest.mark.parametrize("url", ["http://127.0.0.1:8080/", "http://localhost:1", "http://[::1]:2"])
def test_this_machine_may_be_spoken_to_in_the_clear(url: str) -> None:
    Http(TOKEN, base_url=url).close()


def test_redirects_are_not_followed_with_the_token() -> None:
    def service(*_: object) -> tuple[int, Mapping[str, str], bytes]:
        return 302, {"location": "https://elsewhere.example"}, b""

    answer = Http(TOKEN, transport=transport_of(service)).send("GET", "/space")
    assert answer.status == 302


@contextmanager
def server_saying(data: bytes) -> Iterator[str]:
    """Serve one connection on this machine: read a little, say *data*, hang up."""
    with socket.create_server(("127.0.0.1", 0)) as listener:

        def serve() -> None:
            connection, _ = listener.accept()
            with connection:
                connection.recv(65536)
                connection.sendall(data)

        thread = threading.Thread(target=serve)
        thread.start()
        yield f"http://127.0.0.1:{listener.getsockname()[1]}"
        thread.join()


HALF = {
    "nothing at all": b"",
    "half a head": b"HTTP/1.1 200 OK\r\nContent-",
    "half a body": b"HTTP/1.1 200 OK\r\nContent-Length: 100\r\n\r\n{",
    "half a chunk": b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n40\r\n{",
    "no HTTP": b"SSH-2.0-OpenSSH_9.2\r\n",
    "no gzip": b"HTTP/1.1 200 OK\r\nContent-Encoding: gzip\r\nContent-Length: 3\r\n\r\nxyz",
}


@pytest.mark.parametrize("data", HALF.values(), ids=HALF.keys())
def test_half_an_answer_over_a_real_socket_is_no_answer(data: bytes) -> None:
    with server_saying(data) as url, Http(TOKEN, base_url=url) as http:
        with pytest.raises(Unreachable) as caught:
            http.send("POST", "/object", json={})
        assert caught.value.maybe_done


def test_nobody_listening_means_never_sent() -> None:
    with socket.create_server(("127.0.0.1", 0)) as listener:
        port = listener.getsockname()[1]
    with (
        Http(TOKEN, base_url=f"http://127.0.0.1:{port}") as http,
        pytest.raises(Unreachable) as caught,
    ):
        http.send("POST", "/object", json={})
    assert not caught.value.maybe_done


def test_a_body_nested_absurdly_deep_is_no_json() -> None:
    with pytest.raises(ValueError, match="nested too deep"):
        parsed(b"[" * 100_000)


def test_an_answer_is_a_plain_value() -> None:
    assert Answer(200, {}, b"") == Answer(200, {}, b"")
