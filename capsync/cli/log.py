"""``capsync log``: what capsync did and met, as it was written down."""

from __future__ import annotations

from contextlib import suppress
from datetime import UTC, datetime

import click

from capsync.cli.app import App, pass_app
from capsync.cli.output import shown
from capsync.state.activity import Activity, Entry, Position
from capsync.state.place import state_path
from capsync.vault.vault import find_vault, read_config

LOOK_AGAIN = 0.5
"""Seconds between two looks for something new."""


@click.command()
@click.option("-f", "--follow", is_flag=True, help="Wait for more and show it; end with Ctrl-C.")
@click.option(
    "-n", "count", type=click.IntRange(0), default=20, show_default=True, help="How many to show."
)
@click.option("--json", "as_json", is_flag=True, help="Print one JSON object a line.")
@pass_app
def log(app: App, *, follow: bool, count: int, as_json: bool) -> None:
    """Show what happened, or what happens right now.

    Notes pushed, pulled and set aside, errors, pauses. The log says which note
    and what was done to it, never what it holds. It is kept in the state folder
    and the oldest of it goes when it grows large. Nothing is changed, and the
    network is not used.

    \b
    Examples:
      capsync log -n 50
      capsync log -f
    """
    config = read_config(find_vault(app.place))
    activity = Activity.beside(state_path(config.vault, app.environ), app.clock)
    if follow:
        entries, position = activity.follow(Position())
        entries = entries[-count:] if count else ()
    else:
        entries, position = activity.last(count), None
    for each in entries:
        click.echo(_line(each, as_json=as_json))
    if position is not None:
        _follow(app, activity, position, as_json=as_json)
    elif not entries and count:
        click.echo("Nothing is in the log yet.", err=True)


def _follow(app: App, activity: Activity, position: Position, *, as_json: bool) -> None:
    with suppress(KeyboardInterrupt):
        while True:
            more, position = activity.follow(position)
            for each in more:
                click.echo(_line(each, as_json=as_json))
            app.clock.sleep(LOOK_AGAIN)


def _line(entry: Entry, *, as_json: bool) -> str:
    if as_json:
        return entry.as_json()
    at = datetime.fromtimestamp(entry.at, UTC).astimezone()
    said = ": ".join(filter(None, (entry.path, entry.text)))
    return f"{at:%Y-%m-%d %H:%M:%S}  {shown(entry.kind):<9}  {shown(said)}".rstrip()
