"""How the daemon says it is, also amid a run."""

from __future__ import annotations

import os
from typing import Any

from tests.daemon.world import Asked, Life
from tests.sync.world import World


def states(asked: Asked) -> dict[str, Any]:
    assert asked.answer is not None, "it was not answered"
    return asked.answer


def test_the_daemon_says_who_it_is_and_what_it_waits_for(world: World, life: Life) -> None:
    world.make("Note", "text")
    life.edits(30, "Pages/Note.md", "more")
    asked = life.asks(30.2, ask="state")
    life.run(60)
    found = states(asked)
    assert (found["pid"], found["since"]) == (os.getpid(), life.begun)
    assert (found["paused"], found["trouble"], found["cause"]) == (False, "", "")
    (waiting,) = found["waiting"]
    assert waiting["path"] == "Pages/Note.md"
    assert 0 < waiting["in"] <= 1.0


def test_amid_a_run_it_answers_between_two_notes(world: World, life: Life) -> None:
    for number in range(20):
        world.write(f"Pages/New {number:02}.md", f"text {number}\n")
    asked: list[Asked] = []

    def ask_amid(kind: str, **more: object) -> None:
        tell(kind, **more)  # type: ignore[arg-type]
        if kind == "create" and not asked:
            for what in ("state", "pause"):
                asked.append(Asked({"ask": what}))
                life.events.append(asked[-1])  # type: ignore[arg-type]

    tell, life.tell = life.tell, ask_amid  # type: ignore[method-assign]
    life.run(20)
    made = len(life.when("create"))
    assert made
    found = states(asked[0])
    assert found["doing"]["stage"] == "creating"
    assert asked[1].answer == {}
    assert life.loop.paused


def test_it_says_what_a_guard_stopped(world: World, life: Life) -> None:
    for number in range(10):
        world.make(f"Note {number}", "text")
    world.sync()
    world.clock.sleep(61)
    life.begun = world.clock.now()

    def lose_all() -> None:
        for each in (world.root / "Pages").glob("*.md"):
            each.unlink()

    life.at(5, lose_all)
    asked = life.asks(400, ask="state")
    life.run(410)
    assert states(asked)["cause"] == "guard"
    assert "--allow-deletes" in str(states(asked)["trouble"])
