"""The way from a machine's client to the sandbox, without a network.

It is the real client's `Http` with the sending replaced. On the way it lets
moments pass, makes trouble, and takes notes for the invariants: what the
machine could know of its quota, and what it had seen of an object before it
wrote to it.
"""

from __future__ import annotations

import json as jsonlib
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any

from capsync.capacities.http import Answer, Http, transport_of
from capsync.errors import Unreachable
from capsync.sandbox.core import ConnectionDropped, Request, Response
from capsync.sandbox.faults import failure
from capsync.sandbox.message import Refusal
from capsync.sandbox.routes import ROUTES
from capsync.sandbox.tree import find
from capsync.selftest.around import Surroundings
from capsync.selftest.moments import Killed
from capsync.selftest.words import EVERY, RACE

LATENCY = 0.05
"""Seconds a request takes each way."""
WINDOW = 60.0
UNDONE = {403, 429}
"""Answers to a write that did nothing, and that trying again is all to be done about."""
TOKEN = "cap-api-sandbox"  # noqa: S105  (nothing real is behind it)
WRITES = {
    ("POST", "/object"), ("PATCH", "/object"), ("DELETE", "/object"), ("POST", "/blocks/append"),
    ("PATCH", "/blocks/block"), ("DELETE", "/block"),
}  # fmt: skip


@dataclass(slots=True)
class Ears:
    """What one machine has heard, so that it can be held to it."""

    sent: dict[tuple[str, str], list[float]] = field(default_factory=dict)
    limits: dict[tuple[str, str], int] = field(default_factory=dict)
    shut: dict[tuple[str, str], float] = field(default_factory=dict)
    """Until when the service said that nothing is left."""
    saw: dict[str, tuple[float, frozenset[str]]] = field(default_factory=dict)
    """When each object was last read, and the words in it."""

    def about_to_send(self, key: tuple[str, str], now: float) -> str:
        """Note a request; say what is wrong with sending it, if anything."""
        recent = [at for at in self.sent.get(key, ()) if at + WINDOW > now + 0.01]
        limit = self.limits.get(key) or ROUTES[key].quota
        self.sent[key] = [*recent, now]
        if now + 0.01 < self.shut.get(key, 0.0):
            return f"{' '.join(key)} was sent {self.shut[key] - now:.1f} s too early"
        if len(recent) >= limit:
            return f"{' '.join(key)} was sent {len(recent) + 1} times in a minute, of {limit}"
        return ""

    def heard(self, key: tuple[str, str], headers: Mapping[str, str], now: float) -> None:
        """Note what an answer said of the quota."""
        limit, left, reset = _quota(headers)
        if limit:
            self.limits[key] = limit
        if left == 0 and reset is not None:
            self.shut[key] = now + reset


def _quota(headers: Mapping[str, str]) -> tuple[int | None, int | None, float | None]:
    """Read the quota as the sandbox spells it, by other means than the client."""
    flat = headers.get("ratelimit", "")
    if flat:
        said = dict(part.strip().split("=") for part in flat.split(","))
        return int(said["limit"]), int(said["remaining"]), float(said["reset"])
    if "ratelimit-limit" in headers:
        names = ("ratelimit-limit", "ratelimit-remaining", "ratelimit-reset")
        limit, left, reset = (int(headers[name]) for name in names)
        return limit, left, float(reset)
    return None, None, None


