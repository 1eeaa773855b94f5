"""What came back from the service as something else."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from tests.pitfalls.acts import at_rest, edit_in_app
from tests.sync.world import World

ODD_BUT_MINE = """\
Setext heading
==============

* a star
    * four spaces deep
        1) a bracket
        2) another

  loose item text

5. starts at five
6. goes on

Hard break at the end\x20\x20
of a line, and a \\* literal star.

** bold** that is none, __strong__ and _soft_.

| a | b |
|:--|--:|
| 1 | 2 |

~~~python
fenced = "with tildes"
~~~
"""


@pytest.fixture
def mine(world: World) -> Iterator[str]:
    """A file in a style of its own, that both sides know."""
    world.write("Mine.md", f"{ODD_BUT_MINE}\nThe last paragraph.\n")
    assert world.sync().troubles == []
    yield world.note_at("Mine.md")
    at_rest(world)


def test_p41_a_change_of_one_paragraph_leaves_every_other_byte_alone(
    world: World, mine: str
) -> None:
    """souvikinator/notion-to-md#140, #166, docu-notion#13, #35: lists lost children and kinds."""
    assert world.body("Mine.md") == f"{ODD_BUT_MINE}\nThe last paragraph.\n"
    last = len(world.blocks(mine)) - 1
    edit_in_app(world, mine, "Edited in the app.", last)
    world.sync()
    assert world.body("Mine.md") == f"{ODD_BUT_MINE}\nEdited in the app.\n"
    first = next(block for block in world.blocks(mine) if block.get("list"))
    assert first["blocks"][0]["list"]["type"] == "bullet"
    assert first["blocks"][0]["blocks"][0]["list"]["type"] == "numerical"


def test_p42_nothing_is_cut_and_what_does_not_fit_is_refused(world: World) -> None:
    """tryfabric/martian: deep headings were flattened and long texts truncated by default."""
    long = "word " * 20_000 + "end"
    world.write("Deep.md", f"###### six deep\n\n{long}\n")
    world.write("Huge.md", "x" * 6_000_000 + "\n")
    report = world.sync()
    assert [each.path for each in report.troubles] == ["Huge.md"]
    assert "too large" in report.troubles[0].message
    note = world.note_at("Deep.md")
    assert world.texts(note) == ["six deep", long]
    assert world.body("Deep.md") == f"###### six deep\n\n{long}\n"
    world.edit("Deep.md", "six deep", "six deep, edited")
    world.sync()
    assert world.body("Deep.md").startswith("###### six deep, edited\n")
    assert world.texts(note)[0] == "six deep, edited"


def test_p43_bodies_go_as_blocks_and_losses_are_named(world: World) -> None:
    """Nyrest/capacities-mcp-enhanced: the service's own Markdown drops tables and colours."""
    world.make("Target", "here")
    world.write(
        "Rich.md",
        "> [!toggle]- closed\n> inside\n\n| a | b |\n|---|---|\n| 1 | 2 |\n\n"
        "<u>under</u> ==marked== and [[Target]] within a line\n\n[x]: https://example.org\n",
    )
    world.sandbox.log.clear()
    report = world.sync()
    assert not [each for each in world.sandbox.log if "markdown" in each.path]
    assert any("Rich.md" in loss for loss in report.losses)
    blocks = world.blocks(world.note_at("Rich.md"))
    assert [block["type"] for block in blocks[:2]] == ["TextBlock", "GridBlock"]
    assert blocks[0]["toggle"] == {"isOpen": False}
    kinds = [token["type"] for token in blocks[2]["tokens"]]
    assert "LinkToken" in kinds
    text = world.read("Rich.md")
    edit_in_app(world, world.note_at("Pages/Target.md"), "edited")
    world.sync()
    assert world.read("Rich.md") == text
