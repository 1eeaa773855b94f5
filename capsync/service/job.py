"""What is to be kept running: a program, its vault, and the environment it needs.

A service does not see the shell it was installed from. So what the daemon needs
of the environment is written down with it, except for secrets, which would be
readable for as long as the service is installed.
"""

from __future__ import annotations

import re
import sys
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from pathlib import Path, PureWindowsPath
from uuid import UUID

from capsync.errors import ConfigError
from capsync.state.place import VARIABLE as STATE, state_folder
from capsync.vault.vault import VaultConfig

CARRIED = (
    "CAPSYNC_API_URL",
    "PYTHON_KEYRING_BACKEND",
    "SSL_CERT_FILE",
    "SSL_CERT_DIR",
    *(
        each
        for name in ("HTTP", "HTTPS", "ALL", "NO")
        for each in (f"{name}_PROXY", f"{name.lower()}_proxy")
    ),
)
"""What the daemon looks at, apart from where the state is."""
_MOVES_STATE = (STATE, "XDG_STATE_HOME")
_NOT_IN_A_FILE = re.compile("[\0-\x1f\x7f-\x9f\u2028\u2029\ud800-\udfff\ufffe\uffff]")


@dataclass(frozen=True, slots=True)
class Job:
    """What a service runs."""

    vault: str
    """The vault's id, a UUID in its usual form."""
    title: str
    """What the service is for, as a person reads it; one line."""
    root: Path
    """The vault."""
    program: tuple[str, ...]
    """The program and the words before capsync's own."""
    environ: tuple[tuple[str, str], ...] = ()
    left_out: tuple[str, ...] = ()
    """Variables that are set here and hold a secret, so that the service will not have them."""

    @property
    def name(self) -> str:
        """What the system calls it."""
        return f"capsync-{self.vault}"

    @property
    def words(self) -> tuple[str, ...]:
        """What capsync is told."""
        return ("-C", str(self.root), "watch")


def job_for(
    root: Path,
    config: VaultConfig,
    environ: Mapping[str, str],
    program: Iterable[str] = (sys.executable, "-P"),
) -> Job:
    """Say what a service for a vault runs.

    Args:
        program: A Python, and what it is told before ``-m``.

    Raises:
        ConfigError: A path or a value cannot be written in a file.
    """
    carried = {name: environ[name] for name in CARRIED if environ.get(name)}
    secret = tuple(name for name, value in carried.items() if _has_secret(value))
    kept = {name: value for name, value in carried.items() if name not in secret}
    if any(environ.get(name) for name in _MOVES_STATE):
        kept[STATE] = str(state_folder(environ))
    job = Job(
        vault=str(UUID(config.vault)),
        title=" ".join(_NOT_IN_A_FILE.sub(" ", config.title).split()) or config.space,
        root=root,
        program=tuple(program),
        environ=tuple(sorted(kept.items())),
        left_out=secret,
    )
    for what in (str(root), *job.program, *(value for _, value in job.environ)):
        if _NOT_IN_A_FILE.search(what):
            raise ConfigError(
                f"{what!r} has characters that cannot be written in the file of a service;"
                " rename it"
            )
    return job


def without_window(job: Job) -> Job:
    """Give the same job for a Python that opens no window on Windows."""
    python = PureWindowsPath(job.program[0])
    if python.name.lower() != "python.exe":
        return job
    return replace(job, program=(str(python.with_name("pythonw.exe")), *job.program[1:]))


def _has_secret(value: str) -> bool:
    return "://" in value and "@" in value
