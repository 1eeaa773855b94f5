"""The daemon's day, in virtual time, against the sandbox with the service's own quotas."""

from __future__ import annotations

import pytest

from capsync.daemon.inbox import Everything, Order, Touched
from capsync.errors import AuthError
from capsync.plan.quiet import LONGEST, PERIOD
from tests.daemon.world import Life
from tests.sync.world import World, paragraph


def edit(world: World, note: str, text: str) -> None:
    """Edit a note in the app."""
    world.sandbox.app_edit_block(note, world.blocks(note)[0]["id"], paragraph(text))


def filled(world: World, count: int) -> list[str]:
    made = [world.make(f"Note {number:02}", f"text {number}") for number in range(count)]
    world.sync()
    world.clock.sleep(61)
    return made


def test_a_first_sync_brings_everything_though_nobody_asks(world: World, life: Life) -> None:
    for number in range(40):
        world.make(f"Note {number:02}", f"text {number}")
    life.run(120)
    assert len(world.files()) == 40


def test_an_edit_is_pushed_once_its_editor_has_been_quiet(world: World, life: Life) -> None:
    (note,) = filled(world, 1)
    life.begun = world.clock.now()
    life.edits(30, "Pages/Note 00.md", "one")
    life.edits(30.5, "Pages/Note 00.md", "two")
    life.run(60)
    (pushed,) = life.when("push")
    assert 30.5 + PERIOD <= pushed < 30.5 + PERIOD + 0.1
    assert [each["tokens"][0]["text"] for each in world.blocks(note)] == ["text 0", "one", "two"]


def test_continuous_typing_is_pushed_after_ten_seconds(world: World, life: Life) -> None:
    filled(world, 1)
    life.begun = world.clock.now()
    for tenth in range(0, 250, 5):
        life.edits(30 + tenth / 10, "Pages/Note 00.md", f"{tenth}")
    life.run(80)
    first, *_ = life.when("push")
    assert 30 + LONGEST <= first < 30 + LONGEST + 1


def test_a_change_in_the_app_arrives_without_a_push(world: World, life: Life) -> None:
    notes = filled(world, 10)
    life.begun = world.clock.now()
    life.at(30, lambda: edit(world, notes[4], "from the phone"))
    life.run(100)
    (pulled,) = life.when("pull")
    assert 30 <= pulled < 60
    assert "from the phone" in world.read("Pages/Note 04.md")


def test_a_new_note_in_the_app_arrives_with_the_next_list(world: World, life: Life) -> None:
    filled(world, 3)
    life.begun = world.clock.now()
    life.at(70, lambda: world.make("From the phone", "new"))
    life.run(200)
    (made,) = life.when("create")
    assert 70 < made < 70 + 66


def test_a_note_trashed_in_the_app_goes_to_the_trash_of_the_vault(world: World, life: Life) -> None:
    notes = filled(world, 8)
    life.begun = world.clock.now()
    life.at(20, lambda: world.sandbox.app_trash(notes[2]))
    life.run(200)
    assert life.when("trash")
    assert "Pages/Note 02.md" not in world.files()


def test_a_file_that_is_gone_for_a_moment_is_not_deleted(world: World, life: Life) -> None:
    """Some editors delete a file and write it anew, and take seconds for it."""
    (note,) = filled(world, 1)
    life.begun = world.clock.now()
    place = world.root / "Pages/Note 00.md"
    text = place.read_text()

    def vanish() -> None:
        place.unlink()
        life.events.append(Touched("Pages/Note 00.md"))

    def come_back() -> None:
        place.write_text(text)
        life.events.append(Touched("Pages/Note 00.md"))

    life.at(30, vanish)
    life.at(36, come_back)
    life.run(100)
    assert not life.when("trash")
    assert world.sandbox.app_list("RootPage") == [note]


def test_a_deleted_file_goes_to_the_trash_of_the_space_a_little_later(
    world: World, life: Life
) -> None:
    filled(world, 6)
    life.begun = world.clock.now()

    def delete() -> None:
        (world.root / "Pages/Note 00.md").unlink()
        life.events.append(Touched("Pages/Note 00.md"))

    life.at(30, delete)
    life.run(100)
    (trashed,) = life.when("trash")
    assert 40 <= trashed < 45


