"""What gets through to the page, and what every answer carries."""

from __future__ import annotations

import socket

import httpx
import pytest

from capsync.web.guard import LARGEST
from tests.web.world import AS_OUR_FORM, NO_TLS, FakeHands, Visitor

FORMS = ["/sync", "/pause", "/resume", "/resolve", "/notes/x/restore"]


def raw(visitor: Visitor, *lines: str, body: bytes = b"") -> str:
    """Send what no well-bred client would, and give the first line of the answer."""
    with socket.create_connection(("127.0.0.1", visitor.served.door.port), timeout=10) as wire:
        wire.sendall("\r\n".join([*lines, "Connection: close", "", ""]).encode() + body)
        with wire.makefile("rb") as answer:
            return answer.readline().decode().strip()


def cookie_of(visitor: Visitor) -> str:
    return "; ".join(f"{name}={value}" for name, value in visitor.client.cookies.items())


@pytest.mark.parametrize(
    "host",
    [
        "evil.example",
        "evil.example:{port}",
        "127.0.0.1",
        "localhost",
        "127.0.0.1:1",
        "127.0.0.1:{port}.evil.example",
        "localhost.evil.example:{port}",
        "[::1]:{port}",
        "0.0.0.0:{port}",
        "LOCALHOST.:{port}",
        "",
    ],
)
@pytest.mark.parametrize("path", ["/", "/open?secret={secret}", "/static/page.js"])
def test_under_another_name_nothing_is_answered(visitor: Visitor, host: str, path: str) -> None:
    """A web page that points its own name here must not be able to read notes."""
    door = visitor.served.door
    where = path.format(secret=door.link.rpartition("=")[2])
    headers = {"Host": host.format(port=door.port)}
    assert visitor.client.get(where, headers=headers).status_code == 421
    assert door.enter(door.link.rpartition("=")[2])  # it was not spent


def test_both_names_of_this_machine_are_answered(visitor: Visitor) -> None:
    host = {"Host": f"localhost:{visitor.served.door.port}"}
    assert visitor.client.get("/", headers=host).status_code == 200


def test_two_hosts_or_none_are_refused(visitor: Visitor) -> None:
    host, cookie = f"Host: 127.0.0.1:{visitor.served.door.port}", f"Cookie: {cookie_of(visitor)}"
    assert raw(visitor, "GET / HTTP/1.1", host, cookie).endswith("200 OK")
    for hosts in ((host, "Host: evil.example"), ("Host: evil.example", host), ()):
        assert raw(visitor, "GET / HTTP/1.1", *hosts, cookie).split()[1] in ("400", "421")
    assert raw(visitor, "GET / HTTP/1.0", cookie).split()[1] == "421"


@pytest.mark.parametrize(
    "headers",
    [
        {},
        {"Origin": "http://evil.example"},
        {"Origin": "http://127.0.0.1:1"},
        {"Origin": "https://127.0.0.1:{port}"},
        {"Origin": "null"},
        {"Origin": "null", "Sec-Fetch-Site": "cross-site"},
        {"Origin": "null", "Sec-Fetch-Site": "same-site"},
        {"Origin": "null", "Sec-Fetch-Site": "none"},
        {"Origin": "http://evil.example", "Sec-Fetch-Site": "same-origin"},
        {"Origin": "http://127.0.0.1:{port}", "Sec-Fetch-Site": "same-site"},
        {"Sec-Fetch-Site": "cross-site"},
    ],
)
def test_a_form_from_elsewhere_does_nothing(
    visitor: Visitor, hands: FakeHands, headers: dict[str, str]
) -> None:
    token, port = visitor.token, visitor.served.door.port
    sent = {name: value.format(port=port) for name, value in headers.items()}
    answer = visitor.client.post("/sync", data={"token": token}, headers=sent)
    assert answer.status_code == 403
    assert hands.asked == []


@pytest.mark.parametrize(
    "headers",
    [
        AS_OUR_FORM,
        {"Origin": "http://127.0.0.1:{port}"},
        {"Origin": "http://localhost:{port}", "Sec-Fetch-Site": "same-origin"},
        {"Sec-Fetch-Site": "same-origin"},
    ],
)
def test_our_own_form_does_something(
    visitor: Visitor, hands: FakeHands, headers: dict[str, str]
) -> None:
    token, port = visitor.token, visitor.served.door.port
    sent = {name: value.format(port=port) for name, value in headers.items()}
    answer = visitor.client.post("/sync", data={"token": token}, headers=sent)
    assert answer.status_code == 303
    assert answer.headers["location"].startswith("/?job=")
    assert hands.asked == ["sync"]


@pytest.mark.parametrize("path", FORMS)
def test_a_form_without_the_token_of_its_page_does_nothing(
    visitor: Visitor, hands: FakeHands, path: str
) -> None:
    first = visitor.token
    with httpx.Client(base_url=visitor.client.base_url, verify=NO_TLS) as other:
        other.get(visitor.served.door.link)
        for token in ("", "x", first, first[:-1]):
            answer = other.post(path, data={"token": token}, headers=AS_OUR_FORM)
            assert answer.status_code == 403
        form = AS_OUR_FORM | {"Content-Type": "application/x-www-form-urlencoded"}
        assert other.post(path, content=b"", headers=form).status_code == 403
        asked = other.post(path, params={"token": first}, content=b"", headers=form)
        assert asked.status_code == 403
    assert hands.asked == []


