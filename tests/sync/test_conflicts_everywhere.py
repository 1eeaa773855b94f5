"""A conflict can be settled in any kind of block, in a property, and on any machine."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from capsync.plan.choices import Choice
from tests.sync.test_conflicts import PATH, conflict, in_agreement, listed, settle
from tests.sync.world import World, paragraph

# Wherever it is.

LIST = [
    paragraph("one word here", list={"type": "bullet"}),
    paragraph("next", list={"type": "bullet"}),
]
NESTED = [paragraph("top", list={"type": "bullet"}, blocks=LIST)]
TODO = [
    paragraph("one word here", todo={"isDone": False}),
    paragraph("next", todo={"isDone": True}),
]
CODE = [{"type": "CodeBlock", "text": "one word here", "lang": "python"}]
TABLE = [
    {
        "type": "GridBlock",
        "columns": [
            [paragraph("one"), paragraph("one word here")],
            [paragraph("two"), paragraph("cell")],
        ],
        "dividers": [0.5],
    }
]
GROUP = [{"type": "GroupBlock", "blocks": [paragraph("one word here")]}]
HEADING = [paragraph("one word here", hierarchy={"key": "H2", "val": 2}), paragraph("text")]


def each_block(blocks: list[dict[str, Any]]) -> Iterator[dict[str, Any]]:
    for block in blocks:
        yield block
        yield from each_block(block.get("blocks", []))
        for column in block.get("columns", []):
            yield from each_block(column)


def the_words(block: dict[str, Any]) -> str:
    return block.get("text") or "".join(t["text"] for t in block.get("tokens", []))


@pytest.mark.parametrize("choice", list(Choice))
@pytest.mark.parametrize(
    "blocks",
    [
        pytest.param(LIST, id="list"),
        pytest.param(NESTED, id="nested list"),
        pytest.param(TODO, id="tasks"),
        pytest.param(CODE, id="code"),
        pytest.param(TABLE, id="table"),
        pytest.param(GROUP, id="group"),
        pytest.param(HEADING, id="heading"),
    ],
)
def test_any_kind_of_block_can_be_settled(
    world: World, blocks: list[dict[str, Any]], choice: Choice
) -> None:
    note = world.make("Plan", blocks=blocks)
    world.sync()
    was = next(b for b in each_block(world.blocks(note)) if the_words(b) == "one word here")
    others = [the_words(b) for b in each_block(world.blocks(note)) if b["id"] != was["id"]]
    world.edit(PATH, "one word here", "one mine here")
    theirs = "one theirs here"
    new = {k: v for k, v in was.items() if k not in ("id", "blocks")}
    if was["type"] == "CodeBlock":
        new["text"] = theirs
    else:
        new["tokens"] = paragraph(theirs)["tokens"]
    world.sandbox.app_edit_block(note, was["id"], new)
    assert world.sync().exit_code == 3
    assert world.sync().steps == []
    (found,) = listed(world)
    assert "[!conflict]" in world.read(PATH).splitlines()[found.line - 1]
    settle(world, choice)
    report = world.sync()
    assert report.exit_code == 0, report.troubles
    said = [the_words(b) for b in each_block(world.blocks(note))]
    kept = {Choice.MINE: ["one mine here"], Choice.THEIRS: [theirs]}
    assert sorted(filter(None, said)) == sorted(
        filter(None, [*others, *kept.get(choice, ["one mine here", theirs])])
    )
    now = [b for b in each_block(world.blocks(note)) if the_words(b).startswith("one ")]
    same = ("type", "list", "todo", "lang", "hierarchy")
    assert all(b.get(k) == was.get(k) for b in now for k in same if the_words(b) != "one")
    in_agreement(world, note)


def test_two_machines_see_it_and_either_settles_it(world: World, tmp_path: Path) -> None:
    other_folder = tmp_path / "other"
    other_folder.mkdir()
    note = conflict(world)
    other = World(other_folder)
    other.sandbox.close()
    other.sandbox = world.sandbox
    other.clock = world.clock
    try:
        assert world.sync().exit_code == other.sync().exit_code == 3
        assert len(listed(other)) == 1
        settle(other, Choice.THEIRS)
        assert other.sync().exit_code == 0
        assert world.sync().exit_code == 0
        assert world.body(PATH) == other.body(PATH) == "first\n\none theirs here\n\nlast\n"
        assert world.texts(note) == ["first", "one theirs here", "last"]
    finally:
        other.memory.close()
        other.client.http.close()


def test_a_value_that_lost_is_named_and_kept(world: World) -> None:
    note = world.make("Plan", "text")
    world.sync()
    text = world.read(PATH)
    world.write(PATH, text.replace("\n---\n", "\ntitle: Mine\n---\n", 1))
    value = {"type": "title", "title": {"value": "Theirs"}}
    world.sandbox.app_set_property(note, "title", value)
    report = world.sync()
    assert world.title(note) == "Mine"
    (remark,) = report.remarks
    assert "“Mine” was kept" in remark
    assert "“Theirs” is in the history" in remark
    assert any("Theirs" in each.content for each in world.memory.revisions.list(note))
