"""Daily notes: appends land late, without a receipt, and make the day."""

from __future__ import annotations

from typing import Any

import pytest

from capsync.clock import ManualClock
from capsync.sandbox.caller import Caller
from capsync.sandbox.core import Sandbox
from capsync.sandbox.options import Options

APPEND = "POST /blocks/daily-note/append"
NOTES = "RootDailyNote_notes"


class Diary:
    """A service on the morning of 22 November 2025, 08:26 UTC."""

    def __init__(self, **switches: Any) -> None:
        self.clock = ManualClock()
        self.sandbox = Sandbox(Options(**switches), clock=self.clock)
        self.service = Caller(self.sandbox)

    def days(self) -> dict[str, list[str]]:
        found = {}
        for row in self.service.ok("GET /objects/structure", id="RootDailyNote")["results"]:
            blocks = self.service.ok("GET /object", id=row["id"])["blocks"][NOTES]
            found[row["title"][:10]] = [block["tokens"][0]["text"] for block in blocks]
        return found


def test_an_append_answers_at_once_with_nothing_and_lands_later() -> None:
    diary = Diary(daily_note_delay=90.0)
    answer = diary.service.send(APPEND, {"markdown": "rain"})
    assert (answer.status, answer.body) == (200, b"")
    assert diary.days() == {}
    diary.clock.sleep(90)
    assert diary.days() == {"2025-11-22": ["08:26", "rain"]}


def test_a_second_append_goes_below_the_first_on_the_same_note() -> None:
    diary = Diary(daily_note_delay=0.0)
    for word in ("rain", "sun"):
        diary.service.ok(APPEND, {"markdown": word, "noTimeStamp": True})
    assert diary.days() == {"2025-11-22": ["rain", "sun"]}


@pytest.mark.parametrize("date", ["2026-03-01", "2026-03-01T00:00:00.000Z", "2026-03-01T17:00:00Z"])
def test_a_date_decides_the_day(date: str) -> None:
    diary = Diary(daily_note_delay=0.0)
    diary.service.ok(APPEND, {"markdown": "x", "date": date, "noTimeStamp": True})
    assert diary.days() == {"2026-03-01": ["x"]}


def test_a_date_that_is_none_is_refused() -> None:
    body = {"markdown": "x", "date": "next Friday"}
    assert Diary().service.refused(APPEND, body)[:2] == (400, "cap_invalid_input")


def test_without_a_date_the_account_decides_what_today_is() -> None:
    diary = Diary(daily_note_delay=0.0, account_offset=18 * 3600.0)
    diary.service.ok(APPEND, {"markdown": "x"})
    assert diary.days() == {"2025-11-23": ["02:26", "x"]}


def test_the_title_is_the_day_as_an_instant_and_is_found_by_search() -> None:
    diary = Diary()
    note = diary.sandbox.app_daily_note("2026-11-03")
    body = {"query": "2026-11-03", "structureIds": ["RootDailyNote"]}
    (row,) = diary.service.ok("POST /objects/search", body)["results"]
    title = "2026-11-03T00:00:00.000Z"
    assert row == {"id": note, "structureId": "RootDailyNote", "title": title}


def test_a_known_day_takes_ordinary_appends_at_once() -> None:
    diary = Diary()
    note = diary.sandbox.app_daily_note("2025-11-22")
    answer = diary.service.ok("POST /blocks/append", {"id": note, "markdown": "x"})
    assert len(answer["blocks"][NOTES]) == 1
    assert diary.sandbox.app_daily_note("2025-11-22") == note


def test_a_delayed_append_survives_a_restart(tmp_path: Any) -> None:
    clock = ManualClock()
    options = Options(daily_note_delay=60.0)
    with Sandbox(options, db=str(tmp_path / "space.db"), clock=clock) as sandbox:
        Caller(sandbox).ok(APPEND, {"markdown": "x"})
    clock.sleep(61)
    with Sandbox(options, db=str(tmp_path / "space.db"), clock=clock) as sandbox:
        rows = Caller(sandbox).ok("GET /objects/structure", id="RootDailyNote")["results"]
    assert len(rows) == 1
