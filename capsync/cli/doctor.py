"""``capsync doctor``: what is wrong, and what helps."""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Sequence
from dataclasses import asdict

import click

from capsync.cli.app import App, pass_app
from capsync.cli.output import shown
from capsync.cli.session import client_for
from capsync.doctor.examine import Patient, examine
from capsync.doctor.finding import Finding, Level

PROBLEMS = 1
"""The exit code where there are problems."""
_COLOURS = {Level.OK: "green", Level.NOTE: "blue", Level.WARNING: "yellow", Level.PROBLEM: "red"}


@click.command()
@click.option("--offline", is_flag=True, help="Leave out what needs the network.")
@click.option("--json", "as_json", is_flag=True, help="Print one JSON object.")
@pass_app
@click.pass_context
def doctor(ctx: click.Context, app: App, *, offline: bool, as_json: bool) -> None:
    """Look for what is wrong, and say what helps.

    Checks the token and the space it is for, the service and this machine's
    clock, the vault and other tools that sync it, conflict files they left,
    doubled ids, the memory, room and permissions, the limits of the watcher,
    and versions. Each finding says what, where, and a remedy. Nothing is
    changed; the service gets two requests, or none with --offline.

    \b
    Examples:
      capsync doctor
      capsync doctor --offline --json

    Exits with 1 if there are problems, else with 0, whatever the warnings.
    """
    patient = Patient(
        app.place,
        app.environ,
        app.clock,
        lambda token, url: client_for(app, token, url),
        offline=offline,
    )
    found = []
    for finding in examine(patient):
        found.append(finding)
        if not as_json:
            _tell(ctx, finding)
    if as_json:
        click.echo(json.dumps(as_dict(found)))
    else:
        click.echo(summary(found))
    ctx.exit(PROBLEMS if any(each.level is Level.PROBLEM for each in found) else 0)


def _tell(ctx: click.Context, each: Finding) -> None:
    """Print one finding as it is made, since the service may take its time."""
    level = click.style(f"{each.level.value:<8}", fg=_COLOURS[each.level])
    where = f" ({shown(each.where)})" if each.where and each.where not in each.what else ""
    click.echo(f"{level}{each.check}: {shown(each.what)}{where}", color=ctx.color)
    if each.remedy:
        click.echo(f"        → {shown(each.remedy)}")


def summary(found: Sequence[Finding]) -> str:
    """Sum up in one line."""
    count = Counter(each.level for each in found)
    said = [
        f"{count[level]} {level.value}{'' if count[level] == 1 else 's'}"
        for level in (Level.PROBLEM, Level.WARNING, Level.NOTE)
        if count[level]
    ]
    return f"Found {', '.join(said)}." if said else "All is well."


def as_dict(found: Sequence[Finding]) -> dict[str, object]:
    """Give findings as ``doctor --json`` prints them."""
    count = Counter(each.level for each in found)
    return {
        "findings": [asdict(each) | {"level": each.level.value} for each in found],
        "problems": count[Level.PROBLEM],
        "warnings": count[Level.WARNING],
        "notes": count[Level.NOTE],
    }
