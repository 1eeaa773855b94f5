"""Where a vault is, and what its configuration says.

A vault is a folder with ``.capsync/config.toml`` in it, found upward from
wherever one stands, like a git repository. The file may be shared and holds no
secret. It is read strictly: a setting that is misspelt must not be a setting
that is silently ignored.
"""

from __future__ import annotations

import json
import re
import tomllib
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any
from uuid import UUID

from capsync.errors import ConfigError, NoteError
from capsync.vault.disk import Disk
from capsync.vault.selection import SETTINGS, Name, Selection
from capsync.vault.trouble import trouble_at

OURS = ".capsync"
"""The folder in a vault that is capsync's own."""
MARKER = f"{OURS}/config.toml"

_KNOWN = {
    "vault": {"id"},
    "space": {"id", "title", "api_url"},
    "sync": {"ignore", *SETTINGS},
    "history": {"keep_days", "keep_mb"},
    "watch": {"notifications"},
}
KEEP_DAYS, KEEP_MB = 365.0, 500.0
"""How long old versions are kept, and how much room they may take up, unless said otherwise."""


@dataclass(frozen=True, slots=True)
class VaultConfig:
    """What a vault knows of itself."""

    vault: str
    """A UUID that goes with the folder wherever it is moved."""
    space: str
    """The id of the space it is kept the same as."""
    title: str = ""
    """What the space was called when the vault was made."""
    api_url: str | None = None
    """Where the service is, if not in its usual place."""
    ignore: tuple[str, ...] = ()
    """Patterns of files that are left alone."""
    selection: Selection = field(default_factory=Selection)
    """Which part of the space is synced."""
    keep_days: float = KEEP_DAYS
    """How long old versions and the trash are kept."""
    keep_mb: float = KEEP_MB
    """How much room old versions may take up."""
    notifications: bool | None = None
    """Whether ``watch`` shows desktop notifications; None where somebody can see them."""


def find_vault(start: Path) -> Path:
    """Find the vault that *start* is in.

    Raises:
        ConfigError: Neither it nor any folder above it is a vault.
    """
    start = start.absolute()
    for folder in (start, *start.parents):
        if (folder / MARKER).is_file():
            return folder
    raise ConfigError(f"{start} is in no vault; go to one, name it with -C, or run: capsync init")


def read_config(root: Path) -> VaultConfig:
    """Read the configuration of the vault at *root*.

    Raises:
        ConfigError: It is missing, unreadable, or says something we do not know.
    """
    file = root / MARKER
    try:
        with trouble_at(str(file)):
            text = file.read_text(encoding="utf-8")
        return _Settings(file, text, tomllib.loads(text)).config()
    except NoteError as exc:
        raise ConfigError(str(exc)) from exc
    except (UnicodeDecodeError, tomllib.TOMLDecodeError) as exc:
        raise ConfigError(f"{file}: {exc}") from exc


def write_config(root: Path, config: VaultConfig) -> None:
    """Make the folder at *root* a vault, or replace its configuration.

    Raises:
        ConfigError: The file cannot be written.
        RunError: The disk is full or read-only.
    """
    file = root / MARKER
    try:
        with trouble_at(str(file)):
            file.parent.mkdir(parents=True, exist_ok=True)
            with Disk().written_beside(file, _as_toml(config).encode(), None) as beside:
                beside.replace(file)
    except NoteError as exc:
        raise ConfigError(str(exc)) from exc


def _as_toml(config: VaultConfig) -> str:
    space = {"id": config.space, "title": config.title, "api_url": config.api_url}
    lines = [
        "# What capsync knows of this folder. No secrets; safe to share and to sync.",
        "[vault]",
        f"id = {_quoted(config.vault)}",
        "",
        "[space]",
        *(f"{key} = {_quoted(value)}" for key, value in space.items() if value is not None),
    ]
    chosen = {**config.selection.settings(), "ignore": config.ignore}
    if any(chosen.values()):
        lines += ["", "[sync]"]
        lines += [
            f"{key} = [{', '.join(map(_quoted, held))}]" for key, held in chosen.items() if held
        ]
    if (config.keep_days, config.keep_mb) != (KEEP_DAYS, KEEP_MB):
        kept = {"keep_days": config.keep_days, "keep_mb": config.keep_mb}
        lines += ["", "[history]", *(f"{key} = {value}" for key, value in kept.items())]
    if config.notifications is not None:
        lines += ["", "[watch]", f"notifications = {json.dumps(config.notifications)}"]
    return "\n".join(lines) + "\n"


