"""``capsync web``: a page of this machine that shows how the vault stands."""

from __future__ import annotations

import webbrowser
from functools import partial

import click

from capsync.cli.app import App, pass_app
from capsync.cli.quotas import usage_of
from capsync.state.activity import Activity
from capsync.state.place import state_path
from capsync.vault.vault import find_vault, read_config


@click.command()
@click.option(
    "--port", type=click.IntRange(0, 65535), default=0, help="The port; any free one without it."
)
@click.option("--no-open", is_flag=True, help="Print the link and open no browser.")
@pass_app
def web(app: App, port: int, *, no_open: bool) -> None:
    """Open a page of this machine that shows all of it.

    How the vault stands, what happens right now, the notes with their history,
    conflicts side by side, and what was set aside. The page is for this machine
    only, and its link works once; a new one is printed whenever it was used.
    Stop with Ctrl-C.

    \b
    Examples:
      capsync web
      capsync web --no-open --port 8080
    """
    from capsync.cli.daemon_hands import DaemonHands  # noqa: PLC0415  (starlette and uvicorn are slow)
    from capsync.web.place import Place  # noqa: PLC0415
    from capsync.web.server import bound, serve_on  # noqa: PLC0415

    root = find_vault(app.place)
    config = read_config(root)
    state = state_path(config.vault, app.environ)
    activity = Activity.beside(state, app.clock)
    place = Place(root, state, config, app.clock, partial(usage_of, clock=app.clock), activity)
    links: list[str] = []

    def announce(link: str) -> None:
        if links:
            click.echo(f"Opened. For another browser:\n\n    {link}\n", err=True)
        else:
            click.echo(f"The page is at:\n\n    {link}\n\nStop it with Ctrl-C.", err=True)
            if not no_open:
                webbrowser.open(link)
        links.append(link)

    with bound(port) as listener:
        serve_on(listener, place, DaemonHands(app), announce)
