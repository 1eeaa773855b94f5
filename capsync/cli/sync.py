"""``capsync sync``: bring both sides into agreement, once."""

from __future__ import annotations

import json
from dataclasses import replace
from pathlib import Path

import click

from capsync.cli.app import App, pass_app
from capsync.cli.by_daemon import sync_by_daemon
from capsync.cli.completing import complete_note
from capsync.cli.output import report_as_text
from capsync.cli.progress import Screen
from capsync.cli.session import Session, opened
from capsync.errors import CapsyncError, ConfigError
from capsync.state.place import state_path
from capsync.sync.recorded import stopped
from capsync.sync.report import Options, Report
from capsync.vault.vault import find_vault, read_config

A_MINUTE = 60.0
"""Seconds that a quick sync reads for."""


@click.command()
@click.argument("notes", nargs=-1, metavar="[NOTE]...", shell_complete=complete_note)
@click.option("-n", "--dry-run", is_flag=True, help="Show what would be done; change nothing.")
@click.option("--json", "as_json", is_flag=True, help="Print one JSON object.")
@click.option("--push", is_flag=True, help="Only bring changes of the vault to the space.")
@click.option("--pull", is_flag=True, help="Only bring changes of the space to the vault.")
@click.option("--quick", is_flag=True, help="Read only as many notes as fit in a minute.")
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
    quick: bool,
    allow_deletes: bool,
) -> None:
    """Bring the vault and the space into agreement, once.

    NOTE is a file, a title or an id; without any, all notes are synced. What
    nobody changed is not touched, and what is overwritten or deleted can be
    brought back: see capsync history, restore and undo. Deletions go to the
    trash of the other side. A plan that looks like an accident is not begun.

    \b
    Examples:
      capsync sync --dry-run
      capsync sync
      capsync sync "Pages/Trip plan.md" "Dune"

    Exits with 0 when both sides agree, 1 when notes were set aside and 3 when
    conflicts are open; see capsync --help for the others.
    """
    both = push == pull
    options = Options(
        dry_run=dry_run,
        push=push or both,
        pull=pull or both,
        reading=A_MINUTE if quick else None,
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
        root = find_vault(app.place)
        options = replace(options, notes=named(root, options.notes))
        with Screen(app.clock) as screen:
            state = state_path(read_config(root).vault, app.environ)
            report = sync_by_daemon(state.parent, options, screen)
            if report is None:
                with opened(app, screen) as session:
                    report = session.sync(options)
    except (CapsyncError, KeyboardInterrupt) as exc:
        if as_json:
            click.echo(json.dumps(stopped(exc, session.engine if session else None)))
        raise
    click.echo(json.dumps(report.as_json()) if as_json else report_as_text(report, app.clock.now()))
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
