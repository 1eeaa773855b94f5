"""Token, service, space and clock: facts to findings."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from shlex import quote

from capsync.config import API_URL, TOKEN
from capsync.doctor.finding import Finding, many, note, ok, problem, warning
from capsync.errors import AuthError, CapsyncError, RateLimited, RetryError
from capsync.vault.vault import VaultConfig

CLOCK_OFF = 30.0
"""Seconds this machine's clock may be off without a warning."""


@dataclass(frozen=True, slots=True)
class TokenFacts:
    """Where the token is."""

    place: str | None = None
    """In words, or a path; None where there is no token."""
    mode: int | None = None
    """Permission bits of the file it is in; None where it is in none."""
    leftovers: tuple[str, ...] = ()
    """Half-written files with a token in them."""
    trouble: str = ""
    """Why it cannot be had, in words."""


@dataclass(frozen=True, slots=True)
class Answered:
    """What the service answered."""

    address: str
    space: str = ""
    """The id of the token's space."""
    title: str = ""
    structures: int | None = None
    """Types of objects that were listed; None where they were not asked for."""
    ahead: float | None = None
    """Seconds this machine's clock is ahead of the service's; None where it did not say."""
    error: CapsyncError | None = None
    """What went wrong; None if nothing did."""


def token_findings(facts: TokenFacts, platform: str) -> Iterator[Finding]:
    """Judge the token's place."""
    if facts.trouble:
        yield problem("token", facts.trouble, remedy="capsync login")
    elif facts.place is None:
        yield problem(
            "token",
            "there is none",
            remedy="make one in Capacities under Settings > Capacities API, then run: "
            f"capsync login (in a new folder: capsync init; or set {TOKEN})",
        )
    elif facts.mode is not None and platform != "win32":
        yield ok("token", f"in a file with mode {facts.mode:04o}", facts.place)
    else:
        yield ok("token", f"in {facts.place}")
    for place in facts.leftovers:
        yield warning(
            "token", "a run that was cut off left a token here", place, f"rm {quote(place)}"
        )


def service_findings(answered: Answered, config: VaultConfig | None) -> Iterator[Finding]:
    """Judge what the service answered."""
    if answered.space:
        yield ok("service", "answers and accepts the token", answered.address)
        yield from _space(answered, config)
    if answered.error is not None:
        yield _trouble(answered.error, answered.address)
    elif answered.structures is not None:
        types = many(answered.structures, "type")
        yield ok(
            "access",
            f"the space and its {types} of objects can be read; whether the token may write "
            "shows only when something is written",
        )
    if answered.ahead is not None:
        yield clock_finding(answered.ahead)


def _space(answered: Answered, config: VaultConfig | None) -> Iterator[Finding]:
    name = f"“{answered.title}”"
    if config is None:
        yield note("space", f"the token is for {name}", remedy="capsync init")
    elif config.space != answered.space:
        yield problem(
            "space",
            f"the token is for {name}, the vault for “{config.title or config.space}”",
            remedy="make a token in the vault's space, then run: capsync login",
        )
    else:
        yield ok("space", f"{name}, as the vault says")


def _trouble(error: CapsyncError, address: str) -> Finding:
    match error:
        case AuthError():
            remedy = "make a new token in Capacities under Settings > Capacities API, then run: "
            return problem(
                "service", str(error), address, f"{remedy}capsync login (or set {TOKEN})"
            )
        case RateLimited():
            return note("service", str(error), address, "wait a minute and ask again")
        case RetryError():
            remedy = f"check the connection, a proxy and {API_URL}; meanwhile: capsync doctor "
            return problem("service", str(error), address, f"{remedy}--offline")
        case _:
            return problem("service", str(error), address, f"check {API_URL}; else try again later")


def clock_finding(ahead: float) -> Finding:
    """Judge by how many seconds this machine's clock is ahead of the service's."""
    off = f"{abs(ahead):.0f} s {'ahead of' if ahead > 0 else 'behind'} the service's"
    if abs(ahead) < CLOCK_OFF:
        return ok("clock", f"right to within {max(1, round(abs(ahead)))} s of the service's")
    return warning(
        "clock",
        f"this machine's clock is {off}; times in the history and in conflicts are wrong",
        remedy="turn on setting the time by network (Linux: timedatectl set-ntp true; "
        "Windows: w32tm /resync; macOS: Settings > General > Date & Time)",
    )
