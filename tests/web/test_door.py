"""Who may come in: each link once, each cookie until others crowd it out."""

from __future__ import annotations

from itertools import count

import pytest

from capsync.web.door import MOST, Door


@pytest.fixture
def announced() -> list[str]:
    return []


@pytest.fixture
def door(announced: list[str]) -> Door:
    numbers = count(1)
    return Door(4711, announce=announced.append, random=lambda: f"random-{next(numbers)}")


def test_the_link_lets_one_browser_in_once(door: Door, announced: list[str]) -> None:
    assert door.link == "http://127.0.0.1:4711/open?secret=random-1"
    cookie = door.enter("random-1")
    assert cookie is not None
    assert door.token_of(cookie)
    assert door.enter("random-1") is None
    assert announced == [door.link]
    assert door.enter("random-2") not in (None, cookie)


@pytest.mark.parametrize("secret", ["", "random", "random-2", "RANDOM-1", "ä", "\udc80"])
def test_a_wrong_secret_lets_nobody_in_and_spends_nothing(
    door: Door, announced: list[str], secret: str
) -> None:
    assert door.enter(secret) is None
    assert announced == []
    assert door.enter("random-1")


def test_every_browser_has_a_token_of_its_own(door: Door) -> None:
    cookies = [door.enter(door.link.rpartition("=")[2]) for _ in range(3)]
    tokens = {door.token_of(cookie or "") for cookie in cookies}
    assert len(tokens) == 3
    assert None not in tokens
    assert not tokens & set(cookies)


@pytest.mark.parametrize("cookie", ["", "random-1", "nonsense"])
def test_an_unknown_cookie_has_none(door: Door, cookie: str) -> None:
    door.enter("random-1")
    assert door.token_of(cookie) is None


def test_the_first_to_have_come_leaves_when_there_are_too_many(door: Door) -> None:
    cookies = [door.enter(door.link.rpartition("=")[2]) or "" for _ in range(MOST + 1)]
    assert door.token_of(cookies[0]) is None
    assert all(map(door.token_of, cookies[1:]))


def test_secrets_cannot_be_guessed() -> None:
    links = {Door(1).link for _ in range(100)}
    assert len(links) == 100
    assert all(len(link.rpartition("=")[2]) >= 43 for link in links)
