"""A token and a person: asked for, checked against the service, for the right space.

What ``capsync init`` and ``capsync login`` have in common.
"""

from __future__ import annotations

import sys
from pathlib import Path

import click

from capsync.capacities.limits import Limiter
from capsync.cli.app import App
from capsync.cli.output import shown
from capsync.cli.progress import Screen
from capsync.cli.session import AGREED_URL, client_for
from capsync.config import check_trusted
from capsync.errors import AuthError, ConfigError
from capsync.model.note import Space
from capsync.state.place import state_path
from capsync.state.store import Store
from capsync.vault.vault import VaultConfig


def ask_for_token(otherwise: str) -> str:
    """Ask the person for a token, without showing it.

    Args:
        otherwise: What to say where nobody is there to be asked.

    Raises:
        AuthError: Nobody is there.
    """
    if not somebody_is_there():
        raise AuthError(otherwise)
    click.echo("A token is made in Capacities under Settings > Capacities API.", err=True)
    return str(click.prompt("Token", hide_input=True, err=True)).strip()


def somebody_is_there() -> bool:
    """Say whether a person can be asked."""
    return sys.stdin.isatty()


def space_of(app: App, token: str, url: str | None) -> tuple[Space, Limiter]:
    """Ask the service which space a token is for; gives what was learnt of the quota, too.

    Raises:
        AuthError: The service does not accept it.
        RetryError: The service cannot be reached.
    """
    with Screen(app.clock) as screen, client_for(app, token, url, screen) as client:
        return client.space(), client.limiter


def check_agreed(app: App, config: VaultConfig) -> None:
    """Send no token to an address that only the folder names, not even to look.

    Raises:
        ConfigError: A person on this machine has to agree first.
    """
    with Store.open(state_path(config.vault, app.environ)) as memory:
        check_trusted(config, memory.meta.get(AGREED_URL), app.environ)


def check_space(config: VaultConfig, space: Space, root: Path) -> None:
    """Refuse a token of another space than the vault's.

    Raises:
        ConfigError: It is for another one.
    """
    if config.space != space.id:
        raise ConfigError(
            f"{root} belongs to the space “{shown(config.title)}”, and the token is for"
            f" “{shown(space.title)}”; use that space's token, or another folder"
        )