def _quoted(text: str) -> str:
    """Write a TOML string; JSON's escapes are TOML's, but for half a surrogate pair and DEL."""
    text = re.sub("[\ud800-\udfff]", "\ufffd", text)
    return json.dumps(text, ensure_ascii=False).replace("\x7f", "\\u007f")


@dataclass(frozen=True, slots=True)
class _Settings:
    """A configuration file, to be taken apart with complaints that name the line."""

    file: Path
    text: str
    tables: Mapping[str, Any]

    def config(self) -> VaultConfig:
        self.check_names()
        vault = self.string("vault", "id")
        try:
            UUID(vault)
        except ValueError as exc:
            raise self.problem("vault.id is not a UUID", "id") from exc
        return VaultConfig(
            vault=vault,
            space=self.string("space", "id"),
            title=self.string("space", "title", ""),
            api_url=self.string("space", "api_url", "") or None,
            ignore=self.strings("sync", "ignore"),
            selection=Selection(**{key: self.names("sync", key) for key in SETTINGS}),
            keep_days=self.number("history", "keep_days", KEEP_DAYS),
            keep_mb=self.number("history", "keep_mb", KEEP_MB),
            notifications=self.flag("watch", "notifications"),
        )

    def check_names(self) -> None:
        for table, held in self.tables.items():
            if table not in _KNOWN or not isinstance(held, dict):
                raise self.problem(f"unknown setting {table}", table)
            for key in held:
                if key not in _KNOWN[table]:
                    raise self.problem(f"unknown setting {table}.{key}", key)

    def string(self, table: str, key: str, default: str | None = None) -> str:
        value = self.tables.get(table, {}).get(key, default)
        if value is None:
            raise self.problem(f"{table}.{key} is missing", table)
        if not isinstance(value, str) or (not value and default is None):
            raise self.problem(f"{table}.{key} must be a text in quotes", key)
        return value

    def strings(self, table: str, key: str) -> tuple[str, ...]:
        value = self.tables.get(table, {}).get(key, [])
        if not isinstance(value, list) or not all(isinstance(item, str) for item in value):
            raise self.problem(f"{table}.{key} must be a list of texts in quotes", key)
        return tuple(value)

    def names(self, table: str, key: str) -> tuple[Name, ...]:
        """Read names of what is in the space, with the line each is in."""
        found = self.strings(table, key)
        if key in self.tables.get(table, {}) and not (found or key.startswith("exclude_")):
            raise self.problem(f"{table}.{key} names nothing; leave it out to sync all", key)
        if not all(each.strip() for each in found):
            raise self.problem(f"{table}.{key} has an empty name in it", key)
        return tuple(Name(each, self.place(key, each) + f"{table}.{key}") for each in found)

    def flag(self, table: str, key: str) -> bool | None:
        value = self.tables.get(table, {}).get(key)
        if value is not None and not isinstance(value, bool):
            raise self.problem(f"{table}.{key} must be true or false", key)
        return value

    def number(self, table: str, key: str, default: float) -> float:
        value = self.tables.get(table, {}).get(key, default)
        if isinstance(value, bool) or not isinstance(value, int | float) or not value >= 0:
            raise self.problem(f"{table}.{key} must be a number, 0 or more", key)
        return float(value)

    def problem(self, message: str, name: str) -> ConfigError:
        """Make a complaint about the line that *name* is in, if it can be found."""
        return ConfigError(f"{self.place(name)}{message}")

    def place(self, name: str, item: str = "") -> str:
        """Give the file and the line that *name* is in, or that *item* is in after it."""
        at = re.compile(rf"^[ \t]*[\[\"']*{re.escape(name)}\b", re.MULTILINE).search(self.text)
        if at is None:
            return f"{self.file}: "
        written = re.compile(rf"[\"']{re.escape(item)}[\"']")
        found = (written.search(self.text, at.end()) if item else None) or at
        line = self.text.count("\n", 0, found.end()) + 1
        return f"{self.file}: line {line}: "
