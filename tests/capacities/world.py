"""A seeded sandbox and a client of it, for the tests of the client as a whole."""

from __future__ import annotations

from collections.abc import Mapping

from capsync.capacities.client import Client, connect
from capsync.capacities.http import Transport, transport_of
from capsync.clock import ManualClock
from capsync.model.block import (
    CodeBlock,
    GridBlock,
    GroupBlock,
    HorizontalLineBlock,
    MathBlock,
    TextBlock,
    walk,
)
from capsync.model.note import TITLE, Note
from capsync.model.property import (
    PropertyId,
    Scalar,
)
from capsync.model.token import CodeToken, LinkToken, MathToken, Moment, NoteId, Style, TextToken
from capsync.sandbox.core import ConnectionDropped, Request, Sandbox
from capsync.sandbox.options import Options
from capsync.sandbox.seed import seed_content

DAY = "2026-11-03T00:00:00.000Z"

EVERYTHING = (
    TextBlock((TextToken("Bold", Style(bold=True), "bg-yellow"), MathToken("x^2"), CodeToken("y"))),
    TextBlock((LinkToken("a", url="https://x.org"), LinkToken("b", date=Moment(DAY)))),
    TextBlock(list="bullet", blocks=(TextBlock(todo=True), TextBlock(toggle=False))),
    TextBlock(quote="standout", color="text-red"),
    TextBlock(highlight='{"label":"mine","type":"custom"}'),
    GroupBlock((HorizontalLineBlock(),), toggle=True),
    GridBlock(((TextBlock(),), (MathBlock("z"),)), (0.5,), "columns"),
    CodeBlock("print()", "python"),
)
"""One of each block and token a client may send."""


def transport_to(sandbox: Sandbox) -> Transport:
    """Plug the sandbox in where the network would be; dropped connections drop."""

    def service(
        method: str,
        path: str,
        query: Mapping[str, str],
        headers: Mapping[str, str],
        body: bytes,
    ) -> tuple[int, Mapping[str, str], bytes]:
        try:
            answer = sandbox.handle(Request(method, path, query, headers, body))
        except ConnectionDropped as exc:
            raise ConnectionResetError(str(exc)) from exc
        return answer.status, answer.headers, answer.body

    return transport_of(service)


class World:
    """A seeded sandbox and a client of it, under one clock."""

    def __init__(self, options: Options = Options(), *, pace: float = 0.2) -> None:  # noqa: B008
        self.clock = ManualClock()
        self.sandbox = Sandbox(options, clock=self.clock)
        seed_content(self.sandbox)
        self.client = self.connect(options.token, pace)

    def connect(self, token: str, pace: float = 0.0) -> Client:
        return connect(token, clock=self.clock, pace=pace, transport=transport_to(self.sandbox))

    def note(self, title: str) -> NoteId:
        return NoteId(self.sandbox.app_find(title))

    def statuses(self) -> set[int]:
        return {each.status for each in self.sandbox.log}


def titled(title: str) -> dict[PropertyId, Scalar]:
    return {TITLE: Scalar("title", title)}


def texts(note: Note) -> list[str]:
    return [
        "".join(token.text for token in block.tokens if isinstance(token, TextToken))
        for blocks in note.sections.values()
        for block in walk(blocks)
        if isinstance(block, TextBlock)
    ]