def test_what_capsync_wrote_itself_is_no_edit(world: World, life: Life) -> None:
    notes = filled(world, 5)
    life.begun = world.clock.now()
    life.at(30, lambda: edit(world, notes[1], "from the phone"))
    for second in range(31, 70):  # the watcher tells of our own write, and more than once
        life.at(second, lambda: life.events.append(Touched("Pages/Note 01.md")))
    life.run(100)
    assert len(life.when("pull")) == 1
    assert not life.when("push")


def test_a_real_edit_right_after_our_own_write_is_pushed(world: World, life: Life) -> None:
    notes = filled(world, 3)
    life.begun = world.clock.now()
    life.at(30, lambda: edit(world, notes[1], "from the phone"))
    tell = life.tell

    def typing(kind: str, *, path: str = "", text: str = "") -> None:
        tell(kind, path=path, text=text)
        if kind == "pull":
            life.edits(world.clock.now() - life.begun + 0.01, path, "and mine")

    life.tell = typing  # type: ignore[method-assign]
    life.run(120)
    assert "and mine" in str(world.blocks(notes[1]))


def test_edits_that_no_event_told_of_are_found_by_a_walk(world: World, life: Life) -> None:
    (note,) = filled(world, 1)
    life.begun = world.clock.now()
    life.at(30, lambda: world.write("Pages/Note 00.md", world.read("Pages/Note 00.md") + "\nx\n"))
    life.run(700)
    assert len(world.blocks(note)) == 2


def test_without_events_the_vault_is_walked_often(world: World, life: Life) -> None:
    filled(world, 1)
    life.begun = world.clock.now()
    life.watching.trouble = "the system watches no more folders"
    life.at(40, lambda: world.write("Pages/Note 00.md", world.read("Pages/Note 00.md") + "\nx\n"))
    life.run(100)
    assert life.when("push")[0] < 40 + 25


def test_lost_events_have_everything_looked_at(world: World, life: Life) -> None:
    filled(world, 2)
    life.begun = world.clock.now()

    def lose() -> None:
        world.write("Pages/Note 01.md", world.read("Pages/Note 01.md") + "\nx\n")
        life.events.append(Everything("events were lost"))

    life.at(100, lose)
    life.run(110)
    assert life.when("push")


def test_offline_edits_wait_and_go_once_it_is_back(world: World, life: Life) -> None:
    (note,) = filled(world, 1)
    life.begun = world.clock.now()
    world.sandbox.fail_next(status=503, times=10_000)
    life.edits(10, "Pages/Note 00.md", "written on the train")
    life.at(100, world.sandbox.calm)
    life.run(500)
    assert life.when("offline")
    assert len(life.when("offline")) == 1
    assert life.when("online")[0] >= 100
    assert "written on the train" in str(world.blocks(note))


def test_after_sleep_everything_is_looked_at_at_once(world: World, life: Life) -> None:
    filled(world, 2)
    life.begun = world.clock.now()

    def sleep() -> None:
        world.write("Pages/Note 01.md", world.read("Pages/Note 01.md") + "\nx\n")
        world.clock.time += 8 * 3600

    life.at(100, sleep)
    life.run(8 * 3600 + 200)
    assert life.when("push")[0] < 8 * 3600 + 110


def test_a_guard_stops_and_says_so_once_and_the_rest_goes_on_after(
    world: World, life: Life
) -> None:
    filled(world, 12)
    life.begun = world.clock.now()

    def delete_most() -> None:
        for number in range(10):
            (world.root / f"Pages/Note {number:02}.md").unlink()
        life.events.append(Everything("a folder was deleted"))

    life.at(30, delete_most)
    life.run(700)
    assert len(life.when("stopped")) == 1
    assert not life.when("trash")
    assert len(world.sandbox.app_list("RootPage")) == 12


def test_a_pause_rests_and_edits_of_it_go_afterwards(world: World, life: Life) -> None:
    filled(world, 1)
    life.begun = world.clock.now()
    life.asks(20, ask="pause")
    life.edits(30, "Pages/Note 00.md", "x")
    state = life.asks(50, ask="state")
    life.asks(100, ask="resume")
    life.run(130)
    assert state.answer is not None
    assert state.answer["paused"] is True
    (pushed,) = life.when("push")
    assert pushed >= 100


