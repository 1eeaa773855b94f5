"""What goes wrong in a daemon's life, in virtual time: nothing is lost, and nothing spins."""

from __future__ import annotations

import shutil
from typing import Any

from capsync.daemon.inbox import Everything
from tests.daemon.test_loop import edit, filled
from tests.daemon.world import Life
from tests.sync.world import World


def requests(world: World, path: str, method: str = "GET") -> int:
    return sum((each.method, each.path) == (method, path) for each in world.sandbox.log)


def begins(world: World, life: Life, count: int) -> list[str]:
    notes = filled(world, count)
    life.begun = world.clock.now()
    return notes


def test_a_save_does_not_wait_for_the_list_of_a_large_space(tmp_path: Any) -> None:
    """A list has so many pages that the quota for lists does not last for two minutes."""
    world = World(tmp_path, quota_scale=1, page_size=2, page_size_max=2)
    life = Life(world)
    world.make("Note", "text")
    for number in range(100):
        world.sandbox.app_create("RootTag", f"tag {number:03}")
    world.sync()
    world.clock.sleep(61)
    life.begun = world.clock.now()
    life.edits(20, "Pages/Note.md", "urgent")
    life.run(300)
    (pushed,) = life.when("push")
    listed = [each for each in world.sandbox.log if each.path == "/objects/structure"]
    world.close()
    assert len(listed) > 60
    assert pushed < 22


def test_a_guard_holds_up_nothing_but_what_it_guards(world: World, life: Life) -> None:
    notes = begins(world, life, 12)

    def delete_most() -> None:
        for number in range(10):
            (world.root / f"Pages/Note {number:02}.md").unlink()
        life.events.append(Everything("a folder was deleted"))

    life.at(30, delete_most)
    life.edits(60, "Pages/Note 11.md", "still pushed")
    life.at(70, lambda: edit(world, notes[10], "still pulled"))
    life.run(700)
    assert len(life.when("stopped")) == 1
    assert not life.when("trash")
    assert life.when("push")[0] < 63
    assert life.when("pull")[0] < 130


def test_a_vault_whose_disk_is_away_loses_nothing_and_goes_on_when_it_is_back(
    world: World, life: Life
) -> None:
    notes = begins(world, life, 12)
    away = world.folder / "away"
    life.at(30, lambda: shutil.move(world.root, away))
    life.at(31, lambda: life.events.append(Everything("the vault is not there")))
    life.at(300, lambda: shutil.move(away, world.root))
    life.edits(301, "Pages/Note 01.md", "after")
    life.run(400)
    assert len(life.when("stopped")) == 1
    assert not life.when("trash")
    assert world.sandbox.app_list("RootPage") == notes
    assert life.when("push")[0] < 340


def test_a_file_that_cannot_be_pushed_costs_a_request_now_and_then(
    world: World, life: Life
) -> None:
    begins(world, life, 3)
    world.sandbox.fail_next(status=400, path="/blocks/append", times=100_000)
    life.edits(20, "Pages/Note 00.md", "which the service does not like")
    life.run(3600)
    assert len(world.memory.set_aside.list()) == 1
    assert 2 <= requests(world, "/blocks/append", "POST") <= 5
    assert len(life.when("set aside")) == 1


def test_an_object_that_cannot_have_a_file_does_not_eat_the_quota(world: World, life: Life) -> None:
    begins(world, life, 2)
    odd: list[str] = []

    def come() -> None:
        odd.append(world.make("Odd", "text"))
        world.sandbox.fail_next(status=400, path="/object", method="GET", times=10_000)

    life.at(20, come)
    life.at(120, world.sandbox.calm)
    life.at(121, lambda: world.make("Fine", "text"))
    life.run(400)
    assert "Pages/Fine.md" in world.files()
    per_minute = requests(world, "/object") / (400 / 60)
    assert per_minute <= 31


