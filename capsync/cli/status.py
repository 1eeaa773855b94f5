"""``capsync status``: how things stand, without the network."""

from __future__ import annotations

import json
from dataclasses import asdict
from typing import Any

import click

from capsync.capacities.limits import Usage
from capsync.cli.app import App, pass_app
from capsync.cli.output import stamp, status_as_text
from capsync.cli.quotas import usage_of
from capsync.state.place import state_path
from capsync.state.store import Store
from capsync.sync.status import Status, last_report, status_of
from capsync.vault.files import Folder
from capsync.vault.ignore import Ignore
from capsync.vault.vault import find_vault, read_config


@click.command()
@click.option("--json", "as_json", is_flag=True, help="Print one JSON object.")
@pass_app
def status(app: App, *, as_json: bool) -> None:
    """Show what is in sync, waiting, set aside and in conflict.

    Asks only the memory and the folder; what changed in the space since the
    last sync is seen by the next one, or by sync --dry-run.
    """
    root = find_vault(app.place)
    config = read_config(root)
    now = app.clock.now()
    with Store.open(state_path(config.vault, app.environ)) as memory:
        found = status_of(Folder(root, Ignore(config.ignore), app.clock), memory, now)
        usage = usage_of(memory, app.clock)
    if as_json:
        about = {"vault": str(root), "space": {"id": config.space, "title": config.title}}
        click.echo(json.dumps(about | status_as_json(found, usage)))
    else:
        head = f"{config.title or config.space} and {root}"
        click.echo(status_as_text(found, usage, now, head))


def status_as_json(status: Status, usage: tuple[Usage, ...]) -> dict[str, Any]:
    """Give a status as ``status --json`` prints it; times are ISO 8601 in UTC."""
    run = status.last_run
    return {
        "in_sync": status.in_sync,
        "waiting": status.waiting,
        "changed": status.changed,
        "new": status.new,
        "gone": status.gone,
        "moved": [asdict(each) for each in status.moved],
        "set_aside": [asdict(each) | {"since": stamp(each.since)} for each in status.set_aside],
        "conflicts": [asdict(each) for each in status.conflicts],
        "skipped": [asdict(each) for each in status.skipped],
        "unfinished": status.unfinished,
        "last_run": {"at": stamp(run.at), **last_report(run)} if run else None,
        "quota": [asdict(each) for each in usage],
    }
