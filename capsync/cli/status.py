"""``capsync status``: how things stand, without the network."""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import asdict
from typing import Any

import click

from capsync.cli.app import App, pass_app
from capsync.cli.picture import Picture, last_errors, resolve_command
from capsync.cli.quotas import usage_of
from capsync.cli.status_text import as_text
from capsync.cli.unsynced import unsynced_as_json, unsynced_as_text
from capsync.cli.watching import watch_of
from capsync.state.activity import Activity
from capsync.state.place import state_path
from capsync.state.store import Store
from capsync.sync.apart import what_was_learnt
from capsync.sync.status import last_report, status_of
from capsync.sync.waiting import why_one
from capsync.times import stamp
from capsync.vault.files import Folder
from capsync.vault.ignore import Ignore
from capsync.vault.vault import find_vault, read_config


@click.command()
@click.option("--json", "as_json", is_flag=True, help="Print one JSON object.")
@pass_app
def status(app: App, *, as_json: bool) -> None:
    """Show what is in sync, waiting, set aside and in conflict.

    And why, until when, and what you can do about it; how lately notes were
    compared with the space, what is used of the quota, the last errors, and
    whether capsync watch runs. What changed in the space since the last check
    is seen by the next sync. Nothing is changed, and the network is not used.

    \b
    Examples:
      capsync status
      capsync -C ~/Notes status --json
    """
    root = find_vault(app.place)
    config = read_config(root)
    state = state_path(config.vault, app.environ)
    watch = watch_of(state.parent)  # first, since it writes down what it knows of the quota
    now = app.clock.now()
    with Store.open(state) as memory:
        found = status_of(Folder(root, Ignore(config.ignore), app.clock), memory, now)
        usage = usage_of(memory, app.clock)
        learnt = what_was_learnt(memory)
    errors = last_errors(Activity.beside(state, app.clock))
    picture = Picture(now, found, watch, usage, errors)
    if as_json:
        about = {"vault": str(root), "space": {"id": config.space, "title": config.title}}
        rest = unsynced_as_json(learnt, found.apart, config)
        click.echo(json.dumps(about | as_dict(picture) | {"not_synced": rest}))
    else:
        rest_as_text = unsynced_as_text(learnt, found.apart, config)
        click.echo(as_text(picture, f"{config.title or config.space} and {root}", rest_as_text))


def as_dict(picture: Picture) -> dict[str, Any]:
    """Give it as ``status --json`` prints it; times are ISO 8601 in UTC."""
    status, run = picture.status, picture.status.last_run
    fresh = picture.status.freshness
    return {
        "in_sync": status.in_sync,
        "waiting": status.waiting,
        "changed": status.changed,
        "new": status.new,
        "gone": status.gone,
        "moved": [asdict(each) for each in status.moved],
        "waits": list(_waits(picture)),
        "set_aside": [asdict(each) | {"since": stamp(each.since)} for each in status.set_aside],
        "conflicts": [
            asdict(each) | {"next_step": resolve_command(each.path)} for each in status.conflicts
        ],
        "skipped": [asdict(each) for each in status.skipped],
        "unfinished": status.unfinished,
        "freshness": asdict(fresh) | {"newest": _at(fresh.newest), "oldest": _at(fresh.oldest)},
        "last_run": {"at": stamp(run.at), **last_report(run)} if run else None,
        "last_errors": [asdict(each) | {"at": stamp(each.at)} for each in picture.errors],
        "watch": asdict(picture.watch) | {"since": _at(picture.watch.since)},
        "quota": [asdict(each) for each in picture.usage],
    }


def _waits(picture: Picture) -> Iterator[dict[str, Any]]:
    """Give each note that waits, with the reason."""
    status, general = picture.status, picture.waits
    paths = {
        "changed": status.changed,
        "new": status.new,
        "moved": tuple(each.to for each in status.moved),
        "gone": status.gone,
    }
    for what, found in paths.items():
        for path in found:
            wait = why_one(path, picture.watch, general)
            yield {"path": path, "what": what, **asdict(wait), "cause": wait.cause.value}


def _at(at: float | None) -> str | None:
    return None if at is None else stamp(at)
