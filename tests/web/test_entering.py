"""Coming in by the link, once, and nothing to see or do without having come in."""

from __future__ import annotations

import httpx
import pytest

from tests.web.world import AS_OUR_FORM, NO_TLS, FakeHands, Visitor

PAGES = ["/", "/notes", "/conflicts", "/set-aside", "/events", "/notes/x", "/nothing"]
FORMS = ["/sync", "/pause", "/resume", "/resolve", "/notes/x/restore"]


def test_the_link_gives_a_strict_cookie_and_leaves_the_address(stranger: Visitor) -> None:
    answer = stranger.client.get(stranger.served.door.link)
    assert answer.status_code == 200
    (cookie,) = answer.headers.get_list("set-cookie")
    name, *manners = cookie.lower().split("; ")
    assert name.startswith(f"capsync_{stranger.served.door.port}=")
    assert set(manners) == {"httponly", "path=/", "samesite=strict"}
    assert 'content="0; url=/"' in answer.text
    assert "secret" not in answer.text
    assert stranger.client.get("/").status_code == 200


def test_a_link_that_was_used_lets_nobody_in(stranger: Visitor) -> None:
    link = stranger.served.door.link
    stranger.comes_in()
    with httpx.Client(verify=NO_TLS) as other:
        answer = other.get(link)
        assert answer.status_code == 403
        assert "This link was used" in answer.text
        assert "set-cookie" not in answer.headers
        assert other.get(stranger.served.door.link).status_code == 200


@pytest.mark.parametrize("secret", ["", "x", "%00", "%ff", "a" * 3000])
def test_a_wrong_secret_lets_nobody_in(stranger: Visitor, secret: str) -> None:
    answer = stranger.client.get(f"/open?secret={secret}")
    assert answer.status_code == 403
    assert "set-cookie" not in answer.headers


def test_looking_ahead_does_not_spend_the_link(stranger: Visitor) -> None:
    link = stranger.served.door.link
    ahead = stranger.client.get(link, headers={"Sec-Purpose": "prefetch;prerender"})
    assert (ahead.status_code, stranger.client.head(link).status_code) == (403, 403)
    assert stranger.client.get(link).status_code == 200


@pytest.mark.parametrize("path", PAGES)
def test_without_the_cookie_nothing_is_shown(stranger: Visitor, path: str) -> None:
    for cookie in ("", f"capsync_{stranger.served.door.port}=guess", "capsync=x"):
        answer = stranger.client.get(path, headers={"Cookie": cookie} if cookie else {})
        assert answer.status_code == 403
        assert "Not signed in" in answer.text
        assert stranger.place.title not in answer.text


@pytest.mark.parametrize("path", FORMS)
def test_without_the_cookie_nothing_is_done(stranger: Visitor, hands: FakeHands, path: str) -> None:
    answer = stranger.client.post(path, data={"token": "x"}, headers=AS_OUR_FORM)
    assert answer.status_code == 403
    assert hands.asked == []
