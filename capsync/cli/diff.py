"""``capsync diff``: what a sync would change, or how a note was."""

from __future__ import annotations

import sys
from collections.abc import Iterable
from typing import TYPE_CHECKING

import click

from capsync.cli.app import App, pass_app
from capsync.cli.completing import complete_note
from capsync.cli.here import remembered
from capsync.cli.output import shown
from capsync.cli.progress import Screen
from capsync.cli.session import opened
from capsync.cli.sync import named
from capsync.sync.report import Options

if TYPE_CHECKING:
    from capsync.sync.report import Difference, Report

_COLOURS = {"+": "green", "-": "red", "@": "cyan"}


@click.command()
@click.argument("note", required=False, metavar="[NOTE[@N]]", shell_complete=complete_note)
@pass_app
@click.pass_context
def diff(ctx: click.Context, app: App, note: str | None) -> None:
    """Show what a sync would change, or what a version was.

    Of what a sync would push, it compares what the space holds, as Markdown,
    with the file; of what it would pull, the file with what it would become.
    NOTE is a file, a title or an id. With NOTE@N, it compares version N (see
    capsync history) with the file as it is now. Nothing is changed.

    \b
    Examples:
      capsync diff
      capsync diff "Pages/Trip plan.md"
      capsync diff "Trip plan@3"

    Exits with 1 if notes were set aside, else with 0.
    """
    difference = None if note is None else _of_version(app, note)
    if difference is not None:
        _print(ctx, [difference])
        return
    with Screen(app.clock) as screen, opened(app, screen) as session:
        notes = () if note is None else named(session.root, (note,))
        options = Options(dry_run=True, allow_deletes=True, notes=notes, differences=True)
        report = session.sync(options)
    _print(ctx, report.differences)
    _tell_aside(report)
    ctx.exit(1 if report.troubles else 0)


def _of_version(app: App, note: str) -> Difference | None:
    """Compare a version with the file; None where no version was named.

    Raises:
        ConfigError: There is no such note or version.
    """
    from capsync.sync.differences import (  # noqa: PLC0415  (loads the converter)
        vault_difference,
        version_difference,
    )
    from capsync.sync.history import find_note, split_version, version_of  # noqa: PLC0415

    with remembered(app) as (here, memory):
        name, number = split_version(memory, note)
        if number is None:
            return None
        subject = find_note(memory, named(here.root, (name,))[0])
        kept = version_of(memory, subject, number)
        if kept.side == "vault":
            return vault_difference(here.folder, memory, subject, kept)
    with Screen(app.clock) as screen, opened(app, screen) as session:
        return version_difference(session.bench, subject, kept)


def _print(ctx: click.Context, differences: Iterable[Difference]) -> None:
    """Print differences; in colour, and with nothing that steers it, on a terminal."""
    from capsync.sync.differences import unified  # noqa: PLC0415  (loads the converter)

    terminal = on_terminal()
    for each in differences:
        for line in unified(each):
            if terminal:
                click.secho(_safe(line), fg=_COLOURS.get(line[:1]), color=ctx.color)
            else:
                click.echo(line, color=True)  # as it is, for a program to read


def on_terminal() -> bool:
    """Say whether a person reads stdout."""
    return sys.stdout.isatty()


def _safe(line: str) -> str:
    return "\t".join(map(shown, line.split("\t")))


def _tell_aside(report: Report) -> None:
    for each in report.troubles:
        click.echo(f"set aside {shown(each.path)}: {shown(each.message)}", err=True)
