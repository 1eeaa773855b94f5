"""Whatever ends a sync at whatever point, the next ones go on from there.

Every point at which a sync leaves a trace is tried, not a sample of them.
"""

from __future__ import annotations

import errno
import os
import sqlite3
from collections.abc import Callable

import pytest

from tests.crashes.jobs import JOBS, Job
from tests.crashes.matrix import crashes, points
from tests.crashes.table import DOCUMENT, rows

each_job = pytest.mark.parametrize("job", JOBS, ids=lambda job: job.name)


@each_job
def test_a_kill_at_any_point(job: Job) -> None:
    """Nothing runs any more, not even what tidies up; the page for users says what follows."""
    found = [*crashes(job)]
    assert len(found) > 10
    page = DOCUMENT.read_text(encoding="utf-8").splitlines()
    assert set(rows(found)) <= set(page), "out of date: run python -m tests.crashes"


@each_job
def test_an_interrupt_at_any_point(job: Job) -> None:
    """As by Ctrl-C: what tidies up still runs."""
    assert [*crashes(job, KeyboardInterrupt, kinds="answer: file:")]


def disk_full() -> OSError:
    return OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))


def disk_read_only() -> OSError:
    return OSError(errno.EROFS, os.strerror(errno.EROFS))


def no_permission() -> OSError:
    return OSError(errno.EACCES, os.strerror(errno.EACCES))


@each_job
def test_a_disk_that_is_full_at_any_change(job: Job) -> None:
    """There is room again later."""
    assert len([*crashes(job, disk_full, kinds="file:")]) == len(points(job, kinds="file:"))


@pytest.mark.parametrize("problem", [disk_read_only, no_permission])
def test_a_disk_that_refuses_a_change(problem: Callable[[], OSError]) -> None:
    for job in JOBS:
        if job.name in {"a new title is pulled", "new objects", "an object was trashed"}:
            assert [*crashes(job, problem, kinds="file:")]


def memory_full() -> sqlite3.Error:
    return sqlite3.OperationalError("database or disk is full")


@each_job
def test_a_memory_that_cannot_be_written_at_any_point(job: Job) -> None:
    assert [*crashes(job, memory_full, kinds="memory:")]


def test_every_kind_of_point_is_tried() -> None:
    """Requests, their answers, changes of files and transactions are all seen."""
    kinds = {step.partition(":")[0] for job in JOBS for step in points(job)}
    assert kinds == {"request", "answer", "file", "memory"}
