"""The log of what happened: nothing lost between processes, nothing secret, nothing raised."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

from capsync.clock import ManualClock
from capsync.state.activity import HIDDEN, LONGEST, Activity, Position

ADD_MANY = """
import sys
from pathlib import Path
from capsync.clock import SystemClock
from capsync.state.activity import Activity
activity = Activity(Path(sys.argv[1]), SystemClock(), limit=20_000, kept=50)
for number in range(1000):
    activity.add("push", path=f"{sys.argv[2]} {number}", text="x" * 40)
"""


@pytest.fixture
def clock() -> ManualClock:
    return ManualClock()


@pytest.fixture
def activity(tmp_path: Path, clock: ManualClock) -> Activity:
    return Activity(tmp_path / "log.jsonl", clock, limit=500, kept=3)


def added(activity: Activity, *numbers: int) -> None:
    for number in numbers:
        activity.add("push", path=f"{number}.md")


def paths(entries: object) -> list[str]:
    assert isinstance(entries, tuple)
    return [each.path for each in entries]


def test_what_happened_is_one_json_object_a_line(activity: Activity, clock: ManualClock) -> None:
    activity.add("set aside", path="Pages/Ä.md", text="line 3: no such label")
    activity.add("offline")
    lines = activity.file.read_text(encoding="utf-8").splitlines()
    assert [json.loads(line) for line in lines] == [
        {
            "at": clock.now(),
            "kind": "set aside",
            "path": "Pages/Ä.md",
            "text": "line 3: no such label",
        },
        {"at": clock.now(), "kind": "offline"},
    ]


@pytest.mark.skipif(sys.platform == "win32", reason="Windows has other permissions")
def test_only_its_owner_can_read_it_also_after_it_was_put_away(activity: Activity) -> None:
    added(activity, *range(60))
    kept = sorted(activity.file.parent.iterdir())
    assert [each.name for each in kept] == ["log.jsonl", *(f"log.jsonl.{n}" for n in (1, 2, 3))]
    assert {each.stat().st_mode & 0o777 for each in kept} == {0o600}


def test_the_last_entries_reach_back_over_the_files(activity: Activity) -> None:
    added(activity, *range(20))
    assert paths(activity.last(12)) == [f"{number}.md" for number in range(8, 20)]
    assert activity.last(0) == ()


def test_only_so_many_old_files_are_kept(activity: Activity) -> None:
    added(activity, *range(100))
    assert len(list(activity.file.parent.iterdir())) == 4
    assert 15 < len(activity.last(100)) < 50


@pytest.mark.parametrize("pieces", [1, 3, 7, 25])
def test_following_misses_nothing_and_repeats_nothing(activity: Activity, pieces: int) -> None:
    position, met = activity.here(), []
    for start in range(0, 50, pieces):
        added(activity, *range(start, min(start + pieces, 50)))
        entries, position = activity.follow(position)
        met += paths(entries)
    assert met == [f"{number}.md" for number in range(50)]
    assert activity.follow(position) == ((), position)


def test_a_place_can_be_written_down(activity: Activity) -> None:
    added(activity, 1, 2)
    position = activity.here()
    added(activity, 3)
    assert paths(activity.follow(Position.parse(str(position)))[0]) == ["3.md"]


@pytest.mark.parametrize("text", ["", "nonsense", "a.b", ".7", "x.-1", f"x.{'9' * 40}", "x.²"])
def test_a_place_that_makes_no_sense_is_before_the_first_line(
    activity: Activity, text: str
) -> None:
    added(activity, 1, 2)
    assert paths(activity.follow(Position.parse(text))[0]) == ["1.md", "2.md"]


def test_behind_a_file_that_is_gone_everything_is_newer(activity: Activity) -> None:
    added(activity, 1)
    position = activity.here()
    added(activity, *range(2, 100))
    entries, _ = activity.follow(position)
    assert paths(entries) == paths(activity.last(1000))


def test_a_line_that_is_being_written_is_met_once_it_is_whole(activity: Activity) -> None:
    added(activity, 1)
    position = activity.here()
    whole = activity.file.read_bytes().replace(b"1.md", b"2.md")
    with activity.file.open("ab") as file:
        file.write(whole[:20])
        file.flush()
        entries, position = activity.follow(position)
        assert entries == ()
        file.write(whole[20:])
    assert paths(activity.follow(position)[0]) == ["2.md"]


def test_lines_that_make_no_sense_are_passed_over(activity: Activity) -> None:
    added(activity, 1)
    with activity.file.open("ab") as file:
        file.write(b'\xff\n{"at": 1\n[]\n"x"\n{"at": "x", "kind": 1}\n\n')
    added(activity, 2)
    assert paths(activity.last(9)) == ["1.md", "2.md"]


def test_no_token_gets_into_the_log(tmp_path: Path, clock: ManualClock) -> None:
    activity = Activity(tmp_path / "log.jsonl", clock, hide=("s3cret", ""))
    activity.add("error", path="s3cret.md", text="Bearer abc.def refused, cap-api-1a2b_C too")
    written = activity.file.read_text()
    assert not any(each in written for each in ("s3cret", "abc.def", "1a2b_C"))
    assert written.count(HIDDEN) == 3


def test_an_entry_is_one_short_line_whatever_was_handed_in(activity: Activity) -> None:
    activity.add("error", path="a\nb\u2028c", text="\ud800" + "x" * 5000)
    (entry,) = activity.last(1)
    assert entry.path == "a b c"
    assert len(entry.text) == LONGEST
    assert activity.file.read_bytes().count(b"\n") == 1


def test_a_log_that_cannot_be_written_stops_nobody(tmp_path: Path, clock: ManualClock) -> None:
    activity = Activity(tmp_path / "not there" / "log.jsonl", clock)
    added(activity, 1)
    assert activity.last(5) == ()
    assert activity.follow(activity.here()) == ((), Position())


def test_who_died_while_putting_a_file_away_does_not_stop_that_for_ever(
    activity: Activity,
) -> None:
    turn = activity.file.with_name("log.jsonl.turn")
    turn.touch()
    added(activity, *range(20))
    assert not activity.file.with_name("log.jsonl.1").exists()
    os.utime(turn, (1.0, 1.0))
    added(activity, 20)
    assert activity.file.with_name("log.jsonl.1").exists()
    assert not turn.exists()


def test_a_file_that_another_process_has_put_away_is_not_put_away_again(
    activity: Activity,
) -> None:
    added(activity, 1)
    with activity._to_append() as old:
        activity.file.rename(activity.file.with_name("log.jsonl.1"))
        added(activity, 2)
        activity._put_away(old)
    assert paths(activity.last(5)) == ["1.md", "2.md"]
    assert activity.file.exists()


def test_two_processes_lose_no_line(tmp_path: Path) -> None:
    file = tmp_path / "log.jsonl"
    started = [subprocess.Popen([sys.executable, "-c", ADD_MANY, str(file), name]) for name in "ab"]
    assert [each.wait(60) for each in started] == [0, 0]
    activity = Activity(file, ManualClock(), kept=50)
    found = paths(activity.last(5000))
    for name in "ab":
        mine = [each for each in found if each.startswith(name)]
        assert mine == [f"{name} {number}" for number in range(1000)]
    assert len(list(tmp_path.iterdir())) > 5
