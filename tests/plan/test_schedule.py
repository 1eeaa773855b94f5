"""What to read next: the laws, then what happened to one note or another."""

from __future__ import annotations

from dataclasses import dataclass, field, replace

import pytest
from hypothesis import given, settings, strategies as st

from capsync.plan.kept import History, Kept
from capsync.plan.picks import Choice, Supply, Why
from capsync.plan.probe import Probe
from capsync.plan.rates import Belief, Habits, hazard
from capsync.plan.schedule import Schedule
from tests.benchmarks.freshness import Figures, Space, round_robin, scheduled
from tests.benchmarks.traces import PEOPLE, trace

BOTH = Supply(30, 30)
ALONE = Supply(30)
BOUND = 2.5
"""Sweeps that no note waits for longer than."""


def kept(count: int, *, probed: bool = True) -> Kept:
    """Give what is known when all notes were just read, one second after another."""
    probe = Probe("0", sure=True) if probed else Probe()
    ends = (float(n - count) for n in range(count))
    return Kept(tuple(History(f"{n:04}", Belief(at), at, probe) for n, at in enumerate(ends)))


@dataclass(slots=True)
class World:
    """A space that answers, a second at a time; the two budgets have turns by their rates."""

    schedule: Schedule
    now: float = 0.0
    versions: dict[str, int] = field(default_factory=dict)
    read: dict[str, int] = field(default_factory=dict)
    fickle: frozenset[str] = frozenset()
    """Notes whose Markdown differs each time."""
    dull: frozenset[str] = frozenset()
    """Notes whose Markdown never differs."""
    choices: list[tuple[float, Choice]] = field(default_factory=list)
    longest: float = 0.0
    """Seconds between two checks of a note."""
    _turns: list[float] = field(default_factory=lambda: [0.0, 0.0])

    def save(self, note: str) -> None:
        self.versions[note] = self.versions.get(note, 0) + 1

    def run(self, seconds: int) -> None:
        for _ in range(seconds):
            self.now += 1.0
            for turn, rate in enumerate(
                (self.schedule.supply.objects, self.schedule.supply.probes)
            ):
                self._turns[turn] += rate / 60.0
                while self._turns[turn] >= 1.0:
                    self._turns[turn] -= 1.0
                    self._check(self.schedule.next(self.now, objects=not turn, probes=bool(turn)))

    def _check(self, choice: Choice | None) -> None:
        if choice is None:
            return
        self.choices.append((self.now, choice))
        note, version = choice.note, self.versions.get(choice.note, 0)
        self.longest = max(self.longest, self.now - self.schedule.history(note).belief.at)
        if choice.probe:
            self.schedule.probed(note, self.now, self.render(note))
        else:
            self.schedule.read(note, self.now, changed=version != self.read.get(note, 0))
            self.read[note] = version

    def render(self, note: str) -> str:
        if note in self.fickle:
            return f"at {self.now}"
        return "0" if note in self.dull else str(self.versions.get(note, 0))

    def reads_of(self, note: str, *, probe: bool | None = None) -> list[float]:
        return [
            at
            for at, each in self.choices
            if each.note == note and (probe is None or each.probe is probe)
        ]


@given(st.integers(1, 30), st.booleans(), st.booleans(), st.booleans())
def test_no_read_is_chosen_that_is_not_allowed(
    count: int, probed: bool, objects: bool, probes: bool
) -> None:
    schedule = Schedule(BOTH, kept(count, probed=probed))
    choice = schedule.next(1.0, objects=objects, probes=probes)
    if choice is None:
        assert (objects, probes) == (False, False)
    else:
        assert probes if choice.probe else objects


