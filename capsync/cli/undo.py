"""``capsync undo``: the last run, taken back on both sides."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

import click

from capsync.cli.app import App, pass_app
from capsync.cli.output import shown
from capsync.cli.progress import Screen
from capsync.cli.session import opened
from capsync.sync.report import Options
from capsync.times import when

if TYPE_CHECKING:
    from capsync.sync.undo import Undone


@click.command()
@click.option("-n", "--dry-run", is_flag=True, help="Show what would be done; change nothing.")
@click.option("--json", "as_json", is_flag=True, help="Print one JSON object.")
@click.option("--allow-deletes", is_flag=True, help="Go on where a guard would stop to ask.")
@pass_app
@click.pass_context
def undo(
    ctx: click.Context, app: App, *, dry_run: bool, as_json: bool, allow_deletes: bool
) -> None:
    """Take back the last run, on both sides.

    That is the last one that changed something. Every note goes back to what
    each side held before; one that was edited since is left alone and named.
    The next sync does not do it again: it leaves these notes alone until you
    edit them or run capsync sync NOTE. Undo twice to take back the run before.
    Nothing is lost: what an undo replaces goes to the history.

    \b
    Examples:
      capsync undo --dry-run
      capsync undo

    Exits with 0 when all of it was taken back, 1 when notes were left alone,
    4 when a guard stopped it.
    """
    from capsync.sync.undo import undo as take_back  # noqa: PLC0415  (loads the engine)

    options = Options(dry_run=dry_run, allow_deletes=allow_deletes)
    with Screen(app.clock) as screen, opened(app, screen) as session:
        done = take_back(session.bench, options)
    click.echo(json.dumps(done.as_json()) if as_json else _as_text(done))
    ctx.exit(done.report.exit_code)


def _as_text(done: Undone) -> str:
    report = done.report
    if done.run is None:
        return "Nothing to undo: no run has changed anything that was not undone."
    lines = [
        *map(shown, report.steps),
        *(f"left alone {shown(each.path)}: {shown(each.message)}" for each in report.troubles),
    ]
    notes = "1 note" if done.notes == 1 else f"{done.notes} notes"
    run = f"run {done.run}, of {when(done.at)}"
    if report.dry_run:
        return "\n".join([*lines, f"Dry run, nothing was changed: {notes} of {run}."])
    return "\n".join([*lines, f"Undone: {notes} of {run}."])
