"""The simulator itself: schedules are data, the same seed is the same story, failures shrink."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from click.testing import CliRunner

from capsync.cli.app import cli
from capsync.selftest.draw import draw
from capsync.selftest.editor import is_torn
from capsync.selftest.play import play
from capsync.selftest.shrink import shrink
from capsync.selftest.stage import Stage
from capsync.selftest.steps import NEVER, Schedule, Step, read, written
from capsync.selftest.words import Words, counted

FIXTURES = Path(__file__).parents[2] / "fixtures" / "schedules"


@pytest.mark.parametrize("file", sorted(FIXTURES.glob("*.json")), ids=lambda file: file.stem)
def test_what_once_went_wrong_goes_right(file: Path) -> None:
    assert play(read(file.read_text())).violations == []


@pytest.mark.parametrize("seed", range(20))
def test_a_schedule_survives_being_written_down(seed: int) -> None:
    schedule = draw(seed)
    assert read(written(schedule)) == schedule
    assert draw(seed) == schedule


def test_the_same_schedule_is_the_same_story() -> None:
    one, other = play(draw(3)), play(draw(3))
    assert one.counts == other.counts


def test_every_deed_can_be_drawn() -> None:
    steps = [step for seed in range(300) for step in draw(seed).steps]
    deeds = {(step.actor, step.deed) for step in steps}
    assert len(deeds) > 60
    assert any(step.inner for step in steps)
    assert {("daemon", "watch"), ("daemon", "blind"), ("sync", "quick")} <= deeds


def test_most_schedules_have_single_syncs_only() -> None:
    lively = [any(step.actor == "daemon" for step in draw(seed).steps) for seed in range(300)]
    assert 0.25 < sum(lively) / len(lively) < 0.5


def test_a_daemon_brings_over_what_happens_while_it_lives() -> None:
    typed = Step("editor", "append", 0, (0, 0, 0, 0))
    shown = Step("app", "append", 0, (0, 0, 0, 0))
    alive = Step("daemon", "watch", 0, (NEVER, 1400, 100, 200), (typed, shown))
    made = Step("editor", "new", 0, (0, 0, 0, 1))
    stage = Stage(Schedule(1, ("plain",), (), (made, alive)))
    try:
        for step in (made, alive):
            stage.act(step)
        (text,) = stage.machines[0].files().values()
        assert counted([text]) == stage.in_app()
        assert len(counted([text])) == 6
        assert stage.counts["daemons"] == 1
    finally:
        stage.close()


def test_a_daemon_is_killed_when_its_time_has_come() -> None:
    made = Step("editor", "new", 0, (0, 0, 0, 1))
    played = play(Schedule(1, ("plain",), (), (made, Step("daemon", "watch", 0, (12, 400)))))
    assert played.violations == []
    assert played.counts["kills"] == 1


def test_a_daemon_does_what_it_is_asked_for() -> None:
    asked = Step("sync", "both", 0, (NEVER,))
    made = Step("app", "create", 0, (0, 0, 0, 0))
    alive = Step("daemon", "watch", 0, (NEVER, 400, 9, 10), (made, asked))
    played = play(Schedule(1, ("plain",), (), (alive,)))
    assert played.violations == []


def test_a_textis_torn_where_code_or_a_container_is_cut() -> None:
    assert not is_torn("a\n\n```py\nb\n```\n\n::: grid\n::: column\nc\n:::\n:::")
    assert is_torn("a\n\n```py\nb")
    assert is_torn("::: grid\n::: column\nc\n:::")
    assert is_torn("c\n:::\n\n::: grid")


def test_a_schedule_that_fails_is_made_short() -> None:
    def fails(schedule: Schedule) -> bool:
        deeds = [step.deed for step in schedule.steps]
        return "create" in deeds and "trash" in deeds

    long = next(each for each in map(draw, range(100)) if fails(each) and len(each.steps) > 20)
    short = shrink(long, fails)
    assert sorted(step.deed for step in short.steps) == ["create", "trash"]
    assert all(step.numbers == (0, 0, 0, 0) for step in short.steps)
    assert short.switches == ()
    assert short.disks == ("plain",)


def test_words_that_somebody_removed_are_not_owed() -> None:
    words = Words()
    one, two = words.text(), words.text()
    words.saw("me", counted([]), counted([f"{one} {two}"]))
    words.saw("me", counted([f"{one} {two}"]), counted([one]))
    assert words.owed() == {one}
    words.saw("you", counted([one]), counted([f"{one} {two}"]))
    assert words.owed() == {one}
    words.saw("me", counted([one]), counted([f"{one} {two}"]))
    assert words.owed() == {one, two}
    assert words.repeated == {two}


def selftest(*args: str) -> tuple[int, str]:
    result = CliRunner().invoke(cli, ["selftest", *args], catch_exceptions=False)
    return result.exit_code, result.stdout


def test_the_command_says_in_a_line_what_it_did() -> None:
    code, out = selftest("--runs", "2", "--seed", "1", "--steps", "10")
    assert code == 0
    assert out.startswith("2 schedules, 20")
    assert out.endswith("all invariants held\n")


def test_the_command_prints_one_object() -> None:
    code, out = selftest("--runs", "1", "--json")
    assert code == 0
    assert json.loads(out)["failures"] == []


def test_the_command_plays_files(tmp_path: Path) -> None:
    file = tmp_path / "one.json"
    steps = (Step("editor", "new", 0, (0, 0, 0, 0)), Step("sync", "both", 0, (-1,)))
    file.write_text(written(Schedule(1, ("plain",), (), steps)))
    code, out = selftest(str(file))
    assert code == 0
    assert out.startswith("1 schedules, 2 steps")
    file.write_text("{}")
    assert selftest(str(file))[0] == 2


def test_what_goes_wrong_is_shown_shortened_and_kept(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("capsync.selftest.check.EXCUSED", ())
    monkeypatch.setattr("capsync.selftest.stage.Stage.run", _lazy)
    code, out = selftest("--runs", "1", "--steps", "3", "--save", str(tmp_path))
    assert code == 1
    assert out.endswith("1 went wrong\n")
    (saved,) = tmp_path.glob("*.json")
    assert len(read(saved.read_text()).steps) == 1


def _lazy(self: object, *_: object) -> object:
    """Stand in for a sync that does nothing."""
    from capsync.selftest.machine import Ended  # noqa: PLC0415

    return Ended()
