"""Conflicts from the moment they arise until somebody settles them."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

from capsync.plan.choices import Choice
from capsync.sync.resolve import OpenConflict, open_files, settle_file
from tests.sync.world import World, paragraph

PATH = "Pages/Plan.md"


def conflict(world: World, *, mine: str = "one mine here", theirs: Any = "one theirs here") -> str:
    """Make a note whose second block is in conflict."""
    note = world.make("Plan", "first", "one word here", "last")
    world.sync()
    world.edit(PATH, "one word here", mine)
    block = theirs if isinstance(theirs, dict) else paragraph(theirs)
    world.sandbox.app_edit_block(note, world.blocks(note)[1]["id"], block)
    assert world.sync().exit_code == 3
    return note


def listed(world: World) -> list[OpenConflict]:
    return [each for file in open_files(world.vault, world.memory) for each in file.conflicts]


def settle(world: World, choice: Choice, only: int | None = None) -> None:
    for file in open_files(world.vault, world.memory):
        at = range(len(file.conflicts)) if only is None else [only]
        settle_file(world.vault, world.memory, world.clock, file, dict.fromkeys(at, choice))


def in_agreement(world: World, note: str) -> None:
    """Both sides hold the same, nothing is open, and nothing is left to do."""
    report = world.sync()
    assert (report.steps, report.exit_code) == ([], 0)
    assert listed(world) == []
    world.forget()
    assert world.sync().exit_code == 0
    assert world.sync().steps == []


def test_an_open_conflict_is_listed_with_both_versions(world: World) -> None:
    conflict(world)
    (found,) = listed(world)
    lines = world.read(PATH).splitlines()
    assert lines[found.line - 1].startswith("> [!conflict] Space, ")
    assert (found.path, found.where) == (PATH, "one mine here")
    assert (found.local, found.space) == ("one mine here", "one theirs here")
    assert found.since is not None
    assert found.since[:16].replace("T", " ") in lines[found.line - 1]


@pytest.mark.parametrize(
    ("choice", "texts"),
    [
        (Choice.MINE, ["first", "one mine here", "last"]),
        (Choice.THEIRS, ["first", "one theirs here", "last"]),
        (Choice.BOTH, ["first", "one mine here", "one theirs here", "last"]),
    ],
)
def test_a_choice_settles_it_on_both_sides(world: World, choice: Choice, texts: list[str]) -> None:
    note = conflict(world)
    before, ids = world.read(PATH), [b["id"] for b in world.blocks(note)]
    settle(world, choice)
    assert listed(world) == []
    assert world.body(PATH) == "\n\n".join(texts) + "\n"
    report = world.sync()
    assert report.exit_code == 0
    assert world.texts(note) == texts
    assert [b["id"] for b in world.blocks(note)][:2] == ids[:2]
    assert before in [each.content for each in world.memory.revisions.list(note)]
    in_agreement(world, note)


def test_their_version_comes_with_all_it_had(world: World) -> None:
    """Colour, rank and children: what a quote in a file cannot show is not lost."""
    red = {
        "type": "TextBlock",
        "tokens": [
            {"type": "TextToken", "text": "one theirs here", "style": {}, "color": "text-red"}
        ],
        "colorTheme": "bg-green",
    }
    note = world.make("Plan", blocks=[paragraph("one word here", blocks=[paragraph("child")])])
    world.sync()
    world.edit(PATH, "one word here", "one mine here")
    world.sandbox.app_edit_block(note, world.blocks(note)[0]["id"], red)
    world.sync()
    settle(world, Choice.THEIRS)
    world.sync()
    (block,) = world.blocks(note)
    assert block["tokens"][0]["color"] == "text-red"
    assert block["colorTheme"] == "bg-green"
    assert [each["tokens"][0]["text"] for each in block["blocks"]] == ["child"]
    in_agreement(world, note)


def test_a_choice_made_offline_keeps_what_the_file_cannot_say(world: World) -> None:
    """The file is edited further before the sync; the old text comes back from elsewhere too."""
    red = paragraph("one theirs here", colorTheme="bg-green")
    note = conflict(world, theirs=red)
    settle(world, Choice.BOTH)
    world.edit(PATH, "one theirs here", "one theirs here, and more")
    world.edit(PATH, "last", "last of all")
    world.sync()
    assert world.texts(note) == [
        "first",
        "one mine here",
        "one theirs here, and more",
        "last of all",
    ]
    assert world.blocks(note)[2].get("colorTheme") == "bg-green"
    in_agreement(world, note)


def test_a_choice_that_was_never_written_changes_nothing(world: World) -> None:
    """Killed between remembering the choice and writing the file."""
    note = conflict(world)
    before = world.read(PATH)
    settle(world, Choice.THEIRS)
    world.write(PATH, before)
    report = world.sync()
    assert (report.exit_code, len(listed(world))) == (3, 1)
    assert world.texts(note)[1] == "one mine here"


def test_the_space_may_change_the_same_note_meanwhile(world: World) -> None:
    note = conflict(world)
    settle(world, Choice.THEIRS)
    world.sandbox.app_edit_block(note, world.blocks(note)[0]["id"], paragraph("first, changed"))
    assert world.sync().exit_code == 0
    assert world.texts(note) == ["first, changed", "one theirs here", "last"]
    in_agreement(world, note)


# Settled by hand, in an editor or in the app.


def whole(text: str) -> str:
    """Give the lines of the quote."""
    start = text.index("> [!conflict]")
    return text[start : text.index("last")]


def drop_quote(text: str) -> str:
    return text.replace(whole(text), "")


def keep_theirs_unquoted(text: str) -> str:
    return text.replace(whole(text), "one theirs here\n\n").replace("one mine here\n\n", "")


def keep_both_unquoted(text: str) -> str:
    return text.replace(whole(text), "one theirs here\n\n")


def drop_the_head(text: str) -> str:
    lines = text.splitlines(keepends=True)
    at = next(i for i, line in enumerate(lines) if "[!conflict]" in line)
    return "".join(lines[:at] + lines[at + 1 :])


@pytest.mark.parametrize(
    ("edit", "texts"),
    [
        (drop_quote, ["first", "one mine here", "last"]),
        (keep_theirs_unquoted, ["first", "one theirs here", "last"]),
        (keep_both_unquoted, ["first", "one mine here", "one theirs here", "last"]),
        (drop_the_head, ["first", "one mine here", "one theirs here", "last"]),
    ],
)
def test_an_editor_settles_it(world: World, edit: Callable[[str], str], texts: list[str]) -> None:
    note = conflict(world)
    world.write(PATH, edit(world.read(PATH)))
    assert listed(world) == []
    assert world.sync().exit_code == 0
    assert world.texts(note) == texts
    in_agreement(world, note)


def test_deleting_the_quote_in_the_app_settles_it(world: World) -> None:
    note = conflict(world)
    world.clock.sleep(1)
    world.sandbox.app_delete_block(note, world.blocks(note)[2]["id"])
    assert world.sync().exit_code == 0
    assert world.body(PATH) == "first\n\none mine here\n\nlast\n"
    in_agreement(world, note)


def test_an_edit_inside_the_quote_is_synced_and_leaves_it_open(world: World) -> None:
    note = conflict(world)
    world.edit(PATH, "one theirs here", "one theirs here, better")
    report = world.sync()
    assert (report.exit_code, report.pushed) == (3, 1)
    assert [each.space for each in listed(world)] == ["one theirs here, better"]
    settle(world, Choice.THEIRS)
    world.sync()
    assert world.texts(note) == ["first", "one theirs here, better", "last"]


def test_after_the_local_block_was_deleted_their_version_replaces_nothing(world: World) -> None:
    note = conflict(world)
    world.edit(PATH, "one mine here\n\n", "")
    (found,) = listed(world)
    assert (found.local, found.where) == ("", "one theirs here")
    settle(world, Choice.THEIRS)
    world.sync()
    assert world.texts(note) == ["first", "one theirs here", "last"]


def test_a_paragraph_written_between_the_two_is_not_taken_for_the_local_one(world: World) -> None:
    note = conflict(world)
    world.edit(PATH, "one mine here\n", "one mine here\n\nin between\n")
    settle(world, Choice.THEIRS)
    world.sync()
    assert world.texts(note) == ["first", "one theirs here", "in between", "last"]


def test_words_joined_to_the_head_of_the_quote_are_not_lost(world: World) -> None:
    conflict(world)
    body = world.read(PATH)
    head = next(line for line in body.splitlines() if "[!conflict]" in line)
    world.write(PATH, body.replace(f"{head}\n>\n", f"{head}\n"))
    assert [each.space for each in listed(world)] == ["one theirs here"]
    settle(world, Choice.THEIRS)
    assert world.body(PATH) == "first\n\none theirs here\n\nlast\n"


# While it is open.


def test_an_open_conflict_is_silent_and_lets_the_rest_of_the_note_sync(world: World) -> None:
    note = conflict(world)
    for _ in range(2):
        report = world.sync()
        assert (report.steps, report.exit_code) == ([], 3)
    world.edit(PATH, "first", "FIRST")
    assert (world.sync().pushed, world.texts(note)[0]) == (1, "FIRST")
    world.sandbox.app_edit_block(note, world.blocks(note)[-1]["id"], paragraph("LAST"))
    assert world.sync().pulled == 1
    assert world.body(PATH).endswith("LAST\n")
    world.edit(PATH, "FIRST", "first again")
    world.sandbox.app_edit_block(note, world.blocks(note)[-1]["id"], paragraph("last again"))
    assert world.sync().merged == 1
    assert len(listed(world)) == 1


def test_a_second_conflict_of_the_block_joins_the_first(world: World) -> None:
    note = conflict(world)
    world.edit(PATH, "one mine here", "one mine now")
    world.sandbox.app_edit_block(note, world.blocks(note)[1]["id"], paragraph("one mine there"))
    report = world.sync()
    assert (report.exit_code, len(listed(world))) == (3, 1)
    (found,) = listed(world)
    assert found.local == "one mine now"
    assert found.space == "one theirs here\n\none mine there"
    assert world.sync().steps == []
    assert world.texts(note)[1] == "one mine now"


def test_both_editing_inside_the_quote_does_not_nest(world: World) -> None:
    note = conflict(world)
    world.edit(PATH, "one theirs here", "one edited here")
    inner = world.blocks(note)[2]["blocks"][0]["id"]
    world.sandbox.app_edit_block(note, inner, paragraph("one typed here"))
    world.sync()
    (found,) = listed(world)
    assert found.space == "one edited here\n\none typed here"
    assert world.sync().steps == []


def test_two_conflicts_of_one_note_are_settled_one_by_one(world: World) -> None:
    note = world.make("Plan", "one word", "apart", "two word")
    world.sync()
    world.edit(PATH, "one word", "one mine")
    world.edit(PATH, "two word", "two mine")
    for at, text in ((0, "one theirs"), (2, "two theirs")):
        world.sandbox.app_edit_block(note, world.blocks(note)[at]["id"], paragraph(text))
    world.sync()
    assert [each.where for each in listed(world)] == ["one mine", "two mine"]
    settle(world, Choice.THEIRS, only=1)
    assert world.sync().exit_code == 3
    settle(world, Choice.MINE)
    assert world.sync().exit_code == 0
    assert world.texts(note) == ["one mine", "apart", "two theirs"]
    in_agreement(world, note)
