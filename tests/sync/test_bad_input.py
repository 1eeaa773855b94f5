"""One bad note is set aside with its reason; all others sync."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest

from capsync.errors import ConfigError, SafetyStop
from capsync.sandbox.seed import seed_content
from capsync.sync.report import Options
from tests.sync.world import World, paragraph

HEAD = "---\ncapacities-id: {id}\n{more}---\n\ntext\n"

#: what is in the file -> what the message must say
BAD_FILES = {
    "broken YAML": (b"---\na: [1\nb: 2\n---\ntext\n", "line"),
    "not UTF-8": (b"caf\xe9\n", "UTF-8"),
    "a NUL byte": (b"a\x00b\n", ""),
    "an unknown label": (b"---\ntype: Book\nStatus: Devoured\n---\nx\n", "Devoured"),
    "a number that is none": (b"---\ntype: Book\nPages: many\n---\nx\n", "Pages"),
    "a date that is none": (b"---\ntype: Book\nRead on: 2026-02-30\n---\nx\n", "2026-03-01"),
    "a misspelt type": (b"---\ntype: Pagge\n---\nx\n", "did you mean Page?"),
    "an unknown author": (b'---\ntype: Book\nAuthor: "[[Nobody]]"\n---\nx\n', "Nobody"),
    "a foreign id": (
        b"---\ncapacities-id: 00000000-0000-4000-8000-000000000001\n---\nx\n",
        "not in this space",
    ),
    "an id that is none": (b"---\ncapacities-id: hello\n---\nx\n", "hello"),
    "a daily note": (b"---\ntype: Daily note\n---\nx\n", "Daily note"),
}


@pytest.mark.parametrize(("content", "said"), BAD_FILES.values(), ids=BAD_FILES.keys())
def test_a_bad_file_is_set_aside_and_the_rest_goes_on(
    world: World, content: bytes, said: str
) -> None:
    seed_content(world.sandbox)
    world.sync()
    (world.root / "Bad.md").write_bytes(content)
    world.write("Good.md", "fine\n")
    report = world.sync()
    assert report.exit_code == 1
    (trouble,) = report.troubles
    assert trouble.path == "Bad.md"
    assert said in trouble.message
    assert (world.root / "Bad.md").read_bytes() == content
    assert world.texts(world.note_at("Good.md")) == ["fine"]
    assert [each.path for each in world.memory.set_aside.list()] == ["Bad.md"]


def test_a_copy_of_a_note_is_set_aside_and_the_original_stays(world: World) -> None:
    note = world.make("Original", "text")
    world.sync()
    world.write("Pages/A copy.md", world.read("Pages/Original.md"))
    report = world.sync()
    (trouble,) = report.troubles
    assert trouble.path == "Pages/A copy.md"
    assert "Pages/Original.md" in trouble.message
    assert world.title(note) == "Original"


def test_an_id_removed_by_hand_is_written_back(world: World) -> None:
    note = world.make("Note", "text")
    world.sync()
    world.write("Pages/Note.md", "text, edited\n")
    report = world.sync()
    assert report.exit_code == 0
    assert world.note_at("Pages/Note.md") == note
    assert world.texts(note) == ["text, edited"]


def test_a_broken_file_of_a_known_note_is_neither_deleted_nor_overwritten(world: World) -> None:
    note = world.make("Note", "text")
    world.sync()
    broken = "---\ncapacities-id: [\n---\nwords\n"
    world.write("Pages/Note.md", broken)
    world.sandbox.app_append(note, [paragraph("more")])
    report = world.sync()
    assert report.exit_code == 1
    assert world.read("Pages/Note.md") == broken
    assert not world.sandbox.app_get(note)["trashed"]


def test_an_emptied_vault_does_not_empty_the_space(world: World) -> None:
    notes = [world.make(f"Note {n}", "text") for n in range(10)]
    world.sync()
    for place in world.root.glob("Pages/*.md"):
        place.unlink()
    with pytest.raises(SafetyStop, match="10 of 10"):
        world.sync()
    assert not any(world.sandbox.app_get(note)["trashed"] for note in notes)
    report = world.sync(allow_deletes=True)
    assert report.trashed == 10


def test_a_space_that_comes_up_empty_does_not_empty_the_vault(world: World) -> None:
    notes = [world.make(f"Note {n}", "text") for n in range(10)]
    world.sync()
    before = world.files()
    for note in notes[:7]:
        world.sandbox.app_trash(note)
    with pytest.raises(SafetyStop, match="7 of 10"):
        world.sync()
    assert world.files() == before


def test_notes_that_lose_most_of_their_text_stop_the_run(world: World) -> None:
    words = "word " * 40
    notes = [world.make(f"Note {n}", words) for n in range(10)]
    world.sync()
    before = world.files()
    for note in notes[:7]:
        block = world.blocks(note)[0]["id"]
        world.sandbox.app_edit_block(note, block, paragraph("little"))
    with pytest.raises(SafetyStop):
        world.sync()
    assert world.files() == before
    assert world.sync(allow_deletes=True).pulled == 7


def test_another_space_behind_the_token_stops(world: World) -> None:
    world.make("Note", "text")
    world.sync()
    engine = world.engine()
    engine.bench = replace(engine.bench, space="00000000-0000-4000-8000-00000000abcd")
    with pytest.raises(SafetyStop, match="another space"):
        engine.run(Options())


def test_a_note_nobody_knows_is_a_usage_error(world: World) -> None:
    world.make("Note", "text")
    world.sync()
    with pytest.raises(ConfigError, match="Nonsense"):
        world.sync(notes=("Nonsense",))


def test_one_missing_answer_is_not_a_deletion(world: World) -> None:
    """A list without the note, but the note itself still answers."""
    note = world.make("Note", "text")
    world.make("Other", "text")
    world.sync()
    world.sandbox.vanish_when_listed(note)
    world.sync()
    world.sandbox.app_restore(note)
    world.sync()
    assert "Pages/Note.md" in world.files() or note in str(world.files())


def test_without_lists_nothing_is_ever_taken_for_deleted(tmp_path: Path) -> None:
    world = World(tmp_path, lists=False)
    try:
        note = world.make("Note", "text")
        world.make("Other", "text")
        world.sync()
        assert len(world.files()) == 2
        world.sandbox.app_trash(note)
        world.sync()
        assert len(world.files()) == 2
    finally:
        world.close()


def test_a_paragraph_with_something_only_the_app_can_write_is_not_written_over(
    world: World,
) -> None:
    note = world.make("Note", "first")
    future = {"type": "FutureToken", "text": "?", "shape": "round"}
    raw = paragraph("odd ")
    raw["tokens"].append(future)
    world.sandbox.app_insert(note, {**raw, "blocks": [], "hierarchy": {"key": "Base", "val": 0}})
    world.sync()
    before = world.blocks(note)
    world.edit("Pages/Note.md", "first", "First")
    assert world.sync().exit_code == 0
    world.edit("Pages/Note.md", "odd", "Odd")
    report = world.sync()
    assert "FutureToken" in report.troubles[0].message
    assert world.blocks(note)[1] == before[1]
    assert future in world.blocks(note)[1]["tokens"]


def test_a_type_of_ones_own_is_a_key_like_any_other(world: World) -> None:
    text = "---\ntype: meeting note\nmood: good\n---\nwords\n"
    world.write("Note.md", text)
    report = world.sync()
    assert report.troubles == []
    assert any("type: meeting note" in each for each in report.remarks)
    assert world.texts(world.note_at("Note.md")) == ["words"]
    world.edit("Note.md", "words", "more words")
    assert world.sync().exit_code == 0
    assert world.texts(world.note_at("Note.md")) == ["more words"]
    world.sandbox.app_rename(world.note_at("Note.md"), "Other")
    world.sync()
    assert "type: meeting note\nmood: good\n" in world.read("Other.md")
    assert world.sync().steps == []


def test_tags_that_are_no_names_set_their_note_aside_and_no_other(world: World) -> None:
    world.make("Plan", "one")
    world.make("Other", "two")
    world.sync()
    world.edit("Pages/Plan.md", "---\n", "---\ntags: {a: b}\n")
    world.edit("Pages/Other.md", "two", "three")
    report = world.sync()
    assert [each.message for each in report.troubles] == [
        "line 2: “tags”: takes a text or a list of texts"
    ]
    assert report.pushed == 1
