"""Bodies: trees of blocks, as stored.

A stored block is a read block that also remembers its text alignment. These
functions change lists of blocks in place and know nothing of objects.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass

from capsync.sandbox import dates
from capsync.sandbox.message import Json, bad_input

NESTS = {"TextBlock": "blocks", "GroupBlock": "blocks", "GridBlock": "columns"}
"""Where a block keeps its children."""


@dataclass(frozen=True, slots=True)
class Spot:
    """Where a block stands: at *index* in the list *among*."""

    among: list[Json]
    index: int

    @property
    def block(self) -> Json:
        return self.among[self.index]


def lists_in(block: Json) -> list[list[Json]]:
    """Give the lists of children a block has: one, or one per column."""
    children = block.get(NESTS.get(block["type"], ""), [])
    return children if block["type"] == "GridBlock" else [children]


def spots(blocks: list[Json]) -> Iterator[Spot]:
    """Walk a body in reading order."""
    waiting = [Spot(blocks, index) for index in reversed(range(len(blocks)))]
    while waiting:
        spot = waiting.pop()
        yield spot
        for among in reversed(lists_in(spot.block)):
            waiting += [Spot(among, index) for index in reversed(range(len(among)))]


def find(bodies: dict[str, list[Json]], block_id: str, only: str | None = None) -> Spot | None:
    """Find a block in any section, or in the section *only*."""
    wanted = block_id.lower()
    for key, blocks in bodies.items():
        if only is None or key == only:
            for spot in spots(blocks):
                if spot.block["id"] == wanted:
                    return spot
    return None


def made(blocks: list[Json], new_id: Callable[[], str], *, merge: bool = False) -> list[Json]:
    """Turn written blocks into stored ones, with new ids throughout."""
    return [_made(block, new_id, merge=merge) for block in blocks]


def _made(block: Json, new_id: Callable[[], str], *, merge: bool) -> Json:
    stored: Json = {"id": new_id(), **{key: value for key, value in block.items() if key != "id"}}
    match block["type"]:
        case "TextBlock":
            stored["tokens"] = normal_tokens(block.get("tokens", []), merge=merge)
            stored["blocks"] = made(block.get("blocks", []), new_id, merge=merge)
            stored.setdefault("hierarchy", {"key": "Base", "val": 0})
        case "GroupBlock":
            stored["blocks"] = made(block.get("blocks", []), new_id, merge=merge)
        case "GridBlock":
            columns = block.get("columns", [[], []])
            stored["columns"] = [made(column, new_id, merge=merge) for column in columns]
        case _:
            pass
    return {key: value for key, value in stored.items() if value is not None or key == "entityId"}


def replaced(old: Json, new: Json, new_id: Callable[[], str], *, merge: bool, keep: bool) -> Json:
    """Give *old* the content of *new*; it keeps its id, and its children if none are given.

    Args:
        keep: Whether optional fields that *new* leaves out stay as they were.
    """
    nest = NESTS.get(new["type"])
    stored = _made(new, new_id, merge=merge)
    stored["id"] = old["id"]
    if nest and nest not in new and nest in old:
        stored[nest] = old[nest]
    if keep:
        stored |= {key: value for key, value in old.items() if key not in new and key != nest}
    return stored


def normal_tokens(tokens: list[Json], *, merge: bool = False) -> list[Json]:
    """Bring dates in links into one spelling and, if asked, join tokens that look alike."""
    normal: list[Json] = []
    for token in tokens:
        clean = {**token, "date": link_date(token["date"])} if "date" in token else token
        if merge and normal and _alike(normal[-1], clean):
            normal[-1] = {**normal[-1], "text": normal[-1]["text"] + clean["text"]}
        else:
            normal.append(clean)
    return normal


def _alike(one: Json, other: Json) -> bool:
    return one["type"] == other["type"] == "TextToken" and _look(one) == _look(other)


def _look(token: Json) -> tuple[frozenset[str], str | None]:
    return frozenset(k for k, on in token["style"].items() if on), token.get("color")


def link_date(date: Json) -> Json:
    """Normalise a written date; a link's is a day unless it says otherwise."""
    return normal_date(date, default="day")


def normal_date(date: Json, *, default: str) -> Json:
    """Normalise a written date.

    Raises:
        Refusal: 400, it is not ISO 8601.
    """
    resolution = date.get("dateResolution", default)
    start = date["start"]
    end = date.get("end") if start is not None else None
    written = []
    for value in (start, end):
        normal = None if value is None else dates.normal(value, day=resolution == "day")
        if value is not None and normal is None:
            raise bad_input(f"Invalid ISO 8601 date: {value}")
        written.append(normal)
    return {"dateResolution": resolution, "start": written[0], "end": written[1]}
