"""Links whose targets come later, are renamed, or go."""

from __future__ import annotations

from typing import Any

from tests.sync.world import World, paragraph


def links(world: World, note: str) -> list[dict[str, Any]]:
    """List the links in an object, in order."""
    tokens = (token for block in world.blocks(note) for token in block.get("tokens", ()))
    return [token for token in tokens if token["type"] == "LinkToken"]


def in_agreement(world: World) -> None:
    report = world.sync()
    assert (report.steps, report.troubles) == ([], [])


def test_text_becomes_a_link_when_its_target_is_written(world: World) -> None:
    world.write("Note.md", "see [[Later]]\n")
    world.sync()
    note = world.note_at("Note.md")
    assert world.texts(note) == ["see [[Later]]"]
    in_agreement(world)
    world.write("Later.md", "here\n")
    world.sync()
    assert [each["entityId"] for each in links(world, note)] == [world.note_at("Later.md")]
    assert world.body("Note.md") == "see [[Later]]\n"
    in_agreement(world)


def test_text_becomes_a_link_when_its_target_is_made_in_the_app(world: World) -> None:
    world.write("Note.md", "see [[Later]]\n")
    world.sync()
    target = world.make("Later", "here")
    world.sync()
    assert [each["entityId"] for each in links(world, world.note_at("Note.md"))] == [target]
    in_agreement(world)


def test_text_becomes_a_link_when_a_note_gets_that_title(world: World) -> None:
    target = world.make("Before", "here")
    world.write("Note.md", "see [[Later]]\n")
    world.sync()
    world.sandbox.app_rename(target, "Later")
    world.sync()
    world.sync()
    assert [each["entityId"] for each in links(world, world.note_at("Note.md"))] == [target]
    in_agreement(world)


def test_what_is_escaped_does_not_become_a_link(world: World) -> None:
    world.write("Note.md", "see \\[\\[Later]] and `[[Later]]`\n")
    world.write("Later.md", "here\n")
    world.sync()
    world.sync()
    assert links(world, world.note_at("Note.md")) == []
    assert world.body("Note.md") == "see \\[\\[Later]] and `[[Later]]`\n"
    in_agreement(world)


def test_a_link_still_leads_where_it_did_when_a_second_note_gets_that_title(world: World) -> None:
    target = world.make("Later", "here")
    world.write("Note.md", "see [[Later]]\n\nmore\n")
    world.sync()
    world.sandbox.app_create("RootPage", "Later")
    world.sync()
    world.edit("Note.md", "more", "and more")
    world.sync()
    note = world.note_at("Note.md")
    assert [each["entityId"] for each in links(world, note)] == [target]
    assert world.body("Note.md") == "see [[Later]]\n\nand more\n"
    in_agreement(world)


def test_a_file_edited_meanwhile_is_linked_up_later(world: World) -> None:
    world.write("Note.md", "see [[Later]]\n")
    world.sync()
    world.make("Later", "here")

    def type_on() -> None:
        world.edit("Note.md", "see", "please see")

    world.sandbox.before_next(type_on, path="/object", method="GET")
    world.sync()
    world.sync()
    note = world.note_at("Note.md")
    assert world.texts(note) == ["please see Later"]
    assert len(links(world, note)) == 1
    in_agreement(world)


def test_links_to_a_note_that_is_gone_stay_as_they_are(world: World) -> None:
    target = world.make("Target", "t")
    world.make("Other", "o")
    world.sync()
    world.write("Note.md", "see [[Target]] now\n\nlast\n")
    world.sync()
    before = world.read("Note.md")
    note = world.note_at("Note.md")
    world.sandbox.app_trash(target)
    world.sync()
    assert world.read("Note.md") == before
    world.edit("Note.md", "last", "LAST")
    world.sync()
    last = world.blocks(note)[1]["id"]
    world.sandbox.app_edit_block(note, last, paragraph("LAST!"))
    world.sync()
    assert world.read("Note.md") == before.replace("last", "LAST!")
    assert [each["entityId"] for each in links(world, note)] == [target]
    in_agreement(world)


def test_a_new_note_takes_the_name_of_one_that_is_gone(world: World) -> None:
    target = world.make("Target", "t")
    world.make("Other", "o")
    world.sync()
    world.sandbox.app_trash(target)
    world.sync()
    again = world.make("Target", "new")
    world.write("Note.md", "see [[Target]]\n")
    world.sync()
    assert [each["entityId"] for each in links(world, world.note_at("Note.md"))] == [again]
    in_agreement(world)


def test_a_tag_in_the_trash_does_not_keep_a_note_from_being_adopted(world: World) -> None:
    """The object goes on naming it, and the service takes no value that does."""
    world.write("Note.md", "---\ntags: [Odd]\n---\n\nwords\n")
    world.sync()
    (tag,) = world.sandbox.app_list("RootTag")
    world.sandbox.app_trash(tag)
    world.forget()
    (world.root / "Tags/Odd.md").unlink()
    report = world.sync()
    assert report.troubles == []
    assert any("is in the trash; it was left out" in each for each in report.remarks)
    assert world.sandbox.app_list("RootTag") != [tag]
    in_agreement(world)


def test_a_path_that_a_tag_had_once_still_means_it(world: World) -> None:
    world.write("Tags/Garden.md", "---\ntype: Tag\n---\n")
    world.write("Note.md", "---\ntags: [Tags/Garden]\n---\n\nwords\n")
    world.sync()
    (tag,) = world.sandbox.app_list("RootTag")
    (world.root / "Other").mkdir()
    (world.root / "Tags/Garden.md").rename(world.root / "Other/Garden.md")
    world.sync()
    world.edit("Note.md", "[Tags/Garden]", "[Tags/Garden, new]")
    world.sync()
    held = world.sandbox.app_get(world.note_at("Note.md"))["properties"]
    assert tag in str(held["tags"])
    assert len(world.sandbox.app_list("RootTag")) == 2
    in_agreement(world)
