"""A page that is served, with a browser's manners on the other side."""

from __future__ import annotations

import re
import ssl
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from functools import partial

import httpx
import pytest

from capsync.cli.hands import DirectHands
from capsync.cli.quotas import usage_of
from capsync.clock import Clock, ManualClock
from capsync.state.activity import Activity
from capsync.state.place import state_path
from capsync.vault.vault import read_config
from capsync.web import standing
from capsync.web.hands import Hands, Settlement
from capsync.web.jobs import PATIENCE
from capsync.web.place import Place
from capsync.web.server import Served, running
from tests.cli.world import Person

NO_TLS = ssl.create_default_context()
"""Made once, since that takes longer than a test."""
AS_OUR_FORM = {"Origin": "null", "Sec-Fetch-Site": "same-origin"}
"""What a browser says of a form of ours, which sends no referrer."""


class Restless:
    """Tells another clock's time, but lets nothing be fresh for long."""

    def __init__(self, clock: Clock) -> None:
        self._clock, self._passed = clock, 0.0

    def now(self) -> float:
        return self._clock.now()

    def monotonic(self) -> float:
        self._passed += 1000.0
        return self._passed

    def sleep(self, seconds: float) -> None:
        self._clock.sleep(seconds)


@dataclass(slots=True)
class FakeHands:
    """Remembers what was asked of it."""

    paused: bool | None = False
    asked: list[object] = field(default_factory=list)
    error: Exception | None = None

    def sync_now(self) -> str:
        self.asked.append("sync")
        if self.error is not None:
            raise self.error
        return "In sync: nothing to do."

    def pause(self) -> None:
        self.paused = True

    def resume(self) -> None:
        self.paused = False

    def resolve(self, settlement: Settlement) -> str:
        self.asked.append(settlement)
        return "Settled."

    def restore(self, note: str, version: int | None) -> str:
        self.asked.append((note, version))
        return "Restored."


@dataclass(slots=True)
class Visitor:
    """A browser that knows the page's address."""

    served: Served
    client: httpx.Client
    place: Place

    def comes_in(self) -> Visitor:
        """Open the link."""
        assert self.client.get(self.served.door.link).status_code == 200
        return self

    def sees(self, path: str, **params: str | int) -> str:
        """Read a page."""
        answer = self.client.get(path, params=params or None)
        assert answer.status_code == 200, answer.text
        return answer.text

    @property
    def token(self) -> str:
        found = re.search(r'name="token" value="([^"]+)"', self.sees("/"))
        assert found is not None
        return found[1]

    def sends(self, path: str, /, **form: object) -> httpx.Response:
        """Send a form of ours, and see where that leads."""
        fields = {"token": self.token} | {name: str(value) for name, value in form.items()}
        return self.client.post(path, data=fields, headers=AS_OUR_FORM, follow_redirects=True)


def place_of(someone: Person) -> Place:
    """Give what there is to look at."""
    config = read_config(someone.vault)
    state = state_path(config.vault, someone.app.environ)
    clock = Restless(someone.clock)
    usage = partial(usage_of, clock=someone.clock)
    return Place(someone.vault, state, config, clock, usage, Activity.beside(state, clock))


@contextmanager
def visited(
    someone: Person, hands: Hands | None = None, *, patience: float = PATIENCE
) -> Iterator[Visitor]:
    """Serve a person's vault to a browser that is not in yet."""
    place = place_of(someone)
    with (
        pytest.MonkeyPatch.context() as patch,
        running(place, hands or DirectHands(someone.app), patience=patience) as served,
        httpx.Client(base_url=served.door.origins[0], timeout=30, verify=NO_TLS) as client,
    ):
        for share in ("ASKED", "WATCHED"):
            patch.setattr(standing, share, 0.0)  # on a clock that leaps, a look takes for ever
        yield Visitor(served, client, place)


def later(someone: Person, seconds: float = 61) -> None:
    """Let time pass."""
    assert isinstance(someone.clock, ManualClock)
    someone.clock.sleep(seconds)
