"""Every method of the client against the sandbox, which is strict about requests.

The two share no code, so a misreading of the contract on one side shows here.
"""

from __future__ import annotations

from dataclasses import replace
from datetime import date

import pytest

from capsync.capacities.encode import can_write, writable_tokens
from capsync.errors import (
    Rejected,
    Stale,
)
from capsync.model.block import (
    Block,
    Blocks,
    CodeBlock,
    GridBlock,
    GroupBlock,
    TextBlock,
    is_pinned,
)
from capsync.model.codec_values import decode_tokens
from capsync.model.normal import digest, normal_note
from capsync.model.note import DAILY_NOTE, PAGE, TAG, TASK
from capsync.model.property import (
    DateValue,
    EntityValue,
    LabelOption,
    LabelValue,
    PropertyId,
    Scalar,
    is_unset,
)
from capsync.model.token import Moment, NoteId, TextToken
from capsync.sandbox.options import Options
from tests.capacities.world import EVERYTHING, World, texts, titled

DAY = "2026-11-03T00:00:00.000Z"


def test_space_and_structures_are_read() -> None:
    world = World()
    assert world.client.space().title == "Workshop"
    structures = {each.title: each for each in world.client.structures()}
    assert structures["Book"].collections
    status = next(each for each in structures["Book"].properties if each.name == "Status")
    assert status.type == "label"
    assert status.options


def test_every_note_is_read_whole() -> None:
    world = World(Options(quota_scale=0))
    for number in world.sandbox.app_list():
        note = world.client.get(NoteId(number))
        assert note.complete
        assert digest(note) == digest(normal_note(note))
    assert world.sandbox.violations == []


def test_a_note_can_be_made_again_from_what_was_read() -> None:
    """All that is writable, in one request, reads back equal."""
    world = World(Options(quota_scale=0))
    structures = {each.id: each for each in world.client.structures()}
    copied = 0
    for number in world.sandbox.app_list():
        note = world.client.get(NoteId(number))
        if note.structure not in {PAGE, TASK, TAG} and note.structure.startswith(("Root", "Media")):
            continue
        structure = structures[note.structure]
        properties = {
            key: value
            for key, value in note.properties.items()
            if (found := structure.definition(key)) and found.writable and can_write(value)
        }
        sections = {
            key: tuple(block for block in blocks if not is_pinned(block))
            for key, blocks in note.sections.items()
        }
        made = world.client.create(note.structure, properties, sections, note.collections)
        there = normal_note(world.client.get(made.id))
        assert there.title == note.title
        assert there.collections == tuple(sorted(note.collections))
        wanted = normal_note(replace(note, properties=properties, sections=sections))
        assert there.properties == wanted.properties
        for key, blocks in wanted.sections.items():
            assert bare(there.sections[key]) == bare(blocks), note.title
        copied += 1
    assert copied > 10
    assert world.sandbox.violations == []


def bare(blocks: Blocks) -> Blocks:
    """Leave out ids, alignment, highlights of reading apps, and links without a target."""

    def one(block: Block) -> Block:
        match block:
            case TextBlock():
                own = block.highlight and '"type":"custom"' in block.highlight
                return replace(
                    block,
                    id=None,
                    alignment=None,
                    highlight=block.highlight if own else None,
                    tokens=decode_tokens(writable_tokens(block.tokens)),
                    blocks=bare(block.blocks),
                )
            case GroupBlock():
                return replace(block, id=None, alignment=None, blocks=bare(block.blocks))
            case GridBlock():
                return replace(block, id=None, columns=tuple(map(bare, block.columns)))
            case _:
                return replace(block, id=None)

    return tuple(map(one, blocks))


def test_creating_updating_trashing_restoring_and_destroying() -> None:
    world = World()
    client = world.client
    made = client.create(PAGE, titled("Trip"))
    assert client.get(made.id).title == "Trip"
    tag = client.create(TAG, titled("travel"))
    changed = client.update(
        made.id,
        properties={**titled("Trip plan"), PropertyId("tags"): EntityValue((tag.id,))},
    )
    assert changed.title == "Trip plan"
    assert changed.properties[PropertyId("tags")] == EntityValue((tag.id,))
    client.update(made.id, trashed=True)
    with pytest.raises(Stale, match=made.id):
        client.get(made.id)
    assert client.update(made.id, trashed=False).title == "Trip plan"
    client.delete(made.id)
    with pytest.raises(Stale):
        client.get(made.id)
    client.update(made.id, trashed=False)
    client.delete(made.id, hard=True)
    with pytest.raises(Stale):
        client.update(made.id, trashed=False)
    assert world.sandbox.violations == []


def test_properties_of_every_kind_are_set_and_cleared() -> None:
    world = World()
    task = world.note("Sweep")
    date_, priority = PropertyId("date"), PropertyId("priority")
    note = world.client.update(
        task,
        properties={
            date_: DateValue(Moment(DAY)),
            priority: LabelValue((LabelOption("high", "High"),)),
        },
    )
    assert note.properties[date_] == DateValue(Moment(DAY))
    note = world.client.update(
        task, properties={date_: DateValue(Moment(None)), priority: LabelValue(())}
    )
    assert all(
        is_unset(note.properties[key]) for key in (date_, priority) if key in note.properties
    )
    assert world.sandbox.violations == []


