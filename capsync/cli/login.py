"""``capsync login``: a token for the vault, kept once the service has accepted it."""

from __future__ import annotations

import sys

import click

from capsync.cli.app import App, pass_app
from capsync.cli.output import shown
from capsync.cli.quotas import keep_quotas, restore_quotas
from capsync.cli.signing_in import ask_for_token, check_agreed, check_space, space_of
from capsync.config import NO_TOKEN_HERE, TOKEN, chosen_url, given_token, keep_token
from capsync.errors import AuthError
from capsync.state.place import state_path
from capsync.state.store import Store
from capsync.vault.vault import find_vault, read_config

MOST = 4096
"""Characters of stdin that are read for a token."""


@click.command()
@click.option("--with-token", is_flag=True, help="Read the token from stdin instead of asking.")
@pass_app
def login(app: App, *, with_token: bool) -> None:
    """Keep a token for this vault, after checking it.

    Asks for the token without showing it, asks the service which space it is
    for, and keeps it in the system's keyring, or where there is none in a file
    beside the memory that only you can read. A token for another space than
    the vault's is refused. Nothing is kept in the vault, and what was kept
    before is replaced only by a token that works.

    \b
    Examples:
      capsync login
      pass show capacities | capsync login --with-token

    Exits with 5 if the token is not accepted, 2 if it is for another space,
    and 6 if the service could not be reached.
    """
    root = find_vault(app.place)
    config = read_config(root)
    check_agreed(app, config)
    token = _from_stdin() if with_token else ask_for_token(NO_TOKEN_HERE)
    space, limiter = space_of(app, token, chosen_url(config, app.environ))
    check_space(config, space, root)
    place = keep_token(token, config, app.environ)
    with Store.open(state_path(config.vault, app.environ)) as memory:
        restore_quotas(limiter, memory)  # what other runs know stays known
        keep_quotas(limiter, memory)
    click.echo(f"Signed in to the space “{shown(space.title)}”; the token is kept in {place}.")
    if given_token(app.environ) not in (None, token):
        click.echo(
            f"capsync: {TOKEN} is set to another token and comes first; run: unset {TOKEN}",
            err=True,
        )


def _from_stdin() -> str:
    token = sys.stdin.read(MOST).strip()
    if not token:
        raise AuthError("stdin held no token; pipe one in, or run capsync login without an option")
    return token