@pytest.mark.parametrize("site", ["cross-site", "same-site"])
def test_other_pages_may_lead_here_but_not_look_in(visitor: Visitor, site: str) -> None:
    """Another port of this machine is the same site, and its pages may be anybody's."""
    for path in ("/", "/events", "/static/page.js"):
        answer = visitor.client.get(
            path, headers={"Sec-Fetch-Site": site, "Sec-Fetch-Mode": "no-cors"}
        )
        assert answer.status_code == 403
        framed = {"Sec-Fetch-Site": site, "Sec-Fetch-Mode": "navigate", "Sec-Fetch-Dest": "iframe"}
        assert visitor.client.get(path, headers=framed).status_code == 403
    led = {"Sec-Fetch-Site": site, "Sec-Fetch-Mode": "navigate", "Sec-Fetch-Dest": "document"}
    assert visitor.client.get("/", headers=led).status_code == 200


@pytest.mark.parametrize("method", ["PUT", "DELETE", "PATCH", "OPTIONS", "TRACE", "PROPFIND"])
def test_other_methods_are_refused(visitor: Visitor, method: str) -> None:
    for path in ("/", "/sync", "/static/page.js"):
        assert visitor.client.request(method, path).status_code == 405


def test_a_page_cannot_be_sent_a_form_nor_an_action_be_read(visitor: Visitor) -> None:
    assert visitor.sends("/").status_code == 405
    assert visitor.sends("/notes").status_code == 405
    assert visitor.client.get("/sync").status_code == 405
    assert (
        visitor.client.post("/open", data={"token": visitor.token}, headers=AS_OUR_FORM).status_code
        == 405
    )


def test_a_huge_form_is_turned_away_before_it_is_read(visitor: Visitor, hands: FakeHands) -> None:
    assert visitor.sends("/resolve", text="x" * LARGEST).status_code == 413
    lines = (
        "POST /sync HTTP/1.1",
        f"Host: 127.0.0.1:{visitor.served.door.port}",
        f"Cookie: {cookie_of(visitor)}",
        "Content-Type: application/x-www-form-urlencoded",
        "Sec-Fetch-Site: same-origin",
    )
    said = raw(visitor, *lines, f"Content-Length: {10**15}")
    assert said.split()[1] == "413"
    chunk = b"%x\r\n%s\r\n" % (60_000, b"x" * 60_000)
    said = raw(visitor, *lines, "Transfer-Encoding: chunked", body=chunk * 12 + b"0\r\n\r\n")
    assert said.split()[1] == "413"
    assert hands.asked == []


@pytest.mark.parametrize(
    ("kind", "body", "status"),
    [
        ("application/json", b'{"token": "x"}', 415),
        ("multipart/form-data; boundary=x", b"--x--", 415),
        ("text/plain", b"token=x", 415),
        ("application/x-www-form-urlencoded", b"token=\xff", 400),
        ("application/x-www-form-urlencoded", b"token=%ff", 400),
        ("application/x-www-form-urlencoded", b"&".join([b"a=1"] * 100), 400),
    ],
)
def test_what_is_no_form_is_refused(visitor: Visitor, kind: str, body: bytes, status: int) -> None:
    headers = AS_OUR_FORM | {"Content-Type": kind}
    assert visitor.client.post("/sync", content=body, headers=headers).status_code == status


@pytest.mark.parametrize(
    "path",
    [
        "/static/../pages.py",
        "/static/..%2fpages.py",
        "/static/%2e%2e/pages.py",
        "/static//etc/passwd",
        "/static/..\\pages.py",
        "/static/page.js%00.css",
        "/static/",
        "/notes/../../etc/passwd",
        "/notes/..%2f..%2fetc%2fpasswd",
        "/notes/%00",
        "/notes/" + "x" * 3000,
        "//evil.example/",
        "/%2f%2fevil.example",
        "/.capsync/config.toml",
    ],
)
def test_no_path_leads_out_of_the_page(visitor: Visitor, path: str) -> None:
    host, cookie = f"Host: 127.0.0.1:{visitor.served.door.port}", f"Cookie: {cookie_of(visitor)}"
    assert raw(visitor, f"GET {path} HTTP/1.1", host, cookie).split()[1] == "404"


def test_an_overlong_address_is_refused(visitor: Visitor) -> None:
    assert visitor.client.get("/notes", params={"q": "x" * 5000}).status_code == 414


@pytest.mark.parametrize("path", ["/", "/notes/nobody", "/static/page.js", "/sync", "/nothing"])
def test_every_answer_carries_the_headers(visitor: Visitor, path: str) -> None:
    for host in ({}, {"Host": "evil.example"}):
        headers = visitor.client.get(path, headers=host).headers
        policy = headers["content-security-policy"]
        assert policy.startswith("default-src 'none'; script-src 'self'; style-src 'self';")
        assert "frame-ancestors 'none'" in policy
        assert "unsafe" not in policy
        assert headers["x-content-type-options"] == "nosniff"
        assert headers["referrer-policy"] == "no-referrer"
        assert headers["cache-control"] == "no-store"
        assert headers["x-frame-options"] == "DENY"
        assert "access-control-allow-origin" not in headers
        assert "server" not in headers


def test_only_this_machine_is_listened_to(visitor: Visitor) -> None:
    with socket.socket() as here:
        here.connect(("127.0.0.1", visitor.served.door.port))
        assert here.getpeername()[0] == "127.0.0.1"
    with socket.socket() as taken:
        taken.bind(("127.0.0.2", visitor.served.door.port))  # not taken by us


def test_no_page_needs_anything_from_elsewhere_or_inline(visitor: Visitor) -> None:
    for path in ("/", "/notes", "/conflicts", "/set-aside"):
        page = visitor.sees(path)
        assert "http://" not in page
        assert "https://" not in page
        assert "style=" not in page
        assert "<style" not in page
        assert (
            page.count("<script")
            == page.count('<script src="/static/page.js" defer></script>')
            == 1
        )
