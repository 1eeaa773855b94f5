"""One thing at a time, and whatever comes of it is told."""

from __future__ import annotations

import logging
from threading import Event

import pytest

from capsync.errors import ConfigError, RunError
from capsync.web.jobs import Jobs


def test_what_came_of_it_is_told_at_once_if_it_is_quick() -> None:
    ended: list[str] = []
    jobs = Jobs(on_end=lambda: ended.append("yes"))
    job = jobs.start("sync", lambda: "in sync")
    assert (job.done, job.failed, job.text) == (True, False, "in sync")
    assert ended == ["yes"]
    assert (jobs.get(job.number), jobs.running) == (job, None)


def test_an_error_of_ours_is_told_in_its_own_words() -> None:
    def fail() -> str:
        raise ConfigError("no vault; make one")

    job = Jobs().start("sync", fail)
    assert (job.done, job.failed, job.text) == (True, True, "no vault; make one")


def test_a_bug_ends_the_job_and_is_logged(caplog: pytest.LogCaptureFixture) -> None:
    def fail() -> str:
        raise ZeroDivisionError("secret")

    jobs = Jobs()
    with caplog.at_level(logging.ERROR):
        job = jobs.start("sync", fail)
    assert job.failed
    assert "secret" not in job.text
    assert "ZeroDivisionError" in caplog.text
    assert jobs.start("sync", lambda: "fine").text == "fine"


def test_only_one_thing_is_done_at_a_time() -> None:
    go, jobs = Event(), Jobs()

    def act() -> str:
        go.wait(10)
        return "done"

    slow = jobs.start("sync", act, patience=0)
    assert not slow.done
    assert jobs.running == slow
    with pytest.raises(RunError, match=r"still busy \(sync\)"):
        jobs.start("restore", lambda: "never")
    go.set()
    assert jobs.wait(10)
    found = jobs.get(slow.number)
    assert found is not None
    assert found.text == "done"


def test_what_was_long_ago_is_forgotten() -> None:
    jobs = Jobs()
    assert jobs.wait(0)
    first = jobs.start("sync", lambda: "first")
    for _ in range(60):
        jobs.start("sync", lambda: "again")
    assert jobs.get(first.number) is None
    assert jobs.get(999) is None
