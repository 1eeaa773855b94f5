"""``capsync init``: connect a folder to the space of a token.

Nothing is written before the service has said which space the token is for,
and no vault changes its space.
"""

from __future__ import annotations

import os
from dataclasses import dataclass, replace
from pathlib import Path
from uuid import uuid4

import click

from capsync.capacities.http import API
from capsync.cli.app import App, pass_app
from capsync.cli.in_scope import look_and_tell
from capsync.cli.output import shown
from capsync.cli.quotas import keep_quotas
from capsync.cli.session import AGREED_URL
from capsync.cli.signing_in import ask_for_token, check_agreed, check_space, space_of
from capsync.config import NO_TOKEN, chosen_url, find_token, given_token, keep_token
from capsync.errors import AuthError, ConfigError
from capsync.model.note import Space
from capsync.state.place import state_path
from capsync.state.store import Store
from capsync.vault.files import Folder
from capsync.vault.ignore import Ignore
from capsync.vault.vault import MARKER, OURS, VaultConfig, find_vault, read_config, write_config


@dataclass(frozen=True, slots=True)
class Connected:
    """What came of connecting a folder."""

    root: Path
    space: str
    """The space's title."""
    before: bool
    """Whether it was connected to this space already."""
    files: int
    """Markdown files that were there before it was connected."""
    kept_in: str
    """Where the token is kept now; empty if it was given from outside."""


@click.command()
@click.argument("path", required=False, type=click.Path(path_type=Path))
@pass_app
def init(app: App, path: Path | None) -> None:
    """Connect a folder to a Capacities space.

    PATH is made if it does not exist; without it, the current folder is
    connected. The token says which space it is. It is taken from CAPSYNC_TOKEN,
    else asked for and kept in the system's keyring. No note is read or written
    yet, the token never goes into the folder, and a folder that is connected
    already never changes its space.

    \b
    Examples:
      capsync init ~/Notes
      CAPSYNC_TOKEN=cap-api-... capsync init ~/Notes

    Exits with 0, also if it was connected before; 2 if the folder cannot be a
    vault of this space, 5 without a token that is accepted, 6 if the service
    could not be reached.
    """
    done = connect_folder(app, path or app.place)
    already = "already connected" if done.before else "connected"
    click.echo(f"{shown(str(done.root))} is {already} to the space “{shown(done.space)}”.")
    for line in look_and_tell(app, done.root):
        click.echo(line)
    if done.kept_in:
        click.echo(f"The token is kept in {done.kept_in}.", err=True)
    if done.files:
        count = "1 Markdown file" if done.files == 1 else f"{done.files} Markdown files"
        click.echo(
            f"capsync: the folder holds {count}; the first sync pushes what is not in the space"
            " yet as new notes. See what it would do first: capsync sync --dry-run",
            err=True,
        )
    elif not done.before:
        click.echo("Next: capsync sync")


def connect_folder(app: App, path: Path) -> Connected:
    """Make the folder at *path* a vault of the token's space.

    Raises:
        ConfigError: It cannot be one, or is one of another space.
        AuthError: There is no token, or the service does not accept it.
        RetryError: The service cannot be reached.
    """
    root = Path(os.path.abspath(path.expanduser()))  # noqa: PTH100  (links stay as they are)
    config = _config_of(root)
    if config is not None:
        check_agreed(app, config)
    token, asked = _token_for(app, config)
    url = chosen_url(config, app.environ)
    space, limiter = space_of(app, token, url)
    made = _checked(config, space, root)
    made = replace(made, api_url=None if url is None or url.rstrip("/") == API else url)
    files = 0 if config else _count_notes(root)
    with Store.open(state_path(made.vault, app.environ)) as memory:
        memory.meta.put(AGREED_URL, made.api_url)
        keep_quotas(limiter, memory)
    kept_in = keep_token(token, made, app.environ) if asked else ""
    if made != config:
        _make_folder(root)
        write_config(root, made)
    return Connected(root, made.title, config is not None, files, kept_in)


def _config_of(root: Path) -> VaultConfig | None:
    """Give the configuration of a folder that is a vault, None for one that may become one."""
    if (root / MARKER).is_file():
        return read_config(root)
    if root.exists() and not root.is_dir():
        raise ConfigError(f"{root} is a file; name a folder")
    try:
        around = find_vault(root.parent)
    except ConfigError:
        around = None
    if around is not None:
        raise ConfigError(f"{root} is in the vault {around}; choose a folder outside of it")
    inside = _vault_inside(root)
    if inside is not None:
        raise ConfigError(f"{root} holds the vault {inside}; choose another folder")
    return None


def _vault_inside(root: Path) -> Path | None:
    for folder, names, _ in os.walk(root):
        if OURS in names and Path(folder, MARKER).is_file():
            return Path(folder)
        names[:] = [name for name in names if not name.startswith(".")]
    return None


def _token_for(app: App, config: VaultConfig | None) -> tuple[str, bool]:
    """Give the token and whether a person was asked for it."""
    if token := given_token(app.environ):
        return token, False
    if config is not None:
        try:
            return find_token(config, app.environ), False
        except AuthError:
            pass
    return ask_for_token(NO_TOKEN), True


def _checked(config: VaultConfig | None, space: Space, root: Path) -> VaultConfig:
    """Give the vault's configuration, which must be for *space*."""
    if config is None:
        return VaultConfig(vault=str(uuid4()), space=space.id, title=space.title)
    check_space(config, space, root)
    return config


def _count_notes(root: Path) -> int:
    return len(Folder(root, Ignore()).scan()) if root.is_dir() else 0


def _make_folder(root: Path) -> None:
    try:
        root.mkdir(parents=True, exist_ok=True)
    except OSError as exc:
        raise ConfigError(f"{root} cannot be made: {exc.strerror}") from exc
