"""A person with a vault, and a page of it; one house for all tests that only knock at its door."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import httpx
import pytest

from capsync.cli.hands import DirectHands
from capsync.web import standing
from capsync.web.server import running
from tests.cli.world import Person, person
from tests.web.browser import chromium, shows
from tests.web.scene import Scene
from tests.web.world import NO_TLS, FakeHands, Visitor, visited


@pytest.fixture
def someone(tmp_path: Path) -> Iterator[Person]:
    with person(tmp_path) as found:
        yield found.connected()


@pytest.fixture(scope="module")
def house(tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[Visitor, FakeHands]]:
    hands = FakeHands()
    with (
        person(tmp_path_factory.mktemp("house")) as someone,
        visited(someone.connected(), hands) as first,
    ):
        yield first, hands


@pytest.fixture
def hands(house: tuple[Visitor, FakeHands]) -> FakeHands:
    """What does nothing and remembers what it was asked."""
    house[1].asked.clear()
    return house[1]


@pytest.fixture
def stranger(house: tuple[Visitor, FakeHands], hands: FakeHands) -> Iterator[Visitor]:
    """A browser that is not in."""
    first = house[0]
    with httpx.Client(base_url=first.client.base_url, timeout=30, verify=NO_TLS) as client:
        yield Visitor(first.served, client, first.place)


@pytest.fixture
def visitor(stranger: Visitor) -> Visitor:
    """A browser that is in."""
    return stranger.comes_in()


@pytest.fixture(scope="module")
def driver(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Any]:
    with chromium(tmp_path_factory.mktemp("profile")) as started:
        yield started


@pytest.fixture(scope="module")
def lively(driver: Any, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Scene]:
    with (
        pytest.MonkeyPatch.context() as patch,
        person(tmp_path_factory.mktemp("scene")) as someone,
    ):
        for share in ("ASKED", "WATCHED"):
            patch.setattr(standing, share, 0.0)
        scene = Scene(someone.connected(), driver)
        with running(scene.place, DirectHands(someone.app)) as served:
            scene.door = served.door
            driver.get(served.door.link)
            scene.waits(lambda: "Activity" in scene.text())
            yield scene


@pytest.fixture
def scene(lively: Scene) -> Iterator[Scene]:
    """The scene as it was, on a large light screen; the browser must not complain."""
    shows(lively.driver)
    lively.driver.get_log("browser")
    yield lively
    complaints = [each for each in lively.driver.get_log("browser") if "404" not in each["message"]]
    assert complaints == []
