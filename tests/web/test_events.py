"""What happens is told while it happens, and nothing is missed in between."""

from __future__ import annotations

import json
from collections.abc import Iterator
from contextlib import contextmanager
from time import monotonic
from typing import Any

import httpx
import pytest

from capsync.web import events
from tests.cli.world import Person
from tests.web.world import FakeHands, Visitor, visited


@pytest.fixture
def inside(someone: Person) -> Iterator[Visitor]:
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr("capsync.web.app.app.__kwdefaults__", FAST)
        with visited(someone, FakeHands()) as visitor:
            yield visitor.comes_in()


FAST: dict[str, Any] = {"closing": lambda: False, "patience": 4.0, "look_again": 0.02}


@contextmanager
def listening(
    visitor: Visitor, query: dict[str, str], **headers: str
) -> Iterator[Iterator[tuple[str, str, Any]]]:
    """Listen, and give each event's name, id and data."""
    with visitor.client.stream("GET", "/events", params=query, headers=headers) as answer:
        assert answer.status_code == 200
        assert answer.headers["content-type"].startswith("text/event-stream")
        yield _events(answer)


def _events(answer: httpx.Response) -> Iterator[tuple[str, str, Any]]:
    fields: dict[str, str] = {}
    end = monotonic() + 20
    for line in answer.iter_lines():
        assert monotonic() < end, "nothing of the kind comes"
        if line:
            name, _, value = line.partition(": ")
            fields[name] = value
        else:
            if "event" in fields:
                yield fields["event"], fields["id"], json.loads(fields["data"])
            fields = {}


def query_of(visitor: Visitor) -> dict[str, str]:
    """Give what the overview would listen with."""
    page = visitor.sees("/")
    found = page.partition('data-events="/events?')[2].partition('"')[0].replace("&amp;", "&")
    return dict(httpx.QueryParams(found))


def activities(stream: Iterator[tuple[str, str, Any]], count: int) -> list[tuple[str, str]]:
    found = ((place, data["path"]) for name, place, data in stream if name == "activity")
    return [next(found) for _ in range(count)]


def test_what_happened_since_the_page_was_made_is_told(inside: Visitor) -> None:
    inside.place.activity.add("push", path="before.md")
    query = query_of(inside)
    inside.place.activity.add("push", path="between.md")
    with listening(inside, query) as stream:
        assert activities(stream, 1)[0][1] == "between.md"
        inside.place.activity.add("pull", path="after \u202e<b>.md", text="2 blocks")
        assert activities(stream, 1)[0][1] == r"after \u202e<b>.md"


def test_a_broken_connection_goes_on_where_it_was(inside: Visitor) -> None:
    query = query_of(inside)
    inside.place.activity.add("push", path="1.md")
    with listening(inside, query) as stream:
        ((place, _),) = activities(stream, 1)
    inside.place.activity.add("push", path="2.md")
    headers = {"Last-Event-ID": place}
    with listening(inside, query, **headers) as stream:
        assert activities(stream, 1)[0][1] == "2.md"


def test_there_is_news_when_the_overview_would_look_otherwise(
    someone: Person, inside: Visitor
) -> None:
    with listening(inside, query_of(inside)) as stream:
        (someone.vault / "New.md").write_text("new\n")
        name, _, mark = next(stream)
        assert name == "news"
        inside.sends("/pause")
        assert next(stream)[2] != mark


def test_only_so_many_listen_at_a_time(inside: Visitor, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(events, "MOST", 1)
    with listening(inside, {}) as stream:
        inside.place.activity.add("push", path="1.md")
        activities(stream, 1)
        assert inside.client.get("/events").status_code == 503


def test_the_server_does_not_wait_for_who_listens(someone: Person) -> None:
    with visited(someone, FakeHands()) as visitor:
        visitor.comes_in()
        with listening(visitor, {}) as stream:
            visitor.served.stop()
            assert all(name == "news" for name, _, _ in stream)