def test_collections_are_replaced() -> None:
    world = World()
    book = next(each for each in world.client.structures() if each.title == "Book")
    note = world.note("The Anarchist's Tool Chest")
    favorites = book.collections[0].id
    assert world.client.update(note, collections=(favorites,)).collections == (favorites,)
    assert note in {row.id for row in world.client.list_collection(favorites).rows}
    assert favorites not in world.client.update(note, collections=()).collections


def test_blocks_are_appended_where_they_should_go() -> None:
    world = World()
    client, note = world.client, world.note("The bench")
    (section,) = client.get(note).sections
    client.append(note, EVERYTHING, section=section)
    after = client.append(note, (TextBlock((TextToken("first"),)),), at_start=True)
    first = after.sections[section][0]
    assert first.id is not None
    assert bare(after.sections[section][-len(EVERYTHING) :]) == bare(EVERYTHING)
    between = client.append(note, (TextBlock((TextToken("second"),)),), after=first.id)
    nested = client.append(note, (TextBlock((TextToken("inside"),)),), parent=first.id)
    assert texts(between)[:2] == ["first", "second"]
    assert texts(nested)[:3] == ["first", "inside", "second"]
    assert texts(client.append(note, "from *Markdown*"))[-1] != ""
    assert world.sandbox.violations == []


def test_a_block_is_replaced_keeping_its_id_and_children_then_removed() -> None:
    world = World()
    client, note = world.client, world.note("The bench")
    made = client.append(
        note, (TextBlock((TextToken("a"),), blocks=(TextBlock(),), list="bullet"),)
    )
    (section,) = made.sections
    block = made.sections[section][-1]
    assert isinstance(block, TextBlock)
    assert block.id is not None
    new = replace(block, tokens=(TextToken("b"),), list=None)
    kept = client.update_block(note, block.id, new, section=section).sections[section][-1]
    assert kept == new
    replaced = client.update_block(note, block.id, new, with_children=True).sections[section][-1]
    assert isinstance(replaced, TextBlock)
    assert replaced.blocks[0].id != block.blocks[0].id
    left = client.delete_block(note, block.id).sections[section]
    assert block.id not in {each.id for each in left}
    with pytest.raises(Stale):
        client.delete_block(note, block.id)
    with pytest.raises((Rejected, Stale)):
        client.update_block(note, left[0].id or block.id, CodeBlock("another type"))
    assert world.sandbox.violations == []


def test_search_and_lists_find_what_is_there() -> None:
    world = World()
    assert [row.title for row in world.client.search("The bench", (PAGE,))] == ["The bench"]
    page = world.client.list_structure(PAGE, page_size=3)
    assert len(page.rows) == 3
    assert page.next_cursor
    rest = world.client.list_structure(PAGE, cursor=page.next_cursor)
    assert not {row.id for row in page.rows} & {row.id for row in rest.rows}
    tagged = world.client.list_tag(world.note("garden"))
    assert "Herbs & spices" in {row.title for row in tagged.rows}
    assert world.sandbox.violations == []


def test_markdown_goes_both_ways() -> None:
    world = World()
    note = world.client.create_from_markdown(PAGE, "# Soup\n\nLeeks.\n")
    assert world.client.get(note.id).title == "Soup"
    assert "Leeks." in world.client.markdown(note.id)
    world.client.patch_markdown(note.id, "---\ndescription: Creamy\n---\n")
    there = world.client.get(note.id)
    assert there.properties[PropertyId("description")] == Scalar("text", "Creamy")
    assert world.sandbox.violations == []


def test_weblinks_daily_notes_and_uploads() -> None:
    world = World()
    link = world.client.create_from_url("https://example.org/x", title="X", notes="Read it.")
    assert link.title == "X"
    world.client.append_to_daily_note(date(2026, 12, 24), (TextBlock((TextToken("snow"),)),))
    world.client.append_to_daily_note(date(2026, 12, 24), "more snow", time_stamp=True)
    world.clock.sleep(60.0)
    days = world.client.search("2026-12-24", (DAILY_NOTE,))
    assert "snow" in texts(world.client.get(days[0].id))
    image = world.client.upload("saw.png", b"\x89PNG" * 10, kind="image/png", title="Saw")
    assert image.structure == "MediaImage"
    upload = world.client.start_upload("half.pdf", 10)
    world.client.abort_upload(upload.id)
    with pytest.raises((Stale, Rejected)):
        world.client.complete_upload(upload.id)
    assert world.sandbox.violations == []


def test_a_file_of_many_parts_arrives_whole() -> None:
    world = World(Options(upload_part_size=7))
    note = world.client.upload("text.txt", bytes(range(50)))
    assert world.client.get(note.id).properties[PropertyId("media_fileSize")] == Scalar(
        "number", 50
    )
