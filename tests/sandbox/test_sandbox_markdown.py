"""Markdown as the service reads and writes it."""

from __future__ import annotations

from typing import Any

import pytest

from capsync.clock import ManualClock
from capsync.sandbox.caller import Caller
from capsync.sandbox.core import Sandbox
from capsync.sandbox.options import Options
from capsync.sandbox.seed import seed_content

MARKDOWN = "POST /object/markdown"


def start(**switches: Any) -> Caller:
    return Caller(Sandbox(Options(quota_scale=0, **switches), clock=ManualClock()))


def imported(service: Caller, markdown: str, structure: str = "RootPage") -> tuple[str, list[Any]]:
    made = service.ok(MARKDOWN, {"structureId": structure, "markdown": markdown})
    title = made["properties"]["title"]["title"]["value"]
    return title, next(iter(made["blocks"].values()))


def test_the_first_heading_becomes_the_title_and_leaves_the_body() -> None:
    title, blocks = imported(start(), "before\n\n# Trip [plan]\n\n## Day one\n\n# Another\n")
    assert title == "Trip [plan]"
    texts = [block["tokens"][0]["text"] for block in blocks]
    assert texts == ["before", "Day one", "Another"]


@pytest.mark.parametrize(
    ("markdown", "field", "value"),
    [
        ("## a", "hierarchy", {"key": "H2", "val": 2}),
        ("##### a", "hierarchy", {"key": "H3", "val": 3}),
        ("- a", "list", {"type": "bullet"}),
        ("7. a", "list", {"type": "numerical"}),
        ("- [x] a", "todo", {"isDone": True}),
        ("- [ ] a", "todo", {"isDone": False}),
        ("> a", "quote", {"layout": "normal"}),
        ("```py\na\n```", "lang", "py"),
        ("```\na\n```", "lang", "Text"),
        ("---", "type", "HorizontalLineBlock"),
    ],
)
def test_markdown_becomes_native_blocks(markdown: str, field: str, value: Any) -> None:
    _, (block,) = imported(start(), "x\n\n" + markdown)[0], imported(start(), markdown)[1]
    assert block[field] == value


def test_a_line_becomes_tokens() -> None:
    service = start()
    target = service.sandbox.app_create("RootPage", "Bench")
    line = "a **b** *c* ~~d~~ `e` [f](https://g.h) [[bench]] [[Nobody]] \\#i"
    _, (block,) = imported(service, line)
    shown = [(token["type"], token["text"], token.get("style")) for token in block["tokens"]]
    assert ("TextToken", "b", {"bold": True}) in shown
    assert ("TextToken", "c", {"italic": True}) in shown
    assert ("TextToken", "d", {"strikethrough": True}) in shown
    assert ("CodeToken", "e", None) in shown
    assert {"type": "LinkToken", "text": "f", "url": "https://g.h"} in block["tokens"]
    assert {"type": "LinkToken", "text": "bench", "entityId": target} in block["tokens"]
    assert ("TextToken", "Nobody", {}) in shown
    assert service.sandbox.app_list("RootTag") == []


def test_a_hashtag_makes_a_tag_or_links_the_one_there_is() -> None:
    service = start()
    red = service.sandbox.app_create("RootTag", "red")
    _, (block,) = imported(service, "see #red and #blue, not a#b")
    links = [token for token in block["tokens"] if token["type"] == "LinkToken"]
    tags = service.sandbox.app_list("RootTag")
    assert [token["entityId"] for token in links] == tags
    assert tags[0] == red
    assert [token["text"] for token in links] == ["", ""]


def test_white_space_makes_an_empty_body() -> None:
    assert imported(start(), " \n\n")[1] == []