class Wire(Http):
    """Sends requests of one machine to the sandbox."""

    def __init__(self, around: Surroundings, moment: Callable[[], None]) -> None:
        super().__init__(TOKEN, base_url="http://127.0.0.1:1", transport=transport_of(_nowhere))
        self.sandbox, self.weather, self.words = around.sandbox, around.weather, around.words
        self.time, self.moment, self.complain = around.time, moment, around.complain
        self.ears = Ears()
        self.writes = 0
        """Requests sent so far that change something."""
        self.made: set[str] = set()
        """The objects that this sync made, and heard of."""

    def send(
        self,
        method: str,
        path: str,
        *,
        query: Mapping[str, str] | None = None,
        json: object = None,
        content: bytes | None = None,
    ) -> Answer:
        headers = {"authorization": f"Bearer {TOKEN}", "x-capacities-api-version": "1.0.0"}
        if json is not None:
            content = jsonlib.dumps(json, ensure_ascii=False, allow_nan=False).encode()
            headers["content-type"] = "application/json"
        said = {name: str(value) for name, value in (query or {}).items()}
        request = Request(method, path, said, headers, content or b"")
        begun = self.time.seconds  # it cannot see what others do from here on
        self.moment()
        if wrong := self.ears.about_to_send((method, path), self.time.seconds):
            self.complain("quota", wrong)
        self.writes += (method, path) in WRITES
        answer = self._answered(request, begun)
        try:
            self.moment()
        except Killed:
            self.weather.met["unheard create"] += (method, path) == ("POST", "/object")
            raise
        return Answer(answer.status, answer.headers, answer.body)

    def _answered(self, request: Request, begun: float) -> Response:
        self.time.sleep(LATENCY)
        trouble = self.weather.take(request)
        if trouble == "refused":
            raise Unreachable("no route to the service", maybe_done=False)
        if trouble == "missing":
            return failure(404, None, "Object not found", as_page=False)
        self._note_race(request, begun)
        try:
            answer = self.sandbox.handle(request)
        except ConnectionDropped as exc:
            self.time.sleep(30.0)
            self.weather.met["lost"] += 1
            self.weather.met["unheard create"] += exc.applied and request.path == "/object"
            raise Unreachable("no answer in time", maybe_done=True) from exc
        self.time.sleep(LATENCY)
        if answer.status >= 400:
            self.weather.met[str(answer.status)] += 1
        if answer.status in UNDONE and (request.method, request.path) in WRITES:
            self.writes -= 1  # trying again is all that can be done
        arrived = self.weather.on_the_way(request, answer, self.time.seconds, trouble)
        self.ears.heard((request.method, request.path), arrived.headers, self.time.seconds)
        if arrived is answer and answer.status == 200:
            self._note_seen(answer)
            if (request.method, request.path) == ("POST", "/object"):
                self.made.add(str(answer.json()["id"]))
        elif answer.status == 200:
            self.weather.met["unheard create"] += request.method == "POST"
        return arrived

    def _note_seen(self, answer: Response) -> None:
        body: Any = answer.json()
        if isinstance(body, dict) and body.get("blocks") and "id" in body:
            words = frozenset(EVERY.findall(answer.body.decode()))
            self.ears.saw[str(body["id"])] = (self.time.seconds, words)

    def _note_race(self, request: Request, begun: float) -> None:
        """Excuse what this request overwrites and nobody could have seen."""
        if (request.method, request.path) not in WRITES or request.method == "POST":
            return
        body: dict[str, Any] = jsonlib.loads(request.body or b"{}")
        note = str(request.query.get("id") or request.query.get("objectId") or body.get("id"))
        read_at, seen = self.ears.saw.get(note, (0.0, frozenset()))
        if begun - read_at > RACE:
            return
        doomed = self._doomed(note, request, body)
        self.words.raced |= doomed - seen - set(EVERY.findall(request.body.decode()))

    def _doomed(self, note: str, request: Request, body: dict[str, Any]) -> set[str]:
        """Give the words that a request overwrites or removes."""
        try:
            held = self.sandbox.app_get(note)
        except Refusal:
            return set()
        if request.path == "/object":
            values = held["properties"].items()
            changed = [value for key, value in values if key in body.get("properties", {})]
            return _words(held if request.method == "DELETE" else changed)
        spot = find(held["blocks"], str(request.query.get("blockId") or body.get("blockId")))
        if spot is None:
            return set()
        block = spot.block
        kept = request.method == "PATCH" and not {"blocks", "columns"} & body["block"].keys()
        return _words({k: v for k, v in block.items() if not (kept and k in ("blocks", "columns"))})


def _nowhere(*_: object) -> tuple[int, Mapping[str, str], bytes]:
    """Stand in for a network that is never used."""
    raise ConnectionRefusedError


def _words(value: object) -> set[str]:
    return set(EVERY.findall(jsonlib.dumps(value)))
