"""``capsync restore``: an earlier version, or a deleted note, brought back on both sides."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

import click

from capsync.cli.app import App, pass_app
from capsync.cli.completing import complete_note
from capsync.cli.output import shown
from capsync.cli.progress import Screen
from capsync.cli.session import opened
from capsync.cli.sync import named
from capsync.sync.report import Options

if TYPE_CHECKING:
    from capsync.sync.restore import Restored


@click.command()
@click.argument("note", metavar="NOTE[@N]", shell_complete=complete_note)
@click.option("-n", "--dry-run", is_flag=True, help="Show what would be done; change nothing.")
@click.option("--json", "as_json", is_flag=True, help="Print one JSON object.")
@pass_app
def restore(app: App, note: str, *, dry_run: bool, as_json: bool) -> None:
    """Bring a version, or a deleted note, back.

    NOTE is a file, a title or an id. NOTE@N brings version N (see capsync
    history) back, on both sides; NOTE alone brings back what was deleted: the
    object from the space's trash, the file from .capsync/trash or the history.
    What stands there now goes to the history first, so that nothing is lost;
    capsync undo takes it back.

    \b
    Examples:
      capsync restore "Trip plan@3" --dry-run
      capsync restore "Trip plan@3"
      capsync restore "Pages/Deleted by mistake.md"
    """
    from capsync.sync.restore import restore as bring_back  # noqa: PLC0415  (loads the engine)

    with Screen(app.clock) as screen, opened(app, screen) as session:
        name, at, number = note.rpartition("@")
        if at and number.isdecimal():
            name = f"{named(session.root, (name,))[0]}@{number}"
        else:
            (name,) = named(session.root, (note,))
        done = bring_back(session.bench, name, Options(dry_run=dry_run))
    click.echo(json.dumps(done.as_json()) if as_json else _as_text(done))


def _as_text(done: Restored) -> str:
    report = done.report
    lines = [*map(shown, report.steps), *(f"note: {shown(each)}" for each in report.remarks)]
    if report.dry_run:
        lines.append("Dry run, nothing was changed.")
    else:
        lines.append(f"Restored {shown(done.path)}; to take that back, run: capsync undo")
    return "\n".join(lines)
