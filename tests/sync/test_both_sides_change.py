"""Two people change one note: nothing either of them wrote is lost."""

from __future__ import annotations

from tests.sync.world import World, paragraph


def test_edits_of_different_blocks_merge(world: World) -> None:
    note = world.make("Shared", "first", "second", "third")
    world.sync()
    blocks = world.blocks(note)
    world.edit("Pages/Shared.md", "first", "FIRST")
    world.sandbox.app_edit_block(note, blocks[2]["id"], paragraph("THIRD"))
    report = world.sync()
    assert (report.merged, report.conflicts, report.exit_code) == (1, 0, 0)
    assert world.texts(note) == ["FIRST", "second", "THIRD"]
    assert world.body("Pages/Shared.md") == "FIRST\n\nsecond\n\nTHIRD\n"
    assert [b["id"] for b in world.blocks(note)] == [b["id"] for b in blocks]


def test_edits_of_different_words_of_one_block_merge(world: World) -> None:
    note = world.make("Shared", "the quick brown fox jumps over the lazy dog")
    world.sync()
    block = world.blocks(note)[0]
    world.edit("Pages/Shared.md", "quick", "slow")
    text = "the quick brown fox jumps over the sleeping dog"
    world.sandbox.app_edit_block(note, block["id"], paragraph(text))
    report = world.sync()
    assert report.conflicts == 0
    assert world.texts(note) == ["the slow brown fox jumps over the sleeping dog"]


def test_the_same_words_changed_twice_are_both_kept(world: World) -> None:
    note = world.make("Shared", "one word here", "other")
    world.sync()
    block = world.blocks(note)[0]
    world.edit("Pages/Shared.md", "word", "mine")
    world.sandbox.app_edit_block(note, block["id"], paragraph("one theirs here"))
    report = world.sync()
    assert (report.conflicts, report.exit_code) == (1, 3)
    body = world.body("Pages/Shared.md")
    assert body.startswith("one mine here\n\n> [!conflict] Space, 20")
    assert "> one theirs here\n" in body
    assert world.texts(note)[0] == "one mine here"
    assert world.texts(note)[1].startswith("[!conflict] Space, ")
    again = world.sync()
    assert (again.steps, again.exit_code) == ([], 3)
    start = body.index("> [!conflict]")
    end = body.index("other")
    world.edit("Pages/Shared.md", body[start:end], "")
    settled = world.sync()
    assert (settled.conflicts, settled.exit_code) == (0, 0)
    assert world.texts(note) == ["one mine here", "other"]


def test_an_edit_in_the_space_beats_a_deleted_file(world: World) -> None:
    note = world.make("Fought over", "old")
    world.make("Other", "x")
    world.sync()
    (world.root / "Pages/Fought over.md").unlink()
    world.sandbox.app_edit_block(note, world.blocks(note)[0]["id"], paragraph("new words"))
    world.sync()
    assert world.body("Pages/Fought over.md") == "new words\n"
    assert not world.sandbox.app_get(note)["trashed"]


def test_an_edit_in_the_vault_beats_a_trashed_object(world: World) -> None:
    note = world.make("Fought over", "old")
    world.make("Other", "x")
    world.sync()
    world.sandbox.app_trash(note)
    world.edit("Pages/Fought over.md", "old", "new words")
    world.sync()
    assert not world.sandbox.app_get(note)["trashed"]
    assert world.texts(note) == ["new words"]
    assert world.sync().steps == []


def test_tags_from_both_sides_come_together(world: World) -> None:
    red = world.make("red", structure="RootTag")
    blue = world.make("blue", structure="RootTag")
    note = world.make("Tagged", "text")
    world.sync()
    text = world.read("Pages/Tagged.md")
    world.write("Pages/Tagged.md", text.replace("\n---\n", "\ntags: [red]\n---\n", 1))
    value = {"type": "entity", "entity": [{"id": blue}]}
    world.sandbox.app_set_property(note, "tags", value)
    world.sync()
    tags = world.sandbox.app_get(note)["properties"]["tags"]["entity"]
    assert {each["id"] for each in tags} == {red, blue}
    assert "tags: [red, blue]" in world.read("Pages/Tagged.md")


def test_losing_the_state_loses_nothing(world: World) -> None:
    note = world.make("Kept", "first", "second")
    world.make("Equal", "same")
    world.sync()
    world.edit("Pages/Kept.md", "first", "first, edited offline")
    world.sandbox.app_append(note, [paragraph("added in the app")])
    world.forget()
    report = world.sync()
    assert report.exit_code == 0, report.troubles
    texts = world.texts(note)
    for words in ("first, edited offline", "second", "added in the app"):
        assert any(words in text for text in texts), texts
        assert words in world.read("Pages/Kept.md")
    assert sorted(world.files()) == ["Pages/Equal.md", "Pages/Kept.md"]
    assert world.sync().steps == []


def test_a_file_that_is_emptied_does_not_empty_the_note_unasked(world: World) -> None:
    note = world.make("Full", "words that took years")
    world.sync()
    text = world.read("Pages/Full.md")
    world.write("Pages/Full.md", text.split("---\n\n")[0] + "---\n")
    report = world.sync()
    assert report.exit_code == 1
    assert "--allow-deletes" in report.troubles[0].message
    assert world.texts(note) == ["words that took years"]
    world.sync(allow_deletes=True)
    assert world.texts(note) in ([], [""])
