"""All checks in order: facts from the shell, findings from the checks.

A check that breaks is a finding too, and the others go on.
"""

from __future__ import annotations

import platform
import stat
import sys
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path

from capsync.capacities.client import Client
from capsync.capacities.http import API
from capsync.clock import Clock
from capsync.config import (
    API_URL,
    TOKEN,
    FoundToken,
    check_trusted,
    chosen_url,
    given_token,
    locate_token,
    token_file,
)
from capsync.doctor.ask import ask
from capsync.doctor.files import file_findings
from capsync.doctor.finding import Finding, ok, problem
from capsync.doctor.look import look_at
from capsync.doctor.machine import (
    look_at_versions,
    look_at_watching,
    version_findings,
    watch_findings,
)
from capsync.doctor.memory import lock_findings, look_at_lock, look_at_memory, memory_findings
from capsync.doctor.places import state_findings, vault_findings
from capsync.doctor.service import TokenFacts, service_findings, token_findings
from capsync.doctor.walk import walk
from capsync.errors import CapsyncError, ConfigError
from capsync.state.look import looked_at
from capsync.state.place import state_folder, state_path
from capsync.vault.files import LOCK
from capsync.vault.ignore import Ignore
from capsync.vault.vault import MARKER, VaultConfig, find_vault, read_config

AGREED_URL = "api_url"
"""Under which the memory keeps the address that a person here agreed to."""


@dataclass(frozen=True, slots=True)
class Patient:
    """What is to be examined, and the ways to the outside."""

    place: Path
    """Where to look for the vault, from there upward."""
    environ: Mapping[str, str]
    clock: Clock
    connect: Callable[[str, str | None], Client]
    """Makes a client of a token and an address; None for the service's usual place."""
    offline: bool = False


def examine(patient: Patient) -> Iterator[Finding]:
    """Make all checks, in order; nothing is changed."""
    yield from _safely("versions", lambda: version_findings(look_at_versions()))
    root, config, findings = _vault(patient)
    yield from findings
    token: list[FoundToken] = []
    yield from _safely("token", lambda: _token(patient, config, token))
    if not patient.offline and token:
        yield from _safely("service", lambda: _service(patient, config, token[0]))
    if root is not None:
        yield from _safely("vault", lambda: vault_findings(look_at(root, patient.environ)))
        yield from _safely("notes", lambda: _files(root, config))
        yield from _safely("lock", lambda: lock_findings(look_at_lock(root / LOCK)))
    if root is not None and config is not None:
        file = state_path(config.vault, patient.environ)
        yield from _safely("state folder", lambda: _state(file.parent, patient))
        yield from _safely("memory", lambda: memory_findings(look_at_memory(file, root)))
        yield from _safely("watch service", lambda: _running(root, config, patient))
    else:
        folder = state_folder(patient.environ)
        yield from _safely("state folder", lambda: _state(folder, patient))


def _safely(check: str, findings: Callable[[], Iterable[Finding]]) -> Iterator[Finding]:
    """Give what a check found, or that it could not be made."""
    try:
        yield from findings()
    except (CapsyncError, OSError) as exc:
        yield problem(check, f"could not be looked at: {exc}", remedy="settle that and ask again")
    except Exception as exc:  # noqa: BLE001  (what is broken must not keep the rest from sight)
        what = f"this check itself failed ({type(exc).__name__}: {exc})"
        yield problem(check, what, remedy="please report it; the other checks are right")


def _vault(patient: Patient) -> tuple[Path | None, VaultConfig | None, list[Finding]]:
    try:
        root = find_vault(patient.place)
    except (ConfigError, OSError):
        there = problem(
            "vault",
            "this folder is in no vault",
            str(patient.place),
            "go to one, name it with -C, or make one here: capsync init",
        )
        return None, None, [there]
    try:
        config = read_config(root)
    except (CapsyncError, OSError, RecursionError) as exc:
        remedy = "correct that line; if the file is beyond help, move .capsync away and run: "
        broken = problem("configuration", str(exc), str(root / MARKER), f"{remedy}capsync init")
        return root, None, [broken]
    return root, config, [ok("configuration", "can be read", str(root / MARKER))]


def _token(
    patient: Patient, config: VaultConfig | None, found: list[FoundToken]
) -> Iterator[Finding]:
    """Judge the token; puts it in *found* if it may be used."""
    try:
        if config is not None:
            token = locate_token(config, patient.environ)
        else:
            given = given_token(patient.environ)
            token = FoundToken(given, TOKEN) if given else None
    except ConfigError as exc:
        yield from token_findings(TokenFacts(trouble=str(exc)), sys.platform)
        return
    if token is not None:
        found.append(token)
    file = None if config is None else token_file(config, patient.environ)
    in_file = file is not None and token is not None and token.place == str(file)
    facts = TokenFacts(
        place=token.place if token else None,
        mode=stat.S_IMODE(file.stat().st_mode) if file is not None and in_file else None,
        leftovers=tuple(map(str, sorted(file.parent.glob("token.*")))) if file else (),
    )
    yield from token_findings(facts, sys.platform)


def _service(patient: Patient, config: VaultConfig | None, token: FoundToken) -> Iterator[Finding]:
    """Ask the service, unless only the folder says that it is one."""
    url = chosen_url(config, patient.environ)
    if config is not None:
        try:
            check_trusted(config, _agreed(config, patient.environ), patient.environ)
        except ConfigError as exc:
            remedy = f"if that is right: {API_URL}={config.api_url} capsync init"
            yield problem("service", str(exc).partition(";")[0], config.api_url or "", remedy)
            return
    try:
        with patient.connect(token.token, url) as client:
            answered = ask(client, patient.clock)
    except CapsyncError as exc:  # no address, no token
        remedy = "capsync login" if token.place != TOKEN else f"correct {TOKEN}"
        yield problem("service", str(exc), url or API, remedy)
        return
    yield from service_findings(answered, config)


def _agreed(config: VaultConfig, environ: Mapping[str, str]) -> str | None:
    try:
        with looked_at(state_path(config.vault, environ)) as look:
            return look.store.meta.get(AGREED_URL)
    except CapsyncError:
        return None


def _files(root: Path, config: VaultConfig | None) -> Iterator[Finding]:
    facts = walk(root, Ignore(config.ignore if config else ()), platform.node().partition(".")[0])
    yield from file_findings(facts)
    yield from watch_findings(look_at_watching(), facts.folders)


def _state(folder: Path, patient: Patient) -> Iterator[Finding]:
    facts = look_at(folder, patient.environ)
    found = list(state_findings(facts, sys.platform))
    yield from found or [ok("state folder", "only its owner can look into it", str(folder))]


def _running(root: Path, config: VaultConfig, patient: Patient) -> Iterator[Finding]:
    from capsync.doctor.running import running_findings  # noqa: PLC0415  (only needed here)
    from capsync.service.manage import run_here  # noqa: PLC0415

    yield from running_findings(root, config, patient.environ, run_here)
