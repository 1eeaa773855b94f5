"""What deleted other people's notes."""

from __future__ import annotations

import json
from contextlib import suppress
from pathlib import Path

import pytest

from capsync.errors import CapsyncError, SafetyStop
from capsync.sandbox.core import Request, Response
from capsync.vault.vault import MARKER
from tests.cli.world import person
from tests.pitfalls.acts import at_rest, edit_in_app, many, trashed
from tests.sync.world import World


def test_p01_a_drive_that_is_not_mounted_deletes_nothing(world: World) -> None:
    """samschott/maestral#669, #295, #452: an empty mount point emptied the cloud."""
    notes = many(world)
    drive = world.root.rename(world.folder / "drive")
    world.root.mkdir()
    with pytest.raises(SafetyStop, match="not mounted"):
        world.sync()
    (world.root / MARKER).parent.mkdir()
    (world.root / MARKER).write_bytes((drive / MARKER).read_bytes())
    with pytest.raises(SafetyStop, match=r"delete 10 of 10 notes in the space \(100%\)"):
        world.sync()
    assert trashed(world, notes) == 0


def test_p02_a_mass_change_stops_and_what_goes_goes_to_the_trash(world: World) -> None:
    """nextcloud/desktop#68, rclone/rclone#1032: ransom and overflow were synced faithfully."""
    notes = many(world, text="word " * 40)
    for n in range(4):
        world.edit(f"Pages/Note {n}.md", "word " * 39, "QmFzZTY0 " * 39)
    (world.root / "Pages/Note 8.md").unlink()
    (world.root / "Pages/Note 9.md").unlink()
    said = r"delete 2 and overwrite most of 4 of 10 notes in the space \(60%\)"
    with pytest.raises(SafetyStop, match=said):
        world.sync()
    assert all("QmFz" not in text for note in notes for text in world.texts(note))
    assert trashed(world, notes) == 0
    world.sync(allow_deletes=True)
    assert trashed(world, notes) == 2
    for note in notes[:6]:
        world.sandbox.app_trash(note)
    with pytest.raises(SafetyStop, match=r"delete 6 of 8 notes in the vault"):
        world.sync()
    world.sync(allow_deletes=True)
    assert len(list((world.root / ".capsync/trash").glob("20??-??-??/Pages/*.md"))) == 6


@pytest.mark.parametrize("also", [200, 404])
def test_p03_an_empty_or_short_list_deletes_nothing(world: World, also: int) -> None:
    """rclone/rclone#988, laurent22/joplin#5844, 8thpark/geode#77: a failed listing was believed."""
    many(world)
    before = world.files()
    handle = world.sandbox.handle

    def outage(request: Request) -> Response:
        if request.path == "/objects/structure":
            body = {"results": [], "hasMore": False, "nextCursor": None}
            head = {"content-type": "application/json"}
            return Response(200, head, json.dumps(body).encode())
        if request.path == "/object" and also == 404:
            return Response(404, {}, b'{"code": "cap_not_found", "message": "no"}')
        return handle(request)

    world.sandbox.handle = outage  # type: ignore[method-assign]
    for _ in range(3):
        try:
            assert world.sync().trashed == 0
        except SafetyStop:
            assert also == 404
    assert world.files() == before
    world.sandbox.handle = handle  # type: ignore[method-assign]
    assert world.sync().steps == []


@pytest.mark.parametrize("status", [400, 403, 408, 500, 502, 555])
def test_p04_a_check_that_fails_deletes_nothing(world: World, status: int) -> None:
    """notionfs 0.4.0: an error while looking at the remote was swallowed and the page archived."""
    notes = many(world)
    world.sandbox.app_trash(notes[0])
    (world.root / "Pages/Note 1.md").unlink()
    world.sandbox.fail_next(status, method="GET", path="/object", times=100)
    with suppress(CapsyncError):  # whatever it is, nothing may be gone
        world.sync()
    assert "Pages/Note 0.md" in world.files()
    assert trashed(world, notes[1:]) == 0


def test_p05_starting_over_is_no_flag_and_deletions_do_not_come_back(
    world: World, tmp_path: Path
) -> None:
    """rclone/rclone#7042: with --resync in every run, what was deleted returned for ever."""
    with person(tmp_path) as someone:
        for flag in ("--resync", "--force", "--reset"):
            assert someone.connected().types("sync", flag).exit_code == 2
    notes = many(world)
    (world.root / "Pages/Note 0.md").unlink()
    world.sandbox.app_trash(notes[1])
    for _ in range(4):
        world.sync()
    assert trashed(world, notes) == 2
    assert len(world.files()) == 8


def test_p06_equal_pairs_are_known_from_the_first_sight_on(world: World) -> None:
    """rclone/rclone#9939: an equal pair that was never recorded undid a later deletion."""
    notes = many(world)
    world.forget()
    assert world.sync().new_files == 0
    (world.root / "Pages/Note 0.md").unlink()
    world.sandbox.app_trash(notes[1])
    assert world.sync().trashed == 2
    at_rest(world)
    assert trashed(world, notes) == 2


def test_p07_renames_are_no_deletions_to_the_guard(world: World) -> None:
    """rclone bisync and rclone/rclone#8685: a renamed folder ran into the limit of deletions."""
    notes = many(world, 30)
    (world.root / "Pages").rename(world.root / "Archive")
    for n in range(30):
        (world.root / f"Archive/Note {n}.md").rename(world.root / f"Archive/Old {n}.md")
    report = world.sync()
    assert (report.trashed, report.troubles) == (0, [])
    assert world.title(notes[7]) == "Old 7"
    at_rest(world)


def test_p08_a_deleted_note_does_not_come_back_from_another_device(
    world: World, other: World
) -> None:
    """vrtmrz/obsidian-livesync#911, #133: moved and deleted notes were made again elsewhere."""
    notes = many(world)
    other.sync()
    (world.root / "Pages/Note 0.md").unlink()
    (other.root / "Pages/Note 0.md").rename(other.root / "Pages/Moved.md")
    (other.root / "Pages/Note 1.md").unlink()
    for each in (world, other) * 3:
        each.sync()
    assert trashed(world, notes) == 2
    assert len(world.files()) == len(other.files()) == 8
    at_rest(world, other)
    # only words that are newer bring a note back, on every machine
    (world.root / "Pages/Note 2.md").unlink()
    edit_in_app(world, notes[2], "newer words")
    for each in (world, other):
        each.sync()
        assert each.body("Pages/Note 2.md") == "newer words\n"