@settings(max_examples=40, deadline=None)
@given(
    count=st.integers(20, 120),
    probed=st.booleans(),
    probes=st.sampled_from([0, 15, 30]),
    fickle=st.integers(2, 5),
    busy=st.lists(st.tuples(st.integers(0, 19), st.integers(1, 90)), max_size=40),
)
def test_no_note_waits_longer_than_the_bound(
    count: int, probed: bool, probes: int, fickle: int, busy: list[tuple[int, int]]
) -> None:
    """A sweep takes as long as checking every note once, and some can be read only."""
    names = [f"{n:04}" for n in range(count)]
    world = World(
        Schedule(Supply(30, probes), kept(count, probed=probed)), fickle=frozenset(names[::fickle])
    )
    for note, seconds in busy:
        world.save(names[note])
        world.run(seconds)
    world.run(600)
    oldest = min(each.belief.at for each in world.schedule.kept().histories)
    by_reading = len(world.fickle) if probed and probes else count
    sweep = 60.0 * max(count / (30 + probes), by_reading / 30)
    # a few turns more, where there are so few notes that a turn is a good part of a sweep
    assert world.longest <= BOUND * sweep + 30.0
    assert world.now - oldest <= BOUND * sweep + 12.0


@given(st.integers(2, 40), st.data())
def test_a_note_that_is_being_edited_comes_before_one_that_is_not(
    count: int, data: st.DataObject
) -> None:
    hot = data.draw(st.integers(0, count - 1))
    before = kept(count)
    histories = tuple(
        replace(each, belief=replace(each.belief, at=-20.0, editing=0.9 * (n == hot)))
        for n, each in enumerate(before.histories)
    )
    choice = Schedule(Supply(1, 1), replace(before, histories=histories)).next(
        0.0, objects=data.draw(st.booleans()), probes=True
    )
    assert choice is not None
    assert choice.note == f"{hot:04}"


@settings(max_examples=20, deadline=None)
@given(st.lists(st.tuples(st.integers(0, 29), st.integers(1, 60)), max_size=20))
def test_the_same_history_leads_to_the_same_reads(saves: list[tuple[int, int]]) -> None:
    runs = []
    for _ in range(2):
        world = World(Schedule(BOTH, kept(30)))
        for note, seconds in saves:
            world.save(f"{note:04}")
            world.run(seconds)
        runs.append((world.choices, world.schedule.kept()))
    assert runs[0] == runs[1]


@settings(max_examples=20, deadline=None)
@given(st.lists(st.tuples(st.integers(0, 29), st.integers(1, 60)), max_size=20))
def test_what_is_kept_comes_back_as_it_was(saves: list[tuple[int, int]]) -> None:
    world = World(Schedule(BOTH, kept(30)))
    for note, seconds in saves:
        world.save(f"{note:04}")
        world.run(seconds)
    before = world.schedule.kept()
    assert Schedule(BOTH, before).kept() == before


def test_a_note_that_changes_is_read_again_within_seconds() -> None:
    world = World(Schedule(BOTH, kept(300)))
    world.save("0123")
    world.run(310)
    found = world.reads_of("0123", probe=False)
    assert found
    world.save("0123")
    saved = world.now
    world.run(15)
    assert world.reads_of("0123", probe=False)[-1] > saved


def test_a_note_that_changes_no_more_cools_down() -> None:
    world = World(Schedule(ALONE, kept(300)))
    world.save("0123")
    world.run(7_200)
    reads = world.reads_of("0123")
    found = reads[0]
    assert sum(at < found + 300 for at in reads) > 4 * sum(at > world.now - 300 for at in reads)


def test_what_we_wrote_is_read_first() -> None:
    schedule = Schedule(BOTH, kept(10))
    schedule.probed("0003", 1.0, "changed")
    schedule.wrote("0007", 1.0)
    assert schedule.next(2.0, objects=True, probes=True) == Choice("0007", False, Why.VERIFY)
    schedule.read("0007", 2.0, changed=False)
    assert schedule.next(4.0, objects=True, probes=True) == Choice("0003", False, Why.ALARM)


