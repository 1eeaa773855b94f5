"""``capsync logout``: the kept token, removed from this machine."""

from __future__ import annotations

import click

from capsync.cli.app import App, pass_app
from capsync.cli.output import shown
from capsync.config import TOKEN, forget_token, given_token
from capsync.vault.vault import find_vault, read_config

NOT_ALL = 1
"""The exit code where a token could not be removed."""


@click.command()
@pass_app
@click.pass_context
def logout(ctx: click.Context, app: App) -> None:
    """Remove this vault's token from this machine.

    Removes it from the keyring, where all vaults of one space share it, and
    from the file beside the memory, and says what is left. Notes, memory and
    history stay; capsync login signs in again. The token itself stays valid:
    revoke it in Capacities under Settings > Capacities API if somebody else may
    have it. The network is not used.

    \b
    Example:
      capsync logout

    Exits with 1 if a token could not be removed, else with 0.
    """
    config = read_config(find_vault(app.place))
    done = forget_token(config, app.environ)
    space = shown(config.title or config.space)
    for place in done.removed:
        click.echo(f"Removed the token for “{space}” from {shown(place)}.")
    if not done.removed and not done.left:
        click.echo(f"No token for “{space}” is kept on this machine.")
    for place in done.left:
        click.echo(f"capsync: the token could not be removed from {shown(place)}", err=True)
    if given_token(app.environ):
        click.echo(f"capsync: {TOKEN} is still set in this shell; run: unset {TOKEN}", err=True)
    if done.removed:
        click.echo("It stays valid until revoked in Capacities: Settings > Capacities API.")
    ctx.exit(NOT_ALL if done.left else 0)
