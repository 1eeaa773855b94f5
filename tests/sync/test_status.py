"""Why things wait, how fresh notes are, what helps, and what the log must not hold."""

from __future__ import annotations

import json

import pytest

from capsync.errors import SafetyStop, Unreachable
from capsync.state.notes import Known
from capsync.state.store import Run
from capsync.sync.freshness import DAY, freshness_of
from capsync.sync.masked import masked
from capsync.sync.recorded import stopped, sync_and_record
from capsync.sync.remedy import CORRECT, LOOK, next_step
from capsync.sync.report import Options
from capsync.sync.status import status_of, stop_of
from capsync.sync.waiting import Cause, Stop, Watch, why_all, why_one
from tests.sync.world import World

NOW = 1_800_000_000.0
WATCHING = Watch(running=True)
GUARD = "would delete 9 of 9 notes in the space; if that is meant, run again with --allow-deletes"
UNREACHABLE = "GET /space: no connection"


def known(path: str, checked_at: float = 0.0) -> Known:
    return Known(path or "id", path, "RootPage", path, "", "", checked_at=checked_at)


@pytest.mark.parametrize(
    ("watch", "stop", "cause", "seconds", "step"),
    [
        (Watch(), None, Cause.UNWATCHED, None, "capsync sync, or capsync watch"),
        (Watch(), Stop("x", 0), Cause.UNWATCHED, None, "capsync sync, or capsync watch"),
        (Watch(), Stop(UNREACHABLE, 6), Cause.OFFLINE, None, "capsync sync, or capsync watch"),
        (Watch(), Stop("bad token", 5), Cause.STOPPED, None, "capsync sync, or capsync watch"),
        (Watch(), Stop(GUARD, 4), Cause.GUARD, None, "capsync sync --allow-deletes"),
        (Watch(), Stop("no vault any more", 4), Cause.GUARD, None, ""),
        (WATCHING, Stop(GUARD, 4), Cause.SOON, None, ""),
        (Watch(running=True, answers=False), None, Cause.BUSY, None, ""),
        (
            Watch(running=True, trouble=UNREACHABLE, cause="offline", retry_in=42.0),
            None, Cause.OFFLINE, 42.0, "",
        ),
        (
            Watch(running=True, trouble=GUARD, cause="guard", retry_in=300.0),
            None, Cause.GUARD, 300.0, "capsync sync --allow-deletes",
        ),
        (Watch(running=True, trouble="disk full", cause="stopped"), None, Cause.STOPPED, None, ""),
        (
            Watch(running=True, paused=True, trouble=UNREACHABLE, cause="offline"),
            None, Cause.PAUSED, None, "capsync web",
        ),
    ],
)  # fmt: skip
def test_what_waits_has_a_reason_and_what_a_person_can_do(
    watch: Watch, stop: Stop | None, cause: Cause, seconds: float | None, step: str
) -> None:
    wait = why_all(watch, stop)
    assert (wait.cause, wait.seconds) == (cause, seconds)
    assert wait.why
    assert step in wait.next_step
    assert bool(step) == bool(wait.next_step)


def test_a_file_whose_editor_is_at_it_waits_for_that_unless_all_waits_for_more() -> None:
    watch = Watch(running=True, editing={"a.md": 2.5})
    soon = why_all(watch, None)
    assert why_one("a.md", watch, soon).cause is Cause.EDITING
    assert why_one("a.md", watch, soon).seconds == 2.5
    assert why_one("b.md", watch, soon) is soon
    paused = Watch(running=True, paused=True, editing={"a.md": 2.5})
    assert why_one("a.md", paused, why_all(paused, None)).cause is Cause.PAUSED


def test_freshness_counts_the_latest_check_of_whatever_kind() -> None:
    notes = [known("a", NOW - 2 * DAY), known("b", NOW - 2 * DAY), known("c"), known("")]
    fresh = freshness_of(notes, {"a": NOW - 60.0, "b": NOW - 3 * DAY}, NOW)
    assert (fresh.notes, fresh.never, fresh.over_a_day) == (3, 1, 2)
    assert (fresh.newest, fresh.oldest) == (NOW - 60.0, NOW - 2 * DAY)


