"""A person in the Capacities app, who sees the space as it is.

They do what the API cannot, too: move blocks, change their type, colour words.
"""

from __future__ import annotations

import copy
import json
from collections.abc import Callable, Iterator, Mapping
from typing import Any

from capsync.sandbox.core import Sandbox
from capsync.sandbox.seed_words import (
    RULE,
    code,
    embed,
    entities,
    formula,
    grid,
    group,
    h,
    item,
    labels,
    listing,
    p,
    t,
    to,
    todo,
    url,
    value,
)
from capsync.selftest.words import TEXT, Words

Json = dict[str, Any]
KINDS = ("RootPage", "RootPage", "RootPage", "RootTask", "RootTag")
SYNCED = ("RootPage", "RootTask", "RootTag", "RootDailyNote")


class Hand:
    """The app, open at one space."""

    def __init__(self, sandbox: Sandbox, words: Words) -> None:
        self.sandbox, self.words = sandbox, words

    def objects(self) -> list[str]:
        """List the objects that are synced."""
        return [each for kind in SYNCED for each in self.sandbox.app_list(kind)]

    def in_trash(self) -> list[str]:
        """List the objects that are synced but for being in the trash."""
        seen = set(self.objects())
        every = (each for kind in SYNCED for each in self.sandbox.app_list(kind, trashed=True))
        return [each for each in every if each not in seen]

    def pick(self, number: int, *, trashed: bool = False) -> str:
        """Choose an object; empty where there is none."""
        ids = self.in_trash() if trashed else self.objects()
        return ids[number % len(ids)] if ids else ""

    def body(self, note: str) -> list[Json]:
        """Give the main section of an object."""
        sections: dict[str, list[Json]] = self.sandbox.app_get(note)["blocks"]
        return next(iter(sections.values()), [])

    def block(self, note: str, number: int) -> Json | None:
        """Choose any block of an object, nested ones too."""
        blocks = list(walk(self.body(note)))
        return blocks[number % len(blocks)] if blocks else None

    def fragment(self, number: int) -> list[Json]:
        """Write some new blocks in one of the ways there are."""
        word = self.words.text
        target = self.pick(number // 3)
        shapes: tuple[Callable[[], list[Json]], ...] = (
            lambda: [p(f"{word()} and {word()}")],
            lambda: [p(word()), p(word())],
            lambda: [item("bullet", word(), blocks=[item("bullet", word())])],
            lambda: [item("numerical", word()), item("alphabetical", word())],
            lambda: [todo(word()), todo(word(), done=True)],
            lambda: [h(2, word(), blocks=[p(word())])],
            lambda: [p(word(), quote={"layout": "normal"})],
            lambda: [p(word(), quote={"layout": "standout"})],
            lambda: [listing("py", f"{word()}\n{word()}")],
            lambda: [grid([p(word()), p(word())], [p(word()), p(word())])],
            lambda: [p(t(word(), "bold"), " ", t(word(), "italic", color="text-red"), " x")],
            lambda: [formula(word())],
            lambda: [p(word(), " ", code(word()), " ", url(word(), "https://example.org"), ".")],
            lambda: [p("see ", to(target, "it"), f" {word()}")] if target else [p(word())],
            lambda: [embed(target), p(word())] if target else [p(word())],
            lambda: [RULE, p(word())],
            lambda: [group(p(word()), p(word()))],
            lambda: [p(word(), blocks=[p(word(), blocks=[p(word())])])],
            lambda: [p(word(), toggle={"isOpen": False}, blocks=[p(word())])],
            lambda: [p(f"{word()}\n{word()} * _ # [ ` < &")],
        )  # fmt: skip
        return shapes[number % len(shapes)]()


def walk(blocks: list[Json]) -> Iterator[Json]:
    """Go through blocks in reading order."""
    for block in blocks:
        yield block
        for inner in (block.get("blocks", []), *block.get("columns", [])):
            yield from walk(inner)


def said_by(block: Json) -> str:
    """Give the text of a block alone; a word may be set in two colours."""
    tokens = "".join(str(each.get("text", "")) for each in block.get("tokens", []))
    return f"{tokens} {block.get('text', '')}"


def said_in(held: Json) -> str:
    """Give all that an object says."""
    texts = (said_by(block) for blocks in held["blocks"].values() for block in walk(blocks))
    return "\n".join((json.dumps(held["properties"]), *texts))


Deed = Callable[[Hand, tuple[int, ...]], None]


def _create(hand: Hand, numbers: tuple[int, ...]) -> None:
    kind, shape, size, typed = numbers[:4]
    blocks = [block for at in range(1 + size % 3) for block in hand.fragment(shape + at)]
    properties: Json = {}
    if typed % 3 == 0 and KINDS[kind % len(KINDS)] != "RootTask":
        properties["description"] = value("text", hand.words.value())
    title = f"Note {hand.words.title()}" + ("", "", "", ": what/how?", " ä É", "")[typed % 6]
    structure = KINDS[kind % len(KINDS)]
    hand.sandbox.app_create(structure, title, properties=properties, blocks=blocks)


def _on_block(change: Callable[[Hand, str, Json, tuple[int, ...]], None]) -> Deed:
    """Make a deed of something that is done to a block."""

    def deed(hand: Hand, numbers: tuple[int, ...]) -> None:
        note = hand.pick(numbers[0])
        block = hand.block(note, numbers[1]) if note else None
        if block is not None:
            change(hand, note, block, numbers[2:])

    return deed


def _on_text(change: Callable[[Hand, list[Json], tuple[int, ...]], None]) -> Deed:
    """Make a deed of something that is done to the tokens of a text block."""

    def edit(hand: Hand, note: str, block: Json, numbers: tuple[int, ...]) -> None:
        if block["type"] != "TextBlock" or not block.get("tokens"):
            return
        new = {
            key: held for key, held in copy.deepcopy(block).items() if key not in ("id", "blocks")
        }
        change(hand, new["tokens"], numbers)
        hand.sandbox.app_edit_block(note, block["id"], new)

    return _on_block(edit)


def _add_word(hand: Hand, tokens: list[Json], numbers: tuple[int, ...]) -> None:
    if numbers[0] % 2:
        tokens.append(t(f" {hand.words.text()}"))
    else:
        tokens.insert(0, t(f"{hand.words.text()} "))


def _replace_word(how: int) -> Callable[[Hand, list[Json], tuple[int, ...]], None]:
    def change(hand: Hand, tokens: list[Json], numbers: tuple[int, ...]) -> None:
        found = [
            (token, hit)
            for token in tokens
            if token["type"] == "TextToken"
            for hit in TEXT.finditer(token["text"])
        ]
        if not found or (len(found) == 1 and how == 0):
            return
        token, hit = found[numbers[0] % len(found)]
        new = hand.words.text() if how else ""
        token["text"] = token["text"][: hit.start()] + new + token["text"][hit.end() :]

    return change


def _style(hand: Hand, tokens: list[Json], numbers: tuple[int, ...]) -> None:  # noqa: ARG001
    token = tokens[numbers[0] % len(tokens)]
    if token["type"] == "TextToken":
        style = ("bold", "italic", "underline", "strikethrough")[numbers[1] % 4]
        token["style"] = {style: True}
        if numbers[1] % 3 == 0:
            token["color"] = "text-red"


def _retype(hand: Hand, note: str, block: Json, numbers: tuple[int, ...]) -> None:
    if block["type"] != "TextBlock":
        return
    dresses: tuple[Json, ...] = (
        {},
        {"hierarchy": {"key": "H1", "val": 1}},
        {"list": {"type": "bullet"}},
        {"todo": {"isDone": True}},
        {"quote": {"layout": "normal"}},
        {"list": {"type": "roman"}},
    )
    new = {"type": "TextBlock", "tokens": block.get("tokens", [])}
    hand.sandbox.app_edit_block(note, block["id"], new | dresses[numbers[0] % len(dresses)])


def _insert(hand: Hand, note: str, block: Json, numbers: tuple[int, ...]) -> None:
    hand.sandbox.app_append(note, hand.fragment(numbers[0]), after=block["id"])


def _nest(hand: Hand, note: str, block: Json, numbers: tuple[int, ...]) -> None:  # noqa: ARG001
    if block["type"] == "TextBlock":
        hand.sandbox.app_append(note, [p(hand.words.text())], parent=block["id"])


def _append(hand: Hand, numbers: tuple[int, ...]) -> None:
    if note := hand.pick(numbers[0]):
        hand.sandbox.app_append(note, hand.fragment(numbers[1]), first=numbers[2] % 3 == 0)


def _delete(hand: Hand, note: str, block: Json, numbers: tuple[int, ...]) -> None:  # noqa: ARG001
    if len(hand.body(note)) > 1:
        hand.sandbox.app_delete_block(note, block["id"])


def _move(hand: Hand, note: str, block: Json, numbers: tuple[int, ...]) -> None:
    inside = {each["id"] for each in walk([block])}
    goals = [each["id"] for each in walk(hand.body(note)) if each["id"] not in inside]
    if goals:
        hand.sandbox.app_move_block(note, block["id"], after=goals[numbers[0] % len(goals)])


def _rename(hand: Hand, numbers: tuple[int, ...]) -> None:
    note = hand.pick(numbers[0])
    if note and hand.sandbox.app_get(note)["structure_id"] != "RootDailyNote":
        hand.sandbox.app_rename(note, f"Note {hand.words.title()}")


def _set(hand: Hand, numbers: tuple[int, ...]) -> None:
    note = hand.pick(numbers[0])
    kind = hand.sandbox.app_get(note)["structure_id"] if note else ""
    if kind == "RootTask":
        status = (("done", "Done"), ("in-progress", "In progress"))[numbers[1] % 2]
        hand.sandbox.app_set_property(note, "status", labels(status))
    elif kind in ("RootPage", "RootTag") and numbers[1] % 3:
        hand.sandbox.app_set_property(note, "description", value("text", hand.words.value()))
    elif kind in ("RootPage", "RootDailyNote"):
        tags = hand.sandbox.app_list("RootTag")
        if tags:
            chosen = entities(tags[numbers[1] % len(tags)])
            hand.sandbox.app_set_property(note, "tags", chosen)


def _trash(hand: Hand, numbers: tuple[int, ...]) -> None:
    if note := hand.pick(numbers[0]):
        hand.sandbox.app_trash(note)


def _restore(hand: Hand, numbers: tuple[int, ...]) -> None:
    if note := hand.pick(numbers[0], trashed=True):
        hand.sandbox.app_restore(note)


def _empty(hand: Hand, numbers: tuple[int, ...]) -> None:
    if note := hand.pick(numbers[0]):
        for block in hand.body(note):
            hand.sandbox.app_delete_block(note, block["id"])
        if numbers[1] % 2:
            hand.sandbox.app_append(note, [p()])


def _day(hand: Hand, numbers: tuple[int, ...]) -> None:
    hand.sandbox.app_daily_note(f"2026-11-{1 + numbers[0] % 3:02}", [p(hand.words.text())])


def _settle(hand: Hand, numbers: tuple[int, ...]) -> None:  # noqa: ARG001
    for note in hand.objects():
        for block in walk(hand.body(note)):
            tokens = block.get("tokens") or [{}]
            if "[!conflict]" in str(tokens[0].get("text", "")):
                hand.sandbox.app_delete_block(note, block["id"])
                return


def _odd(hand: Hand, numbers: tuple[int, ...]) -> None:
    if note := hand.pick(numbers[0]):
        hand.sandbox.app_insert(note, {"type": "unsupported", "blockType": "SimpleTable"})


DEEDS: Mapping[str, Deed] = {
    "create": _create, "add word": _on_text(_add_word), "replace word": _on_text(_replace_word(1)),
    "delete word": _on_text(_replace_word(0)), "style": _on_text(_style),
    "retype": _on_block(_retype), "insert": _on_block(_insert), "nest": _on_block(_nest),
    "append": _append, "delete": _on_block(_delete), "move": _on_block(_move),
    "rename": _rename, "set": _set, "trash": _trash, "restore": _restore, "empty": _empty,
    "day": _day, "settle": _settle, "odd": _odd,
}  # fmt: skip