def test_what_could_not_be_read_lets_others_pass() -> None:
    schedule = Schedule(BOTH, kept(10))
    schedule.wrote("0007", 1.0)
    schedule.wrote("0008", 1.0)
    schedule.passed_over("0007")
    choice = schedule.next(2.0, objects=True, probes=False)
    assert choice is not None
    assert choice.note == "0008"


def test_a_note_edited_here_is_looked_at_there() -> None:
    world = World(Schedule(ALONE, kept(600)))
    world.schedule.edited("0599", 0.0)
    world.run(120)
    assert len(world.reads_of("0599")) >= 2


def test_the_note_of_today_is_looked_at_more_often() -> None:
    world = World(Schedule(ALONE, kept(600)))
    world.schedule.today("0300")
    world.run(3_600)
    of_today = len(world.reads_of("0300"))
    world.schedule.today("0301")
    world.run(3_600)
    assert of_today > 2 * len(world.reads_of("0299"))
    assert len(world.reads_of("0301")) > 2 * len(world.reads_of("0299"))


def test_a_new_note_is_read_at_once() -> None:
    schedule = Schedule(BOTH, kept(10))
    schedule.found("9999", 5.0)
    assert schedule.next(6.0, objects=True, probes=True) == Choice("9999", False, Why.ALARM)
    assert "9999" not in {each.note for each in schedule.kept().histories}
    schedule.read("9999", 6.0, changed=True)
    assert "9999" in {each.note for each in schedule.kept().histories}


def test_a_note_that_is_gone_is_not_read() -> None:
    schedule = Schedule(BOTH, kept(1))
    schedule.wrote("0000", 1.0)
    schedule.forget("0000")
    assert schedule.next(2.0, objects=True, probes=True) is None
    assert "0000" not in schedule


def test_a_clock_set_back_does_not_stop_the_reads() -> None:
    schedule = Schedule(BOTH, kept(5))
    for note in range(5):
        schedule.read(f"{note:04}", 1e9, changed=note % 2 == 0)
    read = set()
    for turn in range(5):
        choice = schedule.next(1000.0 + turn, objects=True, probes=False)
        assert choice is not None
        schedule.read(choice.note, 1000.0 + turn, changed=False)
        read.add(choice.note)
    assert len(read) == 5


def test_notes_that_were_taken_up_lately_are_expected_to_be_again() -> None:
    habits = Habits()
    often = Belief(0.0, lately=(1.0, 1.0, 1.0, 1.0))
    assert hazard(often, habits) > 10 * hazard(Belief(0.0), habits)


@pytest.fixture(scope="module")
def two_days() -> list[tuple[Figures, Figures, Figures]]:
    """Give the figures of two people's days: with probes, without, and of round robin."""
    found = []
    for seed, who in ((5, "usual"), (4, "author")):
        saves = trace(500, 1.0, seed, PEOPLE[who])
        with_probes, alone = (scheduled(Space(saves), 500, 10, probes) for probes in (10, 0))
        found.append((with_probes, alone, round_robin(Space(saves), 500, 10)))
    return found


def test_saves_are_found_far_sooner_than_by_round_robin(
    two_days: list[tuple[Figures, Figures, Figures]],
) -> None:
    for both, alone, circle in two_days:
        assert both["median_s"] < circle["median_s"] / 20
        assert both["mean_s"] < circle["mean_s"] * 0.4
        assert both["p95_s"] < circle["p95_s"] * 0.9
        assert alone["median_s"] < circle["median_s"] / 10
        assert alone["p95_s"] < circle["p95_s"] * 1.3


def test_no_quota_is_exceeded_and_no_note_forgotten(
    two_days: list[tuple[Figures, Figures, Figures]],
) -> None:
    for both, alone, _ in two_days:
        assert both["longest_unread_sweeps"] <= BOUND
        assert alone["longest_unread_sweeps"] <= BOUND
        assert alone["requests"] == alone["object_requests"]
