"""Versions, and the limits of the watcher."""

from __future__ import annotations

import sys

import pytest

from capsync import __version__
from capsync.doctor.finding import Level
from capsync.doctor.machine import (
    VersionFacts,
    WatchFacts,
    look_at_versions,
    look_at_watching,
    version_findings,
    watch_findings,
)


def test_what_is_installed_here_will_do() -> None:
    facts = look_at_versions()
    (found,) = version_findings(facts)
    assert found.level is Level.OK
    assert f"capsync {__version__}" in found.what
    assert "httpx" in facts.libraries


@pytest.mark.parametrize(
    ("facts", "words"),
    [
        (VersionFacts((3, 10, 9), (3, 45, 0)), "Python 3.10.9 is too old"),
        (VersionFacts((3, 12, 0), (3, 31, 1)), "SQLite 3.31.1 is too old"),
        (VersionFacts((3, 12, 0), (3, 45, 0), fts=False), "FTS5"),
        (VersionFacts((3, 12, 0), (3, 45, 0), {"httpx": "", "rich": "1"}), "missing: httpx"),
    ],
)
def test_what_will_not_do_is_a_problem_with_a_remedy(facts: VersionFacts, words: str) -> None:
    first = next(iter(version_findings(facts)))
    assert first.level is Level.PROBLEM
    assert words in first.what
    assert first.remedy


@pytest.mark.parametrize(
    ("facts", "folders", "line"),
    [
        (WatchFacts(8192, 128, 3), 5000, "fs.inotify.max_user_watches=524288"),
        (WatchFacts(8192, 128, 127), 10, "fs.inotify.max_user_instances=512"),
        (WatchFacts(100_000, 128, 3), 400_000, "fs.inotify.max_user_watches=2097152"),
    ],
)
def test_a_limit_that_is_too_low_comes_with_the_line_that_raises_it(
    facts: WatchFacts, folders: int, line: str
) -> None:
    found = [each for each in watch_findings(facts, folders) if each.level is Level.WARNING]
    assert [line in each.remedy for each in found] == [True]
    assert "sysctl --system" in found[0].remedy


def test_limits_that_suffice_are_said_and_unknown_ones_are_not() -> None:
    (found,) = watch_findings(WatchFacts(8192, 128, 3), 10)
    assert found.level is Level.OK
    assert not list(watch_findings(WatchFacts(), 10))


@pytest.mark.skipif(sys.platform != "linux", reason="only Linux has inotify")
def test_the_limits_of_this_machine_are_read() -> None:
    facts = look_at_watching()
    assert facts.max_watches
    assert facts.max_instances
    assert facts.instances is not None