def test_a_sync_that_is_asked_for_is_done_and_edits_do_not_wait_for_it(
    world: World, life: Life
) -> None:
    notes = filled(world, 70)
    life.begun = world.clock.now()
    life.at(5, lambda: edit(world, notes[69], "from the phone"))
    asked = life.asks(10, ask="sync")
    life.edits(60, "Pages/Note 00.md", "x")
    life.run(400)
    assert asked.answer is not None
    report = asked.answer["report"]
    assert report["unchecked"] == 0
    assert report["pulled"] == 1 or life.when("pull")
    (pushed,) = life.when("push")
    assert pushed < 70
    assert asked.said[-1]["done"] == asked.said[-1]["total"] == 70


def test_a_sync_of_one_note_is_answered_at_once(world: World, life: Life) -> None:
    notes = filled(world, 5)
    life.begun = world.clock.now()
    life.at(20, lambda: edit(world, notes[3], "from the phone"))
    asked = life.asks(20.1, ask="sync", notes=["Note 03"])
    life.run(30)
    assert asked.answer is not None
    assert asked.answer["report"]["pulled"] == 1


def test_nonsense_that_is_asked_is_refused_and_does_no_harm(world: World, life: Life) -> None:
    filled(world, 1)
    life.begun = world.clock.now()
    odd = [
        life.asks(10, ask="dance"),
        life.asks(11, ask="sync", notes="all"),
        life.asks(12, ask="sync", push="yes"),
        life.asks(13, ask="sync", notes=["nobody is called so"]),
    ]
    life.edits(20, "Pages/Note 00.md", "x")
    life.run(40)
    assert all(each.failure and each.failure[1] == 2 for each in odd)
    assert life.when("push")


def test_the_vault_is_another_process_own_while_it_asks_for_that(world: World, life: Life) -> None:
    filled(world, 1)
    life.begun = world.clock.now()
    guest = life.asks(20, ask="aside")
    seen: list[bool] = []
    life.at(30, lambda: seen.append(life.is_open))
    life.edits(31, "Pages/Note 00.md", "meanwhile")
    sync = life.asks(32, ask="sync")
    life.at(40, lambda: setattr(guest, "gone", True))
    life.run(60)
    assert guest.said == [{"yours": True}]
    assert seen == [False]
    assert sync.failure is not None
    assert life.opened == 2
    assert life.when("push")[0] >= 40


def test_a_token_that_is_not_accepted_ends_the_daemon(world: World, life: Life) -> None:
    filled(world, 1)
    life.begun = world.clock.now()
    world.sandbox.fail_next(status=401, times=10_000)
    with pytest.raises(AuthError):
        life.run(100)


def test_reading_the_configuration_again_is_said_to_whoever_runs_the_loop(
    world: World, life: Life
) -> None:
    filled(world, 1)
    life.begun = world.clock.now()
    life.at(20, lambda: life.events.append(Order.RELOAD))
    assert life.loop.run() is True
    assert not life.is_open


def test_a_conflict_and_what_is_set_aside_are_told(world: World, life: Life) -> None:
    filled(world, 2)
    life.begun = world.clock.now()
    life.at(20, lambda: world.write("Pages/Bad.md", "---\na: [1\n---\n"))
    life.at(20.1, lambda: life.events.append(Touched("Pages/Bad.md")))
    life.run(60)
    assert life.alerts[-1] == ([], ["Pages/Bad.md"])
    assert len(life.when("set aside")) == 1


def test_an_import_of_many_files_does_not_hold_up_an_edit(world: World, life: Life) -> None:
    filled(world, 1)
    life.begun = world.clock.now()

    def unpack() -> None:
        for number in range(100):
            world.write(f"Import/File {number:03}.md", f"text {number}\n")
            life.events.append(Touched(f"Import/File {number:03}.md"))

    life.at(20, unpack)
    life.edits(40, "Pages/Note 00.md", "urgent")
    life.run(600)
    assert life.when("push", "Note 00")[0] < 50
    assert len(world.sandbox.app_list("RootPage")) == 101


def test_reads_are_spread_and_leave_the_quota_alone(world: World, life: Life) -> None:
    filled(world, 50)
    life.begun = world.clock.now()
    before = world.client.calls["GET", "/object"]
    life.run(600)
    reads = world.client.calls["GET", "/object"] - before
    assert 250 <= reads <= 301
    assert not any(each.status == 429 for each in world.sandbox.log)