def test_one_object_the_service_cannot_give_is_not_the_service_being_away(
    world: World, life: Life
) -> None:
    notes = begins(world, life, 5)
    handle = world.sandbox.handle

    def poisoned(request: Any) -> Any:
        if request.path == "/object" and request.query.get("id") == notes[2]:
            world.sandbox.fail_next(status=500)
        return handle(request)

    world.sandbox.handle = poisoned  # type: ignore[method-assign]
    life.at(60, lambda: edit(world, notes[4], "from the phone"))
    life.run(200)
    assert not life.when("offline")
    assert life.when("pull")[0] < 100


def test_a_sync_that_is_asked_for_while_offline_is_answered(world: World, life: Life) -> None:
    begins(world, life, 2)
    world.sandbox.fail_next(status=503, times=100_000)
    asked = life.asks(30, ask="sync")
    life.run(200)
    assert asked.failure is not None
    assert asked.failure[1] == 6


def test_a_sync_that_is_asked_for_in_a_pause_is_done(world: World, life: Life) -> None:
    begins(world, life, 3)
    life.asks(5, ask="pause")
    asked = life.asks(10, ask="sync")
    life.run(120)
    assert asked.answer is not None


def test_a_file_that_vanishes_unseen_is_looked_for_twice(world: World, life: Life) -> None:
    """A walk may come just as an editor has put a file away to write it anew."""
    notes = begins(world, life, 8)
    place = world.root / "Pages/Note 03.md"
    text = place.read_text()

    def vanish() -> None:
        place.unlink()
        life.events.append(Everything("something happened"))

    life.at(30, vanish)
    life.at(35, lambda: place.write_text(text))
    life.run(100)
    assert not life.when("trash")
    assert world.sandbox.app_list("RootPage") == notes


def test_guests_have_the_vault_one_after_the_other(world: World, life: Life) -> None:
    begins(world, life, 1)
    first, second = life.asks(20, ask="aside"), life.asks(21, ask="aside")
    third = life.asks(22, ask="aside")
    seen: list[list[dict[str, Any]]] = []
    life.at(25, lambda: seen.append([*second.said, *third.said]))
    for at, guest in ((30, first), (40, second), (50, third)):
        life.at(at, lambda guest=guest: setattr(guest, "gone", True))  # type: ignore[misc]
    life.edits(55, "Pages/Note 00.md", "after all of them")
    life.run(100)
    assert seen == [[]]
    assert first.said == second.said == third.said == [{"yours": True}]
    assert life.when("push")


def test_a_guest_that_stays_for_ever_is_told_of(world: World, life: Life) -> None:
    begins(world, life, 1)
    life.asks(20, ask="aside")
    state = life.asks(2000, ask="state")
    life.run(3000)
    assert len(life.when("stopped")) == 1
    assert state.answer is not None
    assert "another capsync" in state.answer["trouble"]


def test_an_import_is_put_off_for_what_is_asked(world: World, life: Life) -> None:
    begins(world, life, 1)

    def unpack() -> None:
        for number in range(100):
            world.write(f"Import/File {number:03}.md", f"text {number}\n")
        life.events.append(Everything("a folder came"))

    life.at(20, unpack)
    asked = life.asks(21.01, ask="aside")
    life.at(30, lambda: setattr(asked, "gone", True))
    life.run(400)
    assert asked.said == [{"yours": True}]
    assert len(world.sandbox.app_list("RootPage")) == 101


def test_waiting_costs_no_turns(world: World, life: Life) -> None:
    """However it waits, it does not go round and round."""
    begins(world, life, 3)
    turns = 0
    take = life.take

    def counted(seconds: float) -> Any:
        nonlocal turns
        turns += 1
        return take(seconds)

    life.take = counted  # type: ignore[method-assign]
    life.at(100, lambda: world.sandbox.fail_next(status=503, times=1_000_000))
    life.asks(500, ask="pause")
    life.run(1000)
    assert turns < 1000


def test_a_sync_that_is_asked_for_takes_in_what_was_saved_a_moment_ago(
    world: World, life: Life
) -> None:
    (note,) = begins(world, life, 1)
    life.edits(30, "Pages/Note 00.md", "saved a moment ago")
    asked = life.asks(30.1, ask="sync")
    life.run(40)
    assert asked.answer is not None
    assert asked.answer["report"]["pushed"] == 1
    assert "saved a moment ago" in str(world.blocks(note))