def test_front_matter_sets_properties_on_creation() -> None:
    service = start()
    service.sandbox.app_create("RootTag", "red")
    front = (
        "---\ntitle: Oil\nstatus: done\ntags: [red, blue]\ndate: 2026-03-01\nother: x\n---\nbody"
    )
    made = service.ok(MARKDOWN, {"structureId": "RootTask", "markdown": front})
    properties = made["properties"]
    assert properties["title"]["title"]["value"] == "Oil"
    assert properties["status"]["label"][0]["id"] == "done"
    assert len(properties["tags"]["entity"]) == 1
    assert properties["date"]["date"]["start"] == "2026-03-01T00:00:00.000Z"
    (block,) = next(iter(made["blocks"].values()))
    assert block["tokens"][0]["text"] == "body"


def test_front_matter_can_set_every_plain_kind() -> None:
    service = start()
    kinds = ("number", "boolean", "url", "aliases", "richText")
    definitions = [{"id": k, "name": k, "type": k, "writable": True} for k in kinds]
    book = service.sandbox.app_add_structure("Book", "Books", definitions)
    front = "---\nnumber: 2.5\nboolean: true\nurl: a\naliases: [x, y]\nrichtext: '*z*'\n---"
    made = service.ok(MARKDOWN, {"structureId": book, "markdown": front})["properties"]
    assert made["number"]["number"]["value"] == 2.5
    assert made["boolean"]["boolean"]["value"] is True
    assert made["aliases"]["aliases"]["value"] == ["x", "y"]
    assert made["richText"]["richText"]["value"][0]["style"] == {"italic": True}


def test_an_update_reads_the_front_matter_and_ignores_the_body() -> None:
    service = start()
    made = service.ok(MARKDOWN, {"structureId": "RootPage", "markdown": "# A\n\nold"})
    markdown = "---\ndescription: Creamy\n---\n\nnew"
    answer = service.ok("PATCH /object/markdown", {"id": made["id"], "markdown": markdown})
    assert answer["properties"]["description"]["text"]["value"] == "Creamy"
    assert answer["properties"]["title"]["title"]["value"] == "A"
    assert answer["blocks"] == made["blocks"]
    assert service.sandbox.violations == [
        "PATCH /object/markdown: Markdown below the front matter, which is ignored"
    ]


def test_an_update_without_front_matter_changes_nothing() -> None:
    service = start()
    made = service.ok(MARKDOWN, {"structureId": "RootPage", "markdown": "# A\n\nold"})
    answer = service.ok("PATCH /object/markdown", {"id": made["id"], "markdown": "new"})
    assert answer["blocks"] == made["blocks"]


def exported(service: Caller, title: str) -> str:
    object_id = service.sandbox.app_find(title)
    answer = service.ok("GET /object/markdown", id=object_id)
    assert set(answer) == {"id", "structureId", "markdown"}
    return str(answer["markdown"])


def test_an_export_has_front_matter_the_title_and_every_section() -> None:
    service = start()
    seed_content(service.sandbox)
    book = exported(service, "The Dispossessed")
    assert book.startswith("---\ntype: Book\ntitle: The Dispossessed\n")
    assert "status: Reading\n" in book.replace("[", "").replace("]", "")
    assert "tags: [to read, garden]\n" in book
    assert "read on: 2026-03-01\n" in book
    assert "\n# The Dispossessed\n\n## Notes\n\n> You cannot" in book
    meeting = exported(service, "Guild meeting")
    assert meeting.endswith("1. Wood\n\n1. Money\n\nWe buy oak.\n\n- [ ] Call the mill\n")


def test_an_export_of_every_block_drops_what_markdown_cannot_say() -> None:
    service = start()
    seed_content(service.sandbox)
    text = exported(service, "Every block")
    assert "```python\n" in text
    assert "\n$$\n" in text
    assert "](https://app.capacities.io/" in text
    assert "bg-green" not in text
    tokens = exported(service, "Every token")
    assert "**bold**" in tokens
    assert "[garden](" in tokens


def test_lines_of_a_paragraph_stay_together_until_something_else_begins() -> None:
    service = start()
    _, blocks = imported(service, "a\r\nb\r\n- c\r\n> d\r\n> e\r\nf\r\n```\r\nopen")
    texts = [block.get("text") or block["tokens"][0]["text"] for block in blocks]
    assert texts == ["a\nb", "c", "d\ne", "f", "open"]
