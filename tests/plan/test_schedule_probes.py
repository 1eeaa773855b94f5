"""The second probe: used where it helps, dropped where it misleads."""

from __future__ import annotations

import pytest

from capsync.plan.picks import Choice, Why
from capsync.plan.probe import CHANCES, Probe
from capsync.plan.schedule import Schedule
from tests.plan.test_schedule import BOTH, World, kept


def test_a_probe_that_finds_a_change_has_the_note_read() -> None:
    schedule = Schedule(BOTH, kept(3))
    schedule.probed("0001", 1.0, "0")
    assert schedule.next(2.0, objects=False, probes=True) is not None
    schedule.probed("0001", 3.0, "1")
    assert schedule.next(4.0, objects=True, probes=True) == Choice("0001", False, Why.ALARM)
    schedule.read("0001", 4.0, changed=True)
    assert schedule.history("0001").probe == Probe("1", sure=True)


@pytest.mark.parametrize("kind", ["fickle", "dull"])
def test_a_probe_that_misleads_is_dropped(kind: str) -> None:
    """Markdown that differs each time, and Markdown in which a change does not show."""
    notes = frozenset(["0004"])
    world = World(Schedule(BOTH, kept(20)))
    setattr(world, kind, notes)
    for _ in range(12):
        world.save("0004")
        world.run(300)
    assert world.schedule.history("0004").probe.mistakes == CHANCES
    world.choices.clear()
    world.run(600)
    assert world.reads_of("0004", probe=False)
    assert not world.reads_of("0004", probe=True)
    assert world.reads_of("0005", probe=True)


def test_what_we_wrote_is_not_held_against_the_probe() -> None:
    world = World(Schedule(BOTH, kept(20)))
    for _ in range(8):
        world.save("0004")
        world.read["0004"] = world.versions["0004"]
        world.schedule.wrote("0004", world.now)
        world.run(60)
    assert world.schedule.history("0004").probe.works


def test_what_markdown_does_not_show_is_found_all_the_same() -> None:
    names = frozenset(f"{n:04}" for n in range(60))
    world = World(Schedule(BOTH, kept(60)), dull=names)
    for note in sorted(names)[::10]:
        world.save(note)
    world.run(900)
    assert world.read == {**dict.fromkeys(world.read, 0), **world.versions}
