"""``capsync completion``: the script that makes a shell complete capsync."""

from __future__ import annotations

import click

from capsync.cli.completing import SHELLS, VARIABLE


@click.command()
@click.argument("shell", type=click.Choice(list(SHELLS)))
@click.pass_context
def completion(ctx: click.Context, shell: str) -> None:
    """Print the script that completes commands and notes.

    Completes commands, options, and NOTE by path or title, from the memory and
    without the network. Nothing is changed: put the line for your shell where
    it reads its settings.

    \b
    Examples:
      eval "$(capsync completion bash)"                      # in ~/.bashrc
      eval "$(capsync completion zsh)"                       # in ~/.zshrc
      capsync completion fish > ~/.config/fish/completions/capsync.fish
    """
    root = ctx.find_root()
    click.echo(SHELLS[shell](root.command, {}, "capsync", VARIABLE).source(), nl=False)
