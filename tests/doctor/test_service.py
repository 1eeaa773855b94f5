"""Token, service, space and clock: what is made of the facts."""

from __future__ import annotations

from dataclasses import replace

import pytest

from capsync.doctor.finding import Finding, Level
from capsync.doctor.service import (
    Answered,
    TokenFacts,
    clock_finding,
    service_findings,
    token_findings,
)
from capsync.errors import AuthError, RateLimited, ServerFault, Unreachable
from capsync.vault.vault import VaultConfig

CONFIG = VaultConfig("5f3c0d0e-0000-4000-8000-000000000000", "s1", "Workshop")
FINE = Answered("https://api.example", "s1", "Workshop", structures=12, ahead=0.2)


def levels(findings: list[Finding]) -> set[tuple[str, Level]]:
    return {(each.check, each.level) for each in findings}


def test_a_service_that_answers_for_the_right_space_is_fine() -> None:
    found = list(service_findings(FINE, CONFIG))
    assert {each.level for each in found} == {Level.OK}
    assert {each.check for each in found} == {"service", "space", "access", "clock"}


def test_a_token_of_another_space_is_a_problem_with_a_remedy() -> None:
    found = list(service_findings(replace(FINE, space="s2", title="Home"), CONFIG))
    (space,) = (each for each in found if each.check == "space")
    assert space.level is Level.PROBLEM
    assert "“Home”" in space.what
    assert "“Workshop”" in space.what
    assert "capsync login" in space.remedy


@pytest.mark.parametrize(
    ("error", "level", "remedy"),
    [
        (AuthError("the token is not accepted"), Level.PROBLEM, "capsync login"),
        (Unreachable("no connection"), Level.PROBLEM, "--offline"),
        (ServerFault("it is down"), Level.PROBLEM, "--offline"),
        (RateLimited("too many", after=20), Level.NOTE, "wait a minute"),
    ],
)
def test_each_way_of_failing_has_its_remedy(error: Exception, level: Level, remedy: str) -> None:
    answered = Answered("https://api.example", error=error)  # type: ignore[arg-type]
    (found,) = service_findings(answered, CONFIG)
    assert (found.level, found.where) == (level, "https://api.example")
    assert remedy in found.remedy


@pytest.mark.parametrize(
    ("ahead", "level", "words"),
    [
        (0.0, Level.OK, "within 1 s"),
        (-29.4, Level.OK, "within 29 s"),
        (31.0, Level.WARNING, "31 s ahead of"),
        (-7200.0, Level.WARNING, "7200 s behind"),
    ],
)
def test_a_clock_that_is_off_by_half_a_minute_is_a_warning(
    ahead: float, level: Level, words: str
) -> None:
    found = clock_finding(ahead)
    assert found.level is level
    assert words in found.what
    assert bool(found.remedy) is (level is Level.WARNING)


def test_where_the_token_is_is_said_and_the_token_is_not() -> None:
    (found,) = token_findings(TokenFacts("/state/token", 0o600), "linux")
    assert (found.level, found.where) == (Level.OK, "/state/token")
    assert "0600" in found.what
    (none,) = token_findings(TokenFacts(), "linux")
    assert none.level is Level.PROBLEM
    assert "capsync login" in none.remedy
    (trouble,) = token_findings(TokenFacts(trouble="others can read the token"), "linux")
    assert trouble.level is Level.PROBLEM


def test_half_a_token_file_is_pointed_out() -> None:
    found = list(token_findings(TokenFacts("CAPSYNC_TOKEN", None, ("/s/token.12",)), "linux"))
    assert ("token", Level.WARNING) in levels(found)
    assert "rm /s/token.12" in found[1].remedy
