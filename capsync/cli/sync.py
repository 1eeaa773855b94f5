"""``capsync sync``: bring both sides into agreement, once."""

from __future__ import annotations

import json
from dataclasses import replace
from pathlib import Path

import click

from capsync.cli.app import App, pass_app
from capsync.cli.output import report_as_text
from capsync.cli.progress import Screen
from capsync.cli.session import Session, opened, stopped
from capsync.errors import CapsyncError, ConfigError
from capsync.sync.report import Options, Report


@click.command()
@click.argument("notes", nargs=-1, metavar="[NOTE]...")
@click.option("-n", "--dry-run", is_flag=True, help="Show what would be done; change nothing.")
@click.option("--json", "as_json", is_flag=True, help="Print one JSON object.")
@click.option("--push", is_flag=True, help="Only bring changes of the vault to the space.")
@click.option("--pull", is_flag=True, help="Only bring changes of the space to the vault.")
@click.option("--allow-deletes", is_flag=True, help="Go on where a guard would stop to ask.")
@pass_app
@click.pass_context
def sync(
    ctx: click.Context,
    app: App,
    notes: tuple[str, ...],
    *,
    dry_run: bool,
    as_json: bool,
    push: bool,
    pull: bool,
    allow_deletes: bool,
) -> None:
    """Bring the vault and the space into agreement, once.

    NOTE is a file, a title or an id; without any, all notes are synced. Exits
    with 0 when both sides agree, 1 when notes were set aside and 3 when
    conflicts are open; see capsync --help for the others.
    """
    both = push == pull
    options = Options(
        dry_run=dry_run,
        push=push or both,
        pull=pull or both,
        allow_deletes=allow_deletes,
        notes=notes,
    )
    report = sync_and_tell(app, options, as_json=as_json)
    ctx.exit(report.exit_code)


def sync_and_tell(app: App, options: Options, *, as_json: bool = False) -> Report:
    """Sync the vault that *app* names and print what was done, also if it was stopped.

    Raises:
        CapsyncError: The run was stopped; what was done until then is kept.
    """
    session: Session | None = None
    try:
        with Screen(app.clock) as screen, opened(app, screen) as session:
            report = session.sync(replace(options, notes=named(session.root, options.notes)))
    except (CapsyncError, KeyboardInterrupt) as exc:
        if as_json:
            click.echo(json.dumps(stopped(exc, session.engine if session else None)))
        raise
    click.echo(json.dumps(report.as_json()) if as_json else report_as_text(report))
    return report


def named(root: Path, notes: tuple[str, ...]) -> tuple[str, ...]:
    """Turn files named from where the person stands into paths in the vault at *root*.

    Raises:
        ConfigError: A file is outside the vault.
    """
    return tuple(_named(root.resolve(), note) for note in notes)


def _named(root: Path, note: str) -> str:
    place = Path.cwd() / note
    try:
        if not place.is_file():
            return note
        found = place.parent.resolve() / place.name
    except (OSError, ValueError):
        return note
    if not found.is_relative_to(root):
        raise ConfigError(f"{note} is not in the vault {root}")
    return found.relative_to(root).as_posix()