def test_without_notes_nothing_is_fresh() -> None:
    assert freshness_of([], {}, NOW).newest is None


@pytest.mark.parametrize(
    "message",
    [
        "the file has changed",
        "the file is being saved just now",
        "there is another file already",
        "there is a file at Pages/a.md",
        "half a surrogate pair cannot be written",
        "a link leads out of the vault here",
        "the service refused it: bad; really (400)",
        "the service does not have it (404)",
        "a property of type entity cannot be set",
        "a SimpleTable cannot be made through the API",
        "a grid needs at least two columns",
        "it holds a character or number that cannot be sent (x)",
        "its type abc is not among the space's types",
        "it is not synced: structures leaves it out",
        "line 3: more than 10 aliases",
        "something new",
    ],
)
def test_every_cause_that_does_not_say_it_has_a_next_step(message: str) -> None:
    assert next_step(message)
    if not message.startswith(("line", "something")):
        assert next_step(message) not in (CORRECT, LOOK)


@pytest.mark.parametrize(
    "message",
    [
        "no permission; change the permissions of the file and its folder",
        "not UTF-8 (byte 0xff in line 1); save it as UTF-8",
        "line 2: “type: Pagge” is no type of this space; did you mean Page?",
    ],
)
def test_a_cause_that_says_what_to_do_needs_no_more(message: str) -> None:
    assert next_step(message) == ""


def test_words_of_a_note_do_not_look_like_advice() -> None:
    assert next_step("line 2: “a; b”") == CORRECT


@pytest.mark.parametrize(
    ("said", "kept"),
    [
        ("1 in conflict: “secret”", "1 in conflict: “…”"),
        ("“he said “secret” there” holds a thing", "“…” holds a thing"),
        ('refused: got "secret", want a number', 'refused: got "…", want a number'),
        ("2 blocks added", "2 blocks added"),
    ],
)
def test_what_is_quoted_from_a_note_is_not_logged(said: str, kept: str) -> None:
    assert masked(said) == kept


class Stops:
    """An engine that is stopped."""

    def __init__(self, reason: BaseException) -> None:
        self.reason = reason

    def run(self, options: Options, *ahead: object) -> object:
        raise self.reason


@pytest.mark.parametrize(
    ("reason", "kind", "text"),
    [
        (Unreachable("no connection to “secret”"), "error", "no connection to “…”"),
        (KeyboardInterrupt(), "interrupt", "interrupted; everything done so far is kept"),
    ],
)
def test_what_stopped_a_sync_is_in_the_log(
    world: World, reason: BaseException, kind: str, text: str
) -> None:
    told: list[tuple[str, str]] = []

    def tell(kind: str, *, path: str = "", text: str = "") -> None:
        told.append((kind, text))

    engine = Stops(reason)
    for dry_run in (False, True):  # a rehearsal is not worth a line
        with pytest.raises(type(reason)):
            sync_and_record(
                engine, world.memory, world.clock, Options(dry_run=dry_run), tell=tell  # type: ignore[arg-type]
            )  # fmt: skip
    assert told == [(kind, text)]


def test_a_guard_is_told_from_other_stops_afterwards(world: World) -> None:
    report = json.dumps(stopped(SafetyStop("too much")))
    assert stop_of(Run(report, NOW)) == Stop("too much", 4)
    assert stop_of(Run("{}", NOW)) is None
    assert stop_of(None) is None


def test_what_is_set_aside_comes_with_a_next_step(world: World) -> None:
    world.write("Pages/a.md", "---\ncapacities-id: [x]\n---\nx\n")
    world.sync()
    (aside,) = world.memory.set_aside.list()
    (shown,) = status_of(world.vault, world.memory, world.clock.now()).set_aside
    assert shown == aside


def test_notes_that_were_read_are_fresh_and_grow_old(world: World) -> None:
    world.make("Plan", "text")
    world.sync()
    now = world.clock.now()
    fresh = status_of(world.vault, world.memory, now).freshness
    assert (fresh.notes, fresh.over_a_day) == (1, 0)
    assert fresh.oldest == pytest.approx(now, abs=5)
    assert status_of(world.vault, world.memory, now + 2 * DAY).freshness.over_a_day == 1
